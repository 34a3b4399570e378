import type { EngineEvent, StepEventMetadata, StepEventStateMetadata } from "@pulumi/pulumi/automation";
import { expect } from "chai";
import { driftOf, isToBeRecorded, type Drift } from "../../../operations/plan/drift";
import {
  cloudDocument,
  nothingToChange,
  printDrift,
  printMovesByDesign,
} from "../../../operations/plan/drift-report";
import { movesByDesign } from "../../../operations/plan/moves-by-design";
import { movesIn } from "../../../operations/plan/moves";
import { shownParts } from "../../../operations/plan/own-parts";
import { planOf, resourceState, type PlannedStep } from "../../../operations/plan/plan";
import { typeFacts } from "../../../rehearsal/catalogue/facts";
import { FakeTerminal } from "../../support/fake-terminal";

const queue = "aws:sqs/queue:Queue";
const group = "aws:ec2/securityGroup:SecurityGroup";
const rule = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const database = "aws:rds/instance:Instance";
const secret = {
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  ciphertext: "[secret]",
};

type Values = Readonly<Record<string, unknown>>;

interface Found {
  readonly inputs?: Values;
  readonly outputs?: Values;
}

const urnOf = (type: string, name: string): string => `urn:pulumi:dev::groundwork::${type}::${name}`;

function state(type: string, name: string, { inputs = {}, outputs = inputs }: Found): StepEventStateMetadata {
  return {
    ...{ urn: urnOf(type, name), type, id: `${name}-id`, custom: true, parent: "", provider: "" },
    ...{ inputs: { ...inputs }, outputs: { ...outputs } },
  };
}

/** What the engine tells when it has read a resource; `diffs` are the properties in which the provider sees a difference. */
function reading(type: string, name: string, old: Found, found?: Found, diffs: string[] = []): EngineEvent {
  const metadata = {
    ...{ op: "refresh", urn: urnOf(type, name), type, provider: "", diffs, detailedDiff: null },
    ...{ old: state(type, name, old), ...(found && { new: state(type, name, found) }) },
  } as unknown as StepEventMetadata;
  return { sequence: 1, timestamp: 1, resOutputsEvent: { metadata } };
}

function step(
  op: PlannedStep["op"],
  type: string,
  name: string,
  {
    old,
    wanted,
    paths = [],
  }: { readonly old?: Found; readonly wanted?: Found; readonly paths?: string[] } = {},
): PlannedStep {
  return {
    ...{ urn: urnOf(type, name), type, name, op, parent: "", replaceKeys: [], changedKeys: paths, paths },
    old: old && resourceState(state(type, name, old)),
    new: wanted && resourceState(state(type, name, wanted)),
    restated: [],
    forcing: [],
  };
}

function drift(
  events: readonly EngineEvent[],
  steps: readonly PlannedStep[] = [],
  refused: string[] = [],
): Drift {
  return driftOf(
    movesIn(events),
    planOf(steps, []),
    refused.map((urn) => ({ urn })),
  );
}

const told = ({ moved }: Drift): unknown =>
  moved.map(({ name, willBe, properties }) => [
    name,
    willBe,
    ...properties.map(({ path, from, to, willBe: then }) => [path, from, to, then]),
  ]);

