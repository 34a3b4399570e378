import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { parseDocument } from "yaml";
import type { Result, Walk } from "../../engine/support/walk";
import type { Mutation } from "../mutation";
import { table } from "../settings-change";
import { stack } from "../stages";
import { refusedByTheGate, refusedBySettings } from "../ways";

/** Sets a key of the stack's file that is not one of groundwork's sections. */
function setConfig(walk: Walk, key: string, value: unknown): void {
  const file = path.join(walk.project, "Pulumi.dev.yaml");
  const document = parseDocument(readFileSync(file, "utf8"));
  document.setIn(["config", key], value);
  writeFileSync(file, document.toString());
}

/** Which account, which region, whose names. */
export const placeMutations: readonly Mutation[] = [
  {
    name: "The region is another one",
    area: "settings",
    stage: stack,
    change: (walk: Walk): void => {
      setConfig(walk, "aws:region", "eu-central-1");
    },
    attempts: refusedBySettings(),
  },
  {
    name: "The region is another one, and the zones are too",
    area: "settings",
    stage: stack,
    change: (walk: Walk): void => {
      setConfig(walk, "aws:region", "eu-central-1");
      walk.edit("dev", (settings) => {
        settings.set("network", ["availabilityZones"], ["eu-central-1a", "eu-central-1b"]);
      });
    },
    attempts: refusedByTheGate({ rule: ["moved-provider", "replaces-data"], type: "pulumi:providers:aws" }),
  },
  {
    name: "The account is another one",
    area: "settings",
    stage: stack,
    change: (walk: Walk): void => {
      setConfig(walk, "aws:allowedAccountIds", ["730164928835"]);
    },
    attempts: refusedByTheGate({ rule: "moved-provider", type: "pulumi:providers:aws" }),
  },
  {
    name: "The project gets another name, and with it an empty state",
    area: "settings",
    stage: stack,
    change: (walk: Walk): void => {
      const file = path.join(walk.project, "Pulumi.yaml");
      writeFileSync(file, readFileSync(file, "utf8").replace(/^name: .*$/m, "name: groundworks"));
    },
    // Names of the cloud without the project in them are the old stack's.
    attempts: refusedByTheGate({ rule: "belongs-to-other-stack", type: table }),
  },
  {
    name: "The stack's file is copied to another stack, in the same account",
    area: "settings",
    stage: stack,
    change: (walk: Walk): void => {
      const file = path.join(walk.project, "Pulumi.dev.yaml");
      writeFileSync(path.join(walk.project, "Pulumi.copy.yaml"), readFileSync(file, "utf8"));
    },
    attempts: [
      {
        way: {
          name: "preview of the other",
          through: "gate",
          run: (walk: Walk): Promise<Result> => walk.groundwork("preview", "copy", "--rehearse", "--json"),
        },
        expected: "refused",
        // Tables and queues carry the stack's name; a bucket's name and a zone are as they are written.
        refusals: [{ rule: "belongs-to-other-stack", type: "aws:s3/bucket:Bucket" }],
      },
      {
        way: {
          name: "up of the other",
          through: "gate",
          run: (walk: Walk): Promise<Result> =>
            walk.groundwork("up", "copy", "--rehearse", "--yes", "--json"),
        },
        expected: "refused",
        refusals: [{ rule: "belongs-to-other-stack", type: "aws:s3/bucket:Bucket" }],
      },
    ],
  },
];
