import { expect } from "chai";
import { parseLoadBalancerHost } from "../../components/dns/load-balancer-host";
import { lackOf, waitUntilServing, type AwsAccess } from "../../components/dns/serving-gate";
import { Cloud } from "../../rehearsal/cloud/cloud";
import type { CloudRecord } from "../../rehearsal/cloud/store";
import { answer } from "../../rehearsal/endpoints/aws-api";
import { serveHttp, type Served } from "../../rehearsal/endpoints/serve";
import { rehearsalAccessKeyId } from "../../rehearsal/environment";
import { textOf, type Values } from "../../rehearsal/interpreter/values";
import { balancedService, deploymentOf, rehearsedEks } from "../support/eks-in-rehearsal";
import { rehearsedAws, type Made, type RehearsedProvider } from "../support/rehearsed-cloud";

const host = "a0123-0a1b2c3d4e5f6071.elb.eu-west-1.amazonaws.com";

/** Waits while looks say this, one after the other, the last one for ever; returns what came of it. */
async function wait(
  ...looks: readonly (string | undefined)[]
): Promise<{ readonly slept: number; readonly said: readonly string[]; readonly refused?: string }> {
  const left = [...looks];
  const said: string[] = [];
  let slept = 0;
  try {
    await waitUntilServing("app.example.com", host, {
      look: ({ name }) => {
        expect(name).to.equal("a0123");
        return Promise.resolve(left.length > 1 ? left.shift() : left[0]);
      },
      sleep: (seconds) => {
        slept += seconds;
        return Promise.resolve();
      },
      say: (message) => said.push(message),
    });
  } catch (error) {
    return { slept, said, refused: (error as Error).message };
  }
  return { slept, said };
}

describe("the gate before a name that moves", () => {
  it("is open where the load balancer serves, and says nothing", async () => {
    expect(await wait(undefined)).to.deep.equal({ slept: 0, said: [] });
  });

  it("says once what it waits for, and opens when the load balancer is set up and has something healthy behind it", async () => {
    const sick = "none of its 2 targets at port 80 is healthy (initial)";
    expect(
      await wait("its state is provisioning", "its state is provisioning", sick, undefined),
    ).to.deep.equal({
      slept: 30,
      said: [
        "app.example.com waits for the load balancer a0123, 15 minutes at most: its state is provisioning",
      ],
    });
  });

  it("waits for nothing where the load balancer could not be set up", async () => {
    const { slept, said, refused } = await wait("its state is failed");
    expect([slept, said]).to.deep.equal([0, []]);
    expect(refused).to.contain("the load balancer a0123 in eu-west-1 does not serve: its state is failed.");
  });

  it("does not open after a quarter of an hour, and says what is missing, what serves, and how to go on", async () => {
    const { slept, refused } = await wait("its state is provisioning");
    expect(slept).to.equal(900);
    expect(refused).to.equal(
      "app.example.com: the load balancer a0123 in eu-west-1 does not serve after 15 minutes: its state is provisioning. The " +
        "name still points to where it did, and the load balancer there stays. See what the pods and the service say " +
        "(`kubectl describe service`), correct the settings, and run again.",
    );
  });
});

