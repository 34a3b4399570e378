import { expect } from "chai";
import { judgeSteps } from "../../../guard/judge/judge";
import type { Step } from "../../../guard/step";
import { DATABASE, replacement, same, state, urn } from "../steps";

const SUBNET = "aws:ec2/subnet:Subnet";
const GROUP = "aws:rds/subnetGroup:SubnetGroup";
const VPC = "aws:ec2/vpc:Vpc";
const CLUSTER = "aws:eks/cluster:Cluster";

const standing = (type: string, id: string, outputs: Readonly<Record<string, unknown>>): Step => {
  const as = state({}, { id, outputs });
  return { ...same(type, as, as), urn: urn(type, id) };
};
const going = (type: string, id: string, outputs: Readonly<Record<string, unknown>> = {}): Step => {
  const old = state({}, { id, outputs, protect: false });
  return { ...replacement(type, ["cidrBlock"], old, old), urn: urn(type, id) };
};

const group = standing(GROUP, "main", { name: "main", subnetIds: ["subnet-a", "subnet-b"] });
const server = (outputs: Readonly<Record<string, unknown>>): Step =>
  standing(DATABASE, "db-1", { dbSubnetGroupName: "main", ...outputs });
const subnetA = going(SUBNET, "subnet-a", { availabilityZone: "eu-west-1a" });

function refused(
  steps: readonly Step[],
  level: "production" | "disposable" = "production",
): readonly string[] {
  return judgeSteps(steps, { level })
    .filter(({ rule }) => rule === "moves-network")
    .map(({ id }) => id ?? "");
}

describe("the network under a database", () => {
  it("may not be replaced where the server stands, at no guard level", () => {
    const plan = [group, server({ availabilityZone: "eu-west-1a" }), subnetA];
    expect(refused(plan)).to.deep.equal(["subnet-a"]);
    expect(refused(plan, "disposable")).to.deep.equal(["subnet-a"]);
  });

  it("may change in a zone in which it does not stand", () => {
    expect(refused([group, server({ availabilityZone: "eu-west-1b" }), subnetA])).to.deep.equal([]);
  });

  it("may not where the server is in several zones, or nobody knows in which", () => {
    expect(
      refused([group, server({ availabilityZone: "eu-west-1b", multiAz: true }), subnetA]),
    ).to.have.length(1);
    expect(refused([group, server({}), subnetA])).to.have.length(1);
  });

  it("may change as it likes where no server uses the group, or the server goes too", () => {
    expect(refused([group, subnetA])).to.deep.equal([]);
    expect(refused([group, server({ dbSubnetGroupName: "other" }), subnetA])).to.deep.equal([]);
    const gone = { ...server({ availabilityZone: "eu-west-1a" }), op: "delete" as const, new: undefined };
    expect(refused([group, gone, subnetA], "disposable")).to.deep.equal([]);
    const found = server({ availabilityZone: "eu-west-1a" });
    expect(refused([group, found, gone, subnetA], "disposable"), "as a destroy tells it").to.deep.equal([]);
  });

  it("may not be another group for a server that stands in it, whatever that is called", () => {
    const renamed = { ...group, op: "replace" as const, replaceKeys: ["name"] };
    expect(refused([renamed, server({})])).to.deep.equal(["main"]);
    expect(refused([renamed, server({})], "disposable")).to.deep.equal(["main"]);
    expect(refused([renamed, server({ dbSubnetGroupName: "other" })])).to.deep.equal([]);
    const [only] = judgeSteps([renamed, server({})], { level: "production" });
    expect(only?.why).to.equal("The group of subnets would be replaced because of name.");
  });

  it("is the whole VPC for a cluster", () => {
    const cluster = standing(CLUSTER, "cluster", { vpcConfig: { vpcId: "vpc-1" } });
    expect(refused([cluster, going(VPC, "vpc-1")])).to.deep.equal(["vpc-1"]);
    expect(refused([cluster, going(VPC, "vpc-2")])).to.deep.equal([]);
  });
});
