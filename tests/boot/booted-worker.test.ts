import { expect } from "chai";
import * as path from "node:path";
import { both, describeWith, installed } from "../support/real-parts";
import { BootedMachine, Disk, ownMachine } from "./support/booted-machine";
import { diskTools, type Stage } from "./support/stage";
import { concourseCalls, outcome, Scheduler, workerMachine, type Changes } from "./support/worker-machine";

/** What the stage of a worker stands in for elsewhere, and this machine has itself. */
const real = [
  ...["systemctl", "journalctl", "sleep", "blkid", "mkfs.ext4"],
  ...["mkfs.btrfs", "btrfs", "mount", "mountpoint"],
];
const tools = both(installed(["mkfs.btrfs"], "mkfs.btrfs (Debian: apt-get install btrfs-progs)"), diskTools);

describeWith("a worker's machine that systemd runs", both(ownMachine, tools), () => {
  let scheduler: Scheduler;
  let stage: Stage;
  let machine: BootedMachine | undefined;
  const disks: Disk[] = [];
  /** @param devices Names of its disks. */
  const start = async (devices: readonly string[], changes: Changes): Promise<BootedMachine> => {
    stage = workerMachine(scheduler, changes);
    for (const device of devices) disks.push(await Disk.attach(stage.directory, path.basename(device), 512));
    stage.keep("work", "exec sleep infinity\n");
    stage.keep("retire", 'kill "$(systemctl show --property MainPID --value worker.service)"\n');
    machine = await BootedMachine.start(stage, {
      scripts: "worker",
      real,
      ports: [scheduler.port],
      setup: ["/dev/btrfs-control", ...devices]
        .map(
          (device, index) =>
            `touch .${device}; mount --bind ${disks[index - 1]?.device ?? device} .${device}`,
        )
        .join("\n"),
    });
    return machine;
  };
  beforeEach(async () => {
    scheduler = await Scheduler.start();
  });
  afterEach(async () => {
    await machine?.end();
    for (const disk of disks.splice(0)) await disk.detach();
    scheduler.end();
  });

  it("comes up, keeps its data over a restart, and retires its worker when its group takes it away", async () => {
    const on = await start(["/dev/xvdb"], {
      volume: { kind: "ebs", deviceName: "/dev/xvdb" },
      drainTimeoutSeconds: 900,
    });
    const first = await on.boot();
    expect(first.exitCode, first.output).to.equal(0);
    expect(first.output).to.contain("make the filesystem: ext4 on /dev/xvdb");
    expect(outcome(stage)).to.deep.equal([
      "complete-lifecycle-action boot CONTINUE",
      "put-metric-data ConsecutiveFailedBoots --value 0",
    ]);
    expect(await on.ask("systemctl", "is-active", "worker.service", "worker-watch.service")).to.equal(
      "active\nactive",
    );
    expect(await on.ask("systemctl", "is-active", "sshd.service")).to.equal("inactive");
    expect(
      await on.ask(
        "systemctl",
        "is-enabled",
        "worker-boot.service",
        "worker-metrics.service",
        "sshd.service",
      ),
    ).to.equal("enabled\nenabled\ndisabled");
    expect(
      await on.ask("systemctl", "show", "worker.service", "--property", "Slice,TimeoutStopUSec", "--value"),
    ).to.equal("16min\nworker.slice");
    expect(
      await on.ask("findmnt", "--noheadings", "--output", "FSTYPE,LABEL,SOURCE", "/var/lib/concourse"),
    ).to.match(/^ext4 +(worker-data +)?\/dev\/xvdb$/);

    await on.ask("touch", "/var/lib/concourse/data");
    await on.ask("systemctl", "stop", "worker.service", "worker-watch.service");
    await on.ask("umount", "/var/lib/concourse");
    stage.forgetCalls();
    await on.ask("systemctl", "start", "worker-boot.service");
    expect(await on.ask("cat", "/var/log/groundwork/boot.log")).to.match(/in service$/);
    expect(await on.ask("ls", "/var/lib/concourse")).to.contain("data");

    stage.drop("concourse");
    stage.forgetCalls();
    stage.says("autoscaling/target-lifecycle-state", "Terminated");
    await on.until("! systemctl is-active worker-watch.service");
    expect(concourseCalls(stage).map((call) => call.split(" ")[0])).to.deep.equal(["retire-worker"]);
    expect(outcome(stage).filter((call) => !call.startsWith("record"))).to.deep.equal([
      "complete-lifecycle-action drain CONTINUE",
    ]);
    expect(await on.ask("cat", "/var/log/groundwork/watch.log")).to.match(
      /the group ends this machine\nwatch: drained$/,
    );
    expect(
      await on.ask("systemctl", "show", "worker.service", "--property", "ActiveState,Result", "--value"),
    ).to.equal("success\ninactive");
  });

  it("stripes btrfs over its local disks, and finds it again", async () => {
    const devices = ["/dev/nvme1n1", "/dev/nvme2n1"];
    const on = await start(devices, {
      volume: { kind: "local" },
      install: { filesystem: "btrfs", localDisks: true },
    });
    stage.answers(
      "lsblk --json",
      JSON.stringify({
        blockdevices: devices.map((name) => ({ name, model: "Amazon EC2 NVMe Instance Storage" })),
      }),
    );
    const volume = "/opt/groundwork/worker/volume.sh";
    expect(await on.ask(volume)).to.contain("make the filesystem: btrfs on /dev/nvme1n1 /dev/nvme2n1");
    await on.ask("touch", "/var/lib/concourse/data");
    await on.ask("umount", "/var/lib/concourse");
    expect(await on.ask(volume)).not.to.contain("make the filesystem");
    expect(await on.ask("ls", "/var/lib/concourse")).to.equal("data");
    expect(await on.ask("btrfs", "filesystem", "show", "/var/lib/concourse")).to.match(
      /^Label: 'worker-data' .*\n\s+Total devices 2 /,
    );
  });
});