describe("what a load balancer of a service lacks", () => {
  const network = { "service.beta.kubernetes.io/aws-load-balancer-type": "nlb" };
  let aws: RehearsedProvider<unknown>;
  let served: Served;
  let deployment: Made;
  let kubernetes: RehearsedProvider<unknown>;
  let balancers: readonly CloudRecord[];
  let access: AwsAccess;

  before(async () => {
    aws = rehearsedAws();
    ({ kubernetes } = await rehearsedEks(aws));
    deployment = await kubernetes.create("kubernetes:apps/v1:Deployment", "web", deploymentOf("web"));
    for (const [name, annotations] of Object.entries({ one: network, two: {} })) {
      const service = balancedService("web", annotations);
      await kubernetes.create("kubernetes:core/v1:Service", name, {
        ...service,
        metadata: { name, annotations },
      });
    }
    balancers = aws.records().filter(({ type }) => type.endsWith("loadBalancer:LoadBalancer"));
    // As slow as the real one.
    const cloud = new Cloud({ directory: aws.directory, speed: 1 });
    served = await serveHttp((request, response) =>
      answer(request, response, cloud, { accountId: "111122223333" }),
    );
    access = {
      endpoint: `http://127.0.0.1:${String(served.port)}`,
      credentials: { accessKeyId: rehearsalAccessKeyId, secretAccessKey: "rehearsal" },
    };
  });
  after(async () => {
    await served.stop();
    aws.remove();
  });

  /** What is said of it when it was made so many seconds ago. */
  function lacks(kind: "lb" | "elb", seconds: number): Promise<string | undefined> {
    const found = balancers.find(({ type }) => type.startsWith(`aws:${kind}/`));
    if (found === undefined) throw new Error(`no ${kind}`);
    aws.cloud.store.replace({ ...found, createdAt: new Date(Date.now() - seconds * 1000).toISOString() });
    return lackOf(parseLoadBalancerHost(textOf(found.outputs, "dnsName")), access);
  }

  it("is that it is set up, then that its targets are healthy, then nothing: of a network one", async () => {
    expect(await lacks("lb", 60)).to.equal("its state is provisioning");
    expect(await lacks("lb", 130)).to.equal(
      "none of its 2 targets at port 80 is healthy (unhealthy, Target.FailedHealthChecks)",
    );
    expect(await lacks("lb", 150)).to.equal(undefined);
  });

  it("is that anything is known of its instances, then that one is healthy, then nothing: of a classic one", async () => {
    expect(await lacks("elb", 60)).to.equal("CloudWatch knows of no instances behind it yet");
    expect(await lacks("elb", 130)).to.equal("none of its instances is healthy");
    expect(await lacks("elb", 150)).to.equal(undefined);
  });

  it("is a healthy machine of an application one, whose name is like a classic one's, behind a rule of a listener", async () => {
    const put = (type: string, id: string, inputs: Values, outputs: Values = {}): void =>
      void aws.cloud.store.replace({
        ...{ package: "aws", type, id, name: id, inputs, outputs: { ...inputs, ...outputs } },
        ...{ createdAt: "2026-12-01T06:00:00.000Z", scope: "111122223333/eu-west-1" },
      });
    const name = "alb-web-1234567";
    put("aws:lb/loadBalancer:LoadBalancer", "arn:alb", { name, loadBalancerType: "application" });
    put("aws:lb/listener:Listener", "arn:listener", { loadBalancerArn: "arn:alb", defaultActions: [] });
    const look = (): ReturnType<typeof lackOf> =>
      lackOf(parseLoadBalancerHost(`${name}-42.eu-west-1.elb.amazonaws.com`), access);
    expect(await look()).to.equal("it has no target groups yet");
    const actions = [{ type: "forward", targetGroupArn: "arn:group" }];
    put("aws:lb/listenerRule:ListenerRule", "arn:rule", { listenerArn: "arn:listener", actions });
    put("aws:lb/targetGroup:TargetGroup", "arn:group", { name: "web", port: 8080 });
    expect(await look()).to.equal("none of its 0 targets at port 8080 is healthy");
    put("aws:autoscaling/group:Group", "web", { targetGroupArns: ["arn:group"] });
    const tags = { "aws:autoscaling:groupName": "web" };
    put("aws:ec2/instance:Instance", "i-1", { tags }, { healthStatus: "Healthy" });
    expect(await look()).to.equal(undefined);
  });

  it("is a healthy target as long as no pod answers behind it, and itself in an account that has none", async () => {
    await kubernetes.delete(deployment);
    expect(await lacks("lb", 3600)).to.match(/^none of its 2 targets at port 80 is healthy/);
    expect(await lacks("elb", 3600)).to.equal("none of its instances is healthy");
    expect(await lackOf(parseLoadBalancerHost(host), access)).to.equal(
      "the account that is asked has none of this name",
    );
  });
});
