import { expect } from "chai";
import { describeWith } from "../support/real-parts";
import { scriptTools, type Stage } from "./support/stage";
import {
  API_TOKEN,
  GROUP,
  inGroup,
  INSTANCE,
  outcome,
  PARAMETERS,
  run,
  Scheduler,
  workerMachine,
  type Changes,
} from "./support/worker-machine";

const letGo = "complete-lifecycle-action drain CONTINUE";
/** The group waits with its terminate hook, too, for a machine that has nothing to drain. */
const abandoned = ["complete-lifecycle-action boot ABANDON", letGo];
const counted = (times: number): string[] => [
  `put-parameter ${PARAMETERS}/failures`,
  `put-metric-data ConsecutiveFailedBoots --value ${times}`,
];
const waits = (times: number): string[] =>
  Array.from({ length: times }, () => "record-lifecycle-action-heartbeat boot");
/** 180 seconds, looked at every 30. */
const lookedAt = waits(6);

/** What the machine has said of its failure. */
function reasonOf(stage: Stage): string {
  const [call = ""] = stage.calls(`aws ssm put-parameter --name ${PARAMETERS}/failures`);
  const value = JSON.parse(/--value (\{.*\})$/.exec(call)?.[1] ?? "{}") as Record<string, string>;
  expect(value["instance"]).to.equal(INSTANCE);
  return value["reason"] ?? "";
}

