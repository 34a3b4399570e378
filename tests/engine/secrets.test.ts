import { expect } from "chai";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { spawn } from "node:child_process";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import execa from "execa";
import { secretOf } from "../../settings/secrets";
import { readEnvironment } from "../../settings/environment";
import { testEngine } from "../support/engine";
import { PasswordStore, passwordStore } from "../support/password-store";
import { describeWith, installed } from "../support/real-parts";
import { Walk, type Result } from "./support/walk";

const sendgrid = `SG.${"a".repeat(22)}.${"B9_-".repeat(10)}xyz`;
const { placeholder: privateKey } = secretOf("workerSshKey");

/** A project with a backend and a passphrase of its own, outside of any rehearsal, and an engine that notes how it is called. */
class RealStack {
  readonly project = Walk.create().project;
  private readonly directory = mkdtempSync(path.join(tmpdir(), "groundwork-secrets-"));
  private readonly calls = path.join(this.directory, "calls");
  environment: NodeJS.ProcessEnv = {};

  static async open(): Promise<RealStack> {
    const stack = new RealStack();
    const { pulumi } = await testEngine();
    const wrapper = path.join(stack.directory, "pulumi");
    // Arguments and environment are what everybody on a machine may read of a process.
    writeFileSync(wrapper, `#!/bin/sh\n{ echo "$*"; env; } >> '${stack.calls}'\nexec '${pulumi}' "$@"\n`);
    chmodSync(wrapper, 0o755);
    // The engine wants its language host beside it.
    for (const beside of readdirSync(path.dirname(pulumi)).filter((file) => file !== "pulumi")) {
      symlinkSync(path.join(path.dirname(pulumi), beside), path.join(stack.directory, beside));
    }
    mkdirSync(path.join(stack.directory, "state"));
    stack.environment = {
      GROUNDWORK_PULUMI: wrapper,
      PULUMI_HOME: path.join(stack.directory, "home"),
      PULUMI_BACKEND_URL: pathToFileURL(path.join(stack.directory, "state")).href,
      PULUMI_CONFIG_PASSPHRASE: "a passphrase of this test's own",
    };
    await stack.groundwork(["exec", "--", "pulumi", "stack", "init", "prod"]);
    return stack;
  }

  get file(): string {
    return path.join(this.project, "Pulumi.prod.yaml");
  }

  get text(): string {
    return readFileSync(this.file, "utf8");
  }

  async groundwork(argv: readonly string[], options: execa.Options = {}): Promise<Result> {
    const { exitCode, stdout, stderr } = await execa(
      process.execPath,
      [path.join(this.project, "bin", "groundwork.js"), ...argv],
      {
        cwd: this.project,
        reject: false,
        ...(options.input === undefined && { stdin: "ignore" as const }),
        ...options,
        env: { ...this.environment, ...options.env },
      },
    );
    return { exitCode, stdout, stderr };
  }

  /** As the program will get it. */
  async value(name: string): Promise<string> {
    const { stdout } = await this.groundwork([
      "exec",
      "--",
      "pulumi",
      "config",
      "get",
      `groundwork:${name}`,
      "--stack",
      "prod",
    ]);
    return stdout;
  }

