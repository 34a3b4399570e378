import type { Walk } from "../../engine/support/walk";
import { putObject } from "../cloud-edits";
import type { Attempt, ExpectedRefusal, Mutation, Outcome } from "../mutation";
import { editPart, parts, removePart, setParts, stack } from "../stages";
import { addTwins, editResources, editState, unguard, urnOf } from "../state-edits";
import {
  destroy,
  destroyRefused,
  plainDestroy,
  plainUp,
  plainUpWithPack,
  preview,
  pulumiDone,
  refusedEverywhere,
  up,
} from "../ways";

const table = "aws:dynamodb/table:Table";
const queue = "aws:sqs/queue:Queue";
const volume = "aws:ebs/volume:Volume";

/** What the engine has no word against any more: the gate refuses it, and the cloud's own lock where the gate was left out. */
function heldByTheCloud(...refusals: readonly ExpectedRefusal[]): readonly Attempt[] {
  const outside: readonly Outcome[] = ["refused", "refused by the cloud"];
  return [
    { way: preview, expected: "refused", refusals },
    { way: up, expected: "refused", refusals },
    { way: plainUp, expected: outside },
    { way: plainUpWithPack, expected: outside },
  ];
}

function setLevel(walk: Walk, level: string): void {
  walk.edit("dev", (settings) => {
    settings.set("guard", ["level"], level);
  });
}

function unguardIn(walk: Walk, ...names: readonly string[]): void {
  editResources(walk, names, unguard);
}

