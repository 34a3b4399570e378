import { expect } from "chai";
import { differences } from "../expected/differences";
import { describe as describeRecording, readExpected } from "../expected/files";
import { recordProgram, stacks } from "../support/program";

describe("the resources of a stack", () => {
  for (const stack of stacks) {
    it(`are the expected ones in ${stack} (npm run expected:update writes them anew, for a review to see)`, async () => {
      const actual = describeRecording(await recordProgram(stack));
      expect(differences(readExpected(stack), actual).join("\n")).to.equal("");
    });
  }
});

describe("differences between expected and actual files", () => {
  const files = (content: Record<string, unknown>): Map<string, unknown> => new Map(Object.entries(content));

  it("are none between equals", () => {
    const content = { "a.json": { list: [1, { x: null }], empty: {} } };
    expect(differences(files(content), files(structuredClone(content)))).to.deep.equal([]);
  });

  it("name the file that is missing, and the one that is too many", () => {
    expect(
      differences(files({ "a.json": {}, "c.json": {} }), files({ "b.json": {}, "c.json": {} })),
    ).to.deep.equal([
      "- a.json: expected, but the program registers no such resource",
      "+ b.json: not among the expected files",
    ]);
  });

  it("name the place and both values, in lists and maps, and what is new or gone", () => {
    const before = { inputs: { multiAz: true, subnets: ["a", "b"], port: 5432, rules: {} } };
    const after = { inputs: { multiAz: false, subnets: ["a", "b", "c"], rules: [] }, name: "x" };
    expect(differences(files({ "a.json": before }), files({ "a.json": after }))).to.deep.equal([
      "~ a.json: inputs.multiAz: true is now false",
      '~ a.json: inputs.subnets.2: "c" is new',
      "~ a.json: inputs.port: 5432 is gone",
      "~ a.json: inputs.rules: {} is now []",
      '~ a.json: name: "x" is new',
    ]);
  });
});
