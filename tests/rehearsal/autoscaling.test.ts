import { expect } from "chai";
import type { Values } from "../../rehearsal/interpreter/values";
import { refusal, rehearsedAws, type Made, type RehearsedProvider } from "../support/rehearsed-cloud";

const GROUP = "aws:autoscaling/group:Group";
const HOOK = "aws:autoscaling/lifecycleHook:LifecycleHook";
const NOTIFICATION = "aws:autoscaling/notification:Notification";
const SCHEDULE = "aws:autoscaling/schedule:Schedule";
const TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";

const spot = { instanceMarketOptions: { marketType: "spot" } };

describe("rehearsal: what Auto Scaling refuses", () => {
  const clouds: RehearsedProvider<unknown>[] = [];
  const rehearsed = (): RehearsedProvider<unknown> => {
    const made = rehearsedAws();
    clouds.push(made);
    return made;
  };
  afterEach(() => {
    for (const cloud of clouds.splice(0)) cloud.remove();
  });

  const template = async (cloud: RehearsedProvider<unknown>, more: Values = {}): Promise<string> =>
    (await cloud.create(TEMPLATE, "t", { imageId: "ami-1", instanceType: "c5d.large", ...more })).id;

  const group = async (
    cloud: RehearsedProvider<unknown>,
    more: Values,
    ofTemplate: Values = {},
  ): Promise<Made> => {
    const id = await template(cloud, ofTemplate);
    return cloud.create(GROUP, "g", {
      name: "workers",
      minSize: 0,
      maxSize: 1,
      ...("mixedInstancesPolicy" in more ? {} : { launchTemplate: { id, version: "1" } }),
      ...more,
    });
  };

  const mixed = async (
    cloud: RehearsedProvider<unknown>,
    more: Values = {},
    of: Values = {},
  ): Promise<Values> => ({
    mixedInstancesPolicy: {
      instancesDistribution: more,
      launchTemplate: {
        launchTemplateSpecification: { launchTemplateId: await template(cloud, of), version: "1" },
      },
    },
  });

  it("a warm pool of spot machines, and one in a mixed instances group", async () => {
    const cloud = rehearsed();
    const warmPool = { minSize: 1 };
    expect(await refusal(group(cloud, { warmPool }, spot))).to.contain("requests Spot Instances");
    expect(await refusal(group(cloud, { warmPool, ...(await mixed(cloud)) }))).to.contain(
      "has a mixed instances policy",
    );
    await group(cloud, { warmPool });
  });

  it("a mixed instances group whose template asks for spot machines itself, or whose parts are none", async () => {
    const cloud = rehearsed();
    expect(await refusal(group(cloud, await mixed(cloud, {}, spot)))).to.contain(
      "Incompatible launch template",
    );
    const wrong = await mixed(cloud, { spotAllocationStrategy: "cheapest" });
    expect(await refusal(group(cloud, wrong))).to.contain("cheapest");
    const strategy = { spotAllocationStrategy: "price-capacity-optimized" };
    await group(cloud, await mixed(cloud, { ...strategy, onDemandPercentageAboveBaseCapacity: 0 }));
  });

  it("percentages that are too far apart, lifetimes that are too short, and a rollback to $Latest", async () => {
    const cloud = rehearsed();
    const refresh = (preferences: Values): Values => ({
      instanceRefresh: { strategy: "Rolling", preferences },
    });
    const far = refresh({ minHealthyPercentage: 0, maxHealthyPercentage: 150 });
    expect(await refusal(group(cloud, far))).to.contain("must not exceed 100");
    expect(await refusal(group(cloud, { maxInstanceLifetime: 3600 }))).to.contain("max_instance_lifetime");
    const id = await template(cloud);
    const latest = { ...refresh({ autoRollback: true }), launchTemplate: { id, version: "$Latest" } };
    expect(await refusal(group(cloud, latest))).to.contain("AutoRollback is not supported");
  });

  it("hooks that last longer than two hours, and schedules that never come", async () => {
    const cloud = rehearsed();
    const hook = { lifecycleTransition: "autoscaling:EC2_INSTANCE_TERMINATING", heartbeatTimeout: 7201 };
    const first = { initialLifecycleHooks: [{ name: "drain", ...hook }] };
    expect(await refusal(group(cloud, first))).to.contain("between 30 and 7200 seconds");
    await group(cloud, {});
    const own = { name: "drain", autoscalingGroupName: "workers", ...hook };
    expect(await refusal(cloud.create(HOOK, "h", own))).to.contain("between 30 and 7200 seconds");
    const schedule = { scheduledActionName: "morning", autoscalingGroupName: "workers" };
    expect(await refusal(cloud.create(SCHEDULE, "s", schedule))).to.contain("recurrence must be specified");
    const sixFields = { ...schedule, recurrence: "0 0 7 * * *" };
    expect(await refusal(cloud.create(SCHEDULE, "s", sixFields))).to.contain("is invalid");
  });

  it("nothing of a group that goes: hooks, schedules and notifications go with it", async () => {
    const cloud = rehearsed();
    const made = await group(cloud, {});
    await cloud.create(HOOK, "h", {
      name: "boot",
      autoscalingGroupName: "workers",
      lifecycleTransition: "autoscaling:EC2_INSTANCE_LAUNCHING",
    });
    await cloud.create(SCHEDULE, "s", {
      scheduledActionName: "morning",
      autoscalingGroupName: "workers",
      recurrence: "0 7 * * 1-5",
    });
    await cloud.create(NOTIFICATION, "n", {
      groupNames: ["workers"],
      topicArn: "arn:aws:sns:eu-west-1:111122223333:alarms",
      notifications: ["autoscaling:EC2_INSTANCE_LAUNCH_ERROR"],
    });
    const left = (): number =>
      [HOOK, SCHEDULE, NOTIFICATION].flatMap((type) => cloud.cloud.store.ofType(type)).length;
    expect(left()).to.equal(3);
    await cloud.delete(made);
    expect(left()).to.equal(0);
  });

  it("nothing of an attachment, which puts a group behind a target group, and takes it away with it", async () => {
    const cloud = rehearsed();
    const made = await group(cloud, {});
    const vpc = await cloud.create("aws:ec2/vpc:Vpc", "v", { cidrBlock: "10.0.0.0/16" });
    const targets = (name: string): Promise<Made> =>
      cloud.create("aws:lb/targetGroup:TargetGroup", name, {
        name,
        port: 80,
        protocol: "HTTP",
        vpcId: vpc.id,
      });
    const attach = ({ id: lbTargetGroupArn }: Made): Promise<Made> =>
      cloud.create("aws:autoscaling/attachment:Attachment", "a", {
        autoscalingGroupName: "workers",
        lbTargetGroupArn,
      });
    const behind = (): unknown => cloud.records(GROUP)[0]?.outputs["targetGroupArns"];
    const [old, young] = [await targets("old"), await targets("young")];
    const first = await attach(old);
    await attach(young);
    expect(behind()).to.deep.equal([old.id, young.id]);
    await cloud.update(made, { ...made.inputs, maxSize: 2 });
    expect(behind()).to.deep.equal([old.id, young.id]);
    await cloud.delete(first);
    expect(behind()).to.deep.equal([young.id]);
    expect(await refusal(attach({ ...old, id: `${old.id}0` }))).to.contain(
      `Target group '${old.id}0' not found`,
    );
  });

  it("nothing of other tags, which make no version of a launch template", async () => {
    const cloud = rehearsed();
    const made = await cloud.create(TEMPLATE, "t", { imageId: "ami-1", tags: { team: "a" } });
    const tagged = { ...made.inputs, tags: { team: "b" }, tagsAll: { team: "b" } };
    expect(cloud.previewUpdate(made, tagged)["latestVersion"]).to.equal(1);
    expect((await cloud.update(made, tagged)).outputs).to.deep.include({
      latestVersion: 1,
      tags: { team: "b" },
    });
    const other = { ...tagged, imageId: "ami-2" };
    expect(cloud.previewUpdate(made, other)["latestVersion"]).not.to.equal(1);
    expect((await cloud.update(made, other)).outputs["latestVersion"]).to.equal(2);
  });
});
