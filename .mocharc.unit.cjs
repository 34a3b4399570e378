// What needs no engine: a minute.
const whole = require("./.mocharc.cjs");

module.exports = {
  ...whole,
  require: whole.require.filter((file) => !file.includes("before-all")),
  spec: whole.spec.filter((file) => !/^tests\/(engine|kubernetes|boot)\//.test(file)),
  timeout: 60_000,
};
