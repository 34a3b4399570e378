import * as pulumi from "@pulumi/pulumi";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { Provider as AwsProvider } from "@pulumi/aws/provider";
import { expect } from "chai";
import { judgeSteps } from "../../guard/judge/judge";
import { statefulTypes } from "../../guard/catalogue/stateful-types";
import { readPlan } from "../../operations/plan/plan";
import { typeFacts } from "../../rehearsal/catalogue/facts";
import type { PropertyType } from "../../rehearsal/catalogue/type-facts";
import { awsEntry } from "../../rehearsal/packages/aws/entries";
import { RehearsedStack } from "../support/engine";

/** A property whose change replaces what holds data, and a resource of which just that changes. */
interface Pair {
  readonly name: string;
  readonly type: string;
  readonly property: string;
  readonly before: pulumi.Inputs;
  readonly after: pulumi.Inputs;
}

/** Types that the rehearsal knows more of than their schema: they ask for more than a sample. */
const known: Readonly<Record<string, (name: string) => pulumi.Inputs>> = {
  "aws:rds/instance:Instance": (name) => ({
    identifier: name,
    instanceClass: "db.t4g.small",
    engine: "postgres",
    engineVersion: "16.13",
    allocatedStorage: 100,
    username: "groundwork",
    manageMasterUserPassword: true,
    skipFinalSnapshot: false,
    finalSnapshotIdentifier: `${name}-final`,
  }),
  "aws:dynamodb/table:Table": (name) => ({
    name,
    billingMode: "PAY_PER_REQUEST",
    hashKey: "id",
    attributes: [{ name: "id", type: "S" }],
  }),
  "aws:sqs/queue:Queue": (name) => ({ name }),
  "aws:s3/bucket:Bucket": (name) => ({ bucket: `groundwork-${name}` }),
  // The type that several machines can have at a time.
  "aws:ebs/volume:Volume": () => ({ availabilityZone: "eu-west-1a", size: 10, type: "io2", iops: 100 }),
  "aws:kms/key:Key": () => ({}),
  "aws:ecr/repository:Repository": (name) => ({ name }),
  "aws:secretsmanager/secret:Secret": (name) => ({ name }),
  "aws:route53/zone:Zone": (name) => ({ name: `${name}.example.com` }),
  "aws:backup/vault:Vault": (name) => ({ name }),
};

/** Properties of those whose change the rehearsal takes, from and to. */
const changes: Readonly<Record<string, Readonly<Record<string, readonly [unknown, unknown]>>>> = {
  "aws:rds/instance:Instance": {
    storageEncrypted: [false, true],
    dbName: ["one", "two"],
    username: ["groundwork", "others"],
    availabilityZone: ["eu-west-1a", "eu-west-1b"],
    snapshotIdentifier: [undefined, "monday"],
  },
  "aws:dynamodb/table:Table": { name: ["table-one", "table-two"] },
  "aws:sqs/queue:Queue": { name: ["queue-one", "queue-two"] },
  "aws:s3/bucket:Bucket": {
    bucket: ["groundwork-one", "groundwork-two"],
    objectLockEnabled: [undefined, true],
  },
  "aws:ebs/volume:Volume": {
    availabilityZone: ["eu-west-1a", "eu-west-1b"],
    encrypted: [false, true],
    multiAttachEnabled: [undefined, true],
  },
  "aws:kms/key:Key": { multiRegion: [undefined, true], keyUsage: [undefined, "SIGN_VERIFY"] },
  "aws:ecr/repository:Repository": { name: ["image-one", "image-two"] },
  "aws:secretsmanager/secret:Secret": { name: ["secret-one", "secret-two"] },
  "aws:route53/zone:Zone": { name: ["one.example.com", "two.example.com"] },
  "aws:backup/vault:Vault": { name: ["vault-one", "vault-two"] },
};

const { pairs, without } = listPairs();

describe("every property that replaces what holds data", () => {
  // Some at a time: the engine writes the whole state at every step.
  for (let first = 0; first < pairs.length; first += 150) {
    const some = pairs.slice(first, first + 150);
    const numbers = `${first + 1} to ${first + some.length}`;
    it(`is refused by the gate alone, by name, where nothing is protected (${numbers})`, async function () {
      this.timeout(1_800_000);
      expect(await missedOf(some)).to.deep.equal([]);
    });
  }

  it("is tried for all types but these, which the rehearsal does not make from a sample", () => {
    expect(new Set(pairs.map(({ type }) => type)).size).to.be.greaterThan(150);
    expect(pairs.length).to.be.greaterThan(500);
    expect(without).to.deep.equal([
      "aws:rds/cluster:Cluster",
      "aws:rds/clusterInstance:ClusterInstance",
      "aws:rds/snapshot:Snapshot",
      "aws:s3/bucketVersioning:BucketVersioning",
      "aws:ebs/snapshot:Snapshot",
      "aws:backup/vaultLockConfiguration:VaultLockConfiguration",
      "aws:backup/plan:Plan",
      "aws:backup/selection:Selection",
      "aws:eks/cluster:Cluster",
    ]);
  });
});

