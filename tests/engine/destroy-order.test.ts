import { expect } from "chai";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { clusterName, standingCluster } from "./support/cluster-stack";
import { documentOf, type Walk } from "./support/walk";

const networkBalancer = "aws:lb/loadBalancer:LoadBalancer";
const subnet = "aws:ec2/subnet:Subnet";

describe("groundwork destroy of a stack with a cluster", () => {
  let walk: Walk;
  /** Somebody else's service in the cluster, as the load balancer that it has in AWS. */
  const foreignBalancer = (): void => {
    const name = "a0123456789abcdef0123456789abcde";
    const [own] = walk.cloud().filter(({ type }) => type === networkBalancer);
    const record = {
      type: "aws:elb/loadBalancer:LoadBalancer",
      id: name,
      scope: "482913067251/eu-west-1",
      inputs: {
        name,
        arn: `arn:aws:elasticloadbalancing:eu-west-1:482913067251:loadbalancer/${name}`,
        subnets: own?.outputs.subnets,
        tags: {
          [`kubernetes.io/cluster/${clusterName}`]: "owned",
          "kubernetes.io/service-name": "shop/web",
        },
      },
    };
    writeFileSync(path.join(walk.rehearsal, "cloud", "theirs.json"), JSON.stringify(record));
  };
  beforeEach(async () => {
    walk = await standingCluster();
  });

  it("takes down DNS, workloads, nodes, cluster and network in this order, writes its page, and ends with 4 where AWS has something left with its tags", async () => {
    expect(walk.cloud().map(({ type }) => type)).to.include(networkBalancer);
    const before = walk.changes().length;
    const tags = { project: "groundwork", environment: "dev", "managed-by": "groundwork" };
    const volume = "arn:aws:ec2:eu-west-1:482913067251:volume/vol-theirs";
    const instance = "arn:aws:ec2:eu-west-1:482913067251:instance/i-gone";
    for (const [type, id, arn] of [
      ["aws:ebs/volume:Volume", "vol-theirs", volume],
      ["aws:tag/shown:Shown", "i-gone", instance],
    ] as const) {
      const record = { type, id, scope: "482913067251/eu-west-1", inputs: { arn, tags } };
      writeFileSync(path.join(walk.rehearsal, "cloud", `${id}.json`), JSON.stringify(record));
    }
    const page = path.join(walk.project, "page.html");
    const result = await walk.groundwork("destroy", "dev", "--rehearse", "--yes", "--json", "--page", page);
    expect(result.exitCode, result.stdout + result.stderr).to.equal(4);
    const { result: became, remains } = documentOf(result) as {
      readonly result: string;
      readonly remains: { readonly left: { readonly arn: string }[]; readonly stillShown: number };
    };
    expect(became).to.equal("destroyed");
    expect(remains.left.map(({ arn }) => arn)).to.deep.equal([volume]);
    expect(remains.stillShown).to.equal(1);
    expect(result.stderr).to.contain("dev is down, and 1 thing that may cost money is left.");
    expect(readFileSync(page, "utf8")).to.contain('"outcome":"done"');
    for (const id of ["vol-theirs", "i-gone"]) rmSync(path.join(walk.rehearsal, "cloud", `${id}.json`));
    const deleted = walk
      .changes()
      .slice(before)
      .filter(({ method }) => method === "delete");
    expect(deleted.filter(({ ok }) => !ok)).to.deep.equal([]);
    const at = (type: string): number[] =>
      deleted.flatMap((call, index) => (call.type === type ? [index] : []));
    const order = [
      "aws:route53/record:Record",
      "kubernetes:core/v1:Service",
      "kubernetes:core/v1:Namespace",
      "aws:eks/nodeGroup:NodeGroup",
      "aws:eks/cluster:Cluster",
      subnet,
      "aws:ec2/vpc:Vpc",
    ];
    order.forEach((type) => {
      expect(at(type), type).to.not.deep.equal([]);
    });
    order.slice(1).forEach((type, index) => {
      const earlier = order[index] ?? "";
      expect(Math.max(...at(earlier)), `${earlier} before ${type}`).to.be.lessThan(Math.min(...at(type)));
    });
    expect(walk.cloud()).to.deep.equal([]);
    expect(walk.pendingDeletion().every(({ type }) => type === "aws:kms/key:PendingDeletion")).to.equal(true);
  });

  it("is refused while a load balancer of somebody's own service stands, with what removes it; nothing is touched", async () => {
    foreignBalancer();
    const before = walk.changes().length;
    const result = await walk.groundwork("destroy", "dev", "--rehearse", "--yes", "--json");
    expect(result.exitCode, result.stderr).to.equal(3);
    expect(documentOf(result).leftovers).to.deep.equal([
      {
        kind: "load balancer",
        arn: "arn:aws:elasticloadbalancing:eu-west-1:482913067251:loadbalancer/a0123456789abcdef0123456789abcde",
        object: { kind: "service", namespace: "shop", name: "web" },
        why: "It has addresses in the VPC's subnets, which AWS does not delete while they are in use.",
        remove: "kubectl --kubeconfig=dev.kubeconfig --namespace=shop delete service web",
        removeInAws:
          "aws elb delete-load-balancer --region eu-west-1 --load-balancer-name a0123456789abcdef0123456789abcde",
      },
    ]);
    expect(result.stderr).to.include("Nothing was touched.");
    expect(walk.changes()).to.have.length(before);
  });

  it("by plain pulumi stops at the network that such a load balancer stands in", async () => {
    foreignBalancer();
    const result = await walk.groundwork(
      ...["exec", "--rehearse", "--", "pulumi", "destroy"],
      ...["--stack", "dev", "--yes", "--skip-preview", "--run-program"],
    );
    expect(result.exitCode).to.not.equal(0);
    expect(result.stdout + result.stderr).to.match(/api error DependencyViolation: (Network vpc|The subnet)/);
    expect(walk.cloud().map(({ type }) => type)).to.include.members(["aws:ec2/vpc:Vpc", subnet]);
  });
});
