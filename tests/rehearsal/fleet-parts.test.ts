import { expect } from "chai";
import type { Values } from "../../rehearsal/interpreter/values";
import { refusal, rehearsedAws, type Made, type RehearsedProvider } from "../support/rehearsed-cloud";

const BALANCER = "aws:lb/loadBalancer:LoadBalancer";
const TARGETS = "aws:lb/targetGroup:TargetGroup";
const LISTENER = "aws:lb/listener:Listener";
const RULE = "aws:lb/listenerRule:ListenerRule";
const VOLUME = "aws:ebs/volume:Volume";

describe("rehearsal: load balancers and volumes", () => {
  let aws: RehearsedProvider<unknown>;
  let vpcId: string;
  let subnets: string[];
  before(async () => {
    aws = rehearsedAws();
    vpcId = (await aws.create("aws:ec2/vpc:Vpc", "v", { cidrBlock: "10.0.0.0/16" })).id;
    const made = ["a", "b"].map((zone, index) =>
      aws.create("aws:ec2/subnet:Subnet", `s${zone}`, {
        vpcId,
        cidrBlock: `10.0.${index}.0/24`,
        availabilityZone: `eu-west-1${zone}`,
      }),
    );
    subnets = (await Promise.all(made)).map(({ id }) => id);
  });
  after(() => {
    aws.remove();
  });

  const balancer = (name: string, loadBalancerType: string): Promise<Made> =>
    aws.create(BALANCER, name, { name, loadBalancerType, subnets });
  const targets = (name: string, more: Values): Promise<Made> =>
    aws.create(TARGETS, name, { name, port: 80, protocol: "HTTP", vpcId, ...more });
  const listener = (
    name: string,
    loadBalancerArn: string,
    targetGroupArn: string,
    more: Values,
  ): Promise<Made> =>
    aws.create(LISTENER, name, {
      loadBalancerArn,
      port: 80,
      protocol: "HTTP",
      defaultActions: [{ type: "forward", targetGroupArn }],
      ...more,
    });

  it("refuse a probe that takes longer than its interval, and TCP probes of HTTP", async () => {
    const probe = (healthCheck: Values): Promise<string> => refusal(targets("t", { healthCheck }));
    expect(await probe({ interval: 5, timeout: 5 })).to.contain(
      "Health check timeout '5' must be smaller than the interval '5'",
    );
    expect(await probe({ protocol: "TCP" })).to.contain('cannot have value "TCP" when "protocol" is "HTTP"');
  });

  it("refuse listeners whose protocol is not of their kind, and TLS without a certificate", async () => {
    const network = await balancer("net", "network");
    const application = await balancer("app", "application");
    const http = await targets("http", {});
    const tcp = await targets("tcp", { protocol: "TCP" });
    for (const wrong of [
      listener("a", network.id, http.id, {}),
      listener("b", application.id, tcp.id, { protocol: "TCP" }),
      listener("c", application.id, tcp.id, {}),
      listener("d", network.id, http.id, { protocol: "TCP" }),
    ]) {
      expect(await refusal(wrong)).to.contain("IncompatibleProtocols");
    }
    expect(await refusal(listener("e", application.id, http.id, { protocol: "HTTPS" }))).to.contain(
      "A certificate must be specified for HTTPS listeners",
    );
  });

  it("keep rules by their priority, and a target group as long as a rule sends to it", async () => {
    const application = await balancer("rules", "application");
    const byDefault = await targets("default", {});
    const ruled = await targets("ruled", {});
    const { id: listenerArn } = await listener("l", application.id, byDefault.id, {});
    const rule = (name: string, more: Values = {}): Promise<Made> =>
      aws.create(RULE, name, {
        listenerArn,
        priority: 1,
        conditions: [{ pathPattern: { values: ["/a"] } }],
        actions: [{ type: "forward", targetGroupArn: ruled.id }],
        ...more,
      });
    const made = await rule("r");
    expect(made.id).to.match(/:listener-rule\/app\/rules\/[0-9a-f]{16}\/[0-9a-f]{16}\/[0-9a-f]{16}$/);
    expect(await refusal(rule("again"))).to.contain("PriorityInUse");
    const values = ["/1", "/2", "/3", "/4", "/5", "/6"];
    expect(
      await refusal(rule("many", { priority: 2, conditions: [{ pathPattern: { values } }] })),
    ).to.contain("TooManyUniqueConditionValues");
    expect(await refusal(aws.delete(ruled))).to.contain("ResourceInUse");
    await aws.delete(made);
    await aws.delete(ruled);
  });

  it("leave a snapshot of a volume behind where one is asked for, and keep one that a machine has", async () => {
    const volume = (name: string, more: Values): Promise<Made> =>
      aws.create(VOLUME, name, { availabilityZone: "eu-west-1a", size: 10, ...more });
    const plain = await volume("plain", {});
    const dear = await volume("dear", { finalSnapshot: true, tags: { role: "git" } });
    const record = aws.records(VOLUME).find(({ id }) => id === dear.id);
    if (record === undefined) throw new Error("the volume is not there");
    aws.cloud.store.replace({ ...record, outputs: { ...record.outputs, attachedTo: "i-1" } });
    expect(await refusal(aws.delete(dear))).to.contain(`Volume ${dear.id} is currently attached to i-1`);
    aws.cloud.store.replace(record);
    await aws.delete(dear);
    await aws.delete(plain);
    const snapshots = aws.records("aws:ebs/snapshot:Snapshot");
    expect(snapshots.map(({ inputs }) => inputs)).to.deep.equal([
      { volumeId: dear.id, tags: { role: "git" } },
    ]);
  });
});
