import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { checkout, type Walk } from "../../engine/support/walk";
import type { Mutation } from "../mutation";
import { queue, volume } from "../settings-change";
import { editPart, parts, stack } from "../stages";
import { editResources } from "../state-edits";
import { plainUp, up } from "../ways";

/** Changes the text of the real program; the project's folder has only links to it. */
function editProgram(walk: Walk, file: string, from: string, to: string): void {
  for (const entry of ["index.ts", "components"]) {
    rmSync(path.join(walk.project, entry), { recursive: true });
    cpSync(path.join(checkout, entry), path.join(walk.project, entry), { recursive: true });
  }
  const whole = path.join(walk.project, file);
  const text = readFileSync(whole, "utf8");
  if (!text.includes(from)) throw new Error(`${file} does not have ${from}.`);
  writeFileSync(whole, text.replace(from, to));
}

const registered = "registerGuard(context);";
const stripped = "({ ...opts, protect: false, hooks: {}, deleteBeforeReplace: true })";

/** What an edit of the program's text does to all that it registers. */
export const programEditMutations: readonly Mutation[] = [
  {
    name: "A transformation of the stack takes protection and hooks off queues and volumes",
    area: "program",
    stage: stack,
    change: (walk: Walk): void => {
      editProgram(
        walk,
        "index.ts",
        registered,
        `${registered}\nrequire("@pulumi/pulumi").runtime.registerStackTransformation(({ type, props, opts }: any) =>` +
          ` /Queue|Volume/.test(type) ? { props, opts: ${stripped} } : undefined);`,
      );
    },
    attempts: [
      {
        way: up,
        expected: "refused",
        refusals: [{ rule: "removes-protection", type: queue, name: "messaging-mail" }],
      },
      { way: plainUp, expected: "refused" },
    ],
    still: isHeldInTheState,
  },
  {
    name: "A transform that the engine calls takes protection and hooks off queues and volumes",
    area: "program",
    stage: stack,
    change: (walk: Walk): void => {
      editProgram(
        walk,
        "index.ts",
        registered,
        `${registered}\nrequire("@pulumi/pulumi").runtime.registerResourceTransform(async ({ type, props, opts }: any) =>` +
          ` /Queue|Volume/.test(type) ? { props, opts: ${stripped} } : undefined);`,
      );
    },
    attempts: [{ way: plainUp, expected: "refused" }],
    still: isHeldInTheState,
  },
  {
    name: "The components are edited to set neither protection nor hooks nor locks",
    area: "program",
    stage: stack,
    change: (walk: Walk): void => {
      editProgram(
        walk,
        "components/guard/guarded.ts",
        'return context.guardLevel !== "disposable";',
        'return context.guardLevel === ("none" as string);',
      );
    },
    attempts: [{ way: plainUp, expected: "refused" }],
    still: isHeldInTheState,
  },
  {
    name: "A volume is only read, in the place of being registered",
    area: "program",
    stage: parts,
    change: (walk: Walk): void => {
      editResources(walk, ["volume"], ({ id }) => {
        editPart(walk, "volume", { options: { id } });
      });
    },
    attempts: [
      {
        way: up,
        expected: "refused",
        refusals: [{ rule: "removes-protection", type: volume, name: "volume" }],
      },
      { way: plainUp, expected: "refused" },
    ],
    still: (walk: Walk): void => {
      editResources(walk, ["volume"], ({ external }) => {
        if (external === true) throw new Error("The state has the volume as somebody else's.");
      });
    },
  },
];

/** No queue has lost its guard in the state. */
function isHeldInTheState(walk: Walk): void {
  editResources(walk, ["messaging-mail", "messaging-usage"], ({ urn, protect, resourceHooks }) => {
    if (protect !== true || resourceHooks === undefined)
      throw new Error(`${urn} is not held in the state any more.`);
  });
}
