import { expect } from "chai";
import type { CheckpointResource } from "../../../operations/engine/engine-stack";
import { unfinishedResources } from "../../../guard/memory/unfinished";

const now = new Date("2026-03-02T12:00:00Z");
const at = (time: string): Date => new Date(`2026-03-${time}:00Z`);

function resource(changes: Partial<CheckpointResource> = {}): CheckpointResource {
  return {
    urn: "urn:pulumi:dev::groundwork::aws:s3/bucket:Bucket::reports",
    type: "aws:s3/bucket:Bucket",
    id: "reports",
    custom: true,
    created: "2026-03-02T06:00:00Z",
    ...changes,
  };
}

describe("what a run that broke off has left behind", () => {
  const found = (
    resources: readonly CheckpointResource[],
    endedAt?: Date,
    isAll = true,
  ): readonly (readonly [string, number])[] => [
    ...unfinishedResources({ resources }, { endedAt, isAll }, now),
  ];

  it("is what came into the state after the last update that succeeded, with its age in days", () => {
    expect(found([resource()], at("02T05:00"))).to.deep.equal([["reports", 0.25]]);
    expect(found([resource()], at("02T07:00"))).to.deep.equal([]);
  });

  it("is everything where no update has ever succeeded", () => {
    expect(found([resource()])).to.deep.equal([["reports", 0.25]]);
  });

  it("is nothing where the history was not read whole, or clocks may differ", () => {
    expect(found([resource()], undefined, false)).to.deep.equal([]);
    expect(found([resource()], new Date("2026-03-02T05:59:30Z"))).to.deep.equal([]);
  });

  it("is nothing that was imported, that is only read, or of which the state does not say since when it is there", () => {
    expect(found([resource({ importID: "reports" })])).to.deep.equal([]);
    expect(found([resource({ external: true })])).to.deep.equal([]);
    expect(found([resource({ created: undefined })])).to.deep.equal([]);
    expect(found([resource({ created: "soon" })])).to.deep.equal([]);
    expect(found([resource({ custom: false, id: undefined })])).to.deep.equal([]);
  });

  it("is nothing that stands in the state twice and is old in one of them", () => {
    const old = resource({ created: "2025-01-01T00:00:00Z" });
    const imported = resource({ importID: "reports" });
    expect(found([resource(), old], at("01T00:00"))).to.deep.equal([]);
    expect(found([resource(), imported], at("01T00:00"))).to.deep.equal([]);
  });
});
