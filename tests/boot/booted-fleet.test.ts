import { expect } from "chai";
import { both, describeWith } from "../support/real-parts";
import { BootedMachine, Disk, ownMachine } from "./support/booted-machine";
import { FAILURE, machine as fleetMachine, REPORT, said, VOLUME, withVolume } from "./support/fleet-machine";
import { diskTools } from "./support/stage";

/** What the stage of a role stands in for elsewhere, and this machine has itself. */
const real = [
  ...["systemctl", "journalctl", "sleep", "mount", "umount", "mountpoint"],
  ...["blkid", "mkfs", "mkfs.ext4", "resize2fs"],
];

describeWith("a fleet's machine that systemd runs", both(ownMachine, diskTools), () => {
  let machine: BootedMachine | undefined;
  let disk: Disk | undefined;
  afterEach(async () => {
    await machine?.end();
    await disk?.detach();
  });

  it("takes its volume, runs its service, and lets go of both when its group takes it away", async () => {
    const stage = fleetMachine({
      ...withVolume,
      boot: {
        environment: { GREETING: 'it\'s "me" for $5' },
        service: ["bash", "-c", 'echo "$GREETING" >/srv/git/said; exec sleep infinity'],
        ready: "test -s /srv/git/said",
        setup: ["touch /srv/git/set-up"],
      },
    });
    disk = await Disk.attach(stage.directory, "disk", 64);
    stage.does("aws ec2 attach-volume", attached);
    machine = await BootedMachine.start(stage, {
      scripts: "fleet",
      real,
      setup: `
        touch dev/disk-of-the-role
        mount --bind ${disk.device} dev/disk-of-the-role
        mkdir -p dev/disk/by-id`,
    });
    const { exitCode, output } = await machine.boot();
    expect(exitCode, output).to.equal(0);
    expect(output).to.match(/in service$/);
    expect(said(stage, REPORT).map(({ status }) => status)).to.deep.equal(["starting", "healthy"]);
    expect(said(stage, FAILURE)).to.deep.equal([]);
    expect(await machine.ask("cat", "/srv/git/said")).to.equal('it\'s "me" for $5');
    expect(await machine.ask("findmnt", "--noheadings", "--output", "FSTYPE", "/srv/git")).to.equal("ext4");
    const uuid = await machine.ask(
      "blkid",
      "--probe",
      "--match-tag",
      "UUID",
      "--output",
      "value",
      "/dev/disk-of-the-role",
    );
    expect(await machine.ask("grep", "/srv/git", "/etc/fstab")).to.equal(
      `UUID=${uuid} /srv/git ext4 defaults,nofail,x-systemd.device-timeout=60 0 2`,
    );
    expect(
      await machine.ask(
        "systemctl",
        "show",
        "fleet-role.service",
        "--property",
        "ActiveState,RequiresMountsFor",
      ),
    ).to.equal("RequiresMountsFor=/srv/git\nActiveState=active");

    stage.forgetCalls();
    stage.answers(
      "aws autoscaling describe-auto-scaling-instances",
      "groundwork-dev-fleet-git\t3\tTerminating:Wait\n",
    );
    stage.answers("aws ec2 describe-volumes", `${VOLUME}\ti-0000000000000000a\n`);
    stage.says("autoscaling/target-lifecycle-state", "Terminated");
    await machine.until("! systemctl is-active fleet-drain.service");
    expect(
      await machine.ask("journalctl", "--output", "cat", "--no-pager", "--unit", "fleet-drain.service"),
    ).to.contain("say so: drained\n");
    expect(await machine.ask("systemctl", "is-active", "fleet-role.service")).to.equal("inactive");
    expect(await machine.ask("findmnt", "/srv/git")).to.equal("");
    expect(stage.calls("aws ec2 detach-volume", "aws autoscaling complete")).to.deep.equal([
      `aws ec2 detach-volume --volume-id ${VOLUME} --instance-id i-0000000000000000a`,
      "aws autoscaling complete-lifecycle-action --lifecycle-hook-name drain --auto-scaling-group-name groundwork-dev-fleet-git " +
        "--instance-id i-0000000000000000a --lifecycle-action-result CONTINUE",
    ]);
  });
});

/** What EC2 and the kernel do: the volume is attached, and its device comes up under its serial number. */
const attached = `
printf '${VOLUME}\\tin-use\\teu-west-1b\\ti-0000000000000000a\\tattached\\n' >"$STAND_INS/aws_ec2_describe-volumes"
ln -sfn /dev/disk-of-the-role /dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_${VOLUME.replace("-", "")}
`;
