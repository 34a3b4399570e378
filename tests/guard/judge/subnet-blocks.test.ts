import { expect } from "chai";
import { judgeSteps } from "../../../guard/judge/judge";
import type { Step } from "../../../guard/step";
import { create, deletion, replacement, same, state, UNKNOWN_TEXT, urn } from "../steps";

const SUBNET = "aws:ec2/subnet:Subnet";

const subnet = (cidrBlock: string, vpcId = "vpc-1"): Readonly<Record<string, unknown>> => ({
  vpcId,
  cidrBlock,
});

const standing = (cidrBlock: string, vpcId?: string): Step => {
  const there = state(subnet(cidrBlock, vpcId), { protect: false });
  return { ...same(SUBNET, there, there), urn: urn(SUBNET, "standing") };
};

const going = (cidrBlock: string): Step => ({
  ...deletion(SUBNET, state(subnet(cidrBlock), { protect: false })),
  urn: urn(SUBNET, "going"),
});

const rules = (...steps: readonly Step[]): readonly string[] =>
  judgeSteps(steps, { level: "disposable" }).map(({ rule }) => rule);

describe("blocks of subnets", () => {
  it("are not given to another subnet in the run in which the first one goes", () => {
    const steps = [create(SUBNET, subnet("10.0.0.0/22"), "new"), going("10.0.0.0/22")];
    expect(judgeSteps(steps, { level: "disposable" })).to.have.length(1);
    expect(judgeSteps(steps, { level: "disposable" })[0]).to.deep.include({
      urn: urn(SUBNET, "new"),
      rule: "takes-used-block",
      loses:
        "Nothing is lost, but AWS takes no subnet with 10.0.0.0/22 while there is going with 10.0.0.0/22, which goes last if it goes: " +
        "the run would end half way.",
    });
  });

  it("are not given to another subnet in part either, nor to the one that takes the place of the same", () => {
    expect(rules(create(SUBNET, subnet("10.0.1.0/24"), "new"), going("10.0.0.0/22"))).to.deep.equal([
      "takes-used-block",
    ]);
    const old = state(subnet("10.0.0.0/22"), { protect: false });
    const wider = state(subnet("10.0.0.0/21"), { protect: false });
    expect(rules(replacement(SUBNET, ["cidrBlock"], old, wider))).to.deep.equal(["takes-used-block"]);
  });

  it("are free where no subnet has them, in another VPC, in one that is yet to be made, and where the old one goes first", () => {
    expect(rules(create(SUBNET, subnet("10.0.4.0/22"), "new"), standing("10.0.0.0/22"))).to.deep.equal([]);
    for (const vpc of ["vpc-2", UNKNOWN_TEXT]) {
      expect(rules(create(SUBNET, subnet("10.0.0.0/22", vpc), "new"), standing("10.0.0.0/22"))).to.deep.equal(
        [],
      );
    }
    const same = state(subnet("10.0.0.0/22"), { protect: false });
    const first = { ...replacement(SUBNET, ["availabilityZone"], same, same), deletesFirst: true };
    expect(rules(first)).to.deep.equal([]);
  });
});
