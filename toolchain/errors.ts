import type { Attempt } from "./engine";

/** `GROUNDWORK_PULUMI` names something that cannot be used. Nothing else is tried: it was asked for by name. */
export class NamedEngineError extends Error {
  constructor(binary: string, problem: string, version: string) {
    super(
      `GROUNDWORK_PULUMI names ${binary}, which cannot be used: ${problem}. ` +
        `Name a pulumi ${version}, or unset GROUNDWORK_PULUMI and one is found or brought.`,
    );
    this.name = "NamedEngineError";
  }
}

/** No way led to an engine. The message names every way, why it failed, and what a person can do. */
export class NoEngineError extends Error {
  constructor(
    readonly version: string,
    readonly attempts: readonly Attempt[],
    requiredGo: string,
  ) {
    super(describe(version, attempts, requiredGo));
    this.name = "NoEngineError";
  }
}

/** One way failed in a manner that is foreseen; the next one is tried. */
export class WayFailed extends Error {
  constructor(outcome: string) {
    super(outcome);
    this.name = "WayFailed";
  }
}

/** The code of a system error ("ENOENT"), undefined for anything else. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

function describe(version: string, attempts: readonly Attempt[], requiredGo: string): string {
  const width = Math.max(...attempts.map(({ way }) => way.length));
  const tried = attempts.map(
    ({ way, outcome }) => `  ${way.padEnd(width)}  ${outcome.split("\n").join(`\n  ${" ".repeat(width)}  `)}`,
  );
  return [
    `There is no Pulumi engine ${version} here, and none could be brought. Tried, in this order:`,
    ...tried,
    "Any one of these helps:",
    `  - install Pulumi ${version} (its documentation lists the installers of each version) so that "pulumi" is on the PATH`,
    `  - set GROUNDWORK_PULUMI to the path of a pulumi ${version} that is elsewhere`,
    `  - allow this machine to download Pulumi's releases, and run the command again`,
    `  - put Go ${requiredGo} or newer on the PATH and allow a Go module proxy: the engine is then built, once`,
  ].join("\n");
}
