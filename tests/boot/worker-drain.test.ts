import { expect } from "chai";
import { spawn, type ChildProcess } from "node:child_process";
import { describeWith } from "../support/real-parts";
import { scriptTools, type Stage } from "./support/stage";
import {
  concourseCalls,
  INSTANCE,
  installWorker,
  run,
  Scheduler,
  workerMachine,
} from "./support/worker-machine";

describeWith("stopping a worker", scriptTools, () => {
  const stages: Stage[] = [];
  const workers: ChildProcess[] = [];
  let scheduler: Scheduler;
  before(async () => {
    scheduler = await Scheduler.start();
  });
  after(() => scheduler.end());
  afterEach(() => {
    for (const stage of stages.splice(0)) stage.end();
    for (const worker of workers.splice(0)) worker.kill("SIGKILL");
  });

  const on = (): Stage => {
    const stage = workerMachine(scheduler, { team: "main", drainTimeoutSeconds: 3600 });
    installWorker(stage);
    stage.makeDirectory("run/groundwork");
    stage.write("run/groundwork/instance", INSTANCE);
    stages.push(stage);
    return stage;
  };
  /** A process that stands for the worker's, and how it ends. */
  const worker = (script = "exec sleep 600"): { pid: string; ended: Promise<string> } => {
    const process = spawn("/bin/bash", ["-c", script], { stdio: "ignore" });
    workers.push(process);
    const ended = new Promise<string>((resolve) =>
      process.once("exit", (code, signal) => resolve(signal ?? String(code))),
    );
    return { pid: String(process.pid), ended };
  };

  it("asks the scheduler to retire it, again and again, until its last job is done", async () => {
    const stage = on();
    const { pid, ended } = worker();
    // The first time the scheduler does not answer; the third time the last job has ended, and with it the worker.
    stage.keep(
      "retire",
      `case $(wc -l <"$STAND_INS/concourse") in 1) exit 1 ;; 3) kill -USR1 ${pid} ;; esac\n`,
    );
    const { exitCode, output } = await run(stage, "drain.sh", pid);
    expect(exitCode, output).to.equal(0);
    expect(await ended).to.equal("SIGUSR1");
    expect(output).to.contain("drained");
    const calls = concourseCalls(stage);
    expect(calls.length).to.be.at.least(3);
    expect(calls.every((call) => call.startsWith("retire-worker "))).to.equal(true);
    expect(calls[0]).to.contain(`CONCOURSE_NAME=${INSTANCE} `).and.to.contain("CONCOURSE_TEAM=main ");
    expect(calls[0]).to.contain("CONCOURSE_TSA_HOST=ci.example.com:2222 ");
  });

  it("ends the jobs when their time is over, which can come sooner than it was", async () => {
    const stage = on();
    const { pid, ended } = worker();
    stage.does("sleep 5", 'echo 1 >"$GROUNDWORK_ROOT/run/groundwork/drain-until"\n');
    const { exitCode, output } = await run(stage, "drain.sh", pid);
    expect(exitCode, output).to.equal(0);
    expect(await ended).to.equal("SIGTERM");
    expect(output).to.contain("the jobs have not ended in time: they end with the worker");
    expect(concourseCalls(stage)).to.have.length(1);
  });

  it("ends a worker that does not listen", async () => {
    const stage = on();
    stage.write("run/groundwork/drain-until", "1\n");
    const { pid, ended } = worker('trap "" TERM; while :; do sleep 1; done');
    const { exitCode, output } = await run(stage, "drain.sh", pid);
    expect(exitCode, output).to.equal(0);
    expect(await ended).to.equal("SIGKILL");
    expect(stage.exists("../stand-ins/concourse")).to.equal(false);
  });

  it("has nothing to do for a worker that has ended by itself", async () => {
    const stage = on();
    expect((await run(stage, "drain.sh", "")).exitCode).to.equal(0);
    expect(stage.calls()).to.deep.equal([]);
  });
});
