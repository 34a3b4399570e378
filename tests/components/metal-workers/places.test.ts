import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { placesOf, standingIn, type Standing } from "../../../components/metal-workers/known-machines";
import { MetalWorkers } from "../../../components/metal-workers/metal-workers";
import { slotTags } from "../../../components/metal-workers/slot-identity";
import { metalWorkersSettings } from "../../../settings/sections/metal-workers";
import { metalSection, sources } from "../../engine/support/metal-stack";
import { record } from "../../support/mocks";
import { stackContext } from "../../support/settings";

const context = stackContext();
const slots = [0, 1, 2, 4, 5, 6, 7, 8];
const at = (places: ReadonlyMap<number, string>): Standing =>
  new Map([...places].map(([slot, place]) => [slot, [place]]));

/** Slots whose place is another. */
const moved = (before: ReadonlyMap<number, string>, after: ReadonlyMap<number, string>): readonly number[] =>
  [...before].filter(([slot, place]) => after.has(slot) && after.get(slot) !== place).map(([slot]) => slot);

/** Subnet of each slot's instance, as the program asks for it. */
async function subnets(zones: readonly string[], standing: Standing): Promise<ReadonlyMap<number, string>> {
  const ids = zones.map((zone) => `subnet-${zone}`);
  const recording = await record(
    () =>
      new MetalWorkers("metal-workers", {
        context,
        settings: metalWorkersSettings.parse(metalSection(slots, sources.ec2())),
        tags: {},
        network: {
          vpcId: "vpc-1",
          workerPlaces: { public: { tier: "public", subnets: ids, subnetIds: pulumi.output(ids) } },
          availabilityZones: zones,
        },
        standing,
        sshKey: "key",
        accessToken: "token",
      }),
  );
  return new Map(
    recording
      .ofType("aws:ec2/instance:Instance")
      .map(({ inputs }) => [
        Number((inputs["tags"] as { readonly slot: string }).slot),
        String(inputs["subnetId"]),
      ]),
  );
}

describe("places of metal machines", () => {
  it("are taken in turn by new ones, whatever their numbers are", () => {
    expect([...placesOf([4, 0, 2, 7], ["a", "b", "c"], new Map())]).to.deep.equal([
      [0, "a"],
      [2, "b"],
      [4, "c"],
      [7, "a"],
    ]);
  });

  it("are kept by those that stand when there is one more, which new ones then go to", () => {
    const before = placesOf(slots, ["a", "b"], new Map());
    const after = placesOf([...slots, 9, 10, 11], ["a", "b", "c"], at(before));
    expect(moved(before, after)).to.deep.equal([]);
    expect([9, 10, 11].map((slot) => after.get(slot))).to.deep.equal(["c", "c", "c"]);
  });

  it("are changed by those alone whose place is gone", () => {
    const before = placesOf(slots, ["a", "b", "c"], new Map());
    const after = placesOf(slots, ["a", "c"], at(before));
    expect(moved(before, after)).to.deep.equal(slots.filter((slot) => before.get(slot) === "b"));
  });

  it("in the program: a zone more replaces no machine, wherever the state says that it stands", async () => {
    const before = await subnets(["eu-west-1a", "eu-west-1b"], new Map());
    const known = new Map(
      [...before].map(([slot, subnetId]) => [
        `i-${slot}`,
        {
          id: `i-${slot}`,
          tags: slotTags(context, slot),
          subnetId,
          availabilityZone: subnetId.replace("subnet-", ""),
        },
      ]),
    );
    const after = await subnets(["eu-west-1a", "eu-west-1b", "eu-west-1c"], standingIn(context, known));
    expect([...after]).to.deep.equal([...before]);
  });

  it("are nobody's who is of another stack", () => {
    const stranger = { tags: slotTags({ project: "groundwork", stack: "other" }, 1), availabilityZone: "a" };
    expect([...standingIn(context, new Map([["i-1", stranger]]))]).to.deep.equal([]);
  });
});
