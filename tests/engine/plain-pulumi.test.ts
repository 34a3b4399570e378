import { expect } from "chai";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { Walk, type Result } from "./support/walk";

describe("plain pulumi through groundwork exec", () => {
  const walk = Walk.create();
  const files = ["Pulumi.yaml", "Pulumi.dev.yaml", "Pulumi.prod.yaml"];
  const text = (file: string): string => readFileSync(path.join(walk.project, file), "utf8");
  const before = files.map(text);
  const pulumi = (...args: string[]): Promise<Result> =>
    walk.groundwork("exec", "--rehearse", "--", "pulumi", ...args, "--non-interactive");

  it("previews a stack that was never stood up, with the policy pack", async () => {
    const result = await pulumi("preview", "--stack", "dev", "--policy-pack", "policies");
    expect(result.exitCode, result.stdout + result.stderr).to.equal(0);
    expect(result.stdout).to.match(/\+ \d+ to create/);
    expect(result.stdout).to.contain("groundwork@v");
    expect(walk.changes()).to.deep.equal([]);
  });

  it("stands it up", async () => {
    const result = await pulumi("up", "--stack", "dev", "--yes", "--policy-pack", "policies");
    expect(result.exitCode, result.stdout + result.stderr).to.equal(0);
    expect(walk.changes().filter(({ ok }) => !ok)).to.deep.equal([]);
  });

  it("finds nothing to change then, as groundwork does", async () => {
    const result = await pulumi("preview", "--stack", "dev", "--expect-no-changes");
    expect(result.exitCode, result.stdout + result.stderr).to.equal(0);
    expect((await walk.groundwork("preview", "dev", "--rehearse", "--expect-no-changes")).exitCode).to.equal(
      0,
    );
  });

  it("prints outputs, secrets when asked to", async () => {
    const masked = await pulumi("stack", "output", "--json", "--stack", "dev");
    expect((JSON.parse(masked.stdout) as Record<string, unknown>).users).to.equal("[secret]");
    const clear = await pulumi("stack", "output", "--json", "--show-secrets", "--stack", "dev");
    const { users } = JSON.parse(clear.stdout) as { users: Record<string, { accessKeyId: string }> };
    expect(users.report_writer?.accessKeyId).to.match(/^AKIA/);
  });

  it("acts on the stack that was selected in the rehearsal, and selects none anywhere else", async () => {
    expect((await pulumi("stack", "select", "dev")).exitCode).to.equal(0);
    const result = await pulumi("stack", "--show-name");
    expect(result.stdout.trim()).to.equal("dev");
    const preview = await pulumi("preview", "--expect-no-changes");
    expect(preview.exitCode, preview.stdout + preview.stderr).to.equal(0);
  });

  it("refuses to take the stack down while the program's guard holds data", async () => {
    const before = walk.changes().length;
    const result = await pulumi("destroy", "--stack", "dev", "--yes", "--run-program");
    expect(result.exitCode).to.not.equal(0);
    expect(walk.changes()).to.have.length(before);
  });

  it("refuses `stack init`, which would write into the project's own file", async () => {
    const result = await pulumi("stack", "init", "test");
    expect(result.exitCode).to.equal(2);
    expect(result.stderr).to.contain("Pulumi.<stack>.yaml");
  });

  it("has written to none of the project's files", () => {
    expect(files.map(text)).to.deep.equal(before);
  });

  it("has left word of what ran, by which versions are promoted", async () => {
    const promote = (): Promise<Result> =>
      walk.groundwork("promote", "dev", "prod", "nodes", "--rehearse", "--yes");
    walk.edit("prod", (settings) => {
      settings.set("cluster", ["nodeReleaseVersion"], "1.35.6-20260801");
    });
    const young = await promote();
    expect(young.exitCode, `${young.stdout}${young.stderr}`).to.equal(3);
    expect(young.stderr).to.contain(
      "for less than the 24 h of groundwork:releases.promoteAfterHours of prod",
    );
    walk.edit("prod", (settings) => {
      settings.set("releases", ["promoteAfterHours"], 0);
    });
    const done = await promote();
    expect(done.exitCode, done.stderr).to.equal(0);
    expect(text("Pulumi.prod.yaml")).to.contain("nodeReleaseVersion: 1.35.8-20260930");
    expect(done.stdout).to.contain("./groundwork up prod --rehearse");
    walk.edit("dev", (settings) => {
      settings.set("cluster", ["nodeReleaseVersion"], "1.35.9-20261110");
    });
    const never = await promote();
    expect(never.exitCode, never.stdout).to.equal(3);
    expect(never.stderr).to.contain(
      "had 1.35.8-20260930, not what its file says now. `./groundwork up dev --rehearse` first.",
    );
  });
});

describe("groundwork exec", () => {
  const walk = Walk.create();

  it("ends with the command's own exit code and output", async () => {
    const result = await walk.groundwork(
      "exec",
      "--",
      process.execPath,
      "-e",
      "console.log('x'); process.exit(7)",
    );
    expect(result).to.deep.equal({ exitCode: 7, stdout: "x", stderr: "" });
  });

  it("has the engine on the PATH, and with --rehearse the rehearsal's environment", async () => {
    const script =
      "console.log(JSON.stringify([process.env.PULUMI_BACKEND_URL, process.env.PULUMI_DEBUG_PROVIDERS]))";
    const rehearsed = await walk.groundwork("exec", "--rehearse", "--", process.execPath, "-e", script);
    const [backend, providers] = JSON.parse(rehearsed.stdout) as [string, string];
    expect(backend).to.equal(`file://${walk.rehearsal}/state`);
    expect(providers).to.match(/^aws:\d+,/);
    const version = await walk.groundwork("exec", "--", "sh", "-c", "pulumi version");
    expect(version.stdout).to.match(/^v3\./);
  });

  it("gives the stack's copied file to a pulumi that another program starts", async () => {
    const script = "console.log(process.env.PULUMI_OPTION_CONFIG_FILE)";
    const started = [process.execPath, "-e", script, "pulumi", "--stack", "dev"];
    const { stdout } = await walk.groundwork("exec", "--rehearse", "--", "env", ...started);
    expect(stdout).to.match(new RegExp(`^${walk.rehearsal}/.*dev\\.yaml$`));
  });

  it("says that there is no such command", async () => {
    const result = await walk.groundwork("exec", "--", "no-such-command");
    expect(result.exitCode).to.equal(2);
    expect(result.stderr).to.contain('There is no command "no-such-command" on the PATH.');
  });
});