  get calledWith(): string {
    return readFileSync(this.calls, "utf8");
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

describe("groundwork secrets", () => {
  let stack: RealStack;
  before(async () => {
    stack = await RealStack.open();
  });
  after(() => {
    stack.remove();
  });

  it("checks: names at once all that is missing, ill-formed or in clear, with how to get one, and shows no value", async () => {
    const before = stack.text;
    const missing = await stack.groundwork(["secrets", "prod", "check"]);
    expect(missing.exitCode, missing.stderr).to.equal(4);
    expect(missing.stdout)
      .to.contain("sendgridApiKey is missing, and groundwork:mail.sendgrid needs it.")
      .and.to.contain("./groundwork secrets prod set sendgridApiKey")
      .and.to.contain("Restricted Access");

    const engine = ["exec", "--", "pulumi", "config", "set", "--stack", "prod"];
    await stack.groundwork([...engine, "--secret", "groundwork:sendgridApiKey"], { input: "hunter2" });
    await stack.groundwork([...engine, "groundwork:equinixApiToken", "--plaintext"], {
      input: "in-clear-".repeat(4),
    });
    const wrong = await stack.groundwork(["secrets", "prod", "check", "--json"]);
    expect(wrong.exitCode, wrong.stderr).to.equal(4);
    const { secrets, found } = JSON.parse(wrong.stdout) as {
      secrets: { name: string; state: string }[];
      found: number;
    };
    expect(found).to.equal(2);
    expect(Object.fromEntries(secrets.map(({ name, state }) => [name, state]))).to.include({
      sendgridApiKey: "ill-formed",
      equinixApiToken: "in clear",
    });
    const list = await stack.groundwork(["secrets", "prod", "list"]);
    for (const { stdout, stderr } of [wrong, list]) {
      expect(stdout + stderr)
        .to.not.contain("hunter2")
        .and.to.not.contain("in-clear-");
    }
    writeFileSync(stack.file, before);
  });

  it("sets one from standard input: encrypted by the engine, in nobody's arguments, all else in the file as it was", async () => {
    const before = stack.text;
    const { exitCode, stdout, stderr } = await stack.groundwork(
      ["secrets", "prod", "set", "sendgridApiKey", "--stdin", "--json"],
      { input: `${sendgrid}\n` },
    );
    expect(exitCode, stderr).to.equal(0);
    expect(JSON.parse(stdout)).to.deep.equal({
      stack: "prod",
      secret: "sendgridApiKey",
      file: "Pulumi.prod.yaml",
      result: "set",
      apply: "./groundwork up prod",
    });
    expect(stdout + stderr).to.not.contain(sendgrid);
    const added = / {2}groundwork:sendgridApiKey:\n {4}secure: v1:\S+\n/;
    expect(stack.text).to.match(added).and.to.not.contain(sendgrid);
    expect(stack.text.replace(added, "")).to.equal(before);
    expect(await stack.value("sendgridApiKey")).to.equal(sendgrid);
    expect(stack.calledWith)
      .to.contain("config set --secret groundwork:sendgridApiKey")
      .and.to.not.contain(sendgrid);
    expect((await stack.groundwork(["secrets", "prod", "check"])).exitCode).to.equal(0);
  });

  it("keeps the lines of a private key", async () => {
    const set = ["secrets", "prod", "set", "workerSshKey", "--stdin"];
    expect((await stack.groundwork(set, { input: `${privateKey}\n` })).exitCode).to.equal(0);
    expect(await stack.value("workerSshKey")).to.equal(privateKey);
  });

  it("says what is wrong when the engine cannot encrypt, and leaves the file", async () => {
    const before = stack.text;
    const { exitCode, stderr } = await stack.groundwork(
      ["secrets", "prod", "set", "sendgridApiKey", "--stdin"],
      { input: sendgrid, env: { PULUMI_CONFIG_PASSPHRASE: "another" } },
    );
    expect(exitCode).to.equal(1);
    expect(stderr)
      .to.contain("incorrect passphrase")
      .and.to.contain("PULUMI_CONFIG_PASSPHRASE")
      .and.to.contain("Pulumi.prod.yaml was not touched")
      .and.to.not.contain(sendgrid);
    const noStack = await stack.groundwork(["secrets", "dev", "set", "sendgridApiKey", "--stdin"], {
      input: sendgrid,
    });
    expect(noStack.exitCode).to.equal(1);
    expect(noStack.stderr).to.contain("`./groundwork stack init dev`");
    expect(stack.text).to.equal(before);
  });

  describeWith(
    "asked on a terminal",
    installed(["script"], "script of util-linux (Debian: apt-get install bsdutils)"),
    () => {
      it("takes the answer without showing it", async () => {
        const other = sendgrid.replaceAll("a", "c");
        const command = `${process.execPath} bin/groundwork.js secrets prod set sendgridApiKey`;
        const child = spawn("script", ["-qec", command, "/dev/null"], {
          cwd: stack.project,
          env: { ...readEnvironment(stack.project).variables, ...stack.environment },
        });
        let shown = "";
        child.stdout.on("data", (chunk: Buffer) => {
          const asked = shown.includes("sendgridApiKey (not shown");
          shown += chunk.toString();
          if (!asked && shown.includes("sendgridApiKey (not shown")) {
            child.stdin.write(`${other}\r`);
          }
        });
        const code = await new Promise((resolve) => child.once("close", resolve));
        expect(code, shown).to.equal(0);
        expect(shown).to.contain("sendgridApiKey is replaced").and.to.not.contain(other.slice(0, 8));
        expect(await stack.value("sendgridApiKey")).to.equal(other);
      });
    },
  );
});

describeWith("groundwork secrets import --from pass", passwordStore, () => {
  let stack: RealStack;
  let store: PasswordStore;
  before(async () => {
    stack = await RealStack.open();
    store = PasswordStore.create();
  });
  after(() => {
    store.remove();
    stack.remove();
  });

  const from = async (
    opened: PasswordStore,
    ...argv: string[]
  ): Promise<Result & { results: Record<string, string> }> => {
    const result = await stack.groundwork(
      ["secrets", "prod", "import", "--from", "pass", "--json", ...argv],
      {
        env: opened.environment,
      },
    );
    const { secrets = [] } = JSON.parse(result.stdout) as { secrets?: { name: string; result: string }[] };
    return { ...result, results: Object.fromEntries(secrets.map((secret) => [secret.name, secret.result])) };
  };

  it("says what is not in the store, and exits 4 where it is needed", async () => {
    const before = stack.text;
    const { exitCode, results, stderr } = await from(store);
    expect(exitCode, stderr).to.equal(4);
    expect(results).to.include({ sendgridApiKey: "not in the store", workerSshKey: "not in the store" });
    expect(stack.text).to.equal(before);
  });

  it("imports the first line of a password and all lines of a key, and refuses what is none; shows nothing of them", async () => {
    store.insert("groundwork/prod/sendgridApiKey", `${sendgrid}\nurl: https://app.sendgrid.com\n`);
    store.insert("groundwork/prod/workerSshKey", `${privateKey}\n`);
    store.insert("groundwork/prod/workerAccessToken", "hunter2\n");
    store.insert("groundwork/prod/equinixApiToken/inner", "x\n");
    const before = stack.text;
    const { exitCode, results, stdout, stderr } = await from(store);
    expect(results).to.deep.equal({
      sendgridApiKey: "imported",
      workerSshKey: "imported",
      workerAccessToken: "refused",
      equinixApiToken: "unreadable",
    });
    expect(exitCode, stderr).to.equal(1);
    for (const secret of [sendgrid, "hunter2", "b3BlbnNzaC1rZXk", "app.sendgrid.com"]) {
      expect(stdout + stderr).to.not.contain(secret);
      expect(stack.calledWith).to.not.contain(secret);
    }
    expect(await stack.value("sendgridApiKey")).to.equal(sendgrid);
    expect(await stack.value("workerSshKey")).to.equal(privateKey);
    const added = / {2}groundwork:\w+:\n {4}secure: \S+\n/g;
    expect(stack.text.match(added)).to.have.length(2);
    expect(stack.text.replace(added, "")).to.equal(before);
  });

  it("leaves what is the same, and takes what has changed, by name and from another folder", async () => {
    const before = stack.text;
    const again = await from(store, "sendgridApiKey", "workerSshKey");
    expect(again.exitCode, again.stderr).to.equal(0);
    expect(again.results).to.deep.equal({ sendgridApiKey: "unchanged", workerSshKey: "unchanged" });
    expect(stack.text).to.equal(before);

    const other = sendgrid.replaceAll("a", "c");
    store.insert("team/sendgridApiKey", other);
    const changed = await from(store, "sendgridApiKey", "--prefix", "team/");
    expect(changed.results).to.deep.equal({ sendgridApiKey: "imported" });
    expect(await stack.value("sendgridApiKey")).to.equal(other);
  });

  it("does not wait for a passphrase that nobody is there to give, and says so in GnuPG's words", async () => {
    const locked = PasswordStore.create("a passphrase");
    try {
      locked.insert("groundwork/prod/sendgridApiKey", sendgrid);
      locked.lock();
      const { exitCode, results, stdout } = await from(locked, "sendgridApiKey");
      expect(exitCode).to.equal(1);
      expect(results).to.deep.equal({ sendgridApiKey: "unreadable" });
      expect(stdout).to.match(/decryption failed|No pinentry/i);
    } finally {
      locked.remove();
    }
  });

  it("says that there is no pass, and refuses a folder outside of the store", async () => {
    const noPass = await stack.groundwork(["secrets", "prod", "import", "--from", "pass"], {
      env: { ...store.environment, PATH: "/nowhere" },
    });
    expect(noPass.exitCode).to.equal(1);
    expect(noPass.stderr).to.contain("There is no `pass`");
    const outside = await stack.groundwork([
      "secrets",
      "prod",
      "import",
      "--from",
      "pass",
      "--prefix",
      "../x",
    ]);
    expect(outside.exitCode).to.equal(2);
  });
});
