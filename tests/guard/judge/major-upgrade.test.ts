import { expect } from "chai";
import { judgeSteps } from "../../../guard/judge/judge";
import { DATABASE, update } from "../steps";

const rules = (from: string, to: string, more: Readonly<Record<string, unknown>> = {}): readonly string[] =>
  judgeSteps(
    [
      update(
        DATABASE,
        { engine: "postgres", engineVersion: from, ...more },
        { engine: "postgres", engineVersion: to, ...more },
      ),
    ],
    { level: "disposable" },
  ).map(({ rule }) => rule);

describe("a database's next major version", () => {
  it("is refused before anything is touched where nothing allows it", () => {
    expect(rules("16.8", "17")).to.deep.equal(["major-upgrade-not-allowed"]);
    expect(rules("8.0.40", "8.4.3", { engine: "mysql" })).to.deep.equal(["major-upgrade-not-allowed"]);
  });

  it("passes where it is allowed, and so does a minor one", () => {
    expect(rules("16.8", "17", { allowMajorVersionUpgrade: true })).to.deep.equal([]);
    expect(rules("16.8", "16.9")).to.deep.equal([]);
    expect(rules("8.0.39", "8.0.40", { engine: "mysql" })).to.deep.equal([]);
  });
});
