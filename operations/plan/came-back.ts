import { randomUUID } from "node:crypto";
import { providerUrn } from "../../guard/memory/inventory";
import { hasUnknown, read } from "../../guard/unknown";
import type { Deployment } from "../backend/layout";
import { logGroupsNamed } from "../engine/log-groups";
import { instancesNamed } from "../engine/rds-instances";
import type { CheckpointResource } from "../engine/engine-stack";
import type { CommandContext } from "../terminal/command-context";
import { confirm } from "../terminal/confirm";
import { FailedError } from "../terminal/errors";
import { tagsOf } from "./made-by-tags";
import type { PlannedStep } from "./plan";
import { takeIn } from "./take-in";
import type { OpenStack } from "./workspace";

const logGroupType = "aws:cloudwatch/logGroup:LogGroup";

/** Log groups that AWS makes by itself, by who writes there: its name stands in theirs. */
const writers: readonly { readonly group: RegExp; readonly type: string; readonly property: string }[] = [
  { group: /^\/aws\/eks\/([^/]+)\/cluster$/, type: "aws:eks/cluster:Cluster", property: "name" },
  { group: /^\/aws\/rds\/instance\/([^/]+)\//, type: "aws:rds/instance:Instance", property: "identifier" },
  {
    group: /^\/aws\/rds\/cluster\/([^/]+)\//,
    type: "aws:rds/cluster:Cluster",
    property: "clusterIdentifier",
  },
  { group: /^\/aws\/lambda\/([^/]+)$/, type: "aws:lambda/function:Function", property: "name" },
  { group: /^\/aws\/codebuild\/([^/]+)$/, type: "aws:codebuild/project:Project", property: "name" },
];

const instanceType = "aws:rds/instance:Instance";

/** Something that a plan would make, and that is there. */
export interface Back {
  readonly step: PlannedStep;
  /** As the provider has it. */
  readonly id: string;
}

/**
 * What a plan would make, and what is there and certainly this stack's, so that the run would end at it:
 *
 * - log groups that AWS has made again for the last lines of what was destroyed, where the stack has, or makes, the one that writes
 *   there, whose name no other can have, and where the group has no tags of somebody else's: what AWS makes by itself has none.
 * - instances of RDS with every tag of the stack's, that of their copy among them: a run broke off while it waited for them, and the
 *   provider tells the engine of none before it is whole.
 *
 * @throws FailedError when AWS does not answer, which is asked only where a plan makes such a thing; and while RDS is still at it.
 */
export async function cameBack(stack: OpenStack, steps: readonly PlannedStep[]): Promise<readonly Back[]> {
  const { region } = stack.settings.context;
  const here = steps.filter(
    ({ op, new: made }) => op === "create" && (read(made?.inputs ?? {}, "region") ?? region) === region,
  );
  const groups = here.filter((step) => step.type === logGroupType && hasWriter(step, steps));
  const instances = here.filter((step) => step.type === instanceType && nameOf(step) !== "");
  return [...(await groupsThere(stack, groups)), ...(await instancesThere(stack, instances))];
}

async function groupsThere(stack: OpenStack, groups: readonly PlannedStep[]): Promise<readonly Back[]> {
  const found =
    groups.length === 0 ? [] : await logGroupsNamed(stack, stack.settings.context.region, groups.map(nameOf));
  return groups
    .filter((step) => {
      const group = found.find(({ name }) => name === nameOf(step));
      const own = read(step.new?.inputs ?? {}, "tagsAll");
      return (
        group !== undefined &&
        Object.entries(group.tags).every(([key, value]) => read({ own }, `own.${key}`) === value)
      );
    })
    .map((step) => ({ step, id: nameOf(step) }));
}

async function instancesThere(stack: OpenStack, made: readonly PlannedStep[]): Promise<readonly Back[]> {
  const found = made.length === 0 ? [] : await instancesNamed(stack, made.map(nameOf));
  const back = made.flatMap((step) => {
    const instance = found.find(({ name }) => name === nameOf(step));
    const own = tagsOf(step.new?.inputs ?? {});
    const isOwn = own.length > 0 && own.every(([key, value]) => instance?.tags[key] === value);
    return instance !== undefined && isOwn ? [{ step, id: instance.id, status: instance.status }] : [];
  });
  const busy = back.filter(({ status }) => status === "creating");
  if (busy.length > 0) {
    throw new FailedError(
      `RDS is still making ${busy.map(({ step }) => nameOf(step)).join(", ")}, which a run that broke off has begun. Call again when it is ` +
        "available: it is taken over then, and not made twice. Nothing was touched.",
    );
  }
  return back;
}

/** What a person is told of them, a line each; nothing without any. */
export function cameBackWords(back: readonly Back[]): readonly string[] {
  return back.map(({ step, id }) =>
    step.type === instanceType
      ? `The instance ${nameOf(step)} (${id}) is there already, with the tags of this stack: a run that broke off has made it.`
      : `The log group ${id} is there already, and nobody's: AWS has made it again for the last lines of what was destroyed.`,
  );
}

/**
 * Takes them over into the state, at the place where the program has them; the next plan is about what they lack.
 *
 * @returns false when the person does not want it.
 */
export async function takeBack(
  context: CommandContext,
  stack: OpenStack,
  back: readonly Back[],
  steps: readonly PlannedStep[],
): Promise<boolean> {
  for (const line of cameBackWords(back)) {
    context.output.note(line);
  }
  const question = `Take ${back.length === 1 ? "it" : `these ${back.length}`} over into the state of ${stack.name}`;
  if (!(await confirm(`${question} (${stack.where})?`, context))) {
    return false;
  }
  const change = (deployment: Deployment): Deployment => {
    const { resources = [] } = deployment;
    return { ...deployment, resources: [...resources, ...withParents(back, steps, deployment)] };
  };
  const made = back.map(({ step, id }) => ({
    resource: { urn: step.urn, type: step.type, custom: true, inputs: step.new?.inputs ?? {} },
    id,
  }));
  await takeIn(context, stack, change, made, { untagged: true });
  return true;
}

/**
 * What the state lacks for them: themselves, and before them what they are under, which after a destroy it does not have either. That
 * are components, which are nothing in a cloud, and providers, which are their settings.
 */
export function withParents(
  back: readonly Back[],
  steps: readonly PlannedStep[],
  { resources = [] }: Deployment,
): readonly CheckpointResource[] {
  const now = new Date().toISOString();
  const has = new Map(resources.map((one) => [one.urn, one]));
  const added: CheckpointResource[] = [];
  const add = (step: PlannedStep, isCustom: boolean, id?: string): CheckpointResource => {
    const known = has.get(step.urn);
    if (known !== undefined) {
      return known;
    }
    const parent = under(step.parent);
    const named = providerUrn(step.new?.provider);
    const provider = named === undefined || !isCustom ? undefined : stepOf(named);
    const its = provider && add(provider, true, randomUUID());
    const inputs = step.new?.inputs ?? {};
    const resource = {
      urn: step.urn,
      type: step.type,
      custom: isCustom,
      ...(isCustom && { id: id ?? nameOf(step), inputs }),
      // A provider is its settings; of the rest the cloud is asked.
      outputs: provider === undefined && isCustom ? inputs : {},
      ...(parent && { parent: parent.urn }),
      ...(its && { provider: `${its.urn}::${its.id ?? ""}` }),
      created: now,
      modified: now,
    };
    has.set(step.urn, resource);
    added.push(resource);
    return resource;
  };
  const stepOf = (urn: string): PlannedStep | undefined => steps.find((step) => step.urn === urn);
  const under = (urn: string): CheckpointResource | undefined => {
    const step = stepOf(urn);
    return has.get(urn) ?? (step && add(step, false));
  };
  for (const { step, id } of back) {
    add(step, true, id);
  }
  return added;
}

function hasWriter(step: PlannedStep, steps: readonly PlannedStep[]): boolean {
  if (hasUnknown(step.new?.inputs)) {
    return false;
  }
  return writers.some(({ group, type, property }) => {
    const [, writer] = group.exec(nameOf(step)) ?? [];
    return (
      writer !== undefined &&
      steps.some(
        (one) => one.type === type && one.op !== "delete" && read(one.new?.inputs ?? {}, property) === writer,
      )
    );
  });
}

function nameOf({ new: made }: PlannedStep): string {
  const { inputs = {} } = made ?? {};
  const name = read(inputs, "name") ?? read(inputs, "identifier");
  return typeof name === "string" ? name : "";
}
