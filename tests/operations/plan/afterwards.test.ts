import { expect } from "chai";
import { afterwards } from "../../../operations/plan/afterwards";
import { planOf, type PlannedStep } from "../../../operations/plan/plan";
import type { OpenStack } from "../../../operations/plan/workspace";

const stack = {
  name: "dev",
  settings: { sections: { fleets: { api: {}, vpn: {} } } },
} as unknown as OpenStack;

function step(type: string, name: string, more: Partial<PlannedStep>): PlannedStep {
  const state = { id: "id", protect: false, inputs: {}, outputs: { desiredCapacity: 2 } };
  return {
    urn: `urn:pulumi:dev::groundwork::groundwork:fleets:Fleets$${type}::${name}`,
    ...{ type, name, op: "update", parent: "", old: state, new: state },
    ...{ replaceKeys: [], changedKeys: [], restated: [], paths: [], forcing: [] },
    ...more,
  };
}
const template = (role: string, ...paths: string[]): PlannedStep =>
  step("aws:ec2/launchTemplate:LaunchTemplate", `fleets-${role}`, { paths });
const group = (role: string): PlannedStep =>
  step("aws:autoscaling/group:Group", `fleets-${role}`, { op: "same" });
const after = (...steps: PlannedStep[]): readonly string[] => afterwards(stack, planOf(steps, []));

describe("what is still to be done after a plan", () => {
  it("is a roll of each fleet that has another version of what its machines boot with", () => {
    expect(after(template("api", "userData"), template("vpn", "imageId"), group("api"))).to.deep.equal([
      "`./groundwork fleet dev roll api` replaces the 2 machines of api; until then they run as they booted.",
      "`./groundwork fleet dev roll vpn` replaces the machines of vpn; until then they run as they booted.",
    ]);
  });

  it("is nothing where only tags of the template change, or another component's", () => {
    const other = template("api", "userData");
    expect(after(template("api", "tags", "tagsAll.team"), group("api"))).to.deep.equal([]);
    expect(
      after({ ...other, urn: other.urn.replace("groundwork:fleets", "groundwork:cluster") }),
    ).to.deep.equal([]);
  });
});
