import { expect } from "chai";
import execa, { type ExecaReturnValue } from "execa";
import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { readEnvironment } from "../../settings/environment";
import { findEngine } from "../../toolchain";
import { isAlive, until } from "../toolchain/fakes";

const projectDirectory = path.resolve(__dirname, "../..");
const environment = readEnvironment(projectDirectory);

/**
 * What groundwork needs of the Node language host, whichever the engine has: the release's own or the stand-in. Both have to
 * pass this.
 */
describe("toolchain: the Node language host under the engine", () => {
  let directory: string;
  let program: string;
  let pack: string;
  let pulumi: string;
  let env: NodeJS.ProcessEnv;
  before(async function () {
    this.timeout(30 * 60_000);
    pulumi = (
      await findEngine({
        binary: environment.pulumiBinary,
        path: environment.path,
        cacheDirectory: environment.cacheDirectory,
        env: environment.variables,
      })
    ).pulumi;
  });

  beforeEach(async () => {
    directory = await fs.realpath(await fs.mkdtemp(path.join(os.tmpdir(), "groundwork-host-")));
    program = path.join(directory, "program");
    pack = path.join(directory, "pack");
    await Promise.all([program, pack, path.join(directory, "state")].map((folder) => fs.mkdir(folder)));
    await fs.symlink(path.join(projectDirectory, "node_modules"), path.join(directory, "node_modules"));
    // What the project's nodeargs preload lies there.
    await fs.symlink(path.join(projectDirectory, "bin"), path.join(program, "bin"));
    await write(program, {
      // The settings of the project's own Pulumi.yaml.
      "Pulumi.yaml": await fs.readFile(path.join(projectDirectory, "Pulumi.yaml"), "utf8"),
      "Pulumi.dev.yaml": "config:\n  groundwork:greeting: hello\n",
      "package.json": JSON.stringify({ name: "program", type: "commonjs" }),
    });
    env = {
      PULUMI_BACKEND_URL: `file://${path.join(directory, "state")}`,
      PULUMI_HOME: path.join(directory, "home"),
      PULUMI_CONFIG_PASSPHRASE: "only for this test",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      NO_COLOR: "1",
    };
  });
  afterEach(() => fs.rm(directory, { recursive: true, force: true }));

  async function write(folder: string, files: Record<string, string>): Promise<void> {
    for (const [name, content] of Object.entries(files)) {
      await fs.writeFile(path.join(folder, name), content);
    }
  }

  function run(...args: string[]): Promise<ExecaReturnValue> {
    return execa(pulumi, [...args, "--non-interactive"], { cwd: program, env, reject: false, all: true });
  }

  async function succeed(...args: string[]): Promise<string> {
    const result = await run(...args);
    expect(result.exitCode, result.all).to.equal(0);
    return result.stdout;
  }

  it("runs TypeScript, with config and secrets in and outputs and prints out", async () => {
    await write(program, {
      "index.ts": [
        'import * as pulumi from "@pulumi/pulumi";',
        "const config: pulumi.Config = new pulumi.Config();",
        'console.log("said on stdout");',
        'console.error("said on stderr");',
        "export const greeting = `${config.require('greeting')} from ${pulumi.getStack()}`;",
        'export const secret = config.requireSecret("word");',
      ].join("\n"),
    });
    await succeed("stack", "init", "dev");
    await succeed("config", "set", "--secret", "word", "hush");
    const preview = await succeed("preview", "--stack", "dev");
    expect(preview).to.contain("said on stdout").and.to.contain("said on stderr");
    expect(preview).to.contain('greeting: "hello from dev"').and.not.to.contain("hush");
    await succeed("up", "--yes", "--stack", "dev");
    expect(JSON.parse(await succeed("stack", "output", "--json", "--stack", "dev"))).to.deep.equal({
      greeting: "hello from dev",
      secret: "[secret]",
    });
    await succeed("destroy", "--yes", "--stack", "dev");
  });

  it("hands a policy pack the stack's name and config, and the pack's own", async () => {
    await write(program, {
      "index.ts": [
        'import * as pulumi from "@pulumi/pulumi";',
        'new pulumi.ComponentResource("groundwork:test:Thing", "one");',
      ].join("\n"),
    });
    await write(pack, {
      "PulumiPolicy.yaml": "runtime: nodejs\ndescription: for a test\n",
      "package.json": JSON.stringify({ name: "pack", version: "1.0.0", type: "commonjs", main: "index.js" }),
      "index.js": 'require("../program/bin/register-typescript.js");\nrequire("./pack");\n',
      "pack.ts": [
        'import * as pulumi from "@pulumi/pulumi";',
        'import { PolicyPack } from "@pulumi/policy";',
        'const greeting: string = new pulumi.Config("groundwork").require("greeting");',
        'new PolicyPack("pack", { policies: [{',
        '  name: "rule", description: "a rule", enforcementLevel: "advisory",',
        '  configSchema: { properties: { word: { type: "string" } } },',
        "  validateResource: (args, report) => {",
        '    if (args.type === "groundwork:test:Thing") {',
        "      report(`${pulumi.getProject()}/${pulumi.getStack()} ${greeting} ${JSON.stringify(args.getConfig())}`);",
        "    }",
        "  },",
        "}] });",
      ].join("\n"),
    });
    const config = path.join(directory, "config.json");
    await fs.writeFile(config, JSON.stringify({ rule: { enforcementLevel: "mandatory", word: "xyz" } }));
    await succeed("stack", "init", "dev");

    expect(await succeed("preview", "--stack", "dev", "--policy-pack", pack)).to.contain(
      "groundwork/dev hello {}",
    );
    const refused = await run(
      "preview",
      ...["--stack", "dev", "--policy-pack", pack, "--policy-pack-config", config],
    );
    expect(refused.exitCode).not.to.equal(0);
    expect(refused.stdout).to.contain('groundwork/dev hello {"word":"xyz"}');
  });

  it("reports a program's error once, as the program's", async () => {
    await write(program, { "index.ts": 'throw new Error("out of ideas");' });
    await succeed("stack", "init", "dev");
    const result = await run("preview", "--stack", "dev");
    expect(result.exitCode).not.to.equal(0);
    expect(result.stdout).to.contain("failed with an unhandled exception").and.to.contain("out of ideas");
    expect(result.stdout).to.contain("index.ts:1:7");
    expect(result.stdout).not.to.match(/non-zero exit code|ended with exit code/);
  });

  it("reports an exit that nobody explained, by its code", async () => {
    await write(program, { "index.ts": "process.exit(3);" });
    await succeed("stack", "init", "dev");
    const result = await run("preview", "--stack", "dev");
    expect(result.exitCode).not.to.equal(0);
    expect(result.stdout).to.match(/exit code:? 3/);
  });

  it("lets no program outlive an engine that was killed", async () => {
    const report = path.join(directory, "pid");
    await write(program, {
      "index.ts": [
        'import * as fs from "node:fs";',
        `fs.writeFileSync(${JSON.stringify(report)}, String(process.pid));`,
        "setTimeout(() => undefined, 600_000);",
      ].join("\n"),
    });
    await succeed("stack", "init", "dev");
    const preview = run("preview", "--stack", "dev") as Promise<ExecaReturnValue> & {
      kill(signal: string): boolean;
    };
    let pid = "";
    await until(async () => (pid = await fs.readFile(report, "utf8").catch(() => "")) !== "");
    expect(await isAlive(Number(pid))).to.equal(true);
    preview.kill("SIGKILL");
    await preview;
    await until(async () => !(await isAlive(Number(pid))));
  });
});
