import { randomUUID } from "node:crypto";
import { providerUrn } from "../../guard/memory/inventory";
import { hasUnknown, read } from "../../guard/unknown";
import type { Deployment } from "../backend/layout";
import { logGroupsNamed } from "../engine/log-groups";
import type { CheckpointResource } from "../engine/engine-stack";
import type { CommandContext } from "../terminal/command-context";
import { confirm } from "../terminal/confirm";
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

/**
 * Log groups that a plan would make, and that are there: AWS has made them again for the last lines of what was destroyed, and the run
 * would end at them. It is certain where the stack has, or makes, the one that writes there, whose name no other can have, and where
 * the group has no tags of somebody else's: what AWS makes by itself has none.
 *
 * @throws FailedError when AWS does not answer; it is asked only where a plan makes such a group.
 */
export async function cameBack(
  stack: OpenStack,
  steps: readonly PlannedStep[],
): Promise<readonly PlannedStep[]> {
  const wanted = steps.filter(
    (step) => step.op === "create" && step.type === logGroupType && hasWriter(step, steps),
  );
  const { region } = stack.settings.context;
  const here = wanted.filter(({ new: made }) => (read(made?.inputs ?? {}, "region") ?? region) === region);
  if (here.length === 0) {
    return [];
  }
  const found = await logGroupsNamed(stack, region, here.map(nameOf));
  return here.filter((step) => {
    const group = found.find(({ name }) => name === nameOf(step));
    const own = read(step.new?.inputs ?? {}, "tagsAll");
    return (
      group !== undefined &&
      Object.entries(group.tags).every(([key, value]) => read({ own }, `own.${key}`) === value)
    );
  });
}

/** What a person is told of them, a line each; nothing without any. */
export function cameBackWords(steps: readonly PlannedStep[]): readonly string[] {
  return steps.map(
    (step) =>
      `The log group ${nameOf(step)} is there already, and nobody's: AWS has made it again for the last lines of what was destroyed.`,
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
  back: readonly PlannedStep[],
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
  const made = back.map((step) => ({
    resource: { urn: step.urn, type: step.type, custom: true, inputs: step.new?.inputs ?? {} },
    id: nameOf(step),
  }));
  await takeIn(context, stack, change, made, { untagged: true });
  return true;
}

/**
 * What the state lacks for them: themselves, and before them what they are under, which after a destroy it does not have either. That
 * are components, which are nothing in a cloud, and providers, which are their settings.
 */
export function withParents(
  back: readonly PlannedStep[],
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
  for (const step of back) {
    add(step, true);
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
  const name = read(made?.inputs ?? {}, "name");
  return typeof name === "string" ? name : "";
}
