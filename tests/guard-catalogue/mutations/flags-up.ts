import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { stringify } from "yaml";
import { ruleNames } from "../../../guard/approvals/rule-names";
import type { Walk } from "../../engine/support/walk";
import type { Attempt, Mutation } from "../mutation";
import { engineWayOn, gateWith } from "../own-ways";
import { commonConfig, editPart, parts, removePart } from "../stages";
import { urnOf } from "../state-edits";

const volume = "aws:ebs/volume:Volume";
const queue = "aws:sqs/queue:Queue";
const apply = ["up", "--skip-preview", "--yes"] as const;

/** `pulumi up` with flags, refused. */
function refusedWith(name: string, args: (walk: Walk) => readonly string[]): Attempt {
  return { way: engineWayOn(`up ${name}`, (walk) => [...apply, ...args(walk)]), expected: "refused" };
}

/** With settings that the stack's file does not have: the program refuses them before it registers anything. */
function notAsWritten(name: string, args: (walk: Walk) => readonly string[]): Attempt {
  return { ...refusedWith(name, args), expected: "refused by settings" };
}

function replaceVolume(walk: Walk): void {
  editPart(walk, "volume", { props: { availabilityZone: "eu-west-1b" } });
}

const nothing = (): void => undefined;

/** A file that switches every rule of the pack off. */
function packConfig(walk: Walk): string {
  const file = path.join(walk.rehearsal, "pack-config.json");
  const off = Object.fromEntries(["all", ...ruleNames].map((name) => [name, "disabled"]));
  writeFileSync(file, JSON.stringify(off));
  return file;
}

/** Another file with settings, which puts the level down. */
function otherConfigFile(walk: Walk): string {
  const file = path.join(walk.rehearsal, "disposable.yaml");
  const config = { ...commonConfig, "groundwork:guard": { level: "disposable" } };
  const { encryptionsalt } = saltOf(walk);
  writeFileSync(file, stringify({ ...(encryptionsalt !== undefined && { encryptionsalt }), config }));
  return file;
}

function saltOf(walk: Walk): { readonly encryptionsalt?: string } {
  const copy = readFileSync(path.join(walk.rehearsal, "project", "Pulumi.dev.yaml"), "utf8");
  const encryptionsalt = /^encryptionsalt: (.*)$/m.exec(copy)?.[1];
  return { encryptionsalt };
}

const disposable = ["-c", 'groundwork:guard={"level":"disposable"}'] as const;

/** Flags that narrow, widen or force what plain `pulumi up` does. */
export const upFlagMutations: readonly Mutation[] = [
  {
    name: "`up --replace` and `--target-replace` of what holds data, with nothing changed",
    area: "flags",
    stage: parts,
    change: nothing,
    attempts: [
      refusedWith("--replace URN", (walk) => ["--replace", urnOf(walk, "volume")]),
      refusedWith("--replace '**'", () => ["--replace", "**"]),
      refusedWith("--target-replace URN", (walk) => ["--target-replace", urnOf(walk, "table")]),
      refusedWith("--replace URN --ignore-protect", (walk) => [
        "--replace",
        urnOf(walk, "volume"),
        "--ignore-protect",
      ]),
    ],
  },
  {
    name: "A volume is to be replaced, by `up` with flags",
    area: "flags",
    stage: parts,
    change: replaceVolume,
    attempts: [
      refusedWith("--target URN", (walk) => ["--target", urnOf(walk, "volume")]),
      refusedWith("--target URN --target-dependents", (walk) => [
        "--target",
        urnOf(walk, "volume"),
        "--target-dependents",
      ]),
      refusedWith("--ignore-protect", () => ["--ignore-protect"]),
      refusedWith("--continue-on-error --ignore-protect", () => ["--continue-on-error", "--ignore-protect"]),
      refusedWith("--refresh", () => ["--refresh"]),
    ],
  },
  {
    name: "A table and a queue are removed, by `up` with flags",
    area: "flags",
    stage: parts,
    change: (walk: Walk): void => {
      removePart(walk, "table", "queue");
    },
    attempts: [
      refusedWith("--target URN", (walk) => ["--target", urnOf(walk, "queue")]),
      refusedWith("--exclude URN", (walk) => ["--exclude", urnOf(walk, "queue")]),
      refusedWith("--continue-on-error", () => ["--continue-on-error"]),
      refusedWith("--ignore-protect --continue-on-error", () => ["--ignore-protect", "--continue-on-error"]),
      refusedWith("--refresh --run-program", () => ["--refresh", "--run-program"]),
      notAsWritten("-c level=disposable", () => disposable),
      notAsWritten("--config-file disposable.yaml", (walk) => ["--config-file", otherConfigFile(walk)]),
    ],
  },
  {
    name: "A queue is removed, and the environment has options for the engine",
    area: "flags",
    stage: parts,
    change: (walk: Walk): void => {
      removePart(walk, "queue");
    },
    attempts: (["preview", "up"] as const).map((command) => ({
      way: gateWith(
        `PULUMI_OPTION_IGNORE_PROTECT=true ${command}`,
        { PULUMI_OPTION_IGNORE_PROTECT: "true", PULUMI_CONTINUE_ON_ERROR: "true" },
        command,
        ...(command === "up" ? ["--yes"] : []),
      ),
      expected: "refused",
      refusals: [{ rule: "deletes-data", type: queue, name: "queue" }],
    })),
  },
  {
    name: "A volume is to be replaced, and the environment has options for the engine",
    area: "flags",
    stage: parts,
    change: replaceVolume,
    attempts: (["preview", "up"] as const).map((command) => ({
      way: gateWith(
        `PULUMI_OPTION_IGNORE_PROTECT=true ${command}`,
        { PULUMI_OPTION_IGNORE_PROTECT: "true" },
        command,
        ...(command === "up" ? ["--yes"] : []),
      ),
      expected: "refused",
      refusals: [{ rule: "replaces-data", type: volume, name: "volume", id: /^vol-/ }],
    })),
  },
  {
    name: "`--policy-pack-config` switches all rules off while locks and retention go",
    area: "flags",
    stage: parts,
    change: (walk: Walk): void => {
      editPart(walk, "table", {
        props: { deletionProtectionEnabled: false, pointInTimeRecovery: { enabled: false } },
      });
      editPart(walk, "queue", { props: { messageRetentionSeconds: 60 } });
    },
    attempts: [
      refusedWith("--policy-pack-config (all off)", (walk) => [
        ...["--policy-pack", "policies", "--policy-pack-config", packConfig(walk)],
      ]),
      refusedWith("--policy-pack-config --continue-on-error", (walk) => [
        ...["--policy-pack", "policies", "--policy-pack-config", packConfig(walk), "--continue-on-error"],
      ]),
    ],
  },
  {
    name: "`--policy-pack-config` switches all rules off while a table is removed",
    area: "flags",
    stage: parts,
    change: (walk: Walk): void => {
      removePart(walk, "table");
    },
    attempts: [
      refusedWith("--policy-pack-config (all off)", (walk) => [
        ...["--policy-pack", "policies", "--policy-pack-config", packConfig(walk)],
      ]),
    ],
  },
  {
    name: "`up -c level=disposable` makes a table less safe and a volume new in one run",
    area: "flags",
    stage: parts,
    change: replaceVolume,
    attempts: [
      notAsWritten("-c level=disposable", () => disposable),
      notAsWritten("-c level=disposable with pack", () => [...disposable, "--policy-pack", "policies"]),
    ],
  },
];
