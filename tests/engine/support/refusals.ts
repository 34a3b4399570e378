import { expect } from "chai";
import { documentOf, type Result, type Walk } from "./walk";

/** A refusal as `--json` prints it. Written out here: what reads it outside of this project knows it by these names. */
export interface Refusal {
  readonly urn: string;
  readonly id: string | null;
  readonly type: string;
  readonly op: string;
  readonly rule: string;
  readonly loses: string;
  readonly why: string;
  readonly safeWay: string;
  readonly approval?: string;
  readonly notApproved?: string;
}

/** What a call with `--json` that must have been refused says of it. */
export function refusalsOf(result: Result): readonly Refusal[] {
  expect(result.exitCode, result.stdout + result.stderr).to.equal(3);
  return documentOf(result).refusals as Refusal[];
}

/** Runs a command that must be refused and may touch nothing. */
export async function refused(walk: Walk, ...args: string[]): Promise<readonly Refusal[]> {
  const cloud = walk.cloud();
  const { result, calls } = await walk.watch(() => walk.groundwork(...args, "--rehearse", "--json"));
  const refusals = refusalsOf(result);
  expect(result.stderr).to.contain("Nothing was touched.");
  expect(calls, "calls that change the cloud").to.deep.equal([]);
  expect(walk.cloud()).to.deep.equal(cloud);
  return refusals;
}
