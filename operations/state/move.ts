import { groundworkCommand, pulumiCommand } from "../../guard/printed-command";
import type { CommandContext } from "../terminal/command-context";
import { confirm } from "../terminal/confirm";
import { FailedError, UsageError } from "../terminal/errors";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { holdOnSignals } from "../terminal/interruption";
import { count } from "../terminal/output";
import { requireStack } from "../terminal/project";
import { rememberMove } from "../engine/rehearsal-session";
import { backendOf, type Backend } from "../backend/backend";
import { engineReader } from "../backend/engine-reader";
import { moveState, type Move } from "./move-between-stores";
import { refsOf } from "../backend/refs";
import { withoutSecrets } from "../backend/store";

export interface MoveOptions {
  /** URL of the backend that the state goes to. */
  readonly to: string;
}

/**
 * Moves a stack's state, and that of the stack that made its backend where there is one, from the backend that the
 * person is logged in to to another one: there, or back.
 */
export async function stateMove(
  context: CommandContext,
  stack: string,
  { to }: MoveOptions,
): Promise<ExitCode> {
  const { output, project } = context;
  requireStack(project, stack);
  if (context.rehearsal !== undefined && !to.startsWith("file://")) {
    throw new UsageError("A rehearsal reaches nothing real: --to takes a file:// URL with --rehearse.");
  }
  const backend = await backendOf(context, stack);
  backend.open(to);
  const question = `Move the state of ${stack} from ${withoutSecrets(backend.url)} to ${withoutSecrets(to)}?`;
  if (!(await confirm(question, context))) {
    output.document({ stack, from: backend.url, to, result: "declined" });
    output.print("Nothing was touched.");
    return exitCodes.done;
  }
  const moves = await moveAll(context, stack, backend, to, "groundwork state move");
  if (moves.every(({ result }) => result === "absent")) {
    throw new FailedError(
      `Neither ${withoutSecrets(backend.url)} nor ${withoutSecrets(to)} has a stack ${stack}. Nothing was touched.`,
    );
  }
  output.document({ stack, from: withoutSecrets(backend.url), to: withoutSecrets(to), moves });
  printMoves(context, stack, moves, backend.url, to);
  return exitCodes.done;
}

/** The backend's own stack first: the other one's arrival is what people notice. */
export async function moveAll(
  context: CommandContext,
  stack: string,
  backend: Backend,
  to: string,
  command: string,
): Promise<readonly Move[]> {
  const interruption = holdOnSignals();
  try {
    const moves: Move[] = [];
    for (const ref of [...refsOf(context, stack)].reverse()) {
      moves.push(
        await moveState({
          from: backend.open(),
          to: backend.open(to),
          ref,
          read: engineReader(context),
          command,
          onStep: (step) => context.output.note(`  ${ref.project}/${ref.stack}: ${step}`),
        }),
      );
    }
    if (context.rehearsal !== undefined) {
      rememberMove(context.environment.rehearsalDirectory, stack, to);
    }
    return moves;
  } finally {
    interruption.release();
  }
}

export function printMoves(
  context: CommandContext,
  stack: string,
  moves: readonly Move[],
  from: string,
  to: string,
): void {
  const { output } = context;
  for (const { project, result, resources, setAside } of moves) {
    if (result === "moved") {
      output.print(`${project}/${stack} has moved: ${count(resources, "resource")}, read back and compared.`);
      output.print(`  ${withoutSecrets(from)} keeps what it had: ${setAside ?? ""}`);
    } else if (result === "already there") {
      output.print(`${project}/${stack} is there already: ${count(resources, "resource")}.`);
    }
  }
  if (context.rehearsal === undefined) {
    output.print(
      `\nNext, on every machine from which ${stack} is changed, and in CI (or PULUMI_BACKEND_URL):`,
    );
    output.print(`  ${pulumiCommand`login ${withoutSecrets(to)}`}`);
    output.print(`  ${groundworkCommand`preview ${stack} --expect-no-changes`}`);
  } else if (moves.some(({ result }) => result === "moved")) {
    output.print(
      `\nThe rehearsal finds ${stack} there from now on. Back: ${groundworkCommand`state move ${stack} --yes --to ${from}`}`,
    );
  }
}
