import { expect } from "chai";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type { Refusal, Step } from "../../../guard/step";
import type { AwsTarget } from "../../../operations/engine/aws-clients";
import { judgeNamedIds } from "../../../operations/plan/named-ids";
import { startRehearsal, type Rehearsal } from "../../../rehearsal";
import { stackContext } from "../../support/settings";

const account = "111122223333";
const [a, b, c, elsewhere] = [1, 2, 3, 4].map((n) => `subnet-0000000000000000${n}`) as [
  string,
  string,
  string,
  string,
];
const [group, foreign, gone, somewhere] = [1, 2, 3, 4].map((n) => `sg-0000000000000000${n}`) as [
  string,
  string,
  string,
  string,
];

type Inputs = Readonly<Record<string, unknown>>;

function step(op: Step["op"], type: string, wanted: Inputs, had?: Inputs, outputs: Inputs = {}): Step {
  const side = (inputs: Inputs): Step["new"] => ({ id: "one", protect: false, inputs, outputs });
  return {
    urn: `urn:pulumi:dev::groundwork::${type}::one`,
    type,
    op,
    new: side(wanted),
    ...(had && { old: side(had) }),
    replaceKeys: [],
    changedKeys: [],
  };
}

const cluster = "aws:eks/cluster:Cluster";
const subnets = (...subnetIds: readonly string[]): Inputs => ({ vpcConfig: { subnetIds } });

describe("what names subnets and security groups of others", () => {
  let directory: string;
  let rehearsal: Rehearsal;
  let stack: AwsTarget;
  before(async () => {
    directory = mkdtempSync(path.join(tmpdir(), "groundwork-named-"));
    mkdirSync(path.join(directory, "cloud"));
    const put = (type: string, id: string, inputs: Inputs): void =>
      writeFileSync(path.join(directory, "cloud", `${id}.json`), JSON.stringify({ type, id, inputs }));
    for (const [id, vpcId, zone] of [
      [a, "vpc-1", "a"],
      [b, "vpc-1", "b"],
      [c, "vpc-1", "c"],
      [elsewhere, "vpc-2", "a"],
    ] as const) {
      put("aws:ec2/subnet:Subnet", id, { vpcId, availabilityZone: `eu-west-1${zone}` });
    }
    put("aws:ec2/securityGroup:SecurityGroup", group, { vpcId: "vpc-1", name: "one" });
    put("aws:ec2/securityGroup:SecurityGroup", somewhere, { name: "of which nobody says where it is" });
    put("aws:ec2/securityGroup:SecurityGroup", foreign, { vpcId: "vpc-2", name: "two" });
    rehearsal = await startRehearsal({ directory, accountId: account });
    stack = {
      name: "dev",
      settings: { context: stackContext({ accountId: account }) },
      session: { environment: rehearsal.environment },
    } as unknown as AwsTarget;
  });
  after(async () => {
    await rehearsal.stop();
    rmSync(directory, { recursive: true });
  });

  const judged = (...steps: readonly Step[]): Promise<readonly Refusal[]> => judgeNamedIds(stack, steps);
  const rules = async (...steps: readonly Step[]): Promise<readonly string[]> =>
    (await judged(...steps)).map(({ rule }) => rule);

  it("passes where they are there, in one VPC", async () => {
    expect(
      await rules(step("create", "aws:x/y:Z", { subnetId: a, groups: [group, somewhere] })),
    ).to.deep.equal([]);
    expect(await rules(step("update", cluster, subnets(b, a), subnets(a, b)))).to.deep.equal([]);
  });

  it("is refused where one is not there, by its name and the region, and not where it was named before", async () => {
    const [refusal, ...others] = await judged(
      step("create", "aws:x/y:Z", { vpcSecurityGroupIds: [group, gone] }),
    );
    expect(others).to.deep.equal([]);
    expect(refusal).to.deep.equal({
      urn: "urn:pulumi:dev::groundwork::aws:x/y:Z::one",
      type: "aws:x/y:Z",
      op: "create",
      id: null,
      rule: "names-what-is-not-there",
      loses: `Nothing is lost, but AWS takes no ${gone}, and the run would end at one, half way.`,
      why: "The account has no such thing in eu-west-1.",
      safeWay: "Name one that is there: `aws ec2 describe-security-groups --region eu-west-1` lists them.",
    });
    expect(await rules(step("update", "aws:x/y:Z", { group: gone }, { group: gone }))).to.deep.equal([]);
    expect(
      await rules(step("create", "aws:x/y:Z", { subnetId: a, region: "eu-central-1" })),
      "what is in no region is everywhere here",
    ).to.deep.equal([]);
  });

  it("is refused where what it names is in two VPCs, unless it is a rule, which may name a group of another", async () => {
    expect(await rules(step("create", "aws:x/y:Z", { subnetId: a, groups: [foreign] }))).to.deep.equal([
      "names-what-is-elsewhere",
    ]);
    expect(
      await rules(step("create", "aws:vpc/rule:Rule", { securityGroupId: group, referenced: foreign })),
    ).to.deep.equal([]);
    const standing = { vpcConfig: { vpcId: "vpc-1" } };
    expect(await rules(step("update", cluster, subnets(elsewhere), subnets(a), standing))).to.deep.equal([
      "names-what-is-elsewhere",
    ]);
  });

  it("is refused where a control plane would go to other zones", async () => {
    const [refusal] = await judged(step("update", cluster, subnets(a, c), subnets(a, b)));
    expect(refusal?.rule).to.equal("moves-control-plane");
    expect(refusal?.loses).to.contain("from the zones eu-west-1a, eu-west-1b to eu-west-1a, eu-west-1c");
  });

  it("asks nobody of what the stack has itself", async () => {
    const own = { ...step("same", "aws:ec2/subnet:Subnet", {}, {}, { vpcId: "vpc-9" }) };
    const nobody = {
      ...stack,
      session: undefined,
      settings: { context: { region: "nowhere" } },
    } as unknown as AwsTarget;
    const named = { ...own, old: { id: a, protect: false, inputs: {}, outputs: { vpcId: "vpc-9" } } };
    expect(await judgeNamedIds(nobody, [named, step("create", "aws:x/y:Z", { subnetId: a })])).to.deep.equal(
      [],
    );
  });
});