describeWith("a worker's machine that does not come up", scriptTools, () => {
  const stages: Stage[] = [];
  let scheduler: Scheduler;
  const on = (changes: Changes = {}): Stage => {
    const stage = workerMachine(scheduler, changes);
    stage.says("autoscaling/target-lifecycle-state", "Terminated");
    stages.push(stage);
    return stage;
  };
  beforeEach(async () => {
    scheduler = await Scheduler.start();
  });
  afterEach(() => {
    for (const stage of stages.splice(0)) stage.end();
    scheduler.end();
  });

  const failures: readonly {
    readonly title: string;
    readonly changes?: Changes;
    readonly spoil: (stage: Stage) => void;
    readonly reason: RegExp;
  }[] = [
    {
      title: "packages that cannot be had",
      spoil: (stage) => {
        stage.uninstall("iptables");
        stage.fails("dnf install", "Cannot download repomd.xml");
      },
      reason: /^install: install packages: dnf_install failed 5 times: Cannot download repomd.xml/,
    },
    {
      title: "a scheduler that does not answer",
      spoil: () => {
        scheduler.failures["/api/v1/info"] = 100;
      },
      reason:
        /^install: ask the scheduler for the worker's version: .*\/api\/v1\/info could not be asked: .*502/,
    },
    {
      title: "a version that is none",
      spoil: () => {
        scheduler.version = "../../../etc";
      },
      reason: /\/api\/v1\/info could not be asked: http:.* tells no version/,
    },
    {
      title: "a volume that is not there",
      changes: { volume: { kind: "ebs", deviceName: "/dev/xvdg" } },
      spoil: (stage) => stage.answers("aws ec2 describe-volumes", "None\n"),
      reason: /^prepare the volume: find the volume: no volume is attached as \/dev\/xvdg/,
    },
    {
      title: "a key that it may not read",
      spoil: (stage) => {
        stage.fails("aws secretsmanager get-secret-value", "AccessDeniedException");
        stage.answersFor("systemctl show", "NRestarts", "5\n");
      },
      reason:
        /^wait for the registration: the worker has ended 5 times; it said last: fetch the keys: the worker's key could not be fetched: AccessDeniedException/,
    },
    {
      title: "a worker that never registers",
      spoil: (stage) => stage.does("systemctl start", ""),
      reason:
        /^wait for the registration: the worker has not registered at ci.example.com within 60 seconds: it is active/,
    },
    {
      title: "a worker that is not well",
      spoil: () => {
        scheduler.healthy = false;
      },
      reason: /within 60 seconds: its health check at 127.0.0.1:\d+ does not answer well/,
    },
    {
      title: "a worker that the scheduler's API does not know",
      changes: { registration: { timeoutSeconds: 10, token: API_TOKEN } },
      spoil: () => {
        scheduler.workers = [
          { name: INSTANCE, state: "stalled", start_time: 4102444800 },
          { name: "i-other", state: "running", start_time: 4102444800 },
          // Of before a restart.
          { name: INSTANCE, state: "running", start_time: 1 },
        ];
      },
      reason: /\/api\/v1\/workers does not list i-0000000000000000a as running since it was started/,
    },
  ];
  for (const { title, changes, spoil, reason } of failures) {
    it(`says why, is counted, and ends after three minutes: ${title}`, async () => {
      const stage = on(changes);
      spoil(stage);
      const { exitCode, output } = await run(stage);
      expect(exitCode, output).to.equal(1);
      expect(reasonOf(stage)).to.match(reason);
      expect(outcome(stage)).to.deep.equal([...counted(1), ...lookedAt, ...abandoned]);
      expect(stage.calls("systemctl stop")).to.deep.equal(["systemctl stop worker.service"]);
      expect(stage.exists("run/groundwork/registered")).to.equal(false);
    });
  }

  it("takes a boot that never ends for a failed one", async () => {
    const stage = on({ bootTimeoutSeconds: 2 });
    stage.uninstall("iptables");
    stage.does("dnf install", "/usr/bin/sleep 600 >/dev/null 2>&1");
    await run(stage);
    expect(reasonOf(stage)).to.match(/: not ready after 2 seconds$/);
    expect(outcome(stage)).to.deep.equal([...counted(1), ...lookedAt, ...abandoned]);
  });

  it("stops its group for a while after the last failed boot that is allowed, even without jq", async () => {
    const stage = on();
    stage.answersFor("aws ssm get-parameter", `${PARAMETERS}/recovered`, "2\n");
    stage.fails("dnf install", "No route to host");
    // Before anything could be installed.
    stage.hide("jq");
    const { exitCode, output } = await run(stage);
    expect(exitCode).to.equal(1);
    expect(output).to.contain(
      "groundwork-dev-worker-ci is stopped: it starts no machine until this one resumes Launch, in 300 seconds, or somebody does",
    );
    expect(outcome(stage)).to.deep.equal([
      ...counted(3),
      "suspend-processes --scaling-processes Launch",
      ...waits(10),
      "resume-processes --scaling-processes Launch",
      ...abandoned,
    ]);
  });

  it("resumes nothing that it could not stop itself", async () => {
    const stage = on();
    stage.answersFor("aws ssm get-parameter", `${PARAMETERS}/recovered`, "2\n");
    stage.does("systemctl start", "");
    stage.fails("aws autoscaling suspend-processes", "AccessDenied");
    const { output } = await run(stage);
    expect(output).to.contain("could not stop groundwork-dev-worker-ci");
    expect(stage.calls("aws autoscaling resume-processes")).to.deep.equal([]);
  });

  for (const { generation, recovered } of [
    { generation: "2", recovered: [`put-parameter ${PARAMETERS}/recovered --value 4`] },
    { generation: "3", recovered: [] },
  ]) {
    it(`counts ${recovered.length > 0 ? "anew after failures of another" : "on after failures of this"} version of the template`, async () => {
      const stage = on();
      stage.answersFor(
        "aws ssm get-parameter",
        `${PARAMETERS}/failures`,
        `4\t{"group":"${GROUP}","generation":"${generation}","instance":"i-1","reason":"no { route }","at":"2026-01-01T00:00:00Z"}\n`,
      );
      stage.does("systemctl start", "");
      await run(stage);
      expect(outcome(stage).slice(0, 1 + recovered.length)).to.deep.equal([
        ...recovered,
        `put-parameter ${PARAMETERS}/failures`,
      ]);
    });
  }

  it("counts from 1 when the parameters have been made anew", async () => {
    const stage = on();
    stage.answersFor("aws ssm get-parameter", `${PARAMETERS}/recovered`, "17\n");
    stage.does("systemctl start", "");
    await run(stage);
    expect(outcome(stage).slice(0, 2)).to.deep.equal(counted(1));
  });

  it("ends all the same when it cannot be counted", async () => {
    const stage = on();
    stage.fails("aws ssm put-parameter", "AccessDenied");
    stage.does("systemctl start", "");
    const { output } = await run(stage);
    expect(output).to.contain("the failed boot could not be counted");
    expect(outcome(stage)).to.deep.equal([`put-parameter ${PARAMETERS}/failures`, ...lookedAt, ...abandoned]);
  });

  it("stays while the file is there, and ends when it is gone", async () => {
    const stage = on();
    stage.makeDirectory("var/tmp");
    stage.write("var/tmp/keeprunning", "");
    stage.does("systemctl start", "");
    stage.does(
      "sleep 30",
      'echo >>"$STAND_INS/slept"; (($(wc -l <"$STAND_INS/slept") < 9)) || rm -f "$GROUNDWORK_ROOT/var/tmp/keeprunning"\n',
    );
    const { output } = await run(stage);
    expect(output).to.contain("kept, by /var/tmp/keeprunning or the tag groundwork:keep-until");
    expect(outcome(stage)).to.deep.equal([...counted(1), ...waits(9), ...abandoned]);
  });

  it("stays while the time of the tag lies ahead, and takes no other word for a time", async () => {
    const stage = on();
    stage.answers("aws ec2 describe-tags", "2999-01-01T00:00:00Z\n");
    stage.does("systemctl start", "");
    stage.does(
      "sleep 30",
      'echo >>"$STAND_INS/slept"; (($(wc -l <"$STAND_INS/slept") < 8)) || echo tomorrow >"$STAND_INS/aws_ec2_describe-tags"\n',
    );
    await run(stage);
    expect(stage.calls("aws ec2 describe-tags")[0]).to.equal(
      `aws ec2 describe-tags --filters Name=resource-id,Values=${INSTANCE} Name=key,Values=groundwork:keep-until ` +
        "--query Tags[0].Value --output text",
    );
    expect(outcome(stage)).to.deep.equal([...counted(1), ...waits(8), ...abandoned]);
  });

  it("does not stay for a tag whose time has passed", async () => {
    const stage = on();
    stage.answers("aws ec2 describe-tags", "2020-01-01T00:00:00Z\n");
    stage.does("systemctl start", "");
    await run(stage);
    expect(outcome(stage)).to.deep.equal([...counted(1), ...lookedAt, ...abandoned]);
  });

  it("has itself replaced when it was in service, as after a reboot", async () => {
    const stage = on();
    inGroup(stage, "InService");
    stage.does("systemctl start", "");
    await run(stage);
    expect(outcome(stage)).to.deep.equal([
      ...counted(1),
      "set-instance-health --health-status Unhealthy --no-should-respect-grace-period",
      letGo,
    ]);
  });

  it("waits until the group ends it, and then lets it go at once", async () => {
    const stage = on();
    stage.says("autoscaling/target-lifecycle-state", "InService");
    inGroup(stage, "InService");
    stage.does("systemctl start", "");
    stage.does(
      "sleep 30",
      `[[ ! -e $STAND_INS/replaced ]] || printf Terminated >"$STAND_INS/metadata/autoscaling__target-lifecycle-state"\n`,
    );
    stage.does("aws autoscaling set-instance-health", `: >"$STAND_INS/replaced"\n`);
    await run(stage);
    expect(outcome(stage).slice(-1)).to.deep.equal([letGo]);
    expect(stage.calls("aws autoscaling complete")).to.have.length(1);
  });

  it("switches itself off when its group does not hear it, or is not known", async () => {
    const stage = on();
    stage.fails("aws autoscaling complete-lifecycle-action", "No active Lifecycle Action found");
    stage.does("systemctl start", "");
    await run(stage);
    expect(outcome(stage).slice(-1)).to.deep.equal(["systemctl poweroff"]);

    const alone = on();
    alone.givesTokens = false;
    const { exitCode, output } = await run(alone);
    expect(exitCode).to.equal(1);
    expect(output).to.contain("find out who I am: failed: the metadata service did not give the instance id");
    expect(alone.calls("aws")).to.deep.equal([]);
    expect(outcome(alone)).to.deep.equal(["systemctl poweroff"]);
  });
});
