import { expect } from "chai";
import { ask, type Answer } from "../../operations/smoke/requests";
import { serveLoadBalancers, type ServedLoadBalancers } from "../../rehearsal/host/load-balancers";
import { isRecord, listOf, recordOf, textOf, type Values } from "../../rehearsal/interpreter/values";
import { balancedService, deploymentOf, rehearsedEks, type RehearsedEks } from "../support/eks-in-rehearsal";
import { rehearsedAws, type Made, type RehearsedProvider } from "../support/rehearsed-cloud";

const serviceType = "kubernetes:core/v1:Service";
const deploymentType = "kubernetes:apps/v1:Deployment";
const digest = `sha256:${"a".repeat(64)}`;

function hostOf(service: Made): string {
  const balancer = recordOf(recordOf(service.outputs, "status"), "loadBalancer");
  const [first] = listOf(balancer, "ingress").filter(isRecord);
  return textOf(first ?? {}, "hostname");
}

describe("rehearsal: what answers behind a load balancer", () => {
  let aws: RehearsedProvider<unknown>;
  let eks: RehearsedEks;
  let served: ServedLoadBalancers;
  beforeEach(async () => {
    aws = rehearsedAws();
    eks = await rehearsedEks(aws);
    served = serveLoadBalancers(aws.cloud);
  });
  afterEach(async () => {
    await served.stop();
    aws.remove();
  });

  const deploy = (image: string, spec: Values = {}): Promise<Made> =>
    eks.kubernetes.create(deploymentType, "web", deploymentOf("web", spec, {}, image));
  const expose = (annotations: Values = {}): Promise<Made> =>
    eks.kubernetes.create(serviceType, "web", balancedService("web", annotations));
  const get = async (host: string, port = 80): Promise<Answer> => {
    const at = await served.reach(host, port);
    if (at === undefined) throw new Error(`nothing is at ${host}`);
    return ask({ reach: () => Promise.resolve(at), host, port });
  };
  const text = async (host: string): Promise<string> => {
    const at = await served.reach(host, 80);
    return (await fetch(`http://127.0.0.1:${String(at?.port)}/`)).text();
  };

  it("is the selected pods, one after the other, and what their image says", async () => {
    await deploy(`registry.example.com/hello-app:1.0@${digest}`, { replicas: 3 });
    const host = hostOf(await expose());
    const answers = [await text(host), await text(host), await text(host)];
    const pattern = /^Hello, world!\nVersion: 1\.0\.0\nHostname: web-[a-z0-9]{10}-[a-z0-9]{5}\n$/;
    expect(
      answers.every((answer) => pattern.test(answer)),
      answers[0],
    ).to.equal(true);
    expect(new Set(answers)).to.have.property("size", 3);
  });

  it("is the new version after an update", async () => {
    const made = await deploy(`registry.example.com/shop@${digest}`);
    const host = hostOf(await expose());
    expect(await get(host)).to.deep.equal({ version: `image registry.example.com/shop@${digest}` });
    await eks.kubernetes.update(made, deploymentOf("web", {}, {}, "registry.example.com/shop:2"));
    expect(await get(host)).to.deep.equal({ version: "image registry.example.com/shop:2" });
  });

  it("is nobody without pods: the connection breaks, or HTTP 503 where the balancer speaks HTTP", async () => {
    for (const [protocol, failure] of [
      ["tcp", "ECONNRESET"],
      ["http", "HTTP 503"],
    ] as const) {
      const made = await deploy("a/b:1");
      const service = await expose({
        "service.beta.kubernetes.io/aws-load-balancer-backend-protocol": protocol,
      });
      const host = hostOf(service);
      expect(await get(host)).to.have.property("version");
      await eks.kubernetes.delete(made);
      expect(await get(host), protocol).to.deep.equal({ failure });
      await eks.kubernetes.delete(service);
    }
  });

  it("is nothing at a port that the service has not, and at hosts that are no load balancers of Kubernetes", async () => {
    await deploy("a/b:1");
    const service = await expose();
    const host = hostOf(service);
    expect(await get(host, 443)).to.deep.equal({ failure: "ECONNRESET" });
    expect(await served.reach("example.com", 80)).to.equal(undefined);
    await eks.kubernetes.delete(service);
    expect(await served.reach(host, 80)).to.equal(undefined);
  });
});
