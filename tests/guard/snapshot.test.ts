import { expect } from "chai";
import { differences } from "../expected/differences";
import { guardSnapshot, readGuardSnapshot } from "../expected/guard";

describe("what is guarded, and how hard", () => {
  it("is what tests/expected/guard.json says (npm run expected:update writes it anew, for a review to see)", () => {
    const file = (content: unknown): Map<string, unknown> => new Map([["guard.json", content]]);
    expect(differences(file(readGuardSnapshot()), file(guardSnapshot())).join("\n")).to.equal("");
  });
});
