import type { Result, Walk } from "../engine/support/walk";
import type { Attempt, ExpectedRefusal, Outcome, Way } from "./mutation";

/** Plain `pulumi` on the stack `dev`, on the rehearsal cloud. */
export function pulumi(walk: Walk, ...args: string[]): Promise<Result> {
  return walk.pulumi("dev", ...args);
}

/** As `pulumi`, for calls that must end well. */
export function pulumiDone(walk: Walk, ...args: string[]): Promise<Result> {
  return walk.pulumiDone("dev", ...args);
}

export function gateWay(...args: string[]): Way {
  return {
    name: args.filter((arg) => arg !== "--yes").join(" "),
    through: "gate",
    run: (walk) => walk.groundwork(...args, "dev", "--rehearse", "--json"),
  };
}

export function engineWay(...args: string[]): Way {
  return {
    name: `pulumi ${args.filter((arg) => arg !== "--yes").join(" ")}`,
    through: "engine",
    run: (walk) => pulumi(walk, ...args),
  };
}

export const preview = gateWay("preview");
export const up = gateWay("up", "--yes");
export const destroy = gateWay("destroy", "--yes");
/** Nothing but the program itself stands in the way. */
export const plainUp = engineWay("up", "--skip-preview", "--yes");
export const plainUpWithPack = engineWay("up", "--skip-preview", "--yes", "--policy-pack", "policies");
export const plainDestroy = engineWay("destroy", "--skip-preview", "--yes");
export const plainDestroyWithProgram = engineWay("destroy", "--skip-preview", "--yes", "--run-program");

/** Refused in every way of applying settings or a program; the gate names each of these. */
export function refusedEverywhere(...refusals: readonly ExpectedRefusal[]): readonly Attempt[] {
  return [
    { way: preview, expected: "refused", refusals },
    { way: up, expected: "refused", refusals },
    { way: plainUp, expected: "refused" },
    { way: plainUpWithPack, expected: "refused" },
  ];
}

/** As `refusedEverywhere`, where plain pulumi may end as it likes as long as nothing is lost. */
export function refusedByTheGate(...refusals: readonly ExpectedRefusal[]): readonly Attempt[] {
  return refusedEverywhere(...refusals).map((attempt) =>
    attempt.way.through === "gate" ? attempt : { ...attempt, expected: "held" },
  );
}

/**
 * Those that tell most for their time: `up` judges the same plan as `preview` before it does anything, and what holds in plain
 * pulumi without the pack holds with it.
 */
export function quickest(attempts: readonly Attempt[]): readonly Attempt[] {
  const has = (way: Way): boolean => attempts.some((attempt) => attempt.way === way);
  return attempts.filter(
    ({ way }) => !(way === preview && has(up)) && !(way === plainUpWithPack && has(plainUp)),
  );
}

/** A change that no settings allow: the commands refuse it before anything is started, and so does the program in plain pulumi. */
export function refusedBySettings(): readonly Attempt[] {
  return [preview, up, plainUp].map((way) => ({ way, expected: "refused by settings" }));
}

export function sameEverywhere(expected: Outcome | readonly Outcome[]): readonly Attempt[] {
  return [preview, up, plainUp, plainUpWithPack].map((way) => ({ way, expected }));
}

/** By the gate, and by the program alone: the hook judges changes in place too. */
export function refusedInPlace(...refusals: readonly ExpectedRefusal[]): readonly Attempt[] {
  return quickest(refusedEverywhere(...refusals));
}

/** Refused by every way of taking a stack down. */
export function destroyRefused(...refusals: readonly ExpectedRefusal[]): readonly Attempt[] {
  return [
    { way: destroy, expected: "refused", refusals },
    { way: plainDestroy, expected: "refused" },
    { way: plainDestroyWithProgram, expected: "refused" },
  ];
}
