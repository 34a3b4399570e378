import { expect } from "chai";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { cameBack, withParents } from "../../../operations/plan/came-back";
import type { PlannedStep } from "../../../operations/plan/plan";
import type { OpenStack } from "../../../operations/plan/workspace";
import { startRehearsal, type Rehearsal } from "../../../rehearsal";
import { refusal } from "../../support/rehearsed-cloud";
import { stackContext } from "../../support/settings";

const account = "111122223333";
const instanceType = "aws:rds/instance:Instance";
const logGroupType = "aws:cloudwatch/logGroup:LogGroup";
const prefix = "urn:pulumi:dev::groundwork";
const stackUrn = `${prefix}::pulumi:pulumi:Stack::groundwork-dev`;
const providerUrn = `${prefix}::pulumi:providers:aws::aws`;
const componentUrn = `${prefix}::groundwork:cluster:Cluster::cluster`;
const own = { project: "groundwork", environment: "dev" };

function step(
  urn: string,
  inputs: Readonly<Record<string, unknown>>,
  more: Partial<PlannedStep> & { readonly provider?: string } = {},
): PlannedStep {
  const { provider = `${providerUrn}::04da6b54-80e4-46f7-96ec-b56ff0331ba9`, ...over } = more;
  return {
    urn,
    type: (urn.split("::")[2] ?? "").split("$").at(-1) ?? "",
    op: "create",
    parent: componentUrn,
    new: { id: null, protect: false, provider, inputs, outputs: {} },
    ...over,
  } as unknown as PlannedStep;
}

const group = (name: string): PlannedStep =>
  step(`${prefix}::groundwork:cluster:Cluster$${logGroupType}::${name}`, { name, tagsAll: own });
const cluster = (name: string): PlannedStep =>
  step(`${prefix}::groundwork:cluster:Cluster$aws:eks/cluster:Cluster::${name}`, { name });

const instance = (identifier: string): PlannedStep =>
  step(`${prefix}::groundwork:cluster:Cluster$${instanceType}::${identifier}`, {
    identifier,
    tagsAll: { ...own, "restored-from": "monday" },
  });

describe("what is there already and a plan would make: log groups, and instances of RDS", () => {
  let directory: string;
  let rehearsal: Rehearsal;
  let stack: OpenStack;
  before(async () => {
    directory = mkdtempSync(path.join(tmpdir(), "groundwork-back-"));
    mkdirSync(path.join(directory, "cloud"));
    for (const [name, tags] of [
      ["bare", {}],
      ["ours", own],
      ["theirs", { ...own, environment: "prod" }],
    ] as const) {
      const id = `/aws/eks/${name}/cluster`;
      const record = { type: logGroupType, id, inputs: { name: id, tags } };
      writeFileSync(path.join(directory, "cloud", `${name}.json`), JSON.stringify(record));
    }
    for (const [name, tags, status] of [
      ["ours", { ...own, "restored-from": "monday" }, "available"],
      ["busy", { ...own, "restored-from": "monday" }, "creating"],
      ["theirs", { ...own, "restored-from": "sunday" }, "available"],
    ] as const) {
      const outputs = {
        identifier: name,
        resourceId: `db-${name}`,
        arn: `arn:${name}`,
        status,
        tagsAll: tags,
      };
      const record = { type: instanceType, id: `db-${name}`, inputs: {}, outputs };
      writeFileSync(path.join(directory, "cloud", `db-${name}.json`), JSON.stringify(record));
    }
    rehearsal = await startRehearsal({ directory, accountId: account });
    stack = {
      name: "dev",
      settings: { context: stackContext({ accountId: account }) },
      session: { environment: rehearsal.environment },
    } as unknown as OpenStack;
  });
  after(async () => {
    await rehearsal.stop();
    rmSync(directory, { recursive: true });
  });

  const found = async (...steps: readonly PlannedStep[]): Promise<readonly unknown[]> =>
    (await cameBack(stack, steps)).map(({ id }) => id);

  it("are those of exactly this name without tags of somebody else's, whose writer the stack has or makes", async () => {
    const names = ["bare", "ours", "theirs", "absent", "bar"];
    const groups = names.map((name) => group(`/aws/eks/${name}/cluster`));
    expect(await found(...groups, ...names.map(cluster))).to.deep.equal([
      "/aws/eks/bare/cluster",
      "/aws/eks/ours/cluster",
    ]);
    expect(await found(...groups), "without the writer").to.deep.equal([]);
  });

  it("are instances with every tag of the one that is to be made, that of its copy among them, and are waited for", async () => {
    expect(await found(...["ours", "theirs", "absent"].map(instance))).to.deep.equal(["db-ours"]);
    expect(await refusal(found(instance("ours"), instance("busy")))).to.equal(
      "RDS is still making busy, which a run that broke off has begun. Call again when it is available: it is taken over then, and " +
        "not made twice. Nothing was touched.",
    );
  });

  it("are asked for where a plan makes such a group, and nowhere else", async () => {
    const nobody = {
      ...stack,
      session: undefined,
      settings: { context: { region: "nowhere" } },
    } as unknown as OpenStack;
    const [standing, another] = [
      { ...group("/aws/eks/bare/cluster"), op: "same" as const },
      group("/app/web"),
    ];
    expect(await cameBack(nobody, [standing, another, cluster("bare")])).to.deep.equal([]);
  });

  it("are put into the state with what they are under and made by, each once, in the order of a tree", () => {
    const steps = [
      step(stackUrn, {}, { parent: "", provider: "" }),
      step(providerUrn, { region: "eu-west-1" }, { parent: stackUrn, provider: "" }),
      step(componentUrn, {}, { parent: stackUrn, provider: "" }),
    ];
    const back = ["a", "b"].map((id) => ({ step: group(`/aws/eks/${id}/cluster`), id }));
    const added = withParents(back, steps, { resources: [] });
    expect(added.map(({ type, custom, parent }) => [type, custom, parent])).to.deep.equal([
      ["pulumi:pulumi:Stack", false, undefined],
      ["groundwork:cluster:Cluster", false, stackUrn],
      ["pulumi:providers:aws", true, stackUrn],
      [logGroupType, true, componentUrn],
      [logGroupType, true, componentUrn],
    ]);
    const [, , provider, first] = added;
    expect(provider?.id).to.match(/^[0-9a-f-]{36}$/);
    expect(provider?.outputs).to.deep.equal({ region: "eu-west-1" });
    expect(first?.provider).to.equal(`${providerUrn}::${provider?.id ?? ""}`);
    expect(first?.outputs).to.deep.equal({});

    const standing = { urn: componentUrn, type: "groundwork:cluster:Cluster", custom: false };
    const known = { ...standing, urn: providerUrn, type: "pulumi:providers:aws", custom: true, id: "known" };
    const later = withParents(back, steps, { resources: [standing, known] });
    expect(later.map(({ provider: by }) => by)).to.deep.equal([
      `${providerUrn}::known`,
      `${providerUrn}::known`,
    ]);
  });
});
