import {
  CreateAutoScalingGroupCommand,
  DescribeAutoScalingGroupsCommand,
  UpdateAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import {
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  DescribeSubnetsCommand,
  ModifyLaunchTemplateCommand,
} from "@aws-sdk/client-ec2";
import { CreateTargetGroupCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { GetParameterCommand, PutParameterCommand } from "@aws-sdk/client-ssm";
import { PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { expect } from "chai";
import { OperationError } from "../../../operations/terminal/errors";
import { RollCheck } from "../../../operations/fleet/check";
import { fleetClients, type FleetClients } from "../../../operations/fleet/clients";
import { playedClock, realClock } from "../../../operations/fleet/clock";
import { isServing, readGroup, targetStates } from "../../../operations/fleet/group";
import { letGo } from "../../../operations/fleet/group-changes";
import { batchOf, rollBySurge, rollInOrder } from "../../../operations/fleet/exchange";
import { RollProblem, type RollOrder, type RollScene } from "../../../operations/fleet/roll-scene";
import { RollLock } from "../../../operations/fleet/roll-lock";
import { rollCheckSettings } from "../../../settings/sections/fleet-roll";
import { Moto, motoPart } from "../../support/moto";
import { describeWith } from "../../support/real-parts";

describe("a roll's batch", () => {
  it("is fewer than half of the machines, and at least one", () => {
    expect([1, 2, 3, 4, 5, 9].map((machines) => batchOf(50, machines, 50))).to.deep.equal([1, 1, 1, 1, 2, 4]);
    expect(batchOf(2, 9, 50)).to.equal(2);
    expect(batchOf(4, 9, 3)).to.equal(3);
  });
});

const group = "groundwork-dev-fleet-api";
const lockName = "/groundwork/dev/fleets/api/roll";
const order: RollOrder = { group, surge: 2, readySeconds: 60, drainSeconds: 60, pauseSeconds: 0 };

describeWith("a roll against AWS's API", motoPart, (python) => {
  let moto: Moto;
  let clients: FleetClients;
  before(async () => {
    moto = await Moto.start(python());
    clients = fleetClients(moto.config);
  });
  after(async () => {
    clients?.close();
    await moto?.stop();
  });
  beforeEach(() => moto.reset());

  /** A group of so many machines whose template then names another image. */
  async function outdatedGroup(machines: number, max: number): Promise<string> {
    const { ec2, autoscaling, elb } = clients;
    const { Subnets: [subnet] = [] } = await ec2.send(new DescribeSubnetsCommand({}));
    const { TargetGroups: [target] = [] } = await elb.send(
      new CreateTargetGroupCommand({ Name: "api", Protocol: "HTTP", Port: 80, VpcId: subnet?.VpcId }),
    );
    const { LaunchTemplate: template } = await ec2.send(
      new CreateLaunchTemplateCommand({
        LaunchTemplateName: "api",
        LaunchTemplateData: { ImageId: "ami-11111111", InstanceType: "m7g.large" },
      }),
    );
    const id = template?.LaunchTemplateId ?? "";
    await autoscaling.send(
      new CreateAutoScalingGroupCommand({
        AutoScalingGroupName: group,
        MinSize: Math.min(1, machines),
        MaxSize: max,
        DesiredCapacity: machines,
        VPCZoneIdentifier: subnet?.SubnetId,
        LaunchTemplate: { LaunchTemplateId: id, Version: "1" },
        TargetGroupARNs: [target?.TargetGroupArn ?? ""],
      }),
    );
    await ec2.send(
      new CreateLaunchTemplateVersionCommand({
        LaunchTemplateId: id,
        SourceVersion: "1",
        LaunchTemplateData: { ImageId: "ami-22222222" },
      }),
    );
    await ec2.send(new ModifyLaunchTemplateCommand({ LaunchTemplateId: id, DefaultVersion: "2" }));
    await autoscaling.send(
      new UpdateAutoScalingGroupCommand({
        AutoScalingGroupName: group,
        LaunchTemplate: { LaunchTemplateId: id, Version: "2" },
      }),
    );
    return id;
  }

  async function sceneOf(
    desired: number,
    said: string[],
    changes: Partial<RollScene> = {},
  ): Promise<RollScene> {
    const clock = playedClock();
    const notes = { desired, suspended: [], from: "1" };
    const lock = await RollLock.take(clients, clock, lockName, notes, false);
    return {
      clients,
      clock,
      lock,
      check: undefined,
      say: (line) => said.push(line),
      stops: () => false,
      ...changes,
    };
  }

  async function described(): Promise<{
    readonly images: string[];
    readonly sizes: (number | undefined)[];
    readonly suspended: string[];
  }> {
    const found = await readGroup(clients, group);
    const { AutoScalingGroups: [raw] = [] } = await clients.autoscaling.send(
      new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [group] }),
    );
    return {
      images: (found?.machines ?? []).map(({ image }) => image),
      sizes: [raw?.MinSize, raw?.DesiredCapacity, raw?.MaxSize],
      suspended: (raw?.SuspendedProcesses ?? []).map(({ ProcessName: name = "" }) => name),
    };
  }

  it("exchanges every machine, never has fewer than before, and leaves sizes and processes as they were", async () => {
    await outdatedGroup(3, 3);
    const counts: number[] = [];
    const said: string[] = [];
    const scene = await sceneOf(3, said);
    const clock = scene.clock;
    const watched: RollScene = {
      ...scene,
      say: (line) => said.push(line),
      clock: { ...clock, now: () => clock.now() },
      stops: () => false,
    };
    const done = await rollBySurge(watched, order);
    counts.push(done.ended.length, done.started.length);
    await letGo(watched, group);
    await watched.lock.release();
    expect(counts).to.deep.equal([3, 3]);
    expect(await described()).to.deep.equal({
      images: ["ami-22222222", "ami-22222222", "ami-22222222"],
      sizes: [1, 3, 3],
      suspended: [],
    });
    const order3 = said.map((line) => line.trim().split(" ")[0]);
    // One at a time of three: two are a majority.
    expect(order3.filter((word) => word === "starting")).to.have.length(3);
    expect(order3.filter((word) => word === "draining")).to.have.length(3);
    expect(said.findIndex((line) => line.includes("serves"))).to.be.lessThan(
      said.findIndex((line) => line.includes("draining")),
    );
  });

  it("goes on after one that was cut off between start and drain, with the sizes of before", async () => {
    await outdatedGroup(3, 3);
    const cut = await sceneOf(3, [], {
      say: (line) => {
        if (line.includes("draining")) throw new Error("cut off");
      },
    });
    const error = await rollBySurge(cut, order).catch((reason: unknown) => reason);
    expect((error as Error).message).to.equal("cut off");
    // Another process, later: the lock has not said a word for long.
    const later = playedClock();
    await later.sleep(301_000);
    const lock = await RollLock.take(
      clients,
      later,
      lockName,
      { desired: 4, suspended: [], from: "2" },
      false,
    );
    expect(lock.notes).to.include({ desired: 3, max: 3, from: "1" });
    const scene: RollScene = { ...cut, clock: later, lock, say: () => undefined };
    await rollBySurge(scene, order);
    await letGo(scene, group);
    await lock.release();
    const { images, sizes, suspended } = await described();
    expect([images, sizes, suspended]).to.deep.equal([Array(3).fill("ami-22222222"), [1, 3, 3], []]);
  });

  it("stops when the number falls, before an old machine is touched", async () => {
    await outdatedGroup(3, 5);
    const settings = rollCheckSettings.parse({
      name: "devices online",
      command: [process.execPath, "-e", "console.log(80)"],
      recoverSeconds: 30,
    });
    const said: string[] = [];
    const plain = await sceneOf(3, said);
    await plain.lock.note({ baseline: 100 });
    const scene: RollScene = { ...plain, check: new RollCheck(settings, clients, plain.clock, false) };
    const error = await rollBySurge(scene, order).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(RollProblem);
    expect((error as Error).message).to.equal(
      "devices online is 80, was 100 before, and may be 5 % lower at most (95)",
    );
    expect(said.some((line) => line.includes("draining"))).to.equal(false);
    expect((await described()).images.filter((image) => image === "ami-11111111")).to.have.length(3);
  });

  it("ends the one machine of a role in order before the next is started", async () => {
    await outdatedGroup(1, 1);
    const said: string[] = [];
    const scene = await sceneOf(1, said);
    const done = await rollInOrder(scene, { ...order, moves: { volumes: [], address: false, tags: {} } });
    expect([done.ended.length, done.started.length]).to.deep.equal([1, 1]);
    await letGo(scene, group);
    expect(await described()).to.deep.equal({ images: ["ami-22222222"], sizes: [1, 1, 1], suspended: [] });
    const ended = said.findIndex((line) => line.includes("has ended"));
    expect(ended)
      .to.be.greaterThan(-1)
      .and.lessThan(said.findIndex((line) => line.includes("starting")));
  });

  it("is refused while another one goes on, and not when that one is gone", async () => {
    const held = await RollLock.take(
      clients,
      realClock,
      lockName,
      { desired: 3, suspended: [], from: "1" },
      false,
    );
    const refused = await RollLock.take(clients, realClock, lockName, held.notes, false).catch(
      (reason: unknown) => reason,
    );
    expect(refused).to.be.instanceOf(OperationError);
    expect((refused as OperationError).exitCode).to.equal(3);
    expect((refused as Error).message).to.match(/is rolling this role.*--take-over.*Nothing was touched\.$/);
    const taken = await RollLock.take(clients, realClock, lockName, held.notes, true);
    const late = await held.note({ max: 9 }).catch((reason: unknown) => reason);
    expect((late as Error).message).to.contain("has taken this roll over");
    await held.release();
    expect((await clients.ssm.send(new GetParameterCommand({ Name: lockName }))).Parameter?.Value).to.contain(
      '"state":"rolling"',
    );
    await taken.leave();
    await (await RollLock.take(clients, realClock, lockName, held.notes, false)).release();
    const put = new PutParameterCommand({ Name: lockName, Value: "free again", Type: "String" });
    expect((await clients.ssm.send(put)).Version).to.equal(1);
  });

  it("reads CloudWatch's newest whole period, and after an exchange only one that began since", async () => {
    const minute = Math.floor(Date.now() / 60_000) * 60_000;
    for (const [ago, value] of [
      [5, 40],
      [3, 50],
    ] as const) {
      await clients.cloudwatch.send(
        new PutMetricDataCommand({
          Namespace: "Devices",
          MetricData: [
            {
              MetricName: "Online",
              Dimensions: [{ Name: "Environment", Value: "dev" }],
              Timestamp: new Date(minute - ago * 60_000),
              Value: value,
            },
          ],
        }),
      );
    }
    const cloudWatch = { namespace: "Devices", metricName: "Online", dimensions: { Environment: "dev" } };
    const settings = rollCheckSettings.parse({ name: "online", cloudWatch, recoverSeconds: 0 });
    const check = new RollCheck(settings, clients, playedClock(), false);
    expect(await check.measure()).to.equal(50);
    const since = minute - 4 * 60_000;
    expect(await check.settle(50, since, () => Promise.resolve())).to.deep.equal({
      value: 50,
      problem: undefined,
    });
    const nothing = await check.settle(50, minute, () => Promise.resolve());
    expect(nothing.problem).to.contain("no value of Devices Online since the machines were exchanged");
  });

  it("counts a machine as serving when all its load balancers say so", async () => {
    await outdatedGroup(1, 1);
    const found = await readGroup(clients, group);
    const [machine] = found?.machines ?? [];
    if (machine === undefined || found === undefined) throw new Error("no machine");
    expect(isServing(machine, found.targetGroups, await targetStates(clients, found.targetGroups))).to.equal(
      true,
    );
    expect(isServing(machine, found.targetGroups, new Map())).to.equal(false);
    expect(isServing(machine, found.targetGroups, new Map([[machine.id, ["initial"]]]))).to.equal(false);
    expect(isServing(machine, [], new Map())).to.equal(true);
  });
});
