import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";

export const checkout = path.join(__dirname, "../..");
const folder = path.join(checkout, ".github");

type Values = Readonly<Record<string, string>>;

/** One step, of a workflow or of an action of this project. */
export interface Step {
  readonly id?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly shell?: string;
  readonly if?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Values;
}

export interface Job {
  readonly needs?: string | readonly string[];
  readonly if?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string>>;
  readonly env?: Values;
  readonly outputs?: Values;
  readonly permissions?: Values;
  readonly environment?: string;
  readonly concurrency?: Readonly<Record<string, unknown>>;
  readonly strategy?: { readonly matrix: { readonly stack: string } };
  readonly "runs-on"?: string;
  readonly "timeout-minutes"?: number;
  readonly steps?: readonly Step[];
}

export interface Workflow {
  readonly name: string;
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Values;
  readonly defaults?: unknown;
  readonly env?: Values;
  readonly jobs: Readonly<Record<string, Job>>;
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string; readonly required?: boolean }>>;
  readonly runs: { readonly steps: readonly Step[] };
}

/** File names of the workflows. */
export const workflowFiles = readdirSync(path.join(folder, "workflows")).sort();

/** File names of what workflows call, from `.github`. */
export const scripts = readdirSync(path.join(folder, "scripts")).map((name) => path.join("scripts", name));

export function textOf(file: string): string {
  return readFileSync(path.join(folder, file), "utf8");
}

export function workflow(file: string): Workflow {
  return parse(textOf(path.join("workflows", file))) as Workflow;
}

/** @param place as `uses` has it: `./.github/actions/stack`. */
export function action(place: string): Action {
  return parse(readFileSync(path.join(checkout, place, "action.yml"), "utf8")) as Action;
}

/** Files with steps, from `.github`. */
export const filesWithSteps: readonly string[] = [
  ...workflowFiles.map((name) => path.join("workflows", name)),
  ...readdirSync(path.join(folder, "actions")).map((name) => path.join("actions", name, "action.yml")),
];

/** Every step that there is, with where it is. */
export function allSteps(): readonly (Step & { readonly where: string })[] {
  return filesWithSteps.flatMap((file) => {
    const content = parse(textOf(file)) as Partial<Workflow & Action>;
    const jobs = content.jobs ?? { runs: { steps: content.runs?.steps ?? [] } };
    return Object.entries(jobs).flatMap(([job, { steps = [] }]) =>
      steps.map((step, index) => ({ ...step, where: `${file} ${job} ${String(index)}` })),
    );
  });
}
