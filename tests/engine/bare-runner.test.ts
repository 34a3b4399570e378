import { expect } from "chai";
import execa, { type ExecaReturnValue } from "execa";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { parseDocument } from "yaml";
import { startRehearsal, type Rehearsal } from "../../rehearsal";
import { readEnvironment } from "../../settings/environment";
import { findEngine } from "../../toolchain";
import { scratch } from "../support/scratch";

const checkout = path.join(__dirname, "../..");
const environment = readEnvironment(checkout);
/** What the engine runs; whatever makes `groundwork` is left out. */
const parts = [
  "bin",
  "boot",
  "components",
  "guard",
  "index.ts",
  "package.json",
  "policies",
  "Pulumi.yaml",
  "settings",
];
/** Of what Node.js starts: the launcher, and what it preloads. */
const left = ["groundwork.js", "lean-sdk.js"];

/**
 * As docs/runbooks/policy-pack-in-ci.md has it: engine and language host on the PATH with Node.js, the clone with its packages, and no
 * part of groundwork: no launcher, no command, nothing preloaded into Node.js. Only the clouds are the rehearsal's.
 */
describe("the policy pack on a runner that has plain pulumi", () => {
  let cloud: Rehearsal;
  let project: string;
  let env: Readonly<Record<string, string>>;
  before(async () => {
    const directory = mkdtempSync(path.join(scratch, "runner-"));
    project = path.join(directory, "clone");
    const bin = path.join(directory, "bin");
    for (const folder of [bin, project]) mkdirSync(folder, { recursive: true });
    for (const part of parts) {
      cpSync(path.join(checkout, part), path.join(project, part), {
        recursive: true,
        filter: (file) => !left.includes(path.basename(file)),
      });
    }
    symlinkSync(path.join(checkout, "node_modules"), path.join(project, "node_modules"));
    const stack = parseDocument(readFileSync(path.join(checkout, "Pulumi.dev.yaml"), "utf8"));
    const kept = ["aws:region", "aws:allowedAccountIds", "pulumi:disable-default-providers"];
    const sections = ["guard", "messaging", "tags"].map((section) => `groundwork:${section}`);
    const { config } = stack.toJS() as { readonly config: Readonly<Record<string, unknown>> };
    for (const key of Object.keys(config)) {
      if (![...kept, ...sections].includes(key)) stack.deleteIn(["config", key]);
    }
    writeFileSync(path.join(project, "Pulumi.dev.yaml"), stack.toString());
    const { pulumi } = await findEngine({
      binary: environment.pulumiBinary,
      path: environment.path,
      cacheDirectory: environment.cacheDirectory,
      env: environment.variables,
    });
    for (const name of ["pulumi", "pulumi-language-nodejs"]) {
      symlinkSync(path.join(path.dirname(pulumi), name), path.join(bin, name));
    }
    cloud = await startRehearsal({
      directory: path.join(directory, "rehearsal"),
      accountId: "482913067251",
      variables: {},
    });
    env = {
      ...Object.fromEntries(Object.entries(cloud.environment).filter(([, value]) => value !== "")),
      PATH: [bin, path.dirname(process.execPath), "/usr/bin", "/bin"].join(path.delimiter),
      HOME: directory,
    };
    const made = await pulumiRun("stack", "init", "dev");
    expect(made.exitCode, made.all).to.equal(0);
  });
  after(() => cloud.stop());

  function pulumiRun(...args: readonly string[]): Promise<ExecaReturnValue> {
    return execa("pulumi", [...args, "--non-interactive"], {
      cwd: project,
      env,
      extendEnv: false,
      reject: false,
      all: true,
      stdin: "ignore",
    });
  }
  const preview = (): Promise<ExecaReturnValue> =>
    pulumiRun("preview", "--stack", "dev", "--policy-pack", "policies");

  it("previews with every rule", async () => {
    const { all, exitCode } = await preview();
    expect(exitCode, all).to.equal(0);
    expect(all)
      .to.match(/\+ \d+ to create/)
      .and.to.match(/groundwork@v0\.1\.0/);
  });

  it("refuses when a rule cannot be loaded, and names the file, in place of going on without it", async () => {
    const rule = path.join(project, "policies/rules/sqs/encrypted.ts");
    const whole = readFileSync(rule, "utf8");
    for (const [text, says] of [
      [`${whole}\nexport const broken = ;\n`, "encrypted.ts"],
      [`import "./no-such-file";\n${whole}`, "no-such-file"],
    ] as const) {
      writeFileSync(rule, text);
      const { all, exitCode } = await preview();
      expect(exitCode, all).to.not.equal(0);
      expect(all)
        .to.contain(says)
        .and.not.to.match(/\+ \d+ to create/);
    }
    writeFileSync(rule, whole);
  });
});
