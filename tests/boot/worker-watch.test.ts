import { expect } from "chai";
import { describeWith } from "../support/real-parts";
import { scriptTools, type Stage } from "./support/stage";
import { GROUP, inGroup, INSTANCE, outcome, run, Scheduler, workerMachine } from "./support/worker-machine";

const say = (item: string, text: string): string =>
  `printf '%s' '${text}' >"$STAND_INS/metadata/${item.replaceAll("/", "__")}"`;
const workerIs = (state: string): string => `echo ${state} >"$STAND_INS/systemctl_show.for.ActiveState"`;
const terminated = say("autoscaling/target-lifecycle-state", "Terminated");
const recommended = say("events/recommendations/rebalance", '{"noticeTime":"2026-01-01T00:00:00Z"}');
const unhealthy = "set-instance-health --health-status Unhealthy --no-should-respect-grace-period";
const gone = "complete-lifecycle-action drain CONTINUE";
const stop = "systemctl stop --no-block worker.service";

describeWith("the watch beside a worker", scriptTools, () => {
  const stages: Stage[] = [];
  let scheduler: Scheduler;
  beforeEach(async () => {
    scheduler = await Scheduler.start();
  });
  afterEach(() => {
    for (const stage of stages.splice(0)) stage.end();
    scheduler.end();
  });

  /** A machine that works, and what happens to it before the watch looks the next time. Ends the watch after 80 looks. */
  const on = (happens: Readonly<Record<number, readonly string[]>>): Stage => {
    const stage = workerMachine(scheduler, { drainTimeoutSeconds: 3600 });
    inGroup(stage, "InService");
    stage.says("autoscaling/target-lifecycle-state", "InService");
    const cases = Object.entries(happens).map(([turn, lines]) => `${turn}) ${lines.join("; ")} ;;`);
    stage.does(
      "sleep 5",
      `echo >>"$STAND_INS/turns"\ncase $(wc -l <"$STAND_INS/turns") in ${cases.join(" ")} 80) kill "$PPID" ;; esac\n`,
    );
    stages.push(stage);
    return stage;
  };
  const until = (stage: Stage): number => Number(stage.read("run/groundwork/drain-until"));
  const now = (): number => Date.now() / 1000;
  /** Drained and gone, as the group sees to in the end. */
  const ends = { 20: [workerIs("inactive"), terminated] };

  it("drains when the group ends the machine, has the group wait, and lets it go when the jobs are done", async () => {
    const stage = on({ 2: [terminated, workerIs("deactivating")], 14: [workerIs("inactive")] });
    const begun = now();
    const { exitCode, output } = await run(stage, "watch.sh");
    expect(exitCode, output).to.equal(0);
    expect(stage.calls("systemctl stop")).to.deep.equal([stop]);
    expect(until(stage)).to.be.within(begun + 3599, now() + 3600);
    expect(outcome(stage)).to.deep.equal([
      "record-lifecycle-action-heartbeat drain",
      "record-lifecycle-action-heartbeat drain",
      gone,
    ]);
    expect(stage.calls("aws autoscaling complete")[0]).to.equal(
      `aws autoscaling complete-lifecycle-action --lifecycle-hook-name drain --auto-scaling-group-name ${GROUP} ` +
        `--instance-id ${INSTANCE} --lifecycle-action-result CONTINUE`,
    );
    expect(stage.tokenless).to.equal(0);
  });

  it("starts the worker when the group takes the machine from a warm pool that kept it running, once", async () => {
    const taken = say("autoscaling/target-lifecycle-state", "InService");
    const inPool = (state: string): string =>
      `printf '${GROUP}\\t3\\t${state}\\n' >"$STAND_INS/aws_autoscaling_describe-auto-scaling-instances"`;
    // The group's own word comes later than the machine's.
    const stage = on({ 3: [taken], 6: [inPool("Pending:Wait")], ...ends });
    stage.says("autoscaling/target-lifecycle-state", "Warmed:Running");
    inGroup(stage, "Warmed:Running");
    stage.makeDirectory("run/groundwork");
    stage.write("run/groundwork/pooled", "");
    stage.answersFor("systemctl show", "ActiveState", "inactive\n");
    stage.does("systemctl start", 'wc -l <"$STAND_INS/turns" >"$STAND_INS/started"\n');
    const { exitCode, output } = await run(stage, "watch.sh");
    expect(exitCode, output).to.equal(0);
    expect(stage.calls("systemctl start")).to.deep.equal(["systemctl start --no-block worker-boot.service"]);
    expect(stage.kept("started").trim()).to.equal("6");
    expect(stage.exists("run/groundwork/pooled")).to.equal(false);
  });

  it("ends a machine of a warm pool without waiting", async () => {
    const stage = on({ 2: [say("autoscaling/target-lifecycle-state", "Warmed:Terminated")] });
    stage.says("autoscaling/target-lifecycle-state", "Warmed:Running");
    inGroup(stage, "Warmed:Running");
    stage.makeDirectory("run/groundwork");
    stage.write("run/groundwork/pooled", "");
    stage.answersFor("systemctl show", "ActiveState", "inactive\n");
    const { exitCode, output } = await run(stage, "watch.sh");
    expect(exitCode, output).to.equal(0);
    expect(stage.calls("systemctl start")).to.deep.equal([]);
    expect(outcome(stage)).to.deep.equal([gone]);
  });

  it("drains within two minutes when EC2 takes the machine back, whatever comes after", async () => {
    const at = new Date(Date.now() + 120_000).toISOString().replace(/\.\d+/, "");
    const stage = on({
      1: [
        say("spot/instance-action", JSON.stringify({ action: "terminate", time: at })),
        workerIs("deactivating"),
      ],
      4: [terminated],
      9: [workerIs("failed")],
    });
    const { exitCode, output } = await run(stage, "watch.sh");
    expect(exitCode, output).to.equal(0);
    expect(until(stage)).to.equal(Date.parse(at) / 1000 - 20);
    expect(stage.calls("systemctl stop")).to.deep.equal([stop]);
    expect(outcome(stage).slice(-1)).to.deep.equal([gone]);
    expect(outcome(stage)).not.to.contain(unhealthy);
  });

  it("drains when EC2 recommends to leave, and has the empty machine replaced", async () => {
    const stage = on({
      1: [recommended, workerIs("deactivating")],
      5: [workerIs("inactive")],
      12: [terminated],
    });
    const { exitCode, output } = await run(stage, "watch.sh");
    expect(exitCode, output).to.equal(0);
    expect(output).to.contain("draining: EC2 recommends to leave this spot instance");
    expect(outcome(stage)).to.deep.equal([unhealthy, gone]);
  });

  it("has less time when EC2 takes the machine while it drains", async () => {
    const at = new Date(Date.now() + 100_000).toISOString().replace(/\.\d+/, "");
    const stage = on({
      1: [recommended, workerIs("deactivating")],
      3: [say("spot/instance-action", JSON.stringify({ action: "stop", time: at }))],
      ...ends,
    });
    expect((await run(stage, "watch.sh")).exitCode).to.equal(0);
    expect(until(stage)).to.equal(Date.parse(at) / 1000 - 20);
    expect(stage.calls("systemctl stop")).to.deep.equal([stop]);
  });

  it("goes on where it was when it is started again", async () => {
    const stage = on({ 3: [workerIs("inactive")] });
    stage.says("autoscaling/target-lifecycle-state", "Terminated");
    stage.makeDirectory("run/groundwork");
    stage.write("run/groundwork/drain-until", "1234\n");
    stage.answersFor("systemctl show", "ActiveState", "deactivating\n");
    stage.fails("aws autoscaling complete-lifecycle-action", "throttled", 2);
    stage.fails("aws autoscaling record-lifecycle-action-heartbeat", "throttled");
    const { exitCode, output } = await run(stage, "watch.sh");
    expect(exitCode, output).to.equal(0);
    expect(until(stage)).to.equal(1234);
    expect(output).to.contain("the group was not told to wait: throttled");
    expect(outcome(stage).filter((call) => call === gone)).to.have.length(3);
  });

  it("restarts a worker that does not answer, and has the machine replaced when that does not help", async () => {
    const stage = on({ 70: [workerIs("inactive"), terminated] });
    stage.makeDirectory("run/groundwork");
    stage.write("run/groundwork/in-service", "");
    scheduler.healthy = false;
    const { exitCode, output } = await run(stage, "watch.sh");
    expect(exitCode, output).to.equal(0);
    expect(stage.calls("systemctl restart")).to.deep.equal([
      "systemctl restart worker.service",
      "systemctl restart worker.service",
    ]);
    expect(outcome(stage).filter((call) => !call.startsWith("record"))).to.deep.equal([unhealthy, gone]);
  });

  it("lets a worker alone that answers again, and one that has not registered yet", async () => {
    const stage = on(ends);
    scheduler.healthy = false;
    await run(stage, "watch.sh");
    expect(scheduler.asked["/"]).to.equal(undefined);

    const again = on({ 50: [workerIs("inactive"), terminated] });
    again.makeDirectory("run/groundwork");
    again.write("run/groundwork/in-service", "");
    scheduler.healthy = true;
    scheduler.failures["/"] = 2;
    await run(again, "watch.sh");
    expect(scheduler.asked["/"]).to.be.greaterThan(3);
    for (const one of [stage, again]) expect(one.calls("systemctl restart")).to.deep.equal([]);
  });

  it("takes a silent metadata service for no notice", async () => {
    const stage = on({
      1: ['touch "$STAND_INS/metadata-fails"'],
      10: ['rm "$STAND_INS/metadata-fails"'],
      ...ends,
    });
    const { exitCode, output } = await run(stage, "watch.sh");
    expect(exitCode, output).to.equal(0);
    expect(output.match(/draining/g)).to.have.length(1);
    expect(stage.calls("systemctl stop")).to.deep.equal([stop]);
    expect(outcome(stage)).to.deep.equal([gone]);
  });
});
