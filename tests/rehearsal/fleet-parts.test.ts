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

  it("refuse what another still has, also to what moves there: it goes only later in the run", async () => {
    const application = await balancer("ports", "application");
    const network = await balancer("flows", "network");
    const group = await targets("ported", {});
    const tcp = await targets("flowing", { protocol: "TCP" });
    const first = await listener("first", application.id, group.id, { port: 80 });
    const second = await listener("second", application.id, group.id, { port: 81 });
    const duplicate = "DuplicateListener: A listener already exists on this port for this load balancer";
    expect(await refusal(listener("third", application.id, group.id, { port: 80 }))).to.contain(duplicate);
    expect(await refusal(aws.update(second, { ...second.inputs, port: 80 }))).to.contain(duplicate);
    await aws.update(first, { ...first.inputs, port: 82 });
    await aws.update(second, { ...second.inputs, port: 80 });
    const flow = await listener("flow", network.id, tcp.id, { port: 53, protocol: "TCP" });
    const both = await targets("both", { protocol: "TCP_UDP" });
    const wanted = { port: 53, protocol: "TCP_UDP" };
    expect(await refusal(listener("udp", network.id, both.id, wanted))).to.contain(duplicate);
    const onward = [{ type: "forward", targetGroupArn: tcp.id }];
    const beside = { ...flow.inputs, ...wanted, defaultActions: onward };
    expect(await refusal(aws.update(flow, beside))).to.contain("IncompatibleProtocols");
    await aws.update(flow, { ...beside, defaultActions: [{ type: "forward", targetGroupArn: both.id }] });
  });

  it("have their accesses logged in a bucket of the region that lets them write, under S3's own keys", async () => {
    const bucket = "example-logs";
    const logged = (prefix: string): Promise<Made> =>
      aws.create(BALANCER, "logged", {
        name: "logged",
        subnets,
        accessLogs: { bucket, prefix, enabled: true },
      });
    const denied = `InvalidConfigurationRequest: Access Denied for bucket: ${bucket}. Please check S3bucket permission`;
    expect(await refusal(logged("")), "no bucket").to.contain(denied);
    await aws.create("aws:s3/bucket:Bucket", "b", { bucket });
    expect(await refusal(logged("")), "no policy").to.contain(denied);
    const policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
          Action: "s3:PutObject",
          Resource: `arn:aws:s3:::${bucket}/lb/AWSLogs/111122223333/*`,
        },
      ],
    });
    await aws.create("aws:s3/bucketPolicy:BucketPolicy", "b", { bucket, policy });
    expect(await refusal(logged("elsewhere")), "another prefix").to.contain(denied);
    const type = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
    const rules = (sseAlgorithm: string): Values => ({
      bucket,
      rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm } }],
    });
    const encryption = await aws.create(type, "b", rules("aws:kms"));
    expect(await refusal(logged("lb")), "a key of KMS").to.contain(denied);
    await aws.update(encryption, rules("AES256"));
    await aws.delete(await logged("lb"));
    expect(aws.records("aws:s3/bucketObject:BucketObject").map(({ id }) => id)).to.deep.equal([
      "example-logs/lb/AWSLogs/111122223333/ELBAccessLogTestFile",
    ]);
    const off = await aws.create(BALANCER, "off", { name: "off", subnets, accessLogs: { bucket: "none" } });
    await aws.delete(off);
  });

  it("have certificates beside the default one, which alone cannot be taken off, and 25 of them", async () => {
    const application = await balancer("sni", "application");
    const group = await targets("sni", {});
    const arn = (index: number): string =>
      `arn:aws:acm:eu-west-1:111122223333:certificate/${String(index).padStart(8, "0")}-0000-0000-0000-000000000000`;
    const https = { port: 443, protocol: "HTTPS", certificateArn: arn(0) };
    const made = await listener("sni", application.id, group.id, https);
    const more = (index: number): Promise<Made> =>
      aws.create("aws:lb/listenerCertificate:ListenerCertificate", `c${String(index)}`, {
        listenerArn: made.id,
        certificateArn: arn(index),
      });
    const byDefault = await more(0);
    const [second] = await Promise.all(Array.from({ length: 24 }, (_, index) => more(index + 1)));
    expect(await refusal(more(25))).to.contain("TooManyCertificates");
    const kept = "OperationNotPermitted: Default certificate cannot be removed";
    expect(await refusal(aws.delete(byDefault))).to.contain(kept);
    await aws.update(made, { ...made.inputs, certificateArn: arn(1) });
    await aws.delete(byDefault);
    expect(await refusal(aws.delete(second as Made))).to.contain(kept);
    await aws.delete(made);
    expect(aws.records("aws:lb/listenerCertificate:ListenerCertificate")).to.deep.equal([]);
  });

  it("have a target group for one load balancer at a time", async () => {
    const [one, two] = [await balancer("mine", "application"), await balancer("yours", "application")];
    const group = await targets("of-one", {});
    const other = await targets("of-two", {});
    await listener("first", one.id, group.id, { port: 80 });
    await listener("again", one.id, group.id, { port: 81 });
    const limit = `TargetGroupAssociationLimit: The following target groups cannot be associated with more than one load balancer: ${group.id}`;
    expect(await refusal(listener("beside", two.id, group.id, { port: 80 }))).to.contain(limit);
    const made = await listener("beside", two.id, other.id, { port: 80 });
    const moved = { ...made.inputs, defaultActions: [{ type: "forward", targetGroupArn: group.id }] };
    expect(await refusal(aws.update(made, moved))).to.contain(limit);
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
    expect(await refusal(rule("again"))).to.contain("PriorityInUse: Priority '1' is currently in use");
    const second = await rule("second", { priority: 2 });
    expect(await refusal(aws.update(second, { ...second.inputs, priority: 1 }))).to.contain("PriorityInUse");
    await aws.delete(second);
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
