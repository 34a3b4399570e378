import { writeFileSync } from "node:fs";
import { withStack } from "../../operations/plan/workspace";
import { planUpdate } from "../../operations/plan/planning";
import { projectAt } from "../../operations/terminal/project";
import { readEnvironment } from "../../settings/environment";
import { Walk } from "../engine/support/walk";
import { FakeTerminal } from "../support/fake-terminal";
import { examples, writeExamples } from "./examples";
import { recordedReport, recordingOf } from "./recorded-report";

// `npm run examples` writes docs/examples anew from the recorded plans; with `-- --record` it records them first, on a rehearsal of
// the committed stack dev: some minutes.

/** Plans each change on a stack of its own, which stands. */
async function record(): Promise<void> {
  const standing = Walk.whole();
  await standing.done("up", "dev", "--rehearse", "--yes");
  for (const [example, change] of Object.entries(examples)) {
    const walk = standing.copy();
    walk.edit("dev", change);
    const variables = { ...process.env, GROUNDWORK_REHEARSAL_DIR: walk.rehearsal };
    const context = {
      project: projectAt(walk.project),
      environment: readEnvironment(walk.project, variables),
      output: new FakeTerminal().output(),
      yes: true,
      rehearsal: {},
    };
    const report = await withStack(context, "dev", (stack) => planUpdate(stack, { refresh: true }));
    writeFileSync(recordingOf(example), `${JSON.stringify(recordedReport(report), undefined, 1)}\n`);
  }
}

async function main(): Promise<void> {
  if (process.argv.includes("--record")) {
    await record();
  }
  writeExamples();
}

void main();
