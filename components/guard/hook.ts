import * as pulumi from "@pulumi/pulumi";
import { judgeSteps } from "../../guard/judge/judge";
import { listed } from "../../guard/describe";
import { runOf } from "../../guard/urns";
import {
  asStep,
  guardHookName,
  isLeftFree,
  statesOf,
  whatHolds,
  type LastState,
} from "../../guard/memory/last-state";
import type { StatefulType } from "../../guard/stateful-type";
import { statefulType } from "../../guard/catalogue/stateful-types";
import type { Refusal, ResourceState, Step } from "../../guard/step";
import type { Unfinished } from "../../guard/judge/verdict";
import { comparable, type Properties } from "./hook-values";
import { urnOf } from "./lifted";
import type { StackContext } from "../../settings/stack-context";

/**
 * The one hook of a stack that asks the guard before something is made, changed or deleted: the error is what the engine
 * shows, and what stops it, before it has called the cloud. It holds in previews and runs, with and without `groundwork`.
 */
export class GuardHook {
  readonly hook: pulumi.ResourceHook;
  /** What this run has registered with `protect`. */
  private readonly protectedNow = new Set<string>();
  /** What this run has registered without, because it is approved. */
  private readonly liftedNow = new Set<string>();
  /** What this run has begun to make. */
  private readonly made: Step[] = [];
  private readonly last: LastState;

  constructor(private readonly context: StackContext) {
    // Asked for now, because registering changes it; and only where protection is not demanded: it costs a moment.
    this.last =
      context.guardLevel === "disposable" && context.isGated !== true && context.backend !== undefined
        ? context.backend.lastState()
        : { resources: [] };
    this.hook = new pulumi.ResourceHook(guardHookName, (args) => this.ask(args), { onDryRun: true });
  }

  /** The program has it, and its removal is approved: what is deleted of it now is deleted by a replacement. */
  noteLifted(resource: NamedType): void {
    this.liftedNow.add(keyOf(resource));
  }

  noteProtected(resource: NamedType): void {
    this.protectedNow.add(keyOf(resource));
  }

  /** Whether the last run left it so that it may be deleted in this one. */
  isLeftFree({ type, name, opts }: pulumi.ResourceTransformationArgs): boolean {
    return isLeftFree(this.last, type, urnOf(type, name, opts.parent));
  }

  private async ask(args: pulumi.ResourceHookArgs): Promise<void> {
    const { context } = this;
    // The gate of `groundwork` judges all that a preview plans, and tells all of it; an error here would cut that short.
    if (context.isGated === true && pulumi.runtime.isDryRun()) {
      return;
    }
    const told = await stepOf(args);
    const step: Step =
      told.op === "delete" && this.liftedNow.has(keyOf(args)) ? { ...told, op: "replace" } : told;
    if (step.op === "create") {
      this.made.push(step);
    }
    const refusals = await this.judge(step);
    if (refusals.length === 0) {
      return;
    }
    const message = refusals.map((refusal) => textOf(refusal)).join(" ");
    // In a preview an error also stops the engine from telling the rest of a replacement, such as which property forces
    // it. What the program still has, and has protected, the engine refuses to replace by itself, and goes on.
    if (step.op !== "delete" || !this.protectedNow.has(keyOf(args)) || !pulumi.runtime.isDryRun()) {
      throw new Error(message);
    }
    await pulumi.log.warn(message);
  }

  private async judge(step: Step): Promise<readonly Refusal[]> {
    const { guardLevel: level, approvals, backend } = this.context;
    const before = [...this.before(step), ...(await this.storesBeside(step))];
    const about = (unfinished?: Unfinished): Refusal[] =>
      judgeSteps([...before, step], { level, approvals, unfinished }).filter(
        ({ urn, op }) => urn === step.urn && op === step.op,
      );
    const refusals = about();
    if (refusals.length === 0 && step.op === "delete" && level === "disposable") {
      return stillHeld(step, this.last);
    }
    return backend !== undefined &&
      step.op === "create" &&
      refusals.some(({ rule }) => rule === "shortened-lifecycle")
      ? about(await backend.unfinished())
      : refusals;
  }

  /** The stores of a kind that something beside one may be of, as the last run left them. */
  private async storesBeside({ type }: Step): Promise<readonly Step[]> {
    const { backend, guardLevel } = this.context;
    const { beside } = statefulType(type) ?? {};
    if (beside === undefined || backend === undefined || guardLevel === "disposable") {
      return [];
    }
    const last = await backend.lastStateLater();
    return "problem" in last
      ? []
      : last.resources.filter((resource) => beside.stores.includes(resource.type)).map(asStep);
  }

