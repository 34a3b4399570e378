import { expect } from "chai";
import type { Cause } from "../../../operations/plan/cause";
import { causeWords } from "../../../operations/plan/cause";
import { causesOf, type Reasons } from "../../../operations/plan/causes";
import { planOf, type PlannedStep } from "../../../operations/plan/plan";
import { settingEdits, type SettingEdit } from "../../../operations/plan/setting-edits";

type Values = Readonly<Record<string, unknown>>;

function step(
  component: string,
  name: string,
  from?: Values,
  to?: Values,
  id = `id-of-${name}`,
): PlannedStep {
  const state = (inputs: Values) => ({ id, protect: false, inputs, outputs: {} });
  const type = "aws:x/y:Thing";
  return {
    urn: `urn:pulumi:dev::groundwork::groundwork:${component}:X$${type}::${name}`,
    ...{
      type,
      name,
      parent: component,
      op: from === undefined ? "create" : to === undefined ? "delete" : "update",
    },
    ...{ old: from && state(from), new: to && state(to), replaceKeys: [], changedKeys: [], restated: [] },
    ...{ paths: [], forcing: [] },
  };
}

function edit(key: string, path: string, from?: unknown, to?: unknown): SettingEdit {
  const place = { path: `groundwork:${key}.${path}`, file: "Pulumi.dev.yaml", line: 7 };
  return { key: `groundwork:${key}`, path: path.split("."), from, to, place };
}

/** Name of each resource to its cause, settings by their paths. */
function causes(steps: readonly PlannedStep[], reasons: Reasons): Record<string, string> {
  const found = causesOf(planOf(steps, []), reasons);
  const words = (cause: Cause | undefined): string =>
    cause?.kind === "setting" ? cause.setting.path.replace("groundwork:", "") : (cause?.kind ?? "none");
  return Object.fromEntries(steps.map(({ urn, name }) => [name, words(found.get(urn))]));
}

