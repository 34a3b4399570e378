"use strict";
/**
 * Keeps secrets out of what the SDK says for debugging. It writes down every answer of the engine in full: "RegisterResource
 * RPC finished: …, resp: …", secret values in clear. That is shown with `--debug` only, but it is always in the engine's event log,
 * which the Automation API has the engine write to a file of its own for each run, and which stays there when the run is killed.
 *
 * Where nobody can be shown it (settings/environment.ts, `debugMessagesVariable`) it is not sent at all: it is two calls of the engine in
 * three, and a seventh of the event log.
 *
 * `takeOn` is given each file that is loaded, with what it exports.
 */

/** What marks a value as secret in the engine's protocol (sdk/go/common/resource, SecretSig, in the engine's sources). */
const secretMark = "1b47061264138c4ac30d75fd1eb44270";
const logOfSdk = /[\\/]@pulumi[\\/]pulumi[\\/]log[\\/]index\.js$/;

exports.takeOn = function (filename, exported) {
  if (logOfSdk.test(filename)) {
    const { debug } = exported;
    exported.debug =
      process.env.GROUNDWORK_DEBUG_MESSAGES === "dropped"
        ? () => Promise.resolve()
        : (message, ...rest) => debug(exports.withoutSecrets(message), ...rest);
  }
};

/** A message with something secret in it, as far as its first clause: what comes after has no order to rely on. */
exports.withoutSecrets = function (message) {
  return String(message).includes(secretMark)
    ? `${String(message).split(";")[0].slice(0, 300)} (the rest is not shown: something in it is secret)`
    : message;
};
