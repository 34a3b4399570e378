import { expect } from "chai";
import { describeWith } from "../support/real-parts";
import { scriptTools, type Stage } from "./support/stage";
import {
  API_TOKEN,
  concourseCalls,
  GROUP,
  inGroup,
  INSTANCE,
  outcome,
  run,
  Scheduler,
  workerMachine,
  type Changes,
} from "./support/worker-machine";

describeWith("a worker's machine at its first boot", scriptTools, () => {
  const stages: Stage[] = [];
  let scheduler: Scheduler;
  const on = (changes: Changes = {}): Stage => {
    const stage = workerMachine(scheduler, changes);
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

  it("installs the scheduler's version, starts it, sees it registered, and only then enters service", async () => {
    const stage = on({ team: "main", tags: ["fast", "arm"], drainTimeoutSeconds: 900 });
    const { exitCode, output } = await run(stage);
    expect(exitCode, output).to.equal(0);
    expect(outcome(stage)).to.deep.equal([
      "complete-lifecycle-action boot CONTINUE",
      "put-metric-data ConsecutiveFailedBoots --value 0",
    ]);
    expect(stage.calls("aws cloudwatch")[0]).to.contain(
      `--namespace groundwork/workers --metric-name ConsecutiveFailedBoots --value 0 --dimensions AutoScalingGroupName=${GROUP}`,
    );
    expect(stage.calls("systemctl").filter((call) => !call.includes(" show "))).to.deep.equal([
      "systemctl cat sshd.service",
      "systemctl disable --now sshd.service",
      "systemctl daemon-reload",
      "systemctl enable worker-boot.service",
      "systemctl enable --now worker-metrics.service",
      "systemctl start worker.service",
      "systemctl restart worker-watch.service",
    ]);
    const [call = ""] = concourseCalls(stage);
    expect(call).to.match(/^worker /);
    for (const variable of [
      `CONCOURSE_NAME=${INSTANCE}`,
      "CONCOURSE_TSA_HOST=ci.example.com:2222",
      "CONCOURSE_TEAM=main",
      "CONCOURSE_TAG=fast,arm",
      "CONCOURSE_CONNECTION_DRAIN_TIMEOUT=900s",
      "CONCOURSE_BAGGAGECLAIM_DRIVER=overlay",
      "CONCOURSE_HEALTHCHECK_BIND_IP=127.0.0.1",
    ]) {
      expect(` ${call}`).to.contain(` ${variable} `);
    }
    expect(stage.tokenless).to.equal(0);
    expect(stage.read("etc/systemd/system/worker.slice.d/limit.conf")).to.equal("[Slice]\nMemoryMax=90%\n");
    expect(stage.read("etc/systemd/system/worker.service.d/drain.conf")).to.contain("TimeoutStopSec=960\n");
    expect(stage.calls("dnf")).to.deep.equal([]);
  });

  it("keeps the keys in memory, for root only, and out of arguments and logs", async () => {
    const stage = on({ registration: { timeoutSeconds: 60, token: API_TOKEN } });
    scheduler.workers = [{ name: INSTANCE, state: "running", start_time: 4102444800 }];
    const { exitCode, output } = await run(stage);
    expect(exitCode, output).to.equal(0);
    expect(stage.read("run/groundwork/keys/worker")).to.contain("very-secret-key\n");
    expect(stage.mode("run/groundwork/keys/worker")).to.equal(0o600);
    expect(scheduler.authorization).to.equal("Bearer very-secret-token");
    expect(`${output}${stage.read("var/log/groundwork/worker.log")}`).not.to.contain("very-secret");
    expect([...stage.calls(), ...concourseCalls(stage)].join("\n")).not.to.contain("very-secret");
  });

  it("passes on further variables, but for the machine's name", async () => {
    const stage = on({
      environment: { CONCOURSE_RUNTIME: "guardian", CONCOURSE_LOG_LEVEL: "a b", CONCOURSE_NAME: "other" },
    });
    expect((await run(stage)).exitCode).to.equal(0);
    const [call = ""] = concourseCalls(stage);
    expect(call).to.contain("CONCOURSE_RUNTIME=guardian ").and.to.contain("CONCOURSE_LOG_LEVEL=a b ");
    expect(call).to.contain(`CONCOURSE_NAME=${INSTANCE} `);
    // Guardian refuses them.
    expect(call).not.to.contain("CONCOURSE_CONTAINERD_");
    expect(call).not.to.contain("CONCOURSE_TAG=").and.not.to.contain("CONCOURSE_TEAM=");
  });

  for (const { blocks, runtime, pool } of [
    { blocks: "10.0.0.0/16", pool: "CONTAINERD_NETWORK_POOL=10.80.0.0/16" },
    { blocks: "10.80.0.0/16", pool: "CONTAINERD_NETWORK_POOL=172.30.0.0/16" },
    { blocks: "10.10.0.0/16\n10.64.0.0/10\n172.30.128.0/20", pool: "CONTAINERD_NETWORK_POOL=192.168.0.0/16" },
    { blocks: "10.80.255.0/28", runtime: "guardian", pool: "GARDEN_NETWORK_POOL=172.30.0.0/16" },
  ]) {
    it(`gives containers a network outside a VPC of ${blocks.replaceAll("\n", ", ")}: ${pool}`, async () => {
      const stage = on(runtime === undefined ? {} : { environment: { CONCOURSE_RUNTIME: runtime } });
      stage.says("network/interfaces/macs/0a:1b:2c:3d:4e:5f/vpc-ipv4-cidr-blocks", blocks);
      expect((await run(stage)).exitCode).to.equal(0);
      expect(concourseCalls(stage)[0]?.match(/\w+_NETWORK_POOL=\S+/g)).to.deep.equal([`CONCOURSE_${pool}`]);
    });
  }

  it("takes the containers' network that the settings name", async () => {
    const stage = on({ environment: { CONCOURSE_CONTAINERD_NETWORK_POOL: "10.99.0.0/16" } });
    expect((await run(stage)).exitCode).to.equal(0);
    expect(concourseCalls(stage)[0]).to.contain("CONCOURSE_CONTAINERD_NETWORK_POOL=10.99.0.0/16 ");
  });

  it("fails by name where no network is left for the containers", async () => {
    const stage = on();
    stage.says(
      "network/interfaces/macs/0a:1b:2c:3d:4e:5f/vpc-ipv4-cidr-blocks",
      "10.80.0.0/16\n172.30.0.0/16\n192.168.0.0/16\n100.96.0.0/16",
    );
    const { exitCode, output } = await run(stage);
    expect(exitCode).to.equal(1);
    expect(`${output}${stage.read("var/log/groundwork/worker.log")}`).to.contain(
      "each of 10.80.0.0/16 172.30.0.0/16 192.168.0.0/16 100.96.0.0/16 shares addresses with the VPC's 10.80.0.0/16, 172.30.0.0/16,",
    );
  });

  it("keeps the metadata service closed to containers, whatever else the settings close", async () => {
    const stage = on({ environment: { CONCOURSE_CONTAINERD_RESTRICTED_NETWORK: "10.0.0.0/8" } });
    expect((await run(stage)).exitCode).to.equal(0);
    expect(concourseCalls(stage)[0]).to.contain(
      "CONCOURSE_CONTAINERD_RESTRICTED_NETWORK=10.0.0.0/8,169.254.169.254/32 ",
    );
  });

  it("takes the list of the scheduler's API for the proof where it has a token, whatever the worker logs", async () => {
    const stage = on({
      registration: { timeoutSeconds: 60, token: API_TOKEN },
      environment: { CONCOURSE_LOG_LEVEL: "error" },
    });
    scheduler.workers = [{ name: INSTANCE, state: "running", start_time: 4102444800 }];
    const { exitCode, output } = await run(stage);
    expect(exitCode, output).to.equal(0);
  });

  it("leaves ssh open where somebody may reach it", async () => {
    const stage = on({ ssh: true });
    expect((await run(stage)).exitCode).to.equal(0);
    expect(stage.calls("systemctl disable")).to.deep.equal([]);
  });

  it("starts the log agent on the group's log group", async () => {
    const stage = on({ logGroup: "/groundwork/dev/workers/ci", install: { logs: true } });
    stage.installAt("opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl");
    const { exitCode, output } = await run(stage);
    expect(exitCode, output).to.equal(0);
    expect(stage.calls("amazon-cloudwatch-agent-ctl")[0]).to.match(
      /-a fetch-config -m ec2 -s -c file:.*groundwork\.json$/,
    );
    const agent = JSON.parse(stage.read("opt/aws/amazon-cloudwatch-agent/etc/groundwork.json")) as {
      logs: { logs_collected: { files: { collect_list: Record<string, string>[] } } };
    };
    const files = agent.logs.logs_collected.files.collect_list;
    expect(files).to.have.length(4);
    expect(files[0]).to.deep.equal({
      file_path: "/var/log/groundwork/worker.log",
      log_group_name: "/groundwork/dev/workers/ci",
      log_stream_name: "{instance_id}/worker",
    });
  });

  it("enters service without its log agent and its metrics agent where they do not start, and says why", async () => {
    const stage = on({ logGroup: "/groundwork/dev/workers/ci", install: { logs: true } });
    const agent = "opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl";
    stage.installAt(agent);
    stage.fails("amazon-cloudwatch-agent-ctl -a", "invalid configuration");
    stage.does(
      "systemctl enable",
      '[[ $3 != worker-metrics.service ]] || { echo "no such unit" >&2; exit 1; }',
    );
    const { exitCode, output } = await run(stage);
    expect(exitCode, output).to.equal(0);
    expect(output).to.contain("start the log agent: timeout failed 3 times: invalid configuration");
    expect(output).to.contain("start the log agent: goes on without its log agent");
    expect(output).to.contain("start the metrics agent: systemctl failed 3 times: no such unit");
    expect(output).to.contain("start the metrics agent: goes on without its metrics agent");
    expect(outcome(stage)).to.deep.equal([
      "complete-lifecycle-action boot CONTINUE",
      "put-metric-data ConsecutiveFailedBoots --value 0",
    ]);

    stage.remove(agent);
    const without = await run(stage);
    expect(without.exitCode, without.output).to.equal(0);
    expect(without.output).to.contain("start the log agent: it is not here");
  });

  it("notes the good boot after bad ones, so that the count begins anew", async () => {
    const stage = on();
    stage.answersFor("aws ssm get-parameter", "/groundwork/dev/workers/ci/boot/recovered", "2\n");
    expect((await run(stage)).exitCode).to.equal(0);
    expect(outcome(stage)).to.deep.equal([
      "complete-lifecycle-action boot CONTINUE",
      "put-parameter /groundwork/dev/workers/ci/boot/recovered --value 4",
      "put-metric-data ConsecutiveFailedBoots --value 0",
    ]);
  });

  it("enters service even when nobody can be told how the boot went", async () => {
    const stage = on();
    stage.fails("aws ssm get-parameter", "throttled");
    const { exitCode, output } = await run(stage);
    expect(exitCode, output).to.equal(0);
    expect(output).to.contain("could not say that this boot was a good one: throttled");
  });

  it("waits in a warm pool without a worker, and starts it when the group takes the machine", async () => {
    const stage = on();
    inGroup(stage, "Warmed:Pending:Wait");
    const { exitCode, output } = await run(stage);
    expect(exitCode, output).to.equal(0);
    expect(outcome(stage)).to.deep.equal(["complete-lifecycle-action boot CONTINUE"]);
    expect(stage.calls("systemctl start")).to.deep.equal([]);
    // For a pool that keeps its machines running: nothing but the watch sees that the group takes one.
    expect(stage.calls("systemctl restart")).to.deep.equal(["systemctl restart worker-watch.service"]);
    expect(stage.exists("run/groundwork/pooled")).to.equal(true);
    stage.forgetCalls();
    inGroup(stage, "Pending:Wait");
    expect((await run(stage)).exitCode).to.equal(0);
    expect(stage.calls("systemctl start")).to.deep.equal(["systemctl start worker.service"]);
    expect(outcome(stage)[0]).to.equal("complete-lifecycle-action boot CONTINUE");
  });

  it("does what is left after a reboot: nothing is downloaded, the keys are fetched anew", async () => {
    const stage = on();
    await run(stage);
    stage.forgetCalls();
    stage.remove("run/groundwork");
    inGroup(stage, "InService");
    const { exitCode, output } = await run(stage);
    expect(exitCode, output).to.equal(0);
    expect(scheduler.asked["/api/v1/info"]).to.equal(2);
    expect(
      Object.entries(scheduler.asked).filter(([url]) => url.startsWith("/releases/worker")),
    ).to.have.length(2);
    expect(Object.values(scheduler.asked).every((times) => times <= 2)).to.equal(true);
    expect(stage.calls("aws secretsmanager")).to.have.length(1);
    expect(outcome(stage)).to.deep.equal(["put-metric-data ConsecutiveFailedBoots --value 0"]);
  });

  it("changes nothing when it is run again on a machine that works", async () => {
    const stage = on();
    await run(stage);
    stage.forgetCalls();
    inGroup(stage, "InService");
    // systemd starts nothing twice, and what the worker said then may be gone.
    stage.write("var/log/groundwork/worker.log", "");
    stage.does("systemctl start", "");
    const { exitCode, output } = await run(stage);
    expect(exitCode, output).to.equal(0);
    expect(concourseCalls(stage)).to.have.length(1);
    expect(outcome(stage)).to.deep.equal(["put-metric-data ConsecutiveFailedBoots --value 0"]);
  });

  it("takes no registration of before for one of now", async () => {
    const stage = on();
    await run(stage);
    // A reboot.
    stage.remove("run/groundwork");
    inGroup(stage, "InService");
    stage.does(
      "systemctl start",
      'echo "groundwork: the worker begins" >>"$GROUNDWORK_ROOT/var/log/groundwork/worker.log"\n',
    );
    const { exitCode, output } = await run(stage);
    expect(exitCode).to.equal(1);
    expect(output).to.contain("has not registered at ci.example.com within 60 seconds");
  });
});
