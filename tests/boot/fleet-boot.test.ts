import { expect } from "chai";
import { describeWith } from "../support/real-parts";
import {
  DISK,
  FAILURE,
  GROUP,
  INSTANCE,
  machine,
  REPORT,
  said,
  VOLUME,
  volumeIs,
  withVolume,
} from "./support/fleet-machine";
import { diskTools, type Stage } from "./support/stage";

const boot = "fleet/boot.sh";
const complete = (result: string): string =>
  `aws autoscaling complete-lifecycle-action --lifecycle-hook-name boot --auto-scaling-group-name ${GROUP} ` +
  `--instance-id ${INSTANCE} --lifecycle-action-result ${result}`;
const attach = `aws ec2 attach-volume --volume-id ${VOLUME} --instance-id ${INSTANCE} --device /dev/sdf`;
const outcome = "aws autoscaling complete";

describeWith("a fleet's machine at its first boot", diskTools, () => {
  const stages: Stage[] = [];
  const on = (changes: Record<string, unknown> = {}): Stage => {
    const stage = machine(changes);
    stages.push(stage);
    return stage;
  };
  afterEach(() => {
    for (const stage of stages.splice(0)) stage.end();
  });

  /** Runs a boot that must fail, and returns why by the machine's own word. */
  async function failure(stage: Stage): Promise<string> {
    const { exitCode, output } = await stage.run(boot);
    expect(exitCode, output).to.equal(1);
    expect(stage.calls(outcome)).to.deep.equal([complete("ABANDON")]);
    const [why] = said(stage, FAILURE);
    expect(why).to.include({ instance: INSTANCE, version: "3" });
    expect(said(stage, REPORT).at(-1)).to.include({ status: "failed", reason: why?.["reason"] });
    return why?.["reason"] ?? "";
  }

  it("closes ssh, sets up in order, runs its service, watches for its end, and only then enters service", async () => {
    const stage = on({
      boot: {
        packages: ["nginx", "git"],
        environment: { WHO: 'it\'s "me" $HOME' },
        setup: ['printf "%s\\n" "$WHO" >"$STAND_INS/who"', 'cp "$STAND_INS/who" "$STAND_INS/again"'],
        service: ["/usr/bin/api", "--port", "8080"],
      },
      roll: { drainSeconds: 45 },
    });
    const { exitCode, output } = await stage.run(boot);
    expect(exitCode, output).to.equal(0);
    expect(stage.kept("again")).to.equal('it\'s "me" $HOME\n');
    expect(stage.calls("dnf", "systemctl disable", "systemctl enable", outcome)).to.deep.equal([
      "systemctl disable --now sshd.service",
      "dnf install --assumeyes --quiet --setopt=skip_if_unavailable=False nginx git",
      "systemctl enable --now fleet-drain.service",
      "systemctl enable --now fleet-role.service",
      complete("CONTINUE"),
    ]);
    expect(stage.read("etc/systemd/system/fleet-role.service.d/role.conf")).to.equal(
      "[Unit]\n[Service]\nTimeoutStopSec=45\n",
    );
    expect(said(stage, REPORT).map(({ status }) => status)).to.deep.equal(["starting", "healthy"]);
    expect(stage.calls("aws ec2", `aws ssm put-parameter --name ${FAILURE}`)).to.deep.equal([]);
    expect(stage.tokenless).to.equal(0);
  });

  it("attaches its volume, makes a filesystem on a blank one, and mounts it at every start from then on", async () => {
    const stage = on({ ...withVolume, boot: { service: ["/usr/bin/git-server"] } });
    const { exitCode, output } = await stage.run(boot);
    expect(exitCode, output).to.equal(0);
    expect(stage.calls("aws ec2 attach", "mkfs ", "mount ", "resize2fs")).to.deep.equal([
      attach,
      `mkfs --type ext4 -q ${stage.root}/${DISK}`,
      "mount /srv/git",
      `resize2fs ${stage.root}/${DISK}`,
    ]);
    expect(stage.read("etc/fstab")).to.match(
      /^UUID=[0-9a-f-]{36} \/srv\/git ext4 defaults,nofail,x-systemd.device-timeout=60 0 2\n$/,
    );
    expect(stage.read("etc/systemd/system/fleet-role.service.d/role.conf")).to.contain(
      "RequiresMountsFor=/srv/git\n",
    );
    for (const tag of ["project", "environment", "managed-by", "role", "volume"]) {
      expect(stage.calls("aws ec2 describe-volumes")[0]).to.contain(`"Name":"tag:${tag}"`);
    }
  });

  it("never formats a volume that holds anything", async () => {
    const stage = on(withVolume);
    await stage.run(boot);
    const before = stage.read(DISK);
    stage.forgetCalls();
    // As another machine finds it later, which would like it to be xfs.
    stage.write("etc/groundwork/role.json", stage.read("etc/groundwork/role.json").replace("ext4", "xfs"));
    const { exitCode, output } = await stage.run(boot);
    expect(exitCode, output).to.equal(0);
    expect(stage.calls("mkfs")).to.deep.equal([]);
    expect(stage.calls("resize2fs")).to.have.length(1);
    expect(stage.read(DISK)).to.equal(before);
    expect(stage.read("etc/fstab").split("\n").filter(Boolean)).to.have.length(1);
  });

  it("leaves a volume alone that holds what it does not know", async () => {
    const stage = on(withVolume);
    stage.does(
      "aws ec2 attach-volume",
      `${volumeIs("in-use", INSTANCE, "attached")}
       mkdir -p "$(dirname "$GROUNDWORK_ROOT/${DISK}")"
       { head -c 1000000 /dev/zero; echo somebody; head -c 9000000 /dev/zero; } >"$GROUNDWORK_ROOT/${DISK}"`,
    );
    expect(await failure(stage)).to.match(/^take the volumes: \S+ is not blank, and holds no filesystem/);
    expect(stage.calls("mkfs", "mount ")).to.deep.equal([]);
  });

  it("waits for the machine before it to let go of the volume", async () => {
    const stage = on(withVolume);
    stage.answers("aws ec2 describe-volumes", `${VOLUME}\tin-use\teu-west-1b\ti-old\tattached\n`);
    stage.does(
      "sleep 5",
      `[[ $(grep -c describe-volumes "$STAND_INS/calls") != 3 ]] || ${volumeIs("available")}`,
    );
    const { exitCode, output } = await stage.run(boot);
    expect(exitCode, output).to.equal(0);
    expect(stage.calls("aws ec2 attach-volume")).to.deep.equal([attach]);
    expect(stage.calls("aws ec2 detach-volume")).to.deep.equal([]);
  });

  it("fails when the volume stays with another machine, and says with which", async () => {
    const stage = on({ ...withVolume, roll: { drainSeconds: 20 } });
    stage.answers("aws ec2 describe-volumes", `${VOLUME}\tin-use\teu-west-1b\ti-old\tattached\n`);
    expect(await failure(stage)).to.match(
      /^take the volumes: repositories, vol-0123456789abcdef0, is still attached to i-old after 200 seconds\. That machine has to let go of it/,
    );
    expect(stage.calls("aws ec2 attach-volume", "mkfs", "mount ")).to.deep.equal([]);
    expect(stage.calls("aws autoscaling suspend-processes")).to.have.length(1);
  });

  for (const [what, answer, says] of [
    ["there is none", "\n", /there is not exactly one volume with the tags of repositories, but 0/],
    [
      "there are two",
      `${VOLUME}\tavailable\teu-west-1b\tNone\tNone\nvol-1\tavailable\teu-west-1b\tNone\tNone\n`,
      /but 2/,
    ],
    [
      "it is in another zone",
      `${VOLUME}\tavailable\teu-west-1a\tNone\tNone\n`,
      /is in eu-west-1a, and this machine is in eu-west-1b/,
    ],
  ] as const) {
    it(`fails when of its volume ${what}`, async () => {
      const stage = on(withVolume);
      stage.answers("aws ec2 describe-volumes", answer);
      expect(await failure(stage)).to.match(says);
    });
  }

  it("takes its address, and asks for none without one", async () => {
    const stage = on({ address: true });
    expect((await stage.run(boot)).exitCode).to.equal(0);
    expect(stage.calls("aws ec2 associate-address")).to.deep.equal([
      `aws ec2 associate-address --allocation-id eipalloc-0123 --instance-id ${INSTANCE} --allow-reassociation`,
    ]);
  });

  it("gives secrets to setup in the environment, fetched with its own role, and shows them nowhere", async () => {
    const arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:git-a1B2c3";
    const stage = on({
      boot: {
        secrets: { KEY: { arn, jsonKey: "key" } },
        setup: ['[[ $KEY == "s3cret value" ]]'],
        service: ["/usr/bin/git-server"],
      },
    });
    stage.answers("aws secretsmanager get-secret-value", '{"key":"s3cret value"}\n');
    const { exitCode, output } = await stage.run(boot);
    expect(exitCode, output).to.equal(0);
    expect(output).not.to.contain("s3cret");
    expect(stage.calls().join("\n")).not.to.contain("s3cret");
  });

  for (const [what, changes, prepare, says] of [
    [
      "a package cannot be installed",
      { boot: { packages: ["nginx"] } },
      (stage: Stage): void => stage.fails("dnf install", "No match for argument: nginx"),
      /^install packages: dnf_install failed 5 times: No match for argument: nginx/,
    ],
    [
      "setup fails",
      { boot: { setup: ["true", "echo no such thing >&2; exit 7"] } },
      (): void => undefined,
      /^set up: setup command 2 of 2 ended with exit code 7: no such thing/,
    ],
    [
      "a filesystem cannot be made",
      withVolume,
      (stage: Stage): void => stage.fails("mkfs --type", "mkfs: input output error"),
      /^take the volumes: mkfs failed 1 times: mkfs: input output error/,
    ],
    [
      "a volume cannot be mounted",
      withVolume,
      (stage: Stage): void => stage.fails("mount /srv/git", "wrong fs type"),
      /^take the volumes: mount failed 3 times: wrong fs type/,
    ],
    [
      "no device comes up",
      withVolume,
      (stage: Stage): void => stage.does("aws ec2 attach-volume", volumeIs("in-use", INSTANCE, "attached")),
      /^take the volumes: vol-0123456789abcdef0 is attached, and no device has come up for it/,
    ],
    [
      "the address is refused",
      { address: true },
      (stage: Stage): void => stage.fails("aws ec2 associate-address", "UnauthorizedOperation"),
      /^take the address: take_address failed 5 times: UnauthorizedOperation/,
    ],
    [
      "a secret cannot be fetched",
      {
        boot: {
          secrets: { KEY: { arn: "arn:aws:ssm:eu-west-1:123456789012:parameter/git/key" } },
          setup: ["true"],
        },
      },
      (stage: Stage): void => stage.fails("aws ssm get-parameter", "AccessDenied"),
      /^set up: setup command 1 of 1 ended with exit code 1: .*the value of KEY could not be fetched/,
    ],
    [
      "the service ends again and again",
      { boot: { service: ["/usr/bin/api"] } },
      (stage: Stage): void => {
        stage.answers("systemctl show", "5\n");
        stage.answers("journalctl", "port in use\n");
        stage.answers("journalctl --unit", "port in use\n");
      },
      /^wait until ready: the service has ended 5 times: port in use/,
    ],
    [
      "it does not become ready",
      { boot: { service: ["/usr/bin/api"], ready: "exit 1", timeoutSeconds: 60 } },
      (): void => undefined,
      /^wait until ready: not ready after 60 seconds: the command of boot.ready/,
    ],
  ] as const) {
    it(`is abandoned when ${what}, and says why`, async () => {
      const stage = on(changes);
      prepare(stage);
      expect(await failure(stage)).to.match(says);
    });
  }

  it("of a group that has been healthy keeps the group's report, stops nothing, and says why elsewhere", async () => {
    const stage = on({ boot: { setup: ["exit 3"] } });
    stage.answersFor("aws ssm get-parameter", REPORT, `{"group":"${GROUP}","status":"healthy"}\n`);
    expect((await stage.run(boot)).exitCode).to.equal(1);
    expect(said(stage, REPORT)).to.deep.equal([]);
    expect(said(stage, FAILURE)[0]).to.include({
      reason: "set up: setup command 1 of 1 ended with exit code 3: ",
    });
    expect(stage.calls("aws autoscaling suspend", outcome)).to.deep.equal([complete("ABANDON")]);
  });

  it("starts its service after a reboot with secrets fetched anew, and without any when one cannot be had", async () => {
    const arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:git-a1B2c3";
    const stage = on({
      boot: {
        environment: { WHO: "me" },
        secrets: { KEY: { arn } },
        service: ["/bin/sh", "-c", 'echo "$WHO has $KEY" >>"$STAND_INS/service"'],
      },
    });
    for (const value of ["one", "two"]) {
      stage.answers("aws secretsmanager get-secret-value", `${value}\n`);
      expect((await stage.run("fleet/run.sh")).exitCode).to.equal(0);
    }
    stage.fails("aws secretsmanager get-secret-value", "AccessDenied");
    const { exitCode, output } = await stage.run("fleet/run.sh");
    expect(exitCode).to.equal(1);
    expect(output).to.contain("the value of KEY could not be fetched: AccessDenied");
    expect(stage.kept("service")).to.equal("me has one\nme has two\n");
  });

  it("may run a second time: nothing is set up, attached or formatted twice", async () => {
    const stage = on({ ...withVolume, boot: { setup: ['echo once >>"$STAND_INS/setups"'] } });
    expect((await stage.run(boot)).exitCode).to.equal(0);
    stage.succeeds("mountpoint --quiet");
    stage.answers("mountpoint --quiet", "");
    stage.forgetCalls();
    const { exitCode, output } = await stage.run(boot);
    expect(exitCode, output).to.equal(0);
    expect(stage.kept("setups")).to.equal("once\n");
    expect(stage.calls("aws ec2 attach", "mkfs", "mount ")).to.deep.equal([]);
  });
});