describe("what moved in the cloud", () => {
  const slow = reading(
    queue,
    "mail",
    { inputs: { visibilityTimeoutSeconds: 60, tags: { team: "mail" } } },
    { inputs: { visibilityTimeoutSeconds: 999, tags: { team: "mail", "cost.centre": "7" } } },
    ["visibilityTimeoutSeconds", "tags"],
  );

  it("is told property by property, and what the run does about each", () => {
    expect(
      told(drift([slow], [step("update", queue, "mail", { paths: ["visibilityTimeoutSeconds"] })])),
    ).to.deep.equal([
      [
        "mail",
        "put back",
        ['tags["cost.centre"]', null, "7", "kept"],
        ["visibilityTimeoutSeconds", 60, 999, "put back"],
      ],
    ]);
    const becomes = (op: PlannedStep["op"]): unknown =>
      drift([slow], [step(op, queue, "mail")]).moved[0]?.willBe;
    expect(becomes("same")).to.equal("kept");
    expect(becomes("replace")).to.equal("made anew");
    expect(becomes("delete")).to.equal("deleted");
    expect(drift([slow], [step("same", queue, "mail")], [urnOf(queue, "mail")]).moved[0]?.willBe).to.equal(
      "refused",
    );
  });

  it("is nothing where the provider sees no difference: two writings of the same, or another order", () => {
    const had = { preferredMaintenanceWindow: "Sun:03:00-Sun:04:00", securityGroupNames: ["a", "b"] };
    const has = { preferredMaintenanceWindow: "sun:03:00-sun:04:00", securityGroupNames: ["b", "a"] };
    expect(drift([reading(database, "main", { inputs: had }, { inputs: has })])).to.deep.equal({
      moved: [],
      byDesign: [],
    });
    const policies = ['{"a":1,"b":[1]}', '{ "b": [1], "a": 1 }'].map((policy) => ({ outputs: { policy } }));
    expect(
      told(drift([reading("aws:kms/key:Key", "key", policies[0] ?? {}, policies[1], [])])),
    ).to.deep.equal([]);
  });

  it("is shown of a secret as that it is another, without either value", () => {
    const values = { inputs: { name: "a", value: secret } };
    const found = drift([reading("aws:ssm/parameter:Parameter", "token", values, values, ["value"])]);
    expect([...found.moved, ...found.byDesign].length).to.equal(1);
    expect(JSON.stringify(found))
      .to.contain('"from":"[secret]","to":"[secret]"')
      .and.to.not.contain("ciphertext");
  });

  it("counts where the program could give a property and does not, but not what only the cloud computes", () => {
    const had = { outputs: { kmsDataKeyReusePeriodSeconds: 300, arn: "a", url: "one" } };
    const has = { outputs: { kmsDataKeyReusePeriodSeconds: 900, arn: "a", url: "two" } };
    expect(told(drift([reading(queue, "mail", had, has)], [step("same", queue, "mail")]))).to.deep.equal([
      ["mail", "kept", ["kmsDataKeyReusePeriodSeconds", 300, 900, "kept"]],
    ]);
  });

  it("is of what is gone what the plan does: made anew, refused, or nothing where nobody wants it any more", () => {
    const gone = reading(queue, "mail", { inputs: { name: "mail" } });
    const becomes = (steps: PlannedStep[], refused: string[] = []): unknown =>
      told(drift([gone], steps, refused));
    expect(becomes([step("create", queue, "mail")])).to.deep.equal([["mail", "made anew"]]);
    expect(becomes([step("create", queue, "mail")], [urnOf(queue, "mail")])).to.deep.equal([
      ["mail", "refused"],
    ]);
    expect(becomes([])).to.deep.equal([["mail", "nothing"]]);
  });

  it("wants a run that writes it into the state only where it is kept, or gone for good", () => {
    expect(isToBeRecorded(drift([slow], [step("same", queue, "mail")]))).to.equal(true);
    expect(isToBeRecorded(drift([slow], [step("delete", queue, "mail")]))).to.equal(false);
    expect(isToBeRecorded(drift([]))).to.equal(false);
  });
});

describe("what moves by itself", () => {
  const storage = (from: number, to: number, inputs: Values = {}): EngineEvent =>
    reading(
      database,
      "main",
      { inputs: { allocatedStorage: from, maxAllocatedStorage: 100, ...inputs } },
      { inputs: { allocatedStorage: to, maxAllocatedStorage: 100, ...inputs } },
    );

  it("is left out with the reason, as long as the run leaves it alone", () => {
    const grown = drift([storage(20, 45)], [step("same", database, "main")]);
    expect(grown.moved).to.deep.equal([]);
    expect(grown.byDesign).to.deep.equal([
      {
        ...{ urn: urnOf(database, "main"), type: database, name: "main", id: "main-id" },
        ...{ path: "allocatedStorage", from: 20, to: 45 },
        reason: "Storage grows by itself up to maxAllocatedStorage, and never shrinks.",
      },
    ]);
    const changed = drift(
      [storage(20, 45)],
      [step("update", database, "main", { paths: ["allocatedStorage"] })],
    );
    expect(changed.byDesign).to.deep.equal([]);
    expect(told(changed)).to.deep.equal([["main", "put back", ["allocatedStorage", 20, 45, "put back"]]]);
  });

  it("is told, with until when, of what RDS may keep for its window, and of nothing that it takes at once", () => {
    const of = (path: string, values: Values): unknown =>
      drift(
        [
          reading(
            database,
            "main",
            { inputs: { maintenanceWindow: "sun:03:30-sun:05:00", ...values, [path]: "new" } },
            { inputs: { maintenanceWindow: "sun:03:30-sun:05:00", ...values, [path]: "old" } },
            [path],
          ),
        ],
        [step("update", database, "main", { paths: [path] })],
      ).moved[0]?.properties[0]?.note;
    expect(of("instanceClass", { applyImmediately: false })).to.equal(
      "if the last run set it, it is pending until the maintenance window, sun:03:30-sun:05:00 UTC",
    );
    expect(of("instanceClass", { applyImmediately: true })).to.equal(undefined);
    expect(of("backupRetentionPeriod", { applyImmediately: false })).to.equal(undefined);
  });

  it("has properties that their types declare", () => {
    for (const { type, property } of movesByDesign) {
      const names = Object.keys(typeFacts(type)?.inputs ?? {});
      const top = names.filter((name) => property.test(name) || property.source.includes(name));
      expect(top, `${type} ${String(property)}`).to.not.deep.equal([]);
    }
    for (const { type, property, by, link } of shownParts) {
      expect(typeFacts(type)?.outputs, `${type} ${property}`).to.have.property(property);
      expect(typeFacts(by)?.inputs, `${by} ${link}`).to.have.property(link);
    }
  });

  const open = { protocol: "tcp", fromPort: 22, toPort: 22, cidrBlocks: ["0.0.0.0/0"], self: false };
  const inner = { protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: [], self: true };
  const own = step("same", rule, "own", {
    old: { inputs: { securityGroupId: "sg-id", ipProtocol: "-1", referencedSecurityGroupId: "sg-id" } },
  });

  it("is what a resource shows of others of the stack; what a stranger put there is told, and nothing else", () => {
    const shows = (...ingress: Values[]): EngineEvent =>
      reading(
        group,
        "sg",
        { inputs: { name: "sg" } },
        { inputs: { name: "sg" }, outputs: { name: "sg", ingress } },
      );
    expect(told(drift([shows(inner)], [own]))).to.deep.equal([]);
    expect(drift([shows(inner)], [own]).byDesign.map(({ path }) => path)).to.deep.equal(["ingress"]);
    expect(told(drift([shows(inner, open)], [own]))).to.deep.equal([
      ["sg", "kept", ["ingress", null, ["tcp 22-22 0.0.0.0/0"], "kept"]],
    ]);
    expect(told(drift([shows(inner)], []))).to.deep.equal([
      ["sg", "kept", ["ingress", null, ["-1 sg-id"], "kept"]],
    ]);
  });
});

