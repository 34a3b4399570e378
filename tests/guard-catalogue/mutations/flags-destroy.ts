import type { Walk } from "../../engine/support/walk";
import type { Attempt, Mutation } from "../mutation";
import { engineWayOn } from "../own-ways";
import { parts, stack } from "../stages";
import { urnOf } from "../state-edits";
import { destroy, plainDestroy, plainDestroyWithProgram, pulumiDone } from "../ways";

const down = ["destroy", "--skip-preview", "--yes"] as const;
const nothing = (): void => undefined;

function refusedWith(name: string, args: (walk: Walk) => readonly string[]): Attempt {
  return { way: engineWayOn(`destroy ${name}`, (walk) => [...down, ...args(walk)]), expected: "refused" };
}

/** Ways to take a stack, or a part of it, down. */
export const destroyFlagMutations: readonly Mutation[] = [
  {
    name: "`destroy` of single things by `--target`",
    area: "flags",
    stage: parts,
    change: nothing,
    attempts: [
      refusedWith("--target URN", (walk) => ["--target", urnOf(walk, "queue")]),
      refusedWith("--target URN --ignore-protect", (walk) => [
        "--target",
        urnOf(walk, "queue"),
        "--ignore-protect",
      ]),
      refusedWith("--target URN --target-dependents --run-program --ignore-protect", (walk) => [
        ...["--target", urnOf(walk, "key"), "--target-dependents", "--run-program", "--ignore-protect"],
      ]),
      refusedWith("--exclude URN --run-program", (walk) => [
        "--exclude",
        urnOf(walk, "table"),
        "--run-program",
      ]),
    ],
  },
  {
    name: "`destroy` of the whole stack, by force",
    area: "flags",
    stage: parts,
    change: nothing,
    attempts: [
      refusedWith("--ignore-protect", () => ["--ignore-protect"]),
      refusedWith("--ignore-protect --run-program", () => ["--ignore-protect", "--run-program"]),
      refusedWith("--ignore-protect --run-program --continue-on-error", () => [
        ...["--ignore-protect", "--run-program", "--continue-on-error"],
      ]),
      refusedWith("--remove --ignore-protect", () => ["--remove", "--ignore-protect"]),
      refusedWith("--refresh --run-program --ignore-protect", () => [
        "--refresh",
        "--run-program",
        "--ignore-protect",
      ]),
    ],
  },
  {
    name: "`destroy --exclude-protected` of the real program",
    area: "flags",
    stage: stack,
    change: nothing,
    attempts: [
      refusedWith("--exclude-protected", () => ["--exclude-protected"]),
      {
        // Networks, users and alarms go: they hold nothing.
        way: engineWayOn("destroy --exclude-protected --run-program", () => [
          ...down,
          "--exclude-protected",
          "--run-program",
        ]),
        expected: "held",
      },
    ],
  },
  {
    name: "`destroy --preview-only`",
    area: "flags",
    stage: parts,
    change: nothing,
    attempts: [
      {
        way: engineWayOn("destroy --preview-only --run-program", () => [
          "destroy",
          "--preview-only",
          "--run-program",
        ]),
        expected: "refused",
      },
      { way: engineWayOn("destroy --preview-only", () => ["destroy", "--preview-only"]), expected: "held" },
    ],
  },
  {
    name: "`destroy -c level=disposable`, level and destruction in one run",
    area: "flags",
    stage: parts,
    change: nothing,
    attempts: [
      refusedWith("-c level=disposable", () => ["-c", 'groundwork:guard={"level":"disposable"}']),
      {
        ...refusedWith("-c level=disposable --run-program", () => [
          ...["-c", 'groundwork:guard={"level":"disposable"}', "--run-program"],
        ]),
        expected: "refused by settings",
      },
    ],
  },
  {
    name: "The level is set to disposable and the stack destroyed at once",
    area: "flags",
    stage: stack,
    change: (walk: Walk): void => {
      walk.edit("dev", (settings) => {
        settings.set("guard", ["level"], "disposable");
      });
    },
    attempts: [
      {
        way: destroy,
        expected: "refused",
        refusals: [
          { rule: "still-locked", type: "aws:rds/instance:Instance", name: "database" },
          { rule: "still-locked", type: "aws:sqs/queue:Queue", name: "messaging-mail" },
        ],
      },
      { way: plainDestroy, expected: "refused" },
      { way: plainDestroyWithProgram, expected: "refused" },
    ],
  },
  {
    name: "`config set` of the level, and the stack is destroyed with everything opened in the state",
    area: "flags",
    stage: parts,
    change: async (walk: Walk): Promise<void> => {
      await pulumiDone(walk, "config", "set", "groundwork:guard", '{"level":"disposable"}');
      await pulumiDone(walk, "state", "unprotect", "--all", "--yes");
    },
    attempts: [
      { way: plainDestroy, expected: "refused" },
      { way: plainDestroyWithProgram, expected: "refused by settings" },
    ],
  },
];
