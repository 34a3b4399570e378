/** Keys and list positions from a section's root down: `["publicSubnets", 2]`. */
export type Path = readonly (string | number)[];

/** One thing that is wrong, in terms of the configuration; a loader adds where in which file. */
export interface Finding {
  /** Pulumi's configuration key (`groundwork:network`, `aws:region`), or `stack` for the stack's name. */
  readonly key: string;
  readonly path: Path;
  /** What was found, and what is wrong with it. */
  readonly message: string;
  /** What may stand there. */
  readonly allowed: string;
  /** What to do, where it can be told: the nearest known key, quotes that are missing. */
  readonly suggestion?: string;
  /** The key itself is wrong, not its value. */
  readonly aboutKey?: boolean;
}

export interface Location {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

/** A finding as a person or a program reads it. */
export interface Problem {
  /** `groundwork:network.publicSubnets[2]` */
  readonly path: string;
  readonly message: string;
  readonly allowed: string;
  readonly suggestion?: string;
  /** Known where the stack file was read, not in the Pulumi program, which gets values without places. */
  readonly location?: Location;
}

/** All that is wrong with a stack's settings. Nothing was touched when this is thrown. */
export class SettingsError extends Error {
  public override readonly name = "SettingsError";

  public constructor(
    /** The stack that was asked for. */
    public readonly stackName: string,
    public readonly problems: readonly Problem[],
  ) {
    super(renderProblems(stackName, problems));
  }
}

export function pathText(key: string, path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") {
      return `${text}[${step}]`;
    }
    return /^[\w-]+$/.test(step) ? `${text}.${step}` : `${text}[${JSON.stringify(step)}]`;
  }, key);
}

export function toProblem(finding: Finding, location?: Location): Problem {
  return {
    path: pathText(finding.key, finding.path),
    message: finding.message,
    allowed: finding.allowed,
    ...(finding.suggestion === undefined ? {} : { suggestion: finding.suggestion }),
    ...(location === undefined ? {} : { location }),
  };
}

/** The same order from both loaders: by path, numbers by value. */
export function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return a.path.localeCompare(b.path, "en", { numeric: true });
}

/** For a terminal: a line that counts, then three or four lines a problem, in the order of the file where known. */
export function renderProblems(stack: string, problems: readonly Problem[]): string {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  const ordered = [...problems].sort(
    (a, b) => (a.location?.line ?? 0) - (b.location?.line ?? 0) || byPath(a, b),
  );
  return [
    `The settings of stack ${stack} have ${count}; nothing was touched.`,
    ...ordered.map(renderProblem),
  ].join("\n\n");
}

function renderProblem({ path, message, allowed, suggestion, location }: Problem): string {
  const place = location === undefined ? "" : `  (${location.file}:${location.line}:${location.column})`;
  return [
    `  ${path}${place}`,
    `    ${message}`,
    `    allowed: ${allowed}`,
    ...(suggestion === undefined ? [] : [`    ${suggestion}`]),
  ].join("\n");
}
