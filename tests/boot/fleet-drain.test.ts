import { expect } from "chai";
import { describeWith } from "../support/real-parts";
import { GROUP, inGroup, INSTANCE, machine, VOLUME, volumeIs, withVolume } from "./support/fleet-machine";
import { diskTools, type Stage } from "./support/stage";

const complete =
  `aws autoscaling complete-lifecycle-action --lifecycle-hook-name drain --auto-scaling-group-name ${GROUP} ` +
  `--instance-id ${INSTANCE} --lifecycle-action-result CONTINUE`;
const detach = `aws ec2 detach-volume --volume-id ${VOLUME} --instance-id ${INSTANCE}`;
const outcome = ["systemctl", "umount", "aws ec2 detach-volume", "aws autoscaling complete"];
const balanced = { loadBalancer: { tcp: [{ port: 9418 }] } };

describeWith("a fleet's machine that its group takes away", diskTools, () => {
  const stages: Stage[] = [];
  const on = (changes: Record<string, unknown> = {}): Stage => {
    const stage = machine({ boot: { service: ["/usr/bin/git-server"] }, ...changes });
    inGroup(stage, "Terminating:Wait");
    stage.succeeds("mountpoint --quiet");
    stage.answers("aws ec2 describe-volumes", `${VOLUME}\t${INSTANCE}\n`);
    stage.does(
      "aws ec2 detach-volume",
      `printf '${VOLUME}\\tNone\\n' >"$STAND_INS/aws_ec2_describe-volumes"`,
    );
    stages.push(stage);
    return stage;
  };
  afterEach(() => {
    for (const stage of stages.splice(0)) stage.end();
  });

  it("is drained as soon as the metadata service says so, and not before", async () => {
    const stage = on();
    stage.says("autoscaling/target-lifecycle-state", "InService");
    stage.does(
      "sleep 5",
      `[[ $(grep -c '^sleep' "$STAND_INS/calls") -lt 3 ]] || echo -n Terminated >"$STAND_INS/metadata/autoscaling__target-lifecycle-state"`,
    );
    const { exitCode, output } = await stage.run("fleet/watch.sh");
    expect(exitCode, output).to.equal(0);
    expect(stage.calls("sleep")).to.have.length(3);
    expect(stage.calls(...outcome)).to.deep.equal(["systemctl stop fleet-role.service", complete]);
    expect(stage.tokenless).to.equal(0);
  });

  it("watches on while the metadata service says nothing", async () => {
    const stage = on();
    stage.givesTokens = false;
    stage.does("sleep 5", `[[ $(grep -c '^sleep' "$STAND_INS/calls") -lt 4 ]] || kill $PPID`);
    await stage.run("fleet/watch.sh");
    expect(stage.calls("sleep")).to.have.length(4);
    expect(stage.calls(...outcome)).to.deep.equal([]);
  });

  it("stops, unmounts, detaches, and only then says so", async () => {
    const stage = on({
      ...withVolume,
      boot: { stop: "echo bye", service: ["/usr/bin/git-server"] },
    });
    const { exitCode, output } = await stage.run("fleet/drain.sh");
    expect(exitCode, output).to.equal(0);
    expect(output).to.contain("bye");
    expect(stage.calls(...outcome)).to.deep.equal([
      "systemctl stop fleet-role.service",
      "umount /srv/git",
      detach,
      complete,
    ]);
  });

  it("goes on serving until its load balancers have let go of it", async () => {
    const stage = on(balanced);
    stage.answers("aws autoscaling describe-load-balancer-target-groups", "arn:a\narn:b\n");
    stage.answers("aws elbv2 describe-target-health", "draining\n");
    stage.does(
      "sleep 5",
      `[[ $(grep -c '^sleep' "$STAND_INS/calls") -lt 2 ]] || echo unused >"$STAND_INS/aws_elbv2_describe-target-health"`,
    );
    expect((await stage.run("fleet/drain.sh")).exitCode).to.equal(0);
    expect(stage.calls("aws elbv2", "systemctl")).to.deep.equal([
      ...[1, 2, 3].flatMap(() =>
        ["arn:a", "arn:b"].map(
          (arn) =>
            `aws elbv2 describe-target-health --target-group-arn ${arn} --targets Id=${INSTANCE} --output text ` +
            "--query TargetHealthDescriptions[].[TargetHealth.State]",
        ),
      ),
      "systemctl stop fleet-role.service",
    ]);
  });

  it("goes on serving while one of its load balancers has not let go, or cannot be asked", async () => {
    const stage = on({ ...balanced, roll: { drainSeconds: 20 } });
    stage.answers("aws autoscaling describe-load-balancer-target-groups", "arn:a\narn:b\n");
    stage.answers("aws elbv2 describe-target-health", "unused\n");
    // The last one answers well each time.
    stage.does(
      "aws elbv2 describe-target-health",
      `[[ $* != *arn:a* ]] || [[ $(grep -c '^sleep' "$STAND_INS/calls") -ge 3 ]] || { echo Throttling >&2; exit 254; }`,
    );
    const { output } = await stage.run("fleet/drain.sh");
    expect(output).to.contain("target_states, try 1 of 1: Throttling");
    expect(stage.calls("sleep 5")).to.have.length(3);
    expect(stage.calls(...outcome)).to.deep.equal(["systemctl stop fleet-role.service", complete]);
  });

  it("waits for load balancers no longer than it may", async () => {
    const stage = on({ ...balanced, roll: { drainSeconds: 20 } });
    stage.answers("aws autoscaling describe-load-balancer-target-groups", "arn:a\n");
    stage.answers("aws elbv2 describe-target-health", "draining\n");
    expect((await stage.run("fleet/drain.sh")).exitCode).to.equal(0);
    expect(stage.calls("sleep 5")).to.have.length(4);
    expect(stage.calls(...outcome)).to.deep.equal(["systemctl stop fleet-role.service", complete]);
  });

  it("leaves a volume attached that it cannot unmount: detached, it could lose what was written last", async () => {
    const stage = on(withVolume);
    stage.fails("umount /srv/git", "target is busy");
    const { exitCode, output } = await stage.run("fleet/drain.sh");
    expect(exitCode, output).to.equal(0);
    expect(output).to.contain("volume 0 stays with the machine: umount failed 5 times: target is busy");
    expect(stage.calls(...outcome).slice(-1)).to.deep.equal([complete]);
    expect(stage.calls("aws ec2 detach-volume")).to.deep.equal([]);
  });

  it("detaches nothing that another machine has by now", async () => {
    const stage = on(withVolume);
    stage.answers("aws ec2 describe-volumes", `${VOLUME}\ti-another\n`);
    expect((await stage.run("fleet/drain.sh")).exitCode).to.equal(0);
    expect(stage.calls("aws ec2 detach-volume")).to.deep.equal([]);
  });

  for (const [what, prepare] of [
    ["its stop command fails", (): void => undefined],
    ["its service does not end", (stage: Stage): void => stage.fails("systemctl stop", "timed out")],
    [
      "load balancers cannot be asked",
      (stage: Stage): void =>
        stage.fails("aws autoscaling describe-load-balancer-target-groups", "AccessDenied"),
    ],
    [
      "the volume cannot be detached",
      (stage: Stage): void => stage.fails("aws ec2 detach-volume", "UnauthorizedOperation"),
    ],
    [
      "the volume stays attached",
      (stage: Stage): void => stage.does("aws ec2 detach-volume", volumeIs("in-use")),
    ],
  ] as const) {
    it(`says so all the same when ${what}: its group waits for it`, async () => {
      const stage = on({
        ...withVolume,
        ...balanced,
        boot: { stop: "exit 4", service: ["/usr/bin/git-server"] },
      });
      stage.answers("aws autoscaling describe-load-balancer-target-groups", "arn:a\n");
      prepare(stage);
      const { exitCode, output } = await stage.run("fleet/drain.sh");
      expect(exitCode, output).to.equal(0);
      expect(stage.calls("aws autoscaling complete")).to.deep.equal([complete]);
    });
  }

  it("does nothing to a machine that its group keeps", async () => {
    const stage = on(withVolume);
    inGroup(stage, "InService");
    expect((await stage.run("fleet/drain.sh")).exitCode).to.equal(1);
    expect(stage.calls(...outcome)).to.deep.equal([]);
  });
});