/** Which of these the gate does not refuse by the property's name, in one plan that changes all of them. */
async function missedOf(some: readonly Pair[]): Promise<readonly string[]> {
  const stack = await RehearsedStack.open();
  try {
    const made = await stack.up(program(some, "before"));
    expect(made.failure, made.failure).to.equal(undefined);
    const events: EngineEvent[] = [];
    const preview = await stack.preview(program(some, "after"), { onEvent: (event) => events.push(event) });
    expect(preview.failure, preview.failure).to.equal(undefined);
    expect(stack.log().filter(({ method }) => method === "delete")).to.deep.equal([]);
    const refusals = judgeSteps(readPlan(events).steps, { level: "production" });
    const refused = new Map(refusals.map((refusal) => [refusal.urn.split("::").at(-1), refusal]));
    return some
      .filter(({ name, property }) => {
        const refusal = refused.get(name);
        return refusal?.rule !== "replaces-data" || !refusal.why.includes(property);
      })
      .map(({ name }) => `${name}: ${refused.get(name)?.why ?? "no refusal"}`);
  } finally {
    await stack.close();
  }
}

function program(some: readonly Pair[], when: "before" | "after"): () => Record<string, unknown> {
  return () => {
    const provider = new AwsProvider("aws", { region: "eu-west-1", allowedAccountIds: ["111122223333"] });
    for (const pair of some) {
      new AnyResource(pair.type, pair.name, pair[when], { provider });
    }
    return {};
  };
}

class AnyResource extends pulumi.CustomResource {}

function listPairs(): { readonly pairs: readonly Pair[]; readonly without: readonly string[] } {
  const pairs: Pair[] = [];
  const without: string[] = [];
  for (const { type, removable } of statefulTypes) {
    const facts = typeFacts(type);
    if (!type.startsWith("aws:") || facts === undefined || removable === true) continue;
    if (awsEntry(type) !== undefined && known[type] === undefined) {
      without.push(type);
      continue;
    }
    const wanted = Object.entries(changes[type] ?? {});
    const short = type.split(":")[1]?.replace("/", "-") ?? "";
    const add = (property: string, base: pulumi.Inputs, [from, to]: readonly [unknown, unknown]): void => {
      pairs.push({
        name: `${short}-${property}`,
        type,
        property,
        before: { ...base, [property]: from },
        after: { ...base, [property]: to },
      });
    };
    if (known[type] !== undefined) {
      for (const [property, values] of wanted) {
        add(property, known[type](`${short}-${property}`.toLowerCase()), values);
      }
      continue;
    }
    for (const property of facts.replaces) {
      const input = facts.inputs[property];
      if (input === undefined) continue;
      const values = [sample(property, input.type, 1), sample(property, input.type, 2)] as const;
      if (JSON.stringify(values[0]) === JSON.stringify(values[1])) continue;
      const least = Object.fromEntries(
        Object.entries(facts.inputs)
          .filter(([name, { required }]) => required || facts.required.includes(name))
          .map(([name, { type: of }]) => [name, sample(`${name} ${short}-${property}`, of, 1)]),
      );
      add(property, least, values);
    }
  }
  return { pairs, without };
}

/** A value of a type; another for another number, where the type has another. */
function sample(name: string, type: PropertyType, number: 1 | 2): unknown {
  const word = `${name.split(" ").at(-1) ?? name}-${number}`.toLowerCase();
  switch (type.kind) {
    case "string":
      if (name === "region") return `eu-west-${number}`;
      return /arn/i.test(name.split(" ")[0] ?? "") ? `arn:aws:iam::111122223333:role/${word}` : word;
    case "number":
      return number;
    case "boolean":
      return number === 1;
    case "enum":
      return type.values[number - 1] ?? type.values[0] ?? "";
    case "array":
      return [sample(name, type.element, number)];
    case "map":
      return { key: sample(name, type.element, number) };
    case "union":
      return type.of[0] === undefined ? word : sample(name, type.of[0], number);
    case "object": {
      const inner = Object.entries(type.properties());
      const needed = inner.filter(([, { required }]) => required);
      const used = needed.length > 0 ? needed : inner.slice(0, 1);
      return Object.fromEntries(
        used.map(([key, { type: of }]) => [key, sample(`${key} ${name}`, of, number)]),
      );
    }
    default:
      return word;
  }
}
