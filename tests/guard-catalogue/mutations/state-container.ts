import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { preparedOnce } from "../../engine/support/standing";
import type { Settings, Walk } from "../../engine/support/walk";
import type { Attempt, ExpectedRefusal, Mutation, Stage, Way } from "../mutation";
import { account, blobContainer, blobService, lifecycle, lock } from "../program/store-parts";
import { commonConfig, stackStage } from "../stages";
import { gateWay } from "../ways";

const small = stackStage("stack with a section of its state", {
  ...commonConfig,
  "groundwork:messaging": { queues: { mail: {} } },
  "groundwork:state": {
    subscriptionId: "6a1f0c9e-2d4b-4e87-9f35-7b1c8d2e4a60",
    location: "westeurope",
    storageAccount: "exampledevstate",
    versionDays: 120,
    softDeleteDays: 60,
    principals: { platform: { objectId: "0b8e5d3c-91f7-4a26-8c4d-5e2f7a9b1d03", type: "Group" } },
  },
});

/** A stack whose state lies in a container, which a program of its own has made. */
const container: Stage = {
  name: "state container",
  stand: () =>
    preparedOnce("state container", async () => {
      const walk = (await small.stand()).copy();
      await walk.done("state", "init", "dev", "--rehearse", "--yes");
      return walk;
    }),
};

/** `groundwork state init` brings the container up to date, and judges that as `up` does. */
const init = gateWay("state", "init", "--yes");

/** Plain pulumi on the program that made the container, with the settings of the stack. */
function plainState(name: string, args: (walk: Walk) => readonly string[]): Way {
  return {
    name: `pulumi -C state ${name}`,
    through: "engine",
    run: (walk) =>
      walk.groundwork(
        ...["exec", "--rehearse", "--", "pulumi", "-C", path.join(walk.project, "state"), ...args(walk)],
        ...["--skip-preview", "--yes", "--stack", "dev", "--non-interactive"],
        ...["--config-file", path.join(walk.project, "Pulumi.dev.yaml")],
      ),
  };
}

const plainUp = plainState("up --skip-preview", () => ["up"]);
const plainDestroy = plainState("destroy --skip-preview", () => ["destroy"]);
const plainDestroyWithProgram = plainState("destroy --skip-preview --run-program", () => [
  "destroy",
  "--run-program",
]);
const plainDestroyOfLock = plainState("destroy --skip-preview --target LOCK", (walk) => [
  "destroy",
  "--target",
  urnOf(walk, lock),
]);

function urnOf(walk: Walk, type: string): string {
  const folder = path.join(walk.rehearsal, "containers");
  const file = readdirSync(folder, { recursive: true })
    .map(String)
    .find((name) => name.endsWith(path.join("stacks", "groundwork-state", "dev.json")));
  const { checkpoint } = JSON.parse(readFileSync(path.join(folder, file ?? ""), "utf8")) as {
    readonly checkpoint: {
      readonly latest: { readonly resources: readonly { readonly type: string; readonly urn: string }[] };
    };
  };
  const found = checkpoint.latest.resources.find((resource) => resource.type === type);
  if (found === undefined) throw new Error(`The container's stack has no ${type}.`);
  return found.urn;
}

function containerChange(
  name: string,
  change: (settings: Settings) => void,
  attempts: readonly Attempt[],
): Mutation {
  return {
    name,
    area: "settings",
    stage: container,
    change: (walk) => {
      walk.edit("dev", change);
    },
    attempts,
  };
}

function refused(...refusals: readonly ExpectedRefusal[]): readonly Attempt[] {
  return [
    { way: init, expected: "refused", refusals },
    { way: plainUp, expected: "refused" },
  ];
}

/** What a person may do to the container that the stack's own state lies in. */
export const stateContainerMutations: readonly Mutation[] = [
  containerChange(
    "The section of the state's container is taken out",
    (settings) => {
      settings.remove("state");
    },
    [
      { way: init, expected: "refused by settings" },
      { way: plainUp, expected: "refused" },
    ],
  ),
  containerChange(
    "The state's account and container are renamed",
    (settings) => {
      settings.set("state", ["storageAccount"], "examplesecondstate");
      settings.set("state", ["container"], "other");
    },
    refused({ rule: "replaces-data", type: account }),
  ),
  containerChange(
    "Deleted blobs of the state can be restored for fewer days",
    (settings) => {
      settings.set("state", ["softDeleteDays"], 30);
    },
    refused({ rule: "lowered-retention", type: blobService, says: /from 60 days to 30 days/ }),
  ),
  containerChange(
    "Earlier versions of the state are deleted sooner",
    (settings) => {
      settings.set("state", ["versionDays"], 100);
    },
    // The log of changes, which is no data of the state, is kept as long as versions are, and comes before them.
    refused({ rule: "shortened-lifecycle", type: lifecycle, says: /100 days instead of 120/ }).map(
      (attempt) => ({ ...attempt, mayChange: ({ type }) => type === blobService }),
    ),
  ),
  {
    name: "The state's container is taken down, or its lock alone",
    area: "flags",
    stage: container,
    change: () => undefined,
    attempts: [plainDestroy, plainDestroyWithProgram, plainDestroyOfLock].map((way) => ({
      way,
      expected: "refused",
    })),
    still: (walk: Walk): void => {
      for (const type of [lock, blobContainer]) {
        if (!walk.cloud().some((record) => record.type === type)) throw new Error(`The ${type} is gone.`);
      }
    },
  },
];
