import { expect } from "chai";
import type { EnginePlan } from "../../../operations/plan/held-plan";
import { differencesOfValues } from "../../../operations/plan/sealed/engine-plans";
import { thing } from "../fixtures";

const secret = (ciphertext: string): object => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  ciphertext,
});

type Inputs = Readonly<Record<string, unknown>>;

function planOf(
  resources: Readonly<Record<string, Inputs>>,
  {
    steps = ["create"],
    dependencies = [] as readonly string[],
    deletes = null as readonly string[] | null,
  } = {},
): EnginePlan {
  const resourcePlans = Object.fromEntries(
    Object.entries(resources).map(([name, adds]) => [
      thing(name),
      {
        steps,
        seed: Math.random().toString(),
        state: { at: Math.random() },
        goal: {
          type: "fake:index:Thing",
          dependencies,
          inputDiff: { adds, updates: {}, deletes },
          outputDiff: { adds: { at: Math.random() } },
        },
      },
    ]),
  );
  return { resourcePlans };
}

describe("the values of two plans of the engine", () => {
  it("are the same for the same, whatever the engine makes anew each time", () => {
    const one = planOf({ a: { x: 1, key: secret("v1:one") } }, { dependencies: ["u", "v"] });
    const two = planOf({ a: { key: secret("v1:two"), x: 1 } }, { dependencies: ["v", "u"], deletes: [] });
    expect(differencesOfValues(one, two)).to.deep.equal([]);
  });

  it("are the same where names that a provider makes up differ, wherever they stand", () => {
    const made = (suffix: string): EnginePlan =>
      planOf({
        nodes: { name: `nodes-${suffix}` },
        policy: { role: `nodes-${suffix}`, document: JSON.stringify({ role: `nodes-${suffix}` }) },
      });
    expect(differencesOfValues(made("8a15385"), made("52211ed"))).to.deep.equal([]);
  });

  it("differ where a value does, and say which", () => {
    const one = planOf({ a: { size: "small", tags: { team: "x" } }, b: { key: secret("v1:one") } });
    const two = planOf({ a: { size: "large", tags: { team: "y", to: "z" } }, b: { key: "in clear" } });
    expect(differencesOfValues(one, two)).to.deep.equal([
      { what: "fake:index:Thing a inputs.size", sealed: "small", now: "large" },
      { what: "fake:index:Thing a inputs.tags.team", sealed: "x", now: "y" },
      { what: "fake:index:Thing a inputs.tags.to", sealed: "nothing", now: "z" },
      { what: "fake:index:Thing b inputs.key", sealed: "a secret", now: "in clear" },
    ]);
  });

  it("differ where another step is, a dependency more, a property less, or a resource", () => {
    const one = planOf({ a: {} });
    const differs = (other: EnginePlan): readonly string[] =>
      differencesOfValues(one, other).map(({ what }) => what.replace("fake:index:Thing ", ""));
    expect(differs(planOf({ a: {} }, { steps: ["update"] }))).to.deep.equal(["a steps[0]"]);
    expect(differs(planOf({ a: {} }, { dependencies: ["u"] }))).to.deep.equal(["a options.dependencies"]);
    expect(differs(planOf({ a: {} }, { deletes: ["x"] }))).to.deep.equal(["a without"]);
    expect(differs(planOf({ a: {}, b: {} }))).to.deep.equal(["b"]);
  });

  it("differ where a name is another, and none that was made up", () => {
    const named = (name: string): EnginePlan => planOf({ nodes: { name } });
    expect(differencesOfValues(named("nodes-8a15385"), named("others-8a15385"))).to.have.length(1);
    expect(differencesOfValues(named("nodes-a"), named("nodes-b"))).to.have.length(1);
  });
});
