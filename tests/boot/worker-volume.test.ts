import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, symlinkSync, truncateSync, writeSync } from "node:fs";
import * as path from "node:path";
import { describeWith } from "../support/real-parts";
import { diskTools, type Stage } from "./support/stage";
import { INSTANCE, run, Scheduler, workerMachine, type Changes } from "./support/worker-machine";

describeWith("the volume of a worker, with real filesystems in files", diskTools, (programs) => {
  const disks = () => programs()[1];
  const stages: Stage[] = [];
  let scheduler: Scheduler;
  before(async () => {
    scheduler = await Scheduler.start();
  });
  after(() => scheduler.end());
  afterEach(() => {
    for (const stage of stages.splice(0)) stage.end();
  });

  const on = (changes: Changes): Stage => {
    const stage = workerMachine(scheduler, changes);
    stage.uninstall("blkid");
    stage.uninstall("mkfs.ext4");
    stage.installReal("blkid", disks().blkid);
    stage.installReal("mkfs.ext4", disks()["mkfs.ext4"]);
    mkdirSync(path.join(stage.root, "dev/disk/by-id"), { recursive: true });
    stages.push(stage);
    return stage;
  };
  const ebs: Changes = { volume: { kind: "ebs", deviceName: "/dev/xvdg" } };
  const local = (filesystem: "btrfs" | "ext4"): Changes => ({
    volume: { kind: "local" },
    install: { filesystem, localDisks: true },
  });

  /** A blank disk of 16 MiB. */
  const disk = (stage: Stage, name: string): string => {
    const file = path.join(stage.root, "dev", name);
    closeSync(openSync(file, "w"));
    truncateSync(file, 16 * 1024 * 1024);
    return file;
  };
  const attach = (stage: Stage, file: string): void => symlinkSync(file, path.join(stage.root, "dev/xvdg"));
  const localDisks = (stage: Stage, ...files: string[]): void =>
    stage.answers(
      "lsblk --json",
      JSON.stringify({
        blockdevices: [
          { name: "/dev/nvme0n1", model: "Amazon Elastic Block Store" },
          { name: "/dev/zram0", model: null },
          ...files
            .map((name) => ({ name, model: "Amazon EC2 NVMe Instance Storage              " }))
            .reverse(),
        ],
      }),
    );
  const filesystemOf = (file: string): string =>
    execFileSync(disks().blkid, ["-p", "-o", "export", file], { encoding: "utf8" });
  const changing = ["mkfs", "mdadm", "mount -t", "btrfs"];

  it("is made and mounted when it is blank, and only mounted the next time", async () => {
    const stage = on(ebs);
    const file = disk(stage, "nvme1n1");
    attach(stage, file);
    const { exitCode, output } = await run(stage, "volume.sh");
    expect(exitCode, output).to.equal(0);
    const mount = `mount -t ext4 -o noatime ${file} ${stage.root}/var/lib/concourse`;
    expect(stage.calls(...changing)).to.deep.equal([`mkfs.ext4 -q -L worker-data ${file}`, mount]);
    expect(filesystemOf(file)).to.contain("TYPE=ext4").and.to.contain("LABEL=worker-data");

    stage.forgetCalls();
    const before = readFileSync(file);
    expect((await run(stage, "volume.sh")).exitCode).to.equal(0);
    expect(stage.calls(...changing)).to.deep.equal([mount]);
    expect(readFileSync(file).equals(before)).to.equal(true);
  });

  it("is found by its id where there is no link of its name, as soon as it is attached", async () => {
    const stage = on(ebs);
    const file = disk(stage, "nvme2n1");
    stage.answers("aws ec2 describe-volumes", "vol-0123456789abcdef0\n");
    stage.does(
      "sleep 5",
      `ln -sf "${file}" "$GROUNDWORK_ROOT/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol0123456789abcdef0"\n`,
    );
    const { exitCode, output } = await run(stage, "volume.sh");
    expect(exitCode, output).to.equal(0);
    expect(output).to.contain("find_volume, try 1 of 24: no volume is attached as /dev/xvdg");
    expect(stage.calls("aws ec2")[0]).to.contain(
      `--filters Name=attachment.instance-id,Values=${INSTANCE} Name=attachment.device,Values=/dev/xvdg `,
    );
    expect(stage.calls("mount -t")[0]).to.contain(file);
  });

  it("is left alone when it is mounted, and is a folder where it is the root disk's", async () => {
    const stage = on(ebs);
    stage.succeeds("mountpoint --quiet");
    expect((await run(stage, "volume.sh")).exitCode).to.equal(0);
    const root = on({ volume: { kind: "root" } });
    expect((await run(root, "volume.sh")).exitCode).to.equal(0);
    expect(root.exists("var/lib/concourse")).to.equal(true);
    for (const one of [stage, root]) expect(one.calls("blkid", ...changing)).to.deep.equal([]);
  });

  const others: readonly (readonly [string, (file: string) => void, RegExp])[] = [
    [
      "a filesystem of another name",
      (file) => execFileSync(disks()["mkfs.ext4"], ["-q", "-L", "postgres", file]),
      /holds ext4 named postgres, which is not this worker's: it is left as it is/,
    ],
    [
      "a partition table",
      (file) => write(file, 510, Buffer.from([0x55, 0xaa]), 446, partition),
      /holds a partition table, which is not this worker's/,
    ],
    [
      "data without a filesystem",
      (file) => write(file, 4096, Buffer.from("somebody's")),
      /holds data of a kind that is not known, which is not this worker's/,
    ],
  ];
  for (const [title, fill, message] of others) {
    it(`is never made over ${title}`, async () => {
      const stage = on(ebs);
      const file = disk(stage, "nvme1n1");
      fill(file);
      attach(stage, file);
      const before = readFileSync(file);
      const { exitCode, output } = await run(stage, "volume.sh");
      expect(exitCode).to.equal(1);
      expect(output).to.match(message);
      expect(stage.calls(...changing)).to.deep.equal([]);
      expect(readFileSync(file).equals(before)).to.equal(true);
    });
  }

  it("is never made over what cannot be read", async () => {
    const stage = on(ebs);
    // Opens and gives nothing, as a broken disk does: blkid finds nothing on it either.
    attach(stage, "/dev/null");
    const { exitCode, output } = await run(stage, "volume.sh");
    expect(exitCode).to.equal(1);
    expect(output).to.match(/what \S+ holds could not be read/);
    expect(stage.calls(...changing)).to.deep.equal([]);
  });

  it("is all local disks together, striped: btrfs by itself", async () => {
    const stage = on(local("btrfs"));
    const files = [disk(stage, "nvme1n1"), disk(stage, "nvme2n1")];
    localDisks(stage, ...files);
    const { exitCode, output } = await run(stage, "volume.sh");
    expect(exitCode, output).to.equal(0);
    expect(stage.calls(...changing)).to.deep.equal([
      `mkfs.btrfs --quiet --label worker-data --data raid0 --metadata raid1 ${files.join(" ")}`,
      "btrfs device scan",
      `mount -t btrfs -o noatime ${files[0] ?? ""} ${stage.root}/var/lib/concourse`,
    ]);
  });

  it("is all local disks together, striped: ext4 on an array", async () => {
    const stage = on(local("ext4"));
    const files = [disk(stage, "nvme1n1"), disk(stage, "nvme2n1")];
    localDisks(stage, ...files);
    stage.makeDirectory("dev/md");
    stage.does("mdadm --create", 'truncate -s 32M "$2"\n');
    const { exitCode, output } = await run(stage, "volume.sh");
    expect(exitCode, output).to.equal(0);
    const array = path.join(stage.root, "dev/md/worker-data");
    expect(stage.calls(...changing)).to.deep.equal([
      `mdadm --create ${array} --run --name worker-data --level 0 --raid-devices 2 ${files.join(" ")}`,
      `mkfs.ext4 -q -L worker-data ${array}`,
      `mount -t ext4 -o noatime LABEL=worker-data ${stage.root}/var/lib/concourse`,
    ]);
  });

  it("is not made when one of several disks holds something", async () => {
    const stage = on(local("ext4"));
    const files = [disk(stage, "nvme1n1"), disk(stage, "nvme2n1")];
    localDisks(stage, ...files);
    execFileSync(disks()["mkfs.ext4"], ["-q", "-L", "worker-data", files[1] ?? ""]);
    const { exitCode, output } = await run(stage, "volume.sh");
    expect(exitCode).to.equal(1);
    expect(output).to.match(
      /1 of the disks \S+ \S+ are blank, and the others hold a part of what was on all/,
    );
    expect(stage.calls(...changing)).to.deep.equal([]);
  });

  it("says that a machine has no local disks", async () => {
    const stage = on(local("ext4"));
    localDisks(stage);
    const { exitCode, output } = await run(stage, "volume.sh");
    expect(exitCode).to.equal(1);
    expect(output).to.contain("find the volume: this machine has no disks of its own");
  });
});

/** The one entry of a table that has one: type Linux, from sector 2048. */
const partition = Buffer.from([0, 0, 0, 0, 0x83, 0, 0, 0, 0, 8, 0, 0, 0, 0x10, 0, 0]);

function write(file: string, ...parts: readonly (number | Buffer)[]): void {
  const descriptor = openSync(file, "r+");
  for (let at = 0; at < parts.length; at += 2) {
    writeSync(descriptor, parts[at + 1] as Buffer, 0, undefined, parts[at] as number);
  }
  closeSync(descriptor);
}
