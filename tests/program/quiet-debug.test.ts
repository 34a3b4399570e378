import { expect } from "chai";
import execa from "execa";
import { createRequire } from "node:module";
import * as path from "node:path";
import { debugMessagesDropped, debugMessagesVariable } from "../../settings/environment";

const load = createRequire(__filename);
const { takeOn, withoutSecrets } = load("../../bin/quiet-debug.js") as {
  readonly takeOn: (filename: string, exported: object) => void;
  readonly withoutSecrets: (message: string) => string;
};

/** As the SDK writes down an answer of the engine: a secret's mark and its value come in any order. */
const answer = (resp: string): string =>
  `RegisterResource RPC finished: resource:key[aws:iam/accessKey:AccessKey]; err: null, resp: ${resp}`;
const secret = answer(
  "value,,,swordfish,4dabf18193072939515e22adb298388d,,,1b47061264138c4ac30d75fd1eb44270",
);

describe("what the SDK says for debugging", () => {
  it("names the resource and shows nothing of it when something in it is secret", () => {
    expect(withoutSecrets(secret))
      .to.contain("resource:key[aws:iam/accessKey:AccessKey]")
      .and.to.not.contain("swordfish");
  });

  it("is whole when nothing is", () => {
    expect(withoutSecrets(answer("id,,,AKIA"))).to.equal(answer("id,,,AKIA"));
  });

  it("is not sent at all where nobody can be shown it", async () => {
    const code = `
      const { takeOn } = require("./bin/quiet-debug.js");
      const log = { debug: () => console.log("sent"), info: () => console.log("told") };
      takeOn("/project/node_modules/@pulumi/pulumi/log/index.js", log);
      log.debug("x").then(() => log.info("x"));`;
    const { stdout } = await execa(process.execPath, ["--eval", code], {
      cwd: path.join(__dirname, "../.."),
      env: { NODE_OPTIONS: "", [debugMessagesVariable]: debugMessagesDropped },
    });
    expect(stdout).to.equal("told");
  });

  it("goes through this in the SDK that the program loads, by the name that the SDK calls it by", () => {
    const said: string[] = [];
    const log = { debug: (message: string, resource: string) => said.push(`${message} ${resource}`) };
    takeOn("/project/node_modules/@pulumi/pulumi/log/index.js", log);
    log.debug(secret, "urn");
    log.debug("plain", "urn");
    expect(said[0]).to.not.contain("swordfish");
    expect(said[1]).to.equal("plain urn");
    expect(load.resolve("@pulumi/pulumi/log")).to.match(/[\\/]@pulumi[\\/]pulumi[\\/]log[\\/]index\.js$/);
  });
});
