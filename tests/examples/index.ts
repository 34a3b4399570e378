import { readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { withStack } from "../../operations/plan/workspace";
import { planUpdate } from "../../operations/plan/planning";
import { projectAt } from "../../operations/terminal/project";
import { readEnvironment } from "../../settings/environment";
import { Walk } from "../engine/support/walk";
import { FakeTerminal } from "../support/fake-terminal";
import { examples, writeExamples } from "./examples";
import { recordedReport, recordingOf } from "./recorded-report";
import { record as recordPicture, writePicture } from "./terminal-picture";

// `npm run examples` writes docs/examples and docs/images again from what was recorded; with `-- --record` it records first, on
// rehearsals of the committed stack dev (some minutes) and of a small new stack; `-- --record-picture` only the latter.

/** Plans each change on a stack of its own, which stands. */
async function record(): Promise<void> {
  const standing = Walk.whole();
  await standing.done("up", "dev", "--rehearse", "--yes");
  for (const [example, change] of Object.entries(examples)) {
    const walk = standing.copy();
    const file = path.join(walk.project, "Pulumi.dev.yaml");
    const text = readFileSync(file, "utf8");
    const changed = change(text);
    if (changed === text) {
      throw new Error(`${example} changes nothing in Pulumi.dev.yaml`);
    }
    // Never through a link.
    rmSync(file);
    writeFileSync(file, changed);
    const context = {
      project: projectAt(walk.project),
      environment: { ...readEnvironment(walk.project), rehearsalDirectory: walk.rehearsal },
      output: new FakeTerminal().output(),
      yes: true,
      rehearsal: {},
    };
    const report = await withStack(context, "dev", (stack) => planUpdate(stack, { refresh: true }));
    writeFileSync(recordingOf(example), `${JSON.stringify(recordedReport(report), undefined, 1)}\n`);
  }
}

/** A new stack as the README makes it: it stands, and is not destroyed by mistake. */
async function recordTerminal(): Promise<void> {
  const walk = Walk.whole();
  const lines: string[] = [];
  for (const call of [
    "new acme --aws-account 111122223333 --region eu-west-1 --size small",
    "rehearse acme",
    "destroy acme --rehearse",
  ]) {
    const { stdout } = await walk.groundwork(...call.split(" "));
    // Of two refusals that say the same, one.
    const [shown = "", left] = stdout.trim().split(/(?<=^ +copy .*\n)/m);
    // Which of two queues stands first on the longest way is nobody's business.
    const text = shown.trimEnd().replace(/(It takes about [^;]*);.*/, "$1; …");
    lines.push(`$ ./groundwork ${call}`, text, ...(left === undefined ? [] : ["…"]), "");
  }
  recordPicture(`${lines.join("\n").replaceAll(walk.rehearsal, ".rehearsal")}\n`);
}

async function main(): Promise<void> {
  if (process.argv.includes("--record")) {
    await record();
  }
  if (process.argv.some((word) => word.startsWith("--record"))) {
    await recordTerminal();
  }
  await writeExamples();
  writePicture();
}

void main();