describe("the reason of a change", () => {
  it("is the setting whose old and new value are in it, whatever else its section changes", () => {
    const size = edit("cluster", "nodeGroups.default.desiredSize", 2, 3);
    const days = edit("cluster", "logRetentionDays", 30, 60);
    const steps = [
      step(
        "cluster",
        "cluster-default",
        { scalingConfig: { desiredSize: 2 } },
        { scalingConfig: { desiredSize: 3 } },
      ),
      step("cluster", "cluster-log", { retentionInDays: 30 }, { retentionInDays: 60 }),
    ];
    expect(causes(steps, { edits: [size, days] })).to.deep.equal({
      "cluster-default": "cluster.nodeGroups.default.desiredSize",
      "cluster-log": "cluster.logRetentionDays",
    });
  });

  it("is that of the entry that has the resource's name, for what comes and goes", () => {
    const edits = [
      edit("messaging", "queues.mail", { visibilityTimeoutSeconds: 60 }),
      edit("messaging", "queues.audit", undefined, { visibilityTimeoutSeconds: 60 }),
    ];
    const steps = [
      step("messaging", "messaging-mail", { name: "dev-mail", visibilityTimeoutSeconds: 60 }),
      step("messaging", "messaging-audit", undefined, { name: "dev-audit", visibilityTimeoutSeconds: 60 }),
    ];
    expect(causes(steps, { edits })).to.deep.equal({
      "messaging-mail": "messaging.queues.mail",
      "messaging-audit": "messaging.queues.audit",
    });
  });

  it("is the section that is new for what has nothing of its values, and not the tags that everything has", () => {
    const network = edit("network", "cidrBlock", undefined, { cidrBlock: "10.10.0.0/16" });
    const edits = [
      edit("tags", "team", undefined, "platform"),
      { ...network, path: [], place: { ...network.place, path: "groundwork:network" } },
    ];
    const gateway = step("network", "network-gateway", undefined, { tags: { team: "platform" } });
    expect(causes([gateway], { edits })).to.deep.equal({ "network-gateway": "network" });
  });

  it("is another section's where its values show, and not where a number is the same by chance", () => {
    const edits = [
      edit("tags", "team", "platform", "reliability"),
      edit("database", "allocatedStorage", 2, 3),
    ];
    const steps = [
      step("reports", "reports-a", { tags: { team: "platform" } }, { tags: { team: "reliability" } }),
      step("reports", "reports-b", { capacity: 2 }, { capacity: 3 }),
    ];
    expect(causes(steps, { edits })).to.deep.equal({ "reports-a": "tags.team", "reports-b": "not known" });
  });

  it("is found in what machines boot with", () => {
    const config = (release: string): string =>
      Buffer.from(`#cloud-config\n${JSON.stringify({ a: `RELEASE=${release}`, b: "0" })}`).toString("base64");
    const edits = [
      edit("fleets", "api.boot.environment.RELEASE", "2.14.0", "2.15.0"),
      edit("fleets", "api.count", 4, 6),
    ];
    const template = step(
      "fleets",
      "fleets-api",
      { userData: config("2.14.0") },
      { userData: config("2.15.0") },
    );
    expect(causes([template], { edits })).to.deep.equal({
      "fleets-api": "fleets.api.boot.environment.RELEASE",
    });
  });

  it("is that of what it follows from", () => {
    const edits = [
      edit("staticServices", "dns.logPort", 6514, 6515),
      edit("staticServices", "dns.logHost", "a.b", "a.c"),
    ];
    const template = step(
      "static-services",
      "static-a",
      { x: { p: 6514 } },
      { x: { p: 6515 } },
      "lt-0123456",
    );
    const group: PlannedStep = {
      ...step(
        "static-services",
        "static-b",
        { launchTemplate: { id: "lt-0123456", version: "1" } },
        { launchTemplate: { id: "lt-0123456", version: "[not known yet]" } },
      ),
      paths: ["launchTemplate.version"],
    };
    expect(causes([group, template], { edits })).to.deep.equal({
      "static-a": "staticServices.dns.logPort",
      "static-b": "staticServices.dns.logPort",
    });
  });

  it("is what moved outside, where the change puts back nothing but that", () => {
    const one = step("messaging", "messaging-mail", { delay: 5 }, { delay: 0 });
    const move = { urn: one.urn, type: one.type, name: one.name, id: "id", isGone: false };
    const drift = {
      moved: [
        {
          ...move,
          willBe: "put back" as const,
          properties: [{ path: "delay", from: 0, to: 5, willBe: "put back" as const }],
        },
      ],
      byDesign: [],
    };
    expect(causes([one], { edits: [], drift })).to.deep.equal({ "messaging-mail": "drift" });
    const waits = {
      moved: drift.moved.map((entry) => ({ ...entry, willBe: "waits" as const })),
      byDesign: [],
    };
    expect(causes([one], { edits: [], drift: waits })).to.deep.equal({ "messaging-mail": "waits" });
    const both = {
      ...one,
      old: { ...one.old, id: "id", protect: false, outputs: {}, inputs: { delay: 5, size: 1 } },
    };
    expect(causes([both], { edits: [], drift })).to.deep.equal({ "messaging-mail": "program" });
  });

  it("is the program's where no setting has changed, and not known where nobody can tell", () => {
    const one = step("reports", "reports-a", { x: 1 }, { x: 2 });
    expect(causes([one], { edits: [] })).to.deep.equal({ "reports-a": "program" });
    expect(causes([one], { edits: undefined })).to.deep.equal({ "reports-a": "not known" });
    const elsewhere = edit("guard", "level", "development", "disposable");
    expect(causes([one], { edits: [elsewhere] })).to.deep.equal({ "reports-a": "not known" });
    expect(causes([one], { edits: [elsewhere], isSameProgram: true })).to.deep.equal({
      "reports-a": "guard.level",
    });
  });

  it("names every setting for which as much speaks", () => {
    const edits = [edit("cluster", "groups.a.min", 2, 3), edit("cluster", "groups.a.max", 2, 3)];
    const one = step("cluster", "cluster-a", { min: 2, max: 2 }, { min: 3, max: 3 });
    const cause = causesOf(planOf([one], []), { edits }).get(one.urn);
    expect(cause && causeWords(cause)).to.equal(
      "groundwork:cluster.groups.a.min (Pulumi.dev.yaml:7), groundwork:cluster.groups.a.max (Pulumi.dev.yaml:7)",
    );
  });
});

describe("the settings that are not as a run had them", () => {
  const identity = { project: "groundwork", stack: "dev" };
  const file = `config:
  aws:region: eu-west-1
  network:
    cidrBlock: 10.0.0.0/16
  groundwork:messaging:
    queues:
      mail: { fifo: true }
      audit: {}
  groundwork:workerSshKey:
    secure: v1:new
`;
  const before = {
    "aws:region": "eu-west-1",
    "groundwork:network": { cidrBlock: "10.1.0.0/16" },
    "groundwork:messaging": { queues: { mail: {}, old: { fifo: true } } },
    "groundwork:workerSshKey": { secure: "v1:old" },
    "groundwork:tags": { team: "a" },
  };

  it("are told with file and line, however the key is written; of a secret no value", () => {
    const edits = settingEdits(before, file, { text: file, file: "/x/Pulumi.dev.yaml" }, identity);
    expect(
      edits.map(({ place, from, to }) => [`${place.path} ${place.file}:${place.line}`, from, to]),
    ).to.deep.equal([
      ["groundwork:tags Pulumi.dev.yaml:1", { team: "a" }, undefined],
      ["groundwork:network.cidrBlock Pulumi.dev.yaml:4", "10.1.0.0/16", "10.0.0.0/16"],
      ["groundwork:messaging.queues.old Pulumi.dev.yaml:6", { fifo: true }, undefined],
      ["groundwork:messaging.queues.mail.fifo Pulumi.dev.yaml:7", undefined, true],
      ["groundwork:messaging.queues.audit Pulumi.dev.yaml:8", undefined, {}],
      ["groundwork:workerSshKey Pulumi.dev.yaml:9", undefined, undefined],
    ]);
  });
});
