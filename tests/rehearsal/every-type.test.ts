import { expect } from "chai";
import { readdirSync } from "node:fs";
import { join, sep } from "node:path";
import { factsDirectory, typeFacts, typesOf } from "../../rehearsal/catalogue/facts";
import type { PropertyType } from "../../rehearsal/catalogue/type-facts";
import type { Value, Values } from "../../rehearsal/interpreter/values";
import { awsEntry } from "../../rehearsal/packages/aws/entries";
import { isObject } from "../../rehearsal/packages/kubernetes/kinds";
import { kubernetesProvider } from "../../rehearsal/packages/kubernetes/provider";
import { rehearsedAws } from "../support/rehearsed-cloud";

describe("rehearsal: every AWS type that has no entry of its own", () => {
  it("is made with the least that it needs, read as it was made, and deleted", async () => {
    let tried = 0;
    for (const file of readdirSync(join(factsDirectory, "aws"))) {
      const aws = rehearsedAws();
      for (const type of typesOf("aws", file.replace(".json", ""))) {
        if (type.startsWith("pulumi:") || awsEntry(type)) continue;
        tried++;
        const made = await aws.create(type, "sample", leastInputs(type));
        expect(made.id, type).to.match(/./);
        expect(await aws.read(made), type).to.deep.equal({
          id: made.id,
          inputs: made.inputs,
          outputs: made.outputs,
        });
        expect(unset(type, made.outputs), type).to.deep.equal([]);
        await aws.delete(made);
      }
      expect(aws.records(), file).to.deep.equal([]);
      aws.remove();
    }
    expect(tried).to.be.greaterThan(1500);
  });
});

describe("rehearsal: every Kubernetes object", () => {
  it("is made with the least that it needs, read as it was made, and deleted", async () => {
    const base = rehearsedAws();
    const cluster = base.as(kubernetesProvider, { kubeconfig: "{}", clusterIdentifier: "cluster" });
    let tried = 0;
    for (const module of modulesIn("kubernetes")) {
      for (const type of typesOf("kubernetes", module)) {
        // Lists, the API's answers and what a client unpacks are no objects.
        if (!isObject(type) || /^pulumi:|List(?:Patch)?$|^kubernetes:meta\/v1:Status/.test(type)) continue;
        tried++;
        const made = await cluster.create(type, "sample", {
          ...leastInputs(type),
          metadata: { name: "sample" },
        });
        expect(made.id, type).to.match(/^(default\/)?sample$/);
        expect(await cluster.read(made), type).to.deep.equal({
          id: made.id,
          inputs: made.inputs,
          outputs: made.outputs,
        });
        await cluster.delete(made);
      }
    }
    expect(base.records()).to.deep.equal([]);
    expect(tried).to.be.greaterThan(300);
    base.remove();
  });
});

function modulesIn(packageName: string): string[] {
  const folder = join(factsDirectory, packageName);
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.replace(".json", "").split(sep).join("/"));
}

function leastInputs(type: string): Values {
  const facts = typeFacts(type);
  const needed = Object.entries(facts?.inputs ?? {}).filter(
    ([name, { required }]) => required || facts?.required.includes(name),
  );
  return Object.fromEntries(needed.map(([name, property]) => [name, sample(name, property.type)]));
}

function sample(name: string, type: PropertyType): Value {
  switch (type.kind) {
    case "string":
      return /arn/i.test(name) ? "arn:aws:iam::111122223333:role/r" : "sample";
    case "number":
      return 1;
    case "boolean":
      return true;
    case "enum":
      return type.values[0] ?? "";
    case "array":
      return [sample(name, type.element)];
    case "map":
      return { key: sample(name, type.element) };
    case "union":
      return type.of[0] ? sample(name, type.of[0]) : "sample";
    case "object": {
      const needed = Object.entries(type.properties()).filter(([, { required }]) => required);
      return Object.fromEntries(needed.map(([inner, property]) => [inner, sample(inner, property.type)]));
    }
    case "asset":
    case "archive":
      return asset(type.kind);
    case "any":
      return "sample";
  }
}

/** As the engine writes them. */
function asset(kind: "asset" | "archive"): Value {
  const signature =
    kind === "asset" ? "c44067f5952c0a294b673a41bacd8c17" : "0def7320c3a5731c473e5ecbe6d01bc7";
  return { "4dabf18193072939515e22adb298388d": signature, hash: "0", text: "sample" };
}

/** What the cloud computes and has no value. */
function unset(type: string, outputs: Values): string[] {
  const facts = typeFacts(type);
  return (facts?.computed ?? []).filter(
    (name) => name !== "id" && facts?.outputs[name] !== undefined && outputs[name] === undefined,
  );
}
