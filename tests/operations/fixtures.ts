import type { EngineEvent } from "@pulumi/pulumi/automation";
import { readFileSync } from "node:fs";
import * as path from "node:path";

/**
 * Events as engine 3.259.0 sent them (`--event-log`), recorded from a program with one component, a policy pack and a
 * provider for which a changed `x` is an update and a changed `r` a replacement. Only what the commands do not look at
 * was left out, and what is left numbered anew.
 */
export type Recording =
  | "create"
  | "destroy-vetoed"
  | "failed-up"
  | "hook-veto"
  | "mixed"
  | "no-change"
  | "policy-violation"
  | "protected-replacement"
  | "removed-with-its-hook";

export function recordedText(name: Recording): string {
  return readFileSync(path.join(__dirname, "fixtures", `${name}.jsonl`), "utf8");
}

export function recorded(name: Recording): EngineEvent[] {
  return recordedText(name)
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as EngineEvent);
}

export const thing = (name: string): string =>
  `urn:pulumi:dev::groundwork::groundwork:network:Network$fake:index:Thing::${name}`;

/** The committed stack dev, as far as messages about it need it. */
export const devStack = {
  name: "dev",
  settingsFile: path.join(__dirname, "../../Pulumi.dev.yaml"),
  settings: {
    context: {
      project: "groundwork",
      stack: "dev",
      accountId: "482913067251",
      region: "eu-west-1",
      guardLevel: "development",
    },
  },
} as const;
