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

// `npm run examples` writes docs/examples anew from the recorded plans; with `-- --record` it records them first, on a rehearsal of
// the committed stack dev: some minutes.

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

async function main(): Promise<void> {
  if (process.argv.includes("--record")) {
    await record();
  }
  await writeExamples();
}

void main();