  /** What decides over a step besides the step itself. */
  private before(step: Step): readonly Step[] {
    if (step.op !== "delete" && step.op !== "replace") {
      return this.made.filter((other) => other !== step);
    }
    // A run that registers everything first, as `destroy --run-program` does, deletes what was registered a moment ago:
    // only the last checkpoint shows how it was left.
    return statesOf(this.last, step.type, step.old?.id ?? "").map((resource) => ({
      ...asStep(resource),
      urn: step.urn,
    }));
  }
}

export type Moment = "beforeCreate" | "beforeUpdate" | "beforeDelete";

/**
 * When a type is judged. Its making is where it can take something from what is there already: rules that come to a store,
 * for which the store's own making counts too, and what a resource beside a store says of it. What may be removed may be so
 * without the program; the gate alone judges with what it leaves its store.
 */
export function momentsOf({ removable, forced, life, beside }: StatefulType): Moment[] {
  const isMakingJudged =
    forced !== undefined || beside !== undefined || life.some(({ kind }) => kind === "expiry");
  return [
    ...(isMakingJudged ? ["beforeCreate" as const] : []),
    "beforeUpdate",
    ...(removable === true ? [] : ["beforeDelete" as const]),
  ];
}

/** The options with a hook at these moments, besides those that they have. */
export function hooked(
  opts: pulumi.CustomResourceOptions,
  hook: pulumi.ResourceHook,
  moments: readonly Moment[],
): pulumi.CustomResourceOptions {
  const added = moments.map((moment) => {
    const others = (opts.hooks?.[moment] ?? []).filter((other) => other !== hook);
    return [moment, [...others, hook]] as const;
  });
  return { ...opts, hooks: { ...opts.hooks, ...Object.fromEntries(added) } };
}

/** What says something of a store, and is a resource of its own such as a queue's policy, is judged however it is registered. */
export function besideHooked(
  { type, props, opts }: pulumi.ResourceTransformationArgs,
  hook: pulumi.ResourceHook,
): pulumi.ResourceTransformationResult | undefined {
  const kind = statefulType(type);
  return kind?.beside === undefined || kind.removable !== true
    ? undefined
    : { props, opts: hooked(opts, hook, momentsOf(kind)) };
}

interface NamedType {
  readonly type: string;
  readonly name: string;
}

function keyOf({ type, name }: NamedType): string {
  return `${type}::${name}`;
}

/** What the engine is about to do: which of old and new there is says it. */
async function stepOf(args: pulumi.ResourceHookArgs): Promise<Step> {
  const { urn, type, id } = args;
  const { oldInputs, newInputs, oldOutputs } = await comparable(args);
  // A hook is not told of `protect`; the engine looks at that by itself.
  const state = (inputs: Properties, outputs: Properties): ResourceState => ({
    id: id === "" ? null : id,
    protect: false,
    inputs,
    outputs,
  });
  return {
    urn,
    type,
    op: oldInputs === undefined ? "create" : newInputs === undefined ? "delete" : "update",
    old: oldInputs && state(oldInputs, oldOutputs ?? {}),
    new: newInputs && state(newInputs, {}),
    replaceKeys: [],
    changedKeys: [],
  };
}

function textOf({ rule, op, loses, why, safeWay }: Refusal): string {
  // Of a deletion the engine does not say more of its cause than that; of a lock that is still on the guard does.
  return op === "delete" && rule !== "still-locked" ? `${loses} ${safeWay}` : `${loses} ${why} ${safeWay}`;
}

/** Refuses the deletion of what the last run has not left free, where the guard's rules see nothing that holds it. */
function stillHeld(step: Step, last: LastState): Refusal[] {
  const { urn, type, old } = step;
  const refusal = { urn, type, id: old?.id ?? null, op: "delete", rule: "still-locked" } as const;
  const loses = `${type} ${urn.split("::").at(-1) ?? urn} (id ${old?.id ?? "none"}) would be deleted.`;
  if ("problem" in last) {
    const why = `What the last run left could not be read (\`pulumi stack export\`: ${last.problem}).`;
    const safeWay = "See that `pulumi` is on the PATH and that the backend answers.";
    return [{ ...refusal, loses, why, safeWay }];
  }
  const held = statesOf(last, type, old?.id ?? "").flatMap((resource) => whatHolds(resource, last));
  const why = `The last run left it locked: ${listed(held)}.`;
  const safeWay = `Run \`${runOf(urn)}\` once at guard level disposable, which destroys nothing, and delete it in the run after.`;
  return held.length === 0 ? [] : [{ ...refusal, loses, why, safeWay }];
}
