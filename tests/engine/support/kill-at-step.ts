import { readEnvironment } from "../../../settings/environment";
import { engineReader } from "../../../operations/backend/engine-reader";
import { moveState, type MoveStep } from "../../../operations/state/move-between-stores";
import { openStore } from "../../../operations/backend/open-store";
import { Output } from "../../../operations/terminal/output";

// Moves a stack's state and is killed, as by a power cut, the moment that a step is done.
const [projectDirectory = "", from = "", to = "", project = "", stack = "", step = ""] =
  process.argv.slice(2);
const environment = readEnvironment(projectDirectory);
const context = {
  project: { directory: projectDirectory, name: "groundwork" },
  environment,
  output: new Output(process, false, true),
  yes: true,
  rehearsal: undefined,
};
void moveState({
  from: openStore(from, environment.variables),
  to: openStore(to, environment.variables),
  ref: { project, stack },
  read: engineReader(context),
  command: "groundwork state move",
  onStep: (done: MoveStep) => {
    if (done === step) process.kill(process.pid, "SIGKILL");
  },
});