/** What is protected, locked or known in the state alone. */
export const stateEditedMutations: readonly Mutation[] = [
  {
    name: "`state unprotect` of a queue, which is then removed",
    area: "state",
    stage: parts,
    change: async (walk: Walk): Promise<void> => {
      await pulumiDone(walk, "state", "unprotect", urnOf(walk, "queue"), "--yes");
      removePart(walk, "queue");
    },
    attempts: refusedEverywhere({ rule: "deletes-data", type: queue, name: "queue", id: /dev_parts$/ }),
  },
  {
    name: "`state unprotect --all`, and the stack is destroyed",
    area: "state",
    stage: parts,
    change: async (walk: Walk): Promise<void> => {
      await pulumiDone(walk, "state", "unprotect", "--all", "--yes");
    },
    attempts: destroyRefused(
      { rule: "deletes-data", type: table, name: "table" },
      { rule: "deletes-data", type: volume, name: "volume" },
    ),
  },
  {
    name: "`state unprotect` of a volume, which is then to be replaced",
    area: "state",
    stage: parts,
    change: async (walk: Walk): Promise<void> => {
      await pulumiDone(walk, "state", "unprotect", urnOf(walk, "volume"), "--yes");
      editPart(walk, "volume", { props: { availabilityZone: "eu-west-1b" } });
    },
    attempts: refusedEverywhere({ rule: "replaces-data", type: volume, name: "volume", id: /^vol-/ }),
  },
  {
    name: "`state taint` of a volume",
    area: "state",
    stage: parts,
    change: async (walk: Walk): Promise<void> => {
      await pulumiDone(walk, "state", "taint", urnOf(walk, "volume"), "--yes");
    },
    attempts: refusedEverywhere({ rule: "replaces-data", type: volume, name: "volume", id: /^vol-/ }),
  },
  {
    name: "`state taint` of a table that `state unprotect` has opened",
    area: "state",
    stage: parts,
    change: async (walk: Walk): Promise<void> => {
      await pulumiDone(walk, "state", "taint", urnOf(walk, "table"), "--yes");
      await pulumiDone(walk, "state", "unprotect", urnOf(walk, "table"), "--yes");
    },
    attempts: heldByTheCloud({ rule: "replaces-data", type: table, name: "table", id: "dev_parts" }),
  },
  {
    name: "The state of a queue is edited: no hooks any more, and it is removed",
    area: "state",
    stage: parts,
    change: (walk: Walk): void => {
      editResources(walk, ["queue"], (resource) => {
        delete resource.resourceHooks;
      });
      removePart(walk, "queue");
    },
    attempts: refusedEverywhere({ rule: "deletes-data", type: queue, name: "queue" }),
  },
  {
    name: "The state of a table is edited: neither protection nor hooks, and it is removed",
    area: "state",
    stage: parts,
    change: (walk: Walk): void => {
      unguardIn(walk, "table");
      removePart(walk, "table");
    },
    attempts: heldByTheCloud({ rule: "deletes-data", type: table, name: "table", id: "dev_parts" }),
  },
  {
    name: "The state of the database is edited: neither protection nor hooks nor locks, and it is removed",
    area: "state",
    stage: stack,
    change: (walk: Walk): void => {
      editResources(walk, ["database"], (resource) => {
        unguard(resource);
        for (const properties of [resource.inputs, resource.outputs]) {
          if (properties !== undefined) {
            properties.deletionProtection = false;
            properties.skipFinalSnapshot = true;
          }
        }
      });
      walk.edit("dev", (settings) => {
        settings.remove("database");
      });
    },
    attempts: heldByTheCloud({
      rule: "deletes-data",
      type: "aws:rds/instance:Instance",
      name: "database",
      id: /^db-/,
    }),
  },
  {
    name: "The state of a queue of the real program is edited: neither protection nor hooks, and it is removed",
    area: "state",
    stage: stack,
    change: (walk: Walk): void => {
      unguardIn(walk, "messaging-mail");
      walk.edit("dev", (settings) => {
        settings.remove("messaging", ["queues", "mail"]);
      });
    },
    attempts: heldByTheCloud({ rule: "deletes-data", type: queue, name: "messaging-mail" }),
  },
  {
    name: "The state of a bucket with objects is edited: neither protection nor hooks, and it is removed",
    area: "state",
    stage: parts,
    before: (walk: Walk): Promise<void> => {
      putObject(walk, "parts-dev-store");
      return Promise.resolve();
    },
    change: (walk: Walk): void => {
      editState(walk, ({ resources }) => {
        resources.filter(({ urn }) => urn.includes("::store")).forEach(unguard);
      });
      setParts(walk, (all) => all.filter(({ name }) => !name.startsWith("store")));
    },
    attempts: heldByTheCloud({ rule: "deletes-data", type: "aws:s3/bucket:Bucket", name: "store" }),
  },
  {
    name: "The state of a volume is edited: neither protection nor hooks, and it is removed",
    area: "state",
    stage: parts,
    change: (walk: Walk): void => {
      unguardIn(walk, "volume");
      removePart(walk, "volume");
    },
    attempts: refusedEverywhere({ rule: "deletes-data", type: volume, name: "volume", id: /^vol-/ }),
  },
  {
    name: "The state of a volume is edited: neither protection nor hooks, and it is to be replaced",
    area: "state",
    stage: parts,
    change: (walk: Walk): void => {
      unguardIn(walk, "volume");
      editPart(walk, "volume", { props: { availabilityZone: "eu-west-1b" } });
    },
    // Plain pulumi makes the new one, and keeps the old one in the state, to be deleted by a run that may.
    attempts: refusedEverywhere({ rule: "replaces-data", type: volume, name: "volume", id: /^vol-/ }),
  },
  {
    name: "Locks were lifted by two runs at disposable, the level is put back, and a queue and a volume are removed at once",
    area: "state",
    stage: parts,
    before: async (walk: Walk): Promise<void> => {
      setLevel(walk, "disposable");
      // The first leaves the hook, and the second has no use for it.
      await pulumiDone(walk, "up", "--skip-preview", "--yes");
      await pulumiDone(walk, "up", "--skip-preview", "--yes");
    },
    change: (walk: Walk): void => {
      setLevel(walk, "development");
      removePart(walk, "queue", "volume");
    },
    attempts: refusedEverywhere(
      { rule: "deletes-data", type: queue, name: "queue" },
      { rule: "deletes-data", type: volume, name: "volume", id: /^vol-/ },
    ).map((attempt) => ({
      ...attempt,
      // What the program still has gets its locks back before the end of it.
      mayChange: () => attempt.way.through === "engine",
    })),
  },
  {
    name: "The whole state is edited: neither protection nor hooks, and the stack is destroyed",
    area: "state",
    stage: parts,
    before: (walk: Walk): Promise<void> => {
      putObject(walk, "parts-dev-store");
      return Promise.resolve();
    },
    change: (walk: Walk): void => {
      editState(walk, ({ resources }) => {
        resources.forEach(unguard);
      });
    },
    attempts: [
      { way: destroy, expected: "refused", refusals: [{ rule: "deletes-data", type: table, name: "table" }] },
      {
        way: plainDestroy,
        expected: "refused by the cloud",
        // These have no lock in any cloud; see docs/guard.md.
        mayLose: ({ type }) => type !== table && type !== "aws:s3/bucket:Bucket",
      },
    ],
  },
  {
    name: "`delete: true` is set on a volume in the state",
    area: "state",
    stage: parts,
    change: (walk: Walk): void => {
      editResources(walk, ["volume"], (resource) => {
        resource.delete = true;
      });
    },
    attempts: refusedEverywhere({ rule: "deletes-data", type: volume, name: "volume", id: /^vol-/ }),
  },
  {
    name: "`delete: true` is set on a table in the state, and its hooks are taken off",
    area: "state",
    stage: parts,
    change: (walk: Walk): void => {
      editResources(walk, ["table"], (resource) => {
        unguard(resource);
        resource.delete = true;
      });
    },
    attempts: heldByTheCloud({ rule: "deletes-data", type: table, name: "table", id: "dev_parts" }),
  },
  {
    name: "`external: true` is set on a table in the state, as if it were only read, and it is removed",
    area: "state",
    stage: parts,
    change: (walk: Walk): void => {
      editResources(walk, ["table"], (resource) => {
        resource.external = true;
      });
      removePart(walk, "table");
    },
    attempts: refusedEverywhere({ rule: "lost-from-state", type: table, name: "table", id: "dev_parts" }),
  },
  {
    name: "`retainOnDelete` is set on a table in the state, which is then removed",
    area: "state",
    stage: parts,
    change: (walk: Walk): void => {
      editResources(walk, ["table"], (resource) => {
        resource.retainOnDelete = true;
      });
      removePart(walk, "table");
    },
    attempts: refusedEverywhere({ rule: "abandons-data", type: table, name: "table", id: "dev_parts" }),
  },
  {
    name: "A table stands in the state twice, the second time under another URN and without protection",
    area: "state",
    stage: parts,
    change: (walk: Walk): void => addTwins(walk, "table"),
    attempts: heldByTheCloud({ rule: "deletes-data", type: table, name: "table-1", id: "dev_parts" }),
  },
  {
    name: "A volume, a zone and an empty bucket stand in the state again, under other URNs and without protection",
    area: "state",
    stage: parts,
    change: (walk: Walk): void => {
      addTwins(walk, "volume", 2);
      addTwins(walk, "zone");
      addTwins(walk, "store");
    },
    // No cloud has a lock for these.
    attempts: refusedEverywhere(
      { rule: "deletes-data", type: volume, name: "volume-1", id: /^vol-/ },
      { rule: "deletes-data", type: volume, name: "volume-2", id: /^vol-/ },
      { rule: "deletes-data", type: "aws:route53/zone:Zone", name: "zone-1" },
      { rule: "deletes-data", type: "aws:s3/bucket:Bucket", name: "store-1" },
    ),
  },
  {
    name: "The state of the stack's provider is edited: another region",
    area: "state",
    stage: parts,
    change: (walk: Walk): void => {
      editState(walk, ({ resources }) => {
        for (const provider of resources.filter(({ type }) => type === "pulumi:providers:aws")) {
          provider.inputs = { ...provider.inputs, region: "us-west-2" };
          provider.outputs = { ...provider.outputs, region: "us-west-2" };
        }
      });
    },
    attempts: [
      {
        way: preview,
        expected: "refused",
        refusals: [{ rule: "moved-provider", type: "pulumi:providers:aws" }],
      },
      { way: up, expected: "refused", refusals: [{ rule: "moved-provider", type: "pulumi:providers:aws" }] },
      { way: plainUp, expected: "held" },
    ],
  },
  {
    name: "The lock of a table is taken off in the state alone, and it is removed",
    area: "state",
    stage: parts,
    change: (walk: Walk): void => {
      editResources(walk, ["table"], (resource) => {
        for (const properties of [resource.inputs, resource.outputs]) {
          if (properties !== undefined) properties.deletionProtectionEnabled = false;
        }
      });
      removePart(walk, "table");
    },
    attempts: refusedEverywhere({ rule: "deletes-data", type: table, name: "table", id: "dev_parts" }),
  },
  {
    name: "A run that broke off has left the deletion of a table as pending",
    area: "state",
    stage: parts,
    change: (walk: Walk): void => {
      editResources(walk, ["table"], (resource, deployment) => {
        deployment.pending_operations = [{ type: "deleting", resource: structuredClone(resource) }];
      });
      removePart(walk, "table");
    },
    attempts: refusedEverywhere({ rule: "deletes-data", type: table, name: "table", id: "dev_parts" }),
  },
  {
    name: "A run that broke off has left the creation of a second table as pending, under the name of the first",
    area: "state",
    stage: parts,
    change: (walk: Walk): void => {
      editResources(walk, ["table"], (resource, deployment) => {
        const creating = { ...structuredClone(resource), urn: resource.urn.replace(/table$/, "second") };
        delete creating.id;
        deployment.pending_operations = [{ type: "creating", resource: creating }];
      });
      setParts(walk, (all) =>
        all.map((part) => (part.name === "table" ? { ...part, name: "second" } : part)),
      );
    },
    attempts: heldByTheCloud({ rule: "deletes-data", type: table, name: "table", id: "dev_parts" }),
  },
];