describe("what a person is told of the cloud", () => {
  const moved = drift(
    [
      reading(queue, "mail", { inputs: { delaySeconds: 0 } }, { inputs: { delaySeconds: 5 } }, [
        "delaySeconds",
      ]),
      reading(queue, "old", {}),
      reading(
        "aws:ssm/parameter:Parameter",
        "report",
        { inputs: { insecureValue: "a" } },
        { inputs: { insecureValue: "b" } },
      ),
    ],
    [step("update", queue, "mail", { paths: ["delaySeconds"] })],
  );
  const at = "2026-05-04T03:02:01.000Z";

  it("is what moved, apart from the plan, and what was left out, by its reason", () => {
    const fake = new FakeTerminal();
    printDrift({ isRead: true, at, drift: moved }, fake.output());
    printMovesByDesign({ isRead: true, at, drift: moved }, fake.output());
    expect(fake.out.split("\n")).to.deep.equal([
      "",
      "Moved outside, by nobody's run (2 resources)",
      "  ~ moved  aws:sqs:Queue  mail: put back",
      "      delaySeconds  0 → 5",
      "  - gone  aws:sqs:Queue  old: nothing; `up` takes it out of the state",
      "",
      "Moved as meant (1 property)",
      "  report: Machines and image builds write it; the program only makes it.",
      "",
    ]);
  });

  it("is in the document under a key of its own", () => {
    const document = cloudDocument({ isRead: true, at, drift: moved });
    expect(Object.keys(document)).to.deep.equal(["cloud", "drift", "movesByDesign"]);
    expect(document["cloud"]).to.deep.equal({ read: true, knownFrom: at });
    expect(document["drift"]).to.deep.equal([
      {
        ...{ urn: urnOf(queue, "mail"), type: queue, id: "mail-id", gone: false, willBe: "put back" },
        diff: [{ path: "delaySeconds", from: 0, to: 5, willBe: "put back" }],
      },
      { urn: urnOf(queue, "old"), type: queue, id: "old-id", gone: true, willBe: "nothing", diff: [] },
    ]);
  });

  it("is, where it was not read, from when the knowledge is", () => {
    expect(nothingToChange("dev", { isRead: false, from: at })).to.equal(
      "nothing to change since the last run. The cloud was not asked: what is known of it is from 2026-05-04 03:02 UTC; " +
        "`./groundwork drift dev` asks it.",
    );
    expect(nothingToChange("dev", { isRead: false, from: undefined })).to.contain(
      "no run is known to have read it",
    );
    expect(nothingToChange("dev", { isRead: true, at, drift: moved })).to.equal(
      "nothing to change. What has moved in the cloud is above.",
    );
  });
});
