import { expect } from "chai";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { describeWith } from "../support/real-parts";
import { scriptTools, Stage, type Result } from "./support/stage";

const install = {
  filesystem: "ext4",
  localDisks: true,
  logs: true,
  metrics: { version: "1.9.1" },
  packages: ["git"],
  workerVersion: "7.14.1",
};

describeWith("an image that was built", scriptTools, () => {
  let stage: Stage;

  /** A program below the machine's root that ends as it is told. */
  const program = (file: string, code = 0): void => {
    const at = path.join(stage.root, file);
    mkdirSync(path.dirname(at), { recursive: true });
    writeFileSync(at, `#!/bin/bash\nexit ${code}\n`);
    chmodSync(at, 0o755);
  };
  const check = (): Promise<Result> => stage.run("worker-image/check.sh");

  beforeEach(() => {
    stage = new Stage({});
    for (const command of ["iptables", "mkfs.ext4", "mdadm", "rpm"]) {
      stage.install(command);
    }
    program("opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl");
    program("opt/concourse/7.14.1/concourse/bin/concourse");
    program("usr/local/bin/node_exporter");
    symlinkSync(
      path.join(stage.root, "opt/concourse/7.14.1/concourse"),
      path.join(stage.root, "usr/local/concourse"),
    );
    stage.write("etc/groundwork/worker.json", JSON.stringify({ install }));
  });
  afterEach(() => stage.end());

  it("passes when it holds everything that its settings name, without asking anybody", async () => {
    const { exitCode, output } = await check();
    expect(output).to.equal("check the image: it holds everything\n".trim());
    expect(exitCode).to.equal(0);
    expect(stage.calls()).to.deep.equal(["rpm --query --quiet git"]);
  });

  it("names everything that it lacks at once", async () => {
    stage.fails("rpm --query", "package git is not installed");
    stage.uninstall("mdadm");
    program("usr/local/bin/node_exporter", 1);
    const { exitCode, output } = await check();
    expect(exitCode).to.equal(1);
    expect(output.split("\n").filter((line) => line.startsWith("the image"))).to.deep.equal([
      "the image lacks: mdadm",
      "the image lacks: the package git",
      "the image lacks: a metrics agent that runs",
    ]);
  });

  it("fails with another version of the worker than the settings want", async () => {
    stage.write(
      "etc/groundwork/worker.json",
      JSON.stringify({ install: { ...install, workerVersion: "7.15.0" } }),
    );
    const { exitCode, output } = await check();
    expect(output).to.equal("the image lacks: the worker 7.15.0");
    expect(exitCode).to.equal(1);
  });

  it("fails with a worker that does not run", async () => {
    program("opt/concourse/7.14.1/concourse/bin/concourse", 127);
    const { exitCode, output } = await check();
    expect(output).to.equal("the image lacks: a worker that runs");
    expect(exitCode).to.equal(1);
  });

  it("needs nothing that its settings leave out", async () => {
    stage.uninstall("mdadm");
    stage.remove("usr/local/bin/node_exporter");
    stage.remove("opt/aws");
    stage.write(
      "etc/groundwork/worker.json",
      JSON.stringify({ install: { filesystem: "ext4", localDisks: false, logs: false, packages: [] } }),
    );
    expect((await check()).exitCode).to.equal(0);
  });
});
