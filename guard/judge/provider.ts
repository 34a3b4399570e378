import type { Refusal, Step } from "../step";
import { statefulType } from "../catalogue/stateful-types";
import { isUnknown, parseJson, read } from "../unknown";
import { listed } from "../describe";
import { pulumiCommand } from "../printed-command";
import { stackOf } from "../urns";

/** What decides, in a provider's settings, where its resources are looked for: account, region, cluster, subscription. */
const whereabouts: Readonly<Record<string, readonly string[]>> = {
  "pulumi:providers:aws": ["region", "allowedAccountIds", "forbiddenAccountIds"],
  "pulumi:providers:azure-native": ["subscriptionId", "tenantId", "environment"],
  "pulumi:providers:kubernetes": ["clusterIdentifier"],
  "pulumi:providers:equinix-metal": ["endpoint"],
};

type Move = Pick<Refusal, "loses" | "why" | "safeWay">;

/** What holds no data would not be found either: the run would break off, and what there is would be nobody's. */
function leftBehind(step: Step, steps: readonly Step[], why: string): Move | undefined {
  const left = steps.filter(
    ({ old, op }) =>
      op !== "delete" && (old?.id ?? null) !== null && old?.provider?.startsWith(`${step.urn}::`) === true,
  );
  return step.op !== "update" || left.length === 0
    ? undefined
    : {
        loses:
          `${left.length === 1 ? "1 resource" : `${left.length} resources`} would be looked for in another account or region and ` +
          "not found there; the run would end half way, and they would stay where they are, known to no stack.",
        why,
        safeWay:
          "Nothing moves with a setting: make a second stack there, and take this one down (docs/runbooks/destroy.md).",
      };
}

/**
 * Whether a step points a provider at another account or region while it still has data in its care. The engine
 * changes such a provider in place where it can; what it manages is then looked for in a place where it is not, not
 * found, and made anew.
 */
export function movedProvider(
  step: Step,
  steps: readonly Step[],
  isHeld: (step: Step) => boolean,
): Move | undefined {
  const properties = whereabouts[step.type];
  const { old: before, new: wanted } = step;
  if (properties === undefined || before === undefined || wanted === undefined) {
    return undefined;
  }
  const changes = properties.filter((path) => {
    const was = read(before.inputs, path);
    const is = read(wanted.inputs, path);
    return isUnknown(is) || JSON.stringify(plain(was)) !== JSON.stringify(plain(is));
  });
  if (changes.length === 0) {
    return undefined;
  }
  const inItsCare = steps.filter(
    (other) =>
      other.old?.provider?.startsWith(`${step.urn}::`) === true && holdsItself(other.type) && isHeld(other),
  );
  const why = `${listed(changes)} of the provider ${changes.length === 1 ? "changes" : "change"}.`;
  if (inItsCare.length === 0) {
    return leftBehind(step, steps, why);
  }
  return {
    loses:
      `${inItsCare.length === 1 ? "1 resource that holds data" : `${inItsCare.length} resources that hold data`} would ` +
      "be looked for in another account or region, not found there, and created again, empty: " +
      `${listed(inItsCare.map((other) => other.urn.split("::").at(-1) ?? other.urn))}.`,
    why,
    safeWay: makesItsCluster(step, steps)
      ? "The cluster is not in the state, and this plan creates it again. If it still exists, bring it back into the state first. If somebody has " +
        "deleted it, its objects are gone too: with PULUMI_K8S_DELETE_UNREACHABLE=true in the environment " +
        `\`${pulumiCommand`refresh --stack ${stackOf(step.urn)}`}\` takes them out of the state, and the next preview says what making ` +
        "them again means."
      : "Data does not move with a setting: make a second stack there, move the data, and give up this one afterwards.",
  };
}

/** A provider of Kubernetes whose cluster was deleted outside, which a refresh has seen. */
function makesItsCluster({ type }: Step, steps: readonly Step[]): boolean {
  return (
    type === "pulumi:providers:kubernetes" &&
    steps.some((other) => other.type === "aws:eks/cluster:Cluster" && other.op === "create")
  );
}

function holdsItself(type: string): boolean {
  const kind = statefulType(type);
  return kind !== undefined && kind.removable !== true;
}

/** Providers take lists as JSON text. */
function plain(value: unknown): unknown {
  return typeof value === "string" ? parseJson(value) : value;
}
