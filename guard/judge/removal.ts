import { approvalFor, type Approval } from "../approvals/approval";
import { describeResource, listed } from "../describe";
import { runOf } from "../urns";
import { asItIs, type StatefulType } from "../stateful-type";
import type { Step } from "../step";
import { read } from "../unknown";
import type { Plan, Verdict } from "./verdict";
import { waysOn } from "./ways-on";

/** Whether something that holds data may be deleted or replaced. */
export function judgeRemoval(step: Step, type: StatefulType, plan: Plan): Verdict | undefined {
  const kind = asItIs(type, step.old);
  const what = describeResource(kind, step.urn, step.old);
  const loses =
    step.op === "replace"
      ? `${what} would be deleted and made anew${kind.dataless === true ? "" : ", empty"}: gone would be ${kind.holds}.`
      : `${what} would be deleted, and with it ${kind.holds}.`;
  const why = causeOfRemoval(step);
  if (plan.level === "disposable") {
    const held = plan.checkpoint.holds(step, kind);
    return held.length === 0
      ? undefined
      : {
          rule: "still-locked",
          loses,
          why: `${why} The last run left it locked: ${listed(held)}.`,
          safeWay:
            `Put it back, run \`${runOf(step.urn)}\` once at this guard level, which lifts the locks and destroys nothing, ` +
            "and make this change in the run after that.",
        };
  }
  const approval = approvalFor(plan.approvals, step.urn, step.old?.id);
  if (approval !== undefined && (approval.operation === step.op || isRestOf(approval, step, plan))) {
    return judgeApproved(step, approval, { loses, why }, plan.checkpoint.holds(step, kind));
  }
  if (kind.dataless === true) {
    const held = plan.checkpoint.holds(step, kind);
    return {
      rule: "protected",
      loses,
      why: `${why} It is protected${held.length > 0 ? "" : ", though the run for an approval has taken that off in the state"}.`,
      ...safeRemoval(step, kind, plan),
    };
  }
  if (step.op === "delete" && step.old?.retainOnDelete === true) {
    return {
      rule: "abandons-data",
      loses: `${what} would stay in the cloud, but nothing would manage, guard or find it any more.`,
      why: `${why} It has retainOnDelete, so that it is forgotten instead of deleted.`,
      ...safeRemoval(step, kind, plan),
    };
  }
  return {
    rule: step.op === "replace" ? "replaces-data" : "deletes-data",
    loses,
    why,
    ...safeRemoval(step, kind, plan),
  };
}

/** The removal of what keeps a history, as the shortening of that to nothing: what it belongs to stays. */
export function judgeHistory(step: Step, kind: StatefulType): Verdict {
  return {
    rule: "lowered-retention",
    loses: `${describeResource(kind, step.urn, step.old)} would be deleted, and with it every event in it.`,
    why: `${causeOfRemoval(step)} What it is the log of stays.`,
    safeWay: `${waysOn(step.urn).change} ${kind.copyFirst}`,
    copyFirst: kind.copyFirst,
  };
}

/** A replacement that broke off half way: the new one is there under the same name, and the old one is still to go. */
function isRestOf({ operation, urn, id }: Approval, step: Step, { steps }: Plan): boolean {
  return (
    operation === "replace" &&
    step.op === "delete" &&
    steps.some(({ urn: other, new: wanted, old }) => {
      const now = old?.id ?? null;
      return other === urn && wanted !== undefined && now !== null && now !== id;
    })
  );
}

/** Of what a person has approved only the order is judged: it stands free, and its copy is there, before it goes. */
function judgeApproved(
  step: Step,
  { phase }: Approval,
  { loses, why }: Pick<Verdict, "loses" | "why">,
  held: readonly string[],
): Verdict | undefined {
  if (phase === "destroy" && held.length === 0) {
    return undefined;
  }
  const left =
    held.length > 0 ? `the last run left it locked: ${listed(held)}` : "no run has kept its copy yet";
  return {
    rule: "still-locked",
    loses,
    why: `${why} It is approved, but ${left}.`,
    safeWay:
      `Put it back${step.op === "replace" ? " as it was" : ""} and run \`${runOf(step.urn)}\` once: the unlocking run comes first, takes off its protection, keeps a ` +
      "copy where there can be one, and destroys nothing. Make this change in the run after that.",
  };
}

function causeOfRemoval(step: Step): string {
  if (step.op === "delete") {
    return "It is no longer in the program or its settings, or the whole stack is being destroyed.";
  }
  const keys = step.replaceKeys.filter((key) => key !== "provider");
  const elsewhere =
    step.replaceKeys.includes("provider") ||
    (step.new !== undefined && (step.old?.provider ?? "") !== (step.new.provider ?? ""));
  const causes = [
    ...(keys.length === 0 ? [] : [`${listed(keys)} cannot be changed in place`]),
    ...(elsewhere ? ["it moves to another provider, which may be another account or region"] : []),
  ];
  return causes.length === 0
    ? "It is replaced; the engine does not say because of which property."
    : `It is replaced because ${causes.join(", and ")}.`;
}

/** The narrow way, for this one thing alone; how to keep a copy comes last, for it is all that differs by type. */
function safeRemoval(step: Step, kind: StatefulType, plan: Plan): Pick<Verdict, "safeWay" | "copyFirst"> {
  const isDeletion = step.op === "delete";
  const sentences = [
    isDeletion
      ? (renamed(step, kind, plan.creations.ofType(step.type)) ?? "Keep it in the settings.")
      : `Take the change back, or build a second one beside it${kind.dataless === true ? "" : " and move the data"}.`,
    waysOn(step.urn).remove,
    ...(kind.copyFirst === "" ? [] : [kind.copyFirst]),
  ];
  return { safeWay: sentences.join(" "), ...(kind.copyFirst !== "" && { copyFirst: kind.copyFirst }) };
}

/** What to do where something of the same type is made in the same run: only with the name that it has can it be the same. */
function renamed({ old }: Step, { name = "" }: StatefulType, twin: Step | undefined): string | undefined {
  if (twin?.new === undefined || old === undefined) {
    return undefined;
  }
  const [had, has] = [read(old.inputs, name), read(twin.new.inputs, name)];
  return typeof had === "string" && typeof has === "string" && had !== has
    ? `${twin.urn} would be another one, and empty: its ${name} is ${has} and not ${had}. Take the new name back, or make it beside this one ` +
        "and move the data."
    : `If it was only renamed or moved in the program to ${twin.urn}, give that one \`aliases\` there: then nothing is deleted.`;
}

/** Whether a run may go on when a refresh did not find something that holds data. */
export function judgeDisappearance(step: Step, kind: StatefulType, plan: Plan): Verdict | undefined {
  if (plan.level === "disposable") {
    return undefined;
  }
  const what = describeResource(kind, step.urn, step.old);
  return {
    rule: "missing-in-cloud",
    loses: `${what} is not in the cloud any more, and the next run would make a new one that is empty.`,
    why: "The refresh did not find it: it was deleted, or these are the credentials of another account or region.",
    safeWay:
      "Find out first which of the two it is. If it was deleted, restore it under the same name and refresh again.",
  };
}
