import type { Attempt, ExpectedRefusal, Mutation } from "../mutation";
import type { PartOptions } from "../program/parts";
import { bucket, database, queue, table, volume, zone } from "../settings-change";
import { editPart, parts, removePart, setParts } from "../stages";
import { plainUp, plainUpWithPack, pulumiDone, preview, refusedEverywhere, up } from "../ways";

type Walk = Parameters<Mutation["change"]>[0];

function programChange(
  name: string,
  change: (walk: Walk) => void,
  attempts: readonly Attempt[],
  more: Partial<Mutation> = {},
): Mutation {
  return { name, area: "program", stage: parts, change, attempts, ...more };
}

/** Refused by the gate, and by the program alone. */
function refused(...refusals: readonly ExpectedRefusal[]): readonly Attempt[] {
  return refusedEverywhere(...refusals).filter(({ way }) => way === up || way === plainUp);
}

/** As `refused`, where plain pulumi first makes the twin: the cloud has the name already, and the run ends there. */
function refusedBeforeTheTwin(...refusals: readonly ExpectedRefusal[]): readonly Attempt[] {
  return refused(...refusals).map((attempt) =>
    attempt.way === plainUp ? { ...attempt, expected: ["refused", "refused by the cloud"] } : attempt,
  );
}

/** What a rule of the pack refuses: the program alone lets it through, and loses nothing by it yet. */
function refusedByPolicy(rule: string): readonly Attempt[] {
  return [
    { way: preview, expected: "refused", policies: [rule] },
    { way: up, expected: "refused", policies: [rule] },
    { way: plainUpWithPack, expected: "refused" },
  ];
}

/** A run of plain pulumi that makes believe that a gate judges it: what somebody may have left who went past the guard. */
async function pastTheGuard(walk: Walk): Promise<void> {
  await walk.done(
    ...["exec", "--rehearse", "--", "env", "GROUNDWORK_GATE=judges"],
    ...["pulumi", "up", "--skip-preview", "--yes", "--stack", "dev", "--non-interactive"],
  );
}

/** Options of one part in a run of plain pulumi, without the pack: what an edited program may have left behind. */
function left(name: string, options: PartOptions): NonNullable<Mutation["before"]> {
  return async (walk) => {
    editPart(walk, name, { options });
    await pulumiDone(walk, "up", "--skip-preview", "--yes");
  };
}

function rename(walk: Walk, from: string, to: string): void {
  setParts(walk, (all) => all.map((part) => (part.name === from ? { ...part, name: to } : part)));
}

