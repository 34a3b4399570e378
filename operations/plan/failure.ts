import type { StepEventMetadata } from "@pulumi/pulumi/automation";
import type { EngineError } from "./diagnostics";
import type { CloudPlace } from "./physical-ids";
import { settingOf } from "./setting-paths";

/** An error of a run, with what is known of what it came from. */
export interface Failure extends EngineError {
  /** The call that broke off, as a person writes it. */
  readonly call: string;
  readonly stack: string;
  readonly place: CloudPlace;
  /** What the engine was doing with the resource; absent for an error of the whole run. */
  readonly step?: StepEventMetadata;
  /** Where a setting stands: `groundwork:database.engineVersion in Pulumi.dev.yaml:12`. */
  readonly settingAt: (setting: string) => string;
}

/** What an error means, and what a person does next. docs/failures.md is made of these. */
export interface FailureKind {
  /** Names its part of docs/failures.md. */
  readonly name: string;
  /** What the engine, a provider or a cloud says then. */
  readonly said: RegExp;
  /** What has happened, in a sentence or two. */
  readonly means: string;
  /** Whether the same call, as it is, goes on. */
  readonly isRetryable?: true;
  readonly wayOn: (failure: Failure) => string;
  /** The page below docs/ that says more, with its anchor. */
  readonly runbook?: string;
}

export const then = ({ call }: Failure): string => `then \`${call}\` continues from here.`;

export function sameCall({ call }: Pick<Failure, "call">): string {
  return `\`${call}\` again continues from here.`;
}

/** The settings to look at: as near as it is known what of them the resource is made of. */
export function settings({ urn, settingAt }: Failure, properties: readonly string[] = []): string {
  const setting = urn === undefined ? undefined : settingOf(urn, properties);
  return setting === undefined ? "the settings" : settingAt(setting);
}

/** What is to be done where only other settings help. */
export function corrected(failure: Failure, properties: readonly string[] = []): string {
  return `Correct ${settings(failure, properties)}, and call \`${failure.call}\`.`;
}
