import { expect } from "chai";
import { mkdtempSync, readFileSync, rmSync, statSync, existsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { heldTo, holdTo, type EnginePlan } from "../../../operations/plan/held-plan";
import { PlanFiles } from "../../../operations/engine/plan-files";

const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const urn = (type: string, name: string): string => `urn:pulumi:dev::groundwork::${type}::${name}`;
const provider = urn("pulumi:providers:kubernetes", "cluster");
const aws = urn("pulumi:providers:aws", "aws");

type Goal = NonNullable<EnginePlan["resourcePlans"][string]["goal"]>;

/** A plan of one resource besides the two providers; the settings of `cluster` are known or not. */
function planOf(goal: Partial<Goal> & Pick<Goal, "type">, kubeconfig = unknown): EnginePlan {
  const of = (type: string, adds: Record<string, unknown>): { goal: Goal; steps: string[] } => ({
    goal: { type, inputDiff: { adds }, outputDiff: {} },
    steps: ["create"],
  });
  return {
    resourcePlans: {
      [provider]: of("pulumi:providers:kubernetes", { kubeconfig }),
      [aws]: of("pulumi:providers:aws", { region: "eu-west-1" }),
      one: { goal: { inputDiff: {}, outputDiff: {}, ...goal }, steps: ["update"] },
    },
  };
}

function held(plan: EnginePlan): Goal {
  const goal = heldTo(plan).resourcePlans["one"]?.goal;
  if (goal === undefined || goal === null) throw new Error("no goal");
  return goal;
}

describe("what a run is held to", () => {
  const cluster = {
    type: "aws:eks/cluster:Cluster",
    provider: `${aws}::${unknown}`,
  };

  it("is each input that the preview knew whole", () => {
    const goal = held(
      planOf({
        ...cluster,
        inputDiff: {
          adds: { deletionProtection: true, roleArn: unknown },
          updates: { version: "1.35", encryptionConfig: { provider: { keyArn: unknown } } },
          deletes: ["tags"],
        },
      }),
    );
    expect(goal.inputDiff).to.deep.equal({
      adds: { deletionProtection: true, roleArn: unknown },
      updates: { version: "1.35", encryptionConfig: unknown },
      deletes: ["tags"],
    });
  });

  it("is no list of which only one element is known to be unknown: its length is not known either", () => {
    const vpcConfig = { endpointPublicAccess: true, subnetIds: [unknown] };
    expect(held(planOf({ ...cluster, inputDiff: { adds: { vpcConfig } } })).inputDiff.adds).to.deep.equal({
      vpcConfig: unknown,
    });
  });

  it("is no secret that only the stack's key can read, unless it is the very same", () => {
    const password = {
      "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
      ciphertext: "v1:x",
    };
    expect(
      held(planOf({ ...cluster, inputDiff: { updates: { password } } })).inputDiff.updates,
    ).to.deep.equal({
      password,
    });
  });

  it("is nothing of inputs whose provider could not be asked, nor of what it may add to them", () => {
    const inputDiff = {
      adds: { stringData: { HOST: "a" } },
      updates: { kind: "Secret" },
      deletes: ["immutable"],
    };
    const secret = { type: "kubernetes:core/v1:Secret", provider: `${provider}::${unknown}`, inputDiff };
    expect(held(planOf(secret)).inputDiff).to.deep.equal({
      adds: { stringData: unknown, metadata: unknown },
      updates: { kind: unknown, immutable: unknown },
      deletes: [],
    });
    expect(held(planOf(secret, "apiVersion: v1")).inputDiff).to.deep.equal(inputDiff);
  });

  it("is no output, and no account of where a value came from", () => {
    const goal = held(
      planOf({
        type: "groundwork:cluster:Cluster",
        outputDiff: { adds: { a: 1 }, updates: { b: 2 }, deletes: ["c"] },
        propertyDependencies: { a: ["x"] },
      }),
    );
    expect(goal.outputDiff).to.deep.equal({
      adds: { a: unknown },
      updates: { b: unknown, c: unknown },
      deletes: [],
    });
    expect(goal.propertyDependencies).to.deep.equal({});
  });

  it("is what may be done with each resource, and all else of the plan", () => {
    const plan = {
      ...planOf({ ...cluster, protect: true } as typeof cluster),
      manifest: { version: "v3.259.0" },
    };
    const deleted = { goal: null, steps: ["delete"] };
    const { resourcePlans, ...others } = heldTo({
      ...plan,
      resourcePlans: { ...plan.resourcePlans, deleted },
    });
    expect(others).to.deep.equal({ manifest: { version: "v3.259.0" } });
    expect(resourcePlans["deleted"]).to.deep.equal(deleted);
    expect(resourcePlans["one"]?.steps).to.deep.equal(["update"]);
    expect(resourcePlans["one"]?.goal).to.include({ ...cluster, protect: true });
  });
});

describe("the file of a plan", () => {
  it("is for its owner alone, one for each preview, and goes with the command", () => {
    const files = new PlanFiles();
    const [one, other] = [files.next(), files.next()];
    expect(one).to.not.equal(other);
    expect(path.dirname(one)).to.equal(path.dirname(other));
    expect(statSync(one).mode & 0o777).to.equal(0o600);
    expect(statSync(path.dirname(one)).mode & 0o777).to.equal(0o700);
    files.remove();
    expect(existsSync(path.dirname(one))).to.equal(false);
    expect(() => {
      files.remove();
    }).to.not.throw();
  });

  it("is written anew as what a run is held to; one that is no plan stops the command", () => {
    const directory = mkdtempSync(path.join(tmpdir(), "groundwork-held-"));
    try {
      const file = path.join(directory, "plan.json");
      writeFileSync(
        file,
        JSON.stringify(planOf({ type: "aws:s3/bucket:Bucket", propertyDependencies: { a: [] } })),
      );
      holdTo(file);
      const plan = JSON.parse(readFileSync(file, "utf8")) as EnginePlan;
      expect(plan.resourcePlans["one"]?.goal?.propertyDependencies).to.deep.equal({});
      for (const text of ["", "{}"]) {
        writeFileSync(file, text);
        expect(() => {
          holdTo(file);
        }).to.throw(/plan could not be read .*Nothing was touched\./);
      }
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