/** What a program may do with names, places and options of what holds data. */
export const optionMutations: readonly Mutation[] = [
  programChange(
    "A table leaves the program",
    (walk) => removePart(walk, "table"),
    refusedEverywhere({ rule: "deletes-data", type: table, name: "table" }),
  ),
  programChange(
    "A queue gets another name in the program, without an alias",
    (walk) => rename(walk, "queue", "mail"),
    refusedBeforeTheTwin({
      rule: "deletes-data",
      type: queue,
      name: "queue",
      says: /no longer in the program/,
    }),
  ),
  programChange(
    "A database is moved out of its component, without an alias",
    (walk) => editPart(walk, "database", { parent: undefined }),
    refusedBeforeTheTwin({ rule: "deletes-data", type: database, name: "database", id: /./ }),
  ),
  programChange(
    "A table is moved out of its component, with an alias that nothing had",
    (walk) => editPart(walk, "table", { parent: undefined, options: { aliases: ["tables"] } }),
    refusedBeforeTheTwin({ rule: "deletes-data", type: table, name: "table" }),
  ),
  programChange(
    "A bucket becomes one of another type of the same thing",
    (walk) => editPart(walk, "store", { type: "aws:s3/bucketV2:BucketV2" }),
    refused({ rule: "deletes-data", type: bucket, name: "store" }),
  ),
  programChange(
    "A component is taken out, and with it all that is in it",
    (walk) => removePart(walk, "table", "queue", "database", "home"),
    refused(
      { rule: "deletes-data", type: table, name: "table" },
      { rule: "deletes-data", type: queue, name: "queue" },
      { rule: "deletes-data", type: database, name: "database" },
    ),
  ),
  programChange(
    "Protection and the hook are dropped, and the queue replaced, in one run",
    (walk) =>
      editPart(walk, "queue", {
        props: { name: "dev_others" },
        guarded: false,
        options: { protect: false },
      }),
    [
      {
        way: preview,
        expected: "refused",
        refusals: [{ rule: "replaces-data", type: queue, name: "queue" }],
      },
      { way: up, expected: "refused", refusals: [{ rule: "replaces-data", type: queue, name: "queue" }] },
      { way: plainUp, expected: "refused" },
      { way: plainUpWithPack, expected: "refused" },
    ],
  ),
  programChange(
    "Protection and the hook of a queue are dropped",
    (walk) => editPart(walk, "queue", { guarded: false, options: { protect: false } }),
    [
      {
        way: up,
        expected: "refused",
        refusals: [{ rule: "removes-protection", type: queue, name: "queue" }],
      },
      { way: plainUpWithPack, expected: "refused" },
      { way: plainUp, expected: "refused" },
    ],
  ),
  programChange(
    "Protection and the hook of a queue were dropped in a run of plain pulumi, and the queue becomes another in the next",
    (walk) => editPart(walk, "queue", { props: { name: "dev_others" } }),
    [
      { way: up, expected: "refused", refusals: [{ rule: "replaces-data", type: queue, name: "queue" }] },
      { way: plainUpWithPack, expected: "refused" },
    ],
    {
      before: async (walk) => {
        editPart(walk, "queue", { guarded: false, options: { protect: false } });
        await pastTheGuard(walk);
      },
    },
  ),
  programChange(
    "The hook of a queue was dropped in a run that changes nothing else, and the queue leaves the program in the next",
    (walk) => removePart(walk, "queue"),
    refused({ rule: "deletes-data", type: queue, name: "queue" }),
    {
      before: async (walk) => {
        editPart(walk, "queue", { guarded: false, options: { protect: true } });
        await pastTheGuard(walk);
      },
    },
  ),
  programChange(
    "Changes of point-in-time recovery are ignored",
    (walk) => editPart(walk, "table", { options: { ignoreChanges: ["pointInTimeRecovery"] } }),
    refusedByPolicy("guard/options"),
  ),
  programChange(
    "All changes of a database are ignored",
    (walk) => editPart(walk, "database", { options: { ignoreChanges: ["*"] } }),
    refusedByPolicy("guard/options"),
  ),
  programChange(
    "A queue is to be deleted before it is replaced",
    (walk) => editPart(walk, "queue", { options: { deleteBeforeReplace: true } }),
    refusedByPolicy("guard/options"),
  ),
  programChange(
    "A queue is to be deleted before it is replaced, and its name changes",
    (walk) =>
      editPart(walk, "queue", { props: { name: "dev_others" }, options: { deleteBeforeReplace: true } }),
    refused({ rule: "replaces-data", type: queue, name: "queue", says: /name/ }),
  ),
  programChange(
    "A property that is changed in place is declared to replace, and changes",
    (walk) =>
      editPart(walk, "queue", {
        props: { visibilityTimeoutSeconds: 120 },
        options: { replaceOnChanges: ["visibilityTimeoutSeconds"] },
      }),
    refused({ rule: "replaces-data", type: queue, name: "queue", says: /visibilityTimeoutSeconds/ }),
  ),
  programChange(
    "A table is to be replaced with its key, and the key is replaced",
    (walk) => {
      editPart(walk, "key", { props: { multiRegion: true } });
      editPart(walk, "table", { options: { replaceWith: ["key"] } });
    },
    refused(
      { rule: "replaces-data", type: "aws:kms/key:Key", name: "key" },
      { rule: "replaces-data", type: table, name: "table" },
    ),
  ),
  programChange(
    "A volume is replaced because its trigger is another",
    (walk) => editPart(walk, "volume", { options: { replacementTrigger: "second" } }),
    refused({ rule: "replaces-data", type: volume, name: "volume" }),
    { before: left("volume", { replacementTrigger: "first" }) },
  ),
  programChange(
    "Changes are hidden that shorten what is kept, under seals and as texts",
    (walk) => {
      editPart(walk, "queue", {
        props: { messageRetentionSeconds: { $secret: 3_600 } },
        options: { hideDiffs: ["messageRetentionSeconds"] },
      });
      editPart(walk, "database", {
        props: { backupRetentionPeriod: "1", deletionProtection: null },
        options: { hideDiffs: ["backupRetentionPeriod", "deletionProtection"] },
      });
    },
    refused(
      { rule: ["lowered-retention", "unknown-value"], type: queue, name: "queue" },
      { rule: "lowered-retention", type: database, name: "database", says: /backupRetentionPeriod/ },
      { rule: "removes-lock", type: database, name: "database" },
    ),
  ),
  programChange(
    "Changes of a part of point-in-time recovery are ignored, said with brackets",
    (walk) =>
      editPart(walk, "table", { options: { ignoreChanges: ["tags", '["pointInTimeRecovery"]["enabled"]'] } }),
    refusedByPolicy("guard/options"),
  ),
  programChange(
    "A queue is to be kept when it is deleted, and leaves the program in the same run",
    (walk) => removePart(walk, "queue"),
    refused({ rule: "abandons-data", type: queue, name: "queue" }),
    { before: left("queue", { retainOnDelete: true }) },
  ),
  programChange(
    "A volume is to be kept when it is deleted, and an empty twin takes its place",
    (walk) => rename(walk, "volume", "disk"),
    refusedBeforeTheTwin({ rule: "abandons-data", type: volume, name: "volume" }),
    { before: left("volume", { retainOnDelete: true }) },
  ),
  programChange(
    "A table is to go with its key, and both leave the program",
    (walk) => removePart(walk, "table", "key"),
    refused(
      { rule: "deletes-data", type: table, name: "table" },
      { rule: "deletes-data", type: "aws:kms/key:Key", name: "key" },
    ),
    { before: left("table", { deletedWith: "key" }) },
  ),
  programChange(
    "A volume is handed to a provider of another region",
    (walk) =>
      setParts(walk, (all) => [
        {
          name: "elsewhere",
          type: "pulumi:providers:aws",
          props: { region: "us-east-1", allowedAccountIds: ["482913067251"] },
        },
        ...all.map((part) => (part.name === "volume" ? { ...part, provider: "elsewhere" } : part)),
      ]),
    refused({ rule: "replaces-data", type: volume, name: "volume" }),
  ),
  programChange(
    "A table is to be in another region, by its own property",
    (walk) => editPart(walk, "table", { props: { region: "us-east-1" } }),
    refused({ rule: "replaces-data", type: table, name: "table", says: /region/ }),
  ),
  programChange(
    "Another zone is imported where one stands",
    (walk) => editPart(walk, "zone", { options: { import: "Z0000000000000000000" } }),
    [
      // Plain pulumi fails at once: there is no such zone.
      {
        way: up,
        expected: "refused",
        refusals: [{ rule: "replaces-data", type: zone, name: "zone", id: /^Z/ }],
      },
    ],
  ),
  programChange(
    "A zone of another name takes a zone's place",
    (walk) => editPart(walk, "zone", { props: { name: "others.example.com" } }),
    refused({ rule: "replaces-data", type: zone, name: "zone", says: /name/ }),
  ),
];
