import { cpSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import type { Walk } from "../../engine/support/walk";
import type { Mutation } from "../mutation";
import { gateCall, plainOn } from "../own-ways";
import { editPart, parts, removePart, setParts, stack } from "../stages";
import { urnOf } from "../state-edits";
import {
  destroy,
  engineWay,
  plainDestroyWithProgram,
  plainUp,
  preview,
  pulumi,
  pulumiDone,
  refusedByTheGate,
  refusedEverywhere,
  up,
} from "../ways";

const table = "aws:dynamodb/table:Table";
const queue = "aws:sqs/queue:Queue";
const volume = "aws:ebs/volume:Volume";
const queueUrl = "https://sqs.eu-west-1.amazonaws.com/482913067251/dev_parts";

function fileOf(walk: Walk, stackName: string): string {
  return path.join(walk.project, `Pulumi.${stackName}.yaml`);
}

/** Settings of a second stack, with the physical names of the first. */
function copyStackFile(walk: Walk, name: string): void {
  cpSync(fileOf(walk, "dev"), fileOf(walk, name));
}

function setLevel(walk: Walk, level: string): void {
  walk.edit("dev", (settings) => {
    settings.set("guard", ["level"], level);
  });
}

async function atDisposable(walk: Walk): Promise<void> {
  setLevel(walk, "disposable");
  await walk.done("up", "dev", "--rehearse", "--yes");
}

/** The engine without its guards makes a new volume, and stops before the old one, which the hook keeps. */
async function replaceHalfWay(walk: Walk): Promise<void> {
  const result = await pulumi(
    walk,
    ...["up", "--skip-preview", "--yes", "--ignore-protect", "--replace", urnOf(walk, "volume")],
  );
  if (result.exitCode === 0) throw new Error(`The volume was replaced:\n${result.stdout}`);
}

/** What stacks and runs have left behind. */
export const historyMutations: readonly Mutation[] = [
  {
    name: "`stack rename`, after which every name that the stack's name is in would be another",
    area: "history",
    stage: stack,
    change: async (walk: Walk): Promise<void> => {
      cpSync(fileOf(walk, "dev"), path.join(walk.rehearsal, "dev.yaml"));
      const renamed = await walk.groundwork(
        ...[
          "exec",
          "--rehearse",
          "--",
          "bash",
          "-c",
          "pulumi stack rename other --stack dev --non-interactive",
        ],
      );
      if (renamed.exitCode !== 0) throw new Error(renamed.stdout + renamed.stderr);
      rmSync(fileOf(walk, "dev"), { force: true });
      cpSync(path.join(walk.rehearsal, "dev.yaml"), fileOf(walk, "other"));
    },
    attempts: [
      {
        way: gateCall("preview other", "preview", "other"),
        expected: "refused",
        refusals: [
          { rule: "replaces-data", type: table, name: "reports-reports", id: "dev_reports" },
          { rule: "replaces-data", type: queue, name: "messaging-mail" },
        ],
      },
      { way: gateCall("up other", "up", "other", "--yes"), expected: "refused" },
      {
        way: plainOn("other", "up", "--skip-preview", "--yes"),
        expected: "refused",
        // Their comments, descriptions and tags name the stack; how far the run gets before it ends differs from run to run.
        mayChange: ({ type }) =>
          ["aws:route53/zone:Zone", "aws:s3/bucket:Bucket", "aws:kms/key:Key"].includes(type),
      },
    ],
  },
  {
    name: "`stack rm --force`, and the stack is stood up again",
    area: "history",
    stage: parts,
    change: async (walk: Walk): Promise<void> => {
      await pulumiDone(walk, "stack", "rm", "--force", "--yes");
    },
    attempts: refusedByTheGate(
      { rule: "recreates-data", type: table, name: "table", says: /dev_parts/ },
      { rule: "recreates-data", type: volume, name: "volume" },
      { rule: "recreates-data", type: "aws:route53/zone:Zone", name: "zone" },
    ),
  },
  {
    name: "The stack's file is emptied",
    area: "history",
    stage: parts,
    change: (walk: Walk): void => {
      writeFileSync(fileOf(walk, "dev"), "");
    },
    attempts: [preview, up, destroy, plainUp].map((way) => ({ way, expected: "refused by settings" })),
  },
  {
    name: "The stack's file is copied: a second stack names the same table, queue and bucket",
    area: "history",
    stage: parts,
    change: (walk: Walk): void => {
      copyStackFile(walk, "twin");
    },
    attempts: [
      {
        way: gateCall("preview twin", "preview", "twin"),
        expected: "refused",
        refusals: [
          { rule: "belongs-to-other-stack", type: table, name: "table", says: /dev/ },
          { rule: "belongs-to-other-stack", type: queue, name: "queue" },
          { rule: "belongs-to-other-stack", type: "aws:s3/bucket:Bucket", name: "store" },
          { rule: "belongs-to-other-stack", type: "aws:rds/instance:Instance", name: "database" },
        ],
      },
      { way: gateCall("up twin", "up", "twin", "--yes"), expected: "refused" },
      { way: plainOn("twin", "up", "--skip-preview", "--yes"), expected: "held" },
    ],
  },
  {
    name: "A second project names the same table and queue",
    area: "history",
    stage: parts,
    change: (walk: Walk): void => {
      const file = path.join(walk.project, "Pulumi.yaml");
      const text = readFileSync(file, "utf8");
      writeFileSync(file, text.replace(/^name: groundwork$/m, "name: elsewhere"));
      const settings = readFileSync(fileOf(walk, "dev"), "utf8");
      writeFileSync(fileOf(walk, "dev"), settings.replaceAll("groundwork:", "elsewhere:"));
    },
    attempts: [preview, up].map((way) => ({
      way,
      // The settings are bound to the project's name; were they not, the table and the queue would be another's.
      expected: ["refused", "refused by settings"] as const,
    })),
  },
  {
    name: "A stack that took over another one's queue by plain pulumi is destroyed",
    area: "history",
    stage: parts,
    before: async (walk: Walk): Promise<void> => {
      copyStackFile(walk, "twin");
      setParts(walk, (all) =>
        all
          .filter(({ name }) => ["home", "queue"].includes(name))
          .map((part) =>
            part.name === "queue"
              ? { ...part, options: { import: queueUrl, ignoreChanges: ["tags", "tagsAll"] } }
              : part,
          ),
      );
      const result = await plainOn("twin", "up", "--skip-preview", "--yes").run(walk);
      if (result.exitCode !== 0) throw new Error(result.stdout + result.stderr);
    },
    change: (walk: Walk): void => {
      setParts(walk, (all) => all.filter(({ name }) => name !== "queue"));
    },
    attempts: [
      { way: gateCall("preview twin", "preview", "twin"), expected: "refused" },
      { way: gateCall("destroy twin", "destroy", "twin", "--yes"), expected: "refused" },
      { way: plainOn("twin", "up", "--skip-preview", "--yes"), expected: "refused" },
      { way: plainOn("twin", "destroy", "--skip-preview", "--yes", "--run-program"), expected: "refused" },
    ],
  },
  {
    name: "A run broke off after a volume and a queue were made, of which the state knows nothing",
    area: "history",
    stage: parts,
    before: async (walk: Walk): Promise<void> => {
      setParts(walk, (all) => [
        ...all,
        {
          name: "late",
          type: volume,
          props: {
            availabilityZone: "eu-west-1a",
            size: 100,
            type: "gp3",
            encrypted: true,
            finalSnapshot: true,
          },
        },
        {
          name: "late-queue",
          type: queue,
          props: { name: "dev_late", messageRetentionSeconds: 1209600, sqsManagedSseEnabled: true },
        },
      ]);
      const faults = path.join(walk.rehearsal, "faults.yaml");
      const fault = (type: string): string =>
        `- match: { type: "${type}", method: create }\n  fault: timeout-after-done\n`;
      writeFileSync(faults, fault(volume) + fault(queue));
      const result = await walk.groundwork("up", "dev", "--rehearse", "--yes", "--faults", faults);
      if (result.exitCode !== 1) throw new Error(result.stdout + result.stderr);
    },
    change: (): void => undefined,
    // The old ones are whole; what was half made may be made once more.
    attempts: [preview, up, plainUp].map((way) => ({ way, expected: "held" })),
  },
  {
    name: "A replacement that stopped half way: the old volume waits in the state to be deleted",
    area: "history",
    stage: parts,
    before: replaceHalfWay,
    change: (): void => undefined,
    attempts: [
      ...refusedEverywhere({ rule: "deletes-data", type: volume, name: "volume", id: /^vol-/ }),
      {
        way: destroy,
        expected: "refused",
        refusals: [{ rule: "deletes-data", type: volume, name: "volume" }],
      },
      { way: plainDestroyWithProgram, expected: "refused" },
    ],
  },
  {
    name: "A replacement that stopped half way, and the level is set to disposable",
    area: "history",
    stage: parts,
    before: replaceHalfWay,
    change: (walk: Walk): void => {
      setLevel(walk, "disposable");
    },
    attempts: [
      {
        way: preview,
        expected: "refused",
        refusals: [{ rule: "still-locked", type: volume, name: "volume" }],
      },
      { way: up, expected: "refused" },
      { way: plainUp, expected: "refused", mayChange: ({ type }) => type !== volume },
    ],
  },
  {
    name: "The level was disposable for a run, and is put back in the run that removes a queue and a table",
    area: "history",
    stage: parts,
    before: atDisposable,
    change: (walk: Walk): void => {
      setLevel(walk, "development");
      removePart(walk, "queue", "table");
    },
    attempts: [
      ...[preview, up].map((way) => ({
        way,
        expected: "refused" as const,
        refusals: [
          { rule: "deletes-data", type: queue, name: "queue" },
          { rule: "deletes-data", type: table, name: "table" },
        ],
      })),
      // The run before took every lock off, as it was asked to: only a plan that is judged holds what is left.
      { way: engineWay("up", "--yes", "--policy-pack", "policies"), expected: "refused" },
    ],
  },
  {
    name: "A table is set to be kept when it is removed, and removed in the next run, for an empty twin",
    area: "history",
    stage: parts,
    before: async (walk: Walk): Promise<void> => {
      editPart(walk, "table", { options: { retainOnDelete: true } });
      await pulumiDone(walk, "up", "--skip-preview", "--yes");
    },
    change: (walk: Walk): void => {
      setParts(walk, (all) =>
        all.map((part) =>
          part.name === "table"
            ? { ...part, name: "twin", props: { ...part.props, name: "dev_twin" }, options: {} }
            : part,
        ),
      );
    },
    attempts: refusedEverywhere({ rule: "abandons-data", type: table, name: "table", id: "dev_parts" }),
  },
  {
    name: "`pulumi cancel` of a run, and the table is removed in the next",
    area: "history",
    stage: parts,
    before: async (walk: Walk): Promise<void> => {
      await pulumi(walk, "cancel", "--yes");
    },
    change: (walk: Walk): void => {
      removePart(walk, "table");
    },
    attempts: refusedEverywhere({ rule: "deletes-data", type: table, name: "table", id: "dev_parts" }),
  },
  {
    name: "The stack's file in the backend is lost",
    area: "history",
    stage: parts,
    change: (walk: Walk): void => {
      const folder = path.join(walk.rehearsal, "state", ".pulumi", "stacks", "groundwork");
      renameSync(path.join(folder, "dev.json"), path.join(walk.rehearsal, "lost.json"));
    },
    attempts: refusedByTheGate({ rule: "recreates-data", type: table, name: "table" }),
  },
];
