import { approvalFor, isTwoRuns, type Approval } from "../../../guard/approvals/approval";
import type { Standing } from "../../../guard/approvals/approval-record";
import { approvalOfStore } from "../../../guard/judge/approved-change";
import type { Unlocked } from "../../../guard/judge/locked";
import { statefulType } from "../../../guard/catalogue/stateful-types";
import type { Refusal, Step } from "../../../guard/step";
import { awsClientConfig, describeAwsError } from "../../engine/aws-clients";
import type { CheckpointResource } from "../../engine/engine-stack";
import { FailedError } from "../../terminal/errors";
import type { OpenStack } from "../workspace";
import { copyMakerOf } from "./copies";
import { permissionHint } from "./copy";
import type { KeptCopy } from "./ledger-record";

/**
 * What each approval of a stack is worth, to the end: where one would let something be destroyed, its copy is looked at once
 * more. Without it the approval is back where it was: the next run takes another copy.
 *
 * @throws OperationError when that cannot be found out. Nothing was touched.
 */
export async function standingsOf(stack: OpenStack): Promise<readonly Standing[]> {
  const standings = (await stack.approvals?.standings()) ?? [];
  if (!standings.some(isClose)) {
    return standings;
  }
  const scene = await stack.approvals?.scene();
  const unlocked = scene?.content.of("unlocked") ?? [];
  const looked: Standing[] = [];
  for (const standing of standings) {
    const copy = unlocked.findLast(({ seal }) => seal === standing.record?.seal)?.copy;
    if (!isClose(standing) || copy === undefined) {
      looked.push(standing);
      continue;
    }
    const resource = scene?.resources.find(
      ({ urn, id }) => urn === standing.approval.urn && id === standing.approval.id,
    );
    const remark = resource === undefined ? undefined : await flawOf(stack, resource, copy);
    looked.push(
      remark === undefined
        ? standing
        : { ...standing, approval: { ...standing.approval, phase: "unlock" }, remark },
    );
  }
  return looked;
}

type Held = Extract<Standing, { readonly flaw?: undefined }>;

/** The next run may destroy it. */
function isClose(standing: Standing): standing is Held {
  return standing.approval?.phase === "destroy" && isTwoRuns(standing.approval.operation);
}

async function flawOf(
  stack: OpenStack,
  resource: CheckpointResource,
  copy: KeptCopy,
): Promise<string | undefined> {
  const maker = copyMakerOf(resource.type);
  try {
    return await maker?.flaw(await awsClientConfig(stack), copy, resource);
  } catch (error) {
    throw error instanceof FailedError
      ? error
      : new FailedError(
          `Whether ${copy.kind} ${copy.id} is still there could not be found out: ${describeAwsError(error)}` +
            `${maker === undefined ? "" : permissionHint(error, maker)}\n` +
            "Without it nothing that is approved is destroyed. Nothing was touched.",
        );
  }
}

/** What stands without protection for no more than that a run has taken it off for an approval, one that holds or one that is over. */
export function unlockedBy(standings: readonly Standing[]): Unlocked {
  return standings.flatMap((standing) => {
    if (standing.approval !== undefined) {
      return isClose(standing) ? [standing.approval] : [];
    }
    const { urn, id } = standing.record ?? standing.given ?? {};
    return standing.isOpen === true && urn !== undefined && id !== undefined ? [{ urn, id }] : [];
  });
}

/** Approvals without which a plan would have been refused. */
export function exercisedOf(
  approvals: readonly Approval[],
  steps: readonly Step[],
  without: readonly Refusal[],
  refused: readonly Refusal[],
): readonly Approval[] {
  const left = new Set(refused.map(keyOf));
  const spared = without.filter((refusal) => !left.has(keyOf(refusal)));
  return approvals.filter((approval) =>
    spared.some(({ urn, id, type }) => {
      const kind = statefulType(type);
      return (
        approvalFor([approval], urn, id) !== undefined ||
        (kind !== undefined &&
          steps.some((step) => step.urn === urn && approvalOfStore(step, kind, [approval]) !== undefined))
      );
    }),
  );
}

function keyOf({ urn, id, rule, why }: Refusal): string {
  return JSON.stringify([urn, id, rule, why]);
}
