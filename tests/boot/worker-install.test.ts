import { expect } from "chai";
import { existsSync, readlinkSync } from "node:fs";
import * as path from "node:path";
import { describeWith } from "../support/real-parts";
import { scriptTools, type Stage } from "./support/stage";
import { run, Scheduler, workerDataFor, workerMachine, type Changes } from "./support/worker-machine";

describeWith("what is installed on a worker's machine, or into its image", scriptTools, () => {
  const stages: Stage[] = [];
  let scheduler: Scheduler;
  const on = (changes: Changes = {}): Stage => {
    const stage = workerMachine(scheduler, changes);
    stages.push(stage);
    return stage;
  };
  const link = (stage: Stage, file: string): string =>
    readlinkSync(path.join(stage.root, file)).replace(stage.root, "");
  const downloads = (): string[] =>
    Object.keys(scheduler.asked)
      .filter((url) => url.startsWith("/releases"))
      .map((url) => url.replace(/(amd64|arm64)/, "ARCH"));
  beforeEach(async () => {
    scheduler = await Scheduler.start();
  });
  afterEach(() => {
    for (const stage of stages.splice(0)) stage.end();
    scheduler.end();
  });

  it("is all there from `install` alone, with no metadata service, role or group, as when an image is built", async () => {
    const stage = on();
    stage.write("etc/groundwork/worker.json", JSON.stringify({ install: workerDataFor(scheduler).install }));
    stage.givesTokens = false;
    const { exitCode, output } = await run(stage, "install.sh");
    expect(exitCode, output).to.equal(0);
    expect(link(stage, "usr/local/concourse")).to.equal("/opt/concourse/7.14.1/concourse");
    expect(existsSync(path.join(stage.root, "usr/local/concourse/bin/concourse"))).to.equal(true);
    expect(link(stage, "usr/local/bin/node_exporter")).to.equal(
      "/opt/node_exporter/1.9.1/node_exporter-1.9.1/node_exporter",
    );
    expect(stage.calls()).to.deep.equal([]);
    expect(downloads()).to.deep.equal([
      "/releases/worker-7.14.1-linux-ARCH.tgz",
      "/releases/worker-7.14.1-linux-ARCH.tgz.sha1",
      "/releases/metrics-1.9.1.ARCH.tgz",
    ]);

    // The second time, and at the boot of such an image: nothing but the question for the version.
    scheduler.asked["/api/v1/info"] = 0;
    expect((await run(stage, "install.sh")).exitCode).to.equal(0);
    expect(Object.values(scheduler.asked)).to.deep.equal([1, 1, 1, 1]);
    expect(stage.calls()).to.deep.equal([]);
  });

  it("replaces the worker of an image when the scheduler wants another one", async () => {
    const stage = on();
    await run(stage, "install.sh");
    scheduler.version = "7.15.0-rc.1";
    const { exitCode, output } = await run(stage, "install.sh");
    expect(exitCode, output).to.equal(0);
    expect(link(stage, "usr/local/concourse")).to.equal("/opt/concourse/7.15.0-rc.1/concourse");
    expect(stage.exists("opt/concourse/7.14.1")).to.equal(false);
  });

  it("takes the image's worker when the scheduler cannot be asked", async () => {
    const stage = on();
    await run(stage, "install.sh");
    scheduler.failures["/api/v1/info"] = 100;
    const { exitCode, output } = await run(stage, "install.sh");
    expect(exitCode, output).to.equal(0);
    expect(output).to.contain("/api/v1/info could not be asked; going on with 7.14.1, which is here");
  });

  it("does not ask where the settings name a version", async () => {
    const stage = on({ install: { workerVersion: "7.13.2" } });
    const { exitCode, output } = await run(stage, "install.sh");
    expect(exitCode, output).to.equal(0);
    expect(link(stage, "usr/local/concourse")).to.equal("/opt/concourse/7.13.2/concourse");
    expect(scheduler.asked["/api/v1/info"]).to.equal(undefined);
  });

  it("asks again while the scheduler restarts, and downloads again what broke off", async () => {
    const stage = on();
    scheduler.failures["/api/v1/info"] = 3;
    for (const architecture of ["amd64", "arm64"]) {
      scheduler.failures[`/releases/worker-7.14.1-linux-${architecture}.tgz`] = 2;
    }
    const { exitCode, output } = await run(stage, "install.sh");
    expect(exitCode, output).to.equal(0);
    expect(stage.calls("sleep")).to.deep.equal(["sleep 10", "sleep 10", "sleep 10", "sleep 10", "sleep 10"]);
  });

  it("unpacks nothing that is not what it should be", async () => {
    const wrong = { amd64: "0".repeat(64), arm64: "0".repeat(64) };
    const { worker, metrics } = workerDataFor(scheduler).install;
    const stage = on({ install: { worker: { ...worker, sha256: { "7.14.1": wrong } } } });
    const { exitCode, output } = await run(stage, "install.sh");
    expect(exitCode).to.equal(1);
    expect(output).to.match(
      /install the worker 7.14.1: http:\S+ is not what it should be: its sha256sum is [0-9a-f]{64}, and should be 0{64}/,
    );
    expect(stage.exists("opt/concourse/7.14.1")).to.equal(false);

    if (metrics === undefined) throw new Error("the settings have no metrics agent");
    const agent = on({ install: { metrics: { ...metrics, sha256: {} } } });
    expect((await run(agent, "install.sh")).output).to.match(
      /there is no sha256 of metrics 1.9.1 for (amd64|arm64) in the settings/,
    );
  });

  it("installs the packages that are missing, in one go", async () => {
    const stage = on({ install: { localDisks: true, logs: true, packages: ["git", "htop"] } });
    for (const command of ["iptables", "mdadm"]) stage.uninstall(command);
    stage.does("rpm --query", "[[ $3 != htop ]] || exit 1");
    const { exitCode, output } = await run(stage, "install.sh");
    expect(exitCode, output).to.equal(0);
    expect(stage.calls("dnf")).to.deep.equal([
      "dnf install --assumeyes --quiet --setopt=skip_if_unavailable=False iptables-nft mdadm htop",
      "dnf install --assumeyes --quiet --setopt=skip_if_unavailable=False amazon-cloudwatch-agent",
    ]);
  });

  it("finds the tools for btrfs among the supplementary packages, or says what to do", async () => {
    const stage = on({ install: { filesystem: "btrfs" } });
    stage.uninstall("mkfs.btrfs");
    stage.fails("dnf --quiet", "No matching Packages to list");
    const { exitCode, output } = await run(stage, "install.sh");
    expect(exitCode, output).to.equal(0);
    expect(stage.calls("dnf install")).to.deep.equal([
      "dnf install --assumeyes --quiet --setopt=skip_if_unavailable=False spal-release",
      "dnf install --assumeyes --quiet --setopt=skip_if_unavailable=False btrfs-progs",
    ]);

    stage.does(
      "dnf install",
      '[[ $5 != btrfs-progs ]] || { echo "Unable to find a match: btrfs-progs" >&2; exit 1; }',
    );
    const failed = await run(stage, "install.sh");
    expect(failed.exitCode).to.equal(1);
    expect(failed.output).to.match(
      /Unable to find a match: btrfs-progs .*This Amazon Linux has no tools for btrfs: take ext4, or an image that has them/,
    );
  });

  it("goes on without log agent and metrics agent where they cannot be had, and says why", async () => {
    const { metrics } = workerDataFor(scheduler).install;
    if (metrics === undefined) throw new Error("the settings have no metrics agent");
    const stage = on({ install: { logs: true, metrics: { ...metrics, sha256: {} } } });
    stage.does("dnf install", 'echo "Unable to find a match: amazon-cloudwatch-agent" >&2; exit 1');
    const { exitCode, output } = await run(stage, "install.sh");
    expect(exitCode, output).to.equal(0);
    expect(output.split("\n").map((line) => line.replace(/amd64|arm64/, "ARCH"))).to.deep.equal([
      "install the log agent: dnf_install, try 1 of 5: Unable to find a match: amazon-cloudwatch-agent",
      "This release has no such package: correct its name, or take another release",
      "install the log agent: dnf_install failed: Unable to find a match: amazon-cloudwatch-agent " +
        "This release has no such package: correct its name, or take another release ",
      "install the log agent: goes on without its log agent",
      "install the metrics agent 1.9.1: there is no sha256 of metrics 1.9.1 for ARCH in the settings",
      "install the metrics agent 1.9.1: goes on without its metrics agent",
      "install the metrics agent 1.9.1: done",
    ]);
    expect(link(stage, "usr/local/concourse")).to.equal("/opt/concourse/7.14.1/concourse");
    expect(stage.exists("usr/local/bin/node_exporter")).to.equal(false);
  });

  for (const status of [403, 404]) {
    it(`asks once for a release to which the server answers ${status}, and says what helps`, async () => {
      const stage = on({ install: { workerVersion: "7.14.1" } });
      scheduler.refuses = status;
      const { exitCode, output } = await run(stage, "install.sh");
      expect(exitCode).to.equal(1);
      expect(output).to.match(
        new RegExp(`install the worker 7.14.1: http:\\S+ could not be had: fetch failed: .*error: ${status}`),
      );
      expect(output).to.contain("There is none, or not for everybody: name another version or address");
      expect(stage.calls("sleep")).to.deep.equal([]);
      expect(Object.values(scheduler.asked)).to.deep.equal([1]);
    });
  }
});
