import { expect } from "chai";
import { problemsOf, rightConfig, type Config } from "../support";

const tags = (change: Config): ReturnType<typeof problemsOf> =>
  problemsOf({ ...rightConfig(), "groundwork:tags": change });

describe("settings rules: tags", () => {
  it("takes up to 40 tags", () => {
    const many = (count: number): Config =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`tag${i}`, "value"]));
    expect(tags(many(40))).to.deep.equal([]);
    expect(tags(many(41))).to.deep.equal([
      {
        path: "groundwork:tags",
        message: "41 tags",
        allowed: "up to 40: AWS takes 50 a resource, and some are the resource's own",
      },
    ]);
  });

  it("refuses the tags that the program sets, in whatever case", () => {
    expect(tags({ Project: "x", "managed-by": "hand" })).to.deep.equal([
      {
        path: "groundwork:tags.managed-by",
        message: '"managed-by" is set by the program on every resource',
        allowed: "keys other than project, environment, managed-by",
      },
      {
        path: "groundwork:tags.Project",
        message: '"Project" is set by the program on every resource',
        allowed: "keys other than project, environment, managed-by",
      },
    ]);
  });

  it("refuses Name", () => {
    expect(tags({ Name: "x" })).to.deep.equal([
      {
        path: "groundwork:tags.Name",
        message: '"Name" is what the AWS console shows as a resource\'s name: all would have the same',
        allowed: "keys other than Name, which each resource sets for itself",
      },
    ]);
  });

  it("refuses two keys that differ in case only", () => {
    expect(tags({ Team: "x", team: "y" }).map(({ allowed }) => allowed)).to.deep.equal([
      "keys that differ by more than case: IAM takes them for the same",
    ]);
  });
});
