import { randomBytes } from "node:crypto";
import { quoted } from "../../guard/printed-command";
import { rdsAuthorities } from "../../settings/rds-authorities";
import { findOnPath } from "../../toolchain/executables";
import { Kubectl } from "../cluster/kubectl";
import type { CommandContext } from "../terminal/command-context";
import { confirm } from "../terminal/confirm";
import { FailedError, UsageError } from "../terminal/errors";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { loginOf, requireRole, type Login } from "./login";
import { withDatabase, type DatabaseServer } from "./server";
import { psqlInPod, shellPod } from "./shell-pod";
import { fleetsLetIn, machineOf, psqlThroughMachine, tunnel } from "./shell-tunnel";

/** A way to the server: nothing that stands open, and nothing that is left afterwards. */
interface Way {
  readonly name: string;
  /** Programs that it needs on the PATH. */
  readonly needs: readonly string[];
  /** What it would run, for a rehearsal: as lines, and objects that those lines create. */
  readonly plan: () => Promise<{ readonly runs: readonly string[]; readonly objects: readonly object[] }>;
  /** Runs psql. Returns its exit code. */
  readonly run: () => Promise<number>;
}

/**
 * A psql on the server as a role (the master user, unless said otherwise), through the cluster or the session manager. What comes on
 * standard input is run where that is no terminal, up to the first error.
 */
export async function shell(
  context: CommandContext,
  stackName: string,
  given: string | undefined,
  instance?: string,
): Promise<ExitCode> {
  const { environment, output, rehearsal } = context;
  if (output.json && rehearsal === undefined) {
    throw new UsageError("A shell has no document to print: leave --json out. Nothing was touched.");
  }
  return withDatabase(
    context,
    stackName,
    async (server) => {
      const { settings, stack } = server;
      const role = given ?? settings.masterUsername;
      requireRole(settings, role);
      const isTerminal = output.terminal.stdin.isTTY;
      const psql = [
        ...["--no-psqlrc", "--no-password", `--set=PROMPT1=${stackName} %n@%/%R%x%# `],
        ...(isTerminal ? [] : ["--set=ON_ERROR_STOP=1"]),
      ];
      // Whoever asks for nobody in particular may do everything.
      const question = `Open a psql as the master user ${role} (${stack.where})?`;
      if (given === undefined && stack.guardLevel === "production" && !(await confirm(question, context))) {
        output.print("Nothing was touched.");
        return exitCodes.done;
      }
      const login = await loginOf(server, role);
      const ways = waysTo(context, server, login, psql, isTerminal);
      if (stack.session !== undefined) {
        const [way] = ways;
        const { objects = [], runs = [] } = (await way?.plan()) ?? {};
        output.document({ stack: stackName, role, way: way?.name, runs, objects });
        output.print(
          `A rehearsal has no server to talk to. A psql as ${role} would come ${way?.name ?? ""}:`,
        );
        output.print(runs.map((line) => `  ${line}`).join("\n"));
        return exitCodes.done;
      }
      const missing: string[] = [];
      for (const way of ways) {
        const found = await Promise.all(way.needs.map((name) => findOnPath(name, environment.path)));
        const lacks = way.needs.filter((_, index) => found[index]?.length === 0);
        if (lacks.length === 0) {
          return ended(await way.run());
        }
        missing.push(`${way.name}: ${lacks.join(", ")}`);
      }
      throw new UsageError(
        `This machine lacks a program on the PATH for each way to the server. ${missing.join("; ")}. Install what one of them lacks. Nothing was touched.`,
      );
    },
    instance,
  );
}

/** psql's own codes are other ones: 2 a lost connection, 3 an error of a script. */
function ended(code: number): ExitCode {
  if (code !== 0) {
    throw new FailedError(`psql ended with ${String(code)}.`);
  }
  return exitCodes.done;
}

/** The best one first. @throws UsageError when nothing of the stack that a session could come through is let in. */
function waysTo(
  { environment, output }: CommandContext,
  server: DatabaseServer,
  login: Login,
  psql: readonly string[],
  isTerminal: boolean,
): readonly Way[] {
  const { endpoint, settings, stack } = server;
  const { context, sections } = stack.settings;
  const isClusterIn =
    sections.cluster !== undefined && (settings.allowedFrom ?? ["cluster"]).includes("cluster");
  const groups = fleetsLetIn(server);
  const name = `database-shell-${randomBytes(4).toString("hex")}`;
  const pod = shellPod(context, settings.bootstrap, { endpoint, login, name });
  const how = {
    ...{ login, psql, isTerminal, authorities: rdsAuthorities(context.region) ?? "", signal: stack.stopping },
    live: (text: string) => void output.live(text),
  };
  const ways: Way[] = [
    ...(isClusterIn
      ? [
          {
            name: "through a pod in the cluster",
            needs: ["kubectl", "aws"],
            plan: () =>
              Promise.resolve({
                runs: [
                  `kubectl create   Job and NetworkPolicy ${name} in ${pod.job.metadata.namespace}`,
                  `kubectl exec     psql ${psql.map(quoted).join(" ")}`,
                  `kubectl delete   job ${name}`,
                ],
                objects: [pod.job, pod.policy],
              }),
            run: () => Kubectl.with(stack, environment.variables, (kubectl) => psqlInPod(kubectl, pod, how)),
          },
        ]
      : []),
    ...(groups.length > 0
      ? [
          {
            name: "through the session manager",
            needs: ["aws", "session-manager-plugin", "psql"],
            plan: async () => {
              const aws = tunnel(server, await machineOf(server, groups), 15432);
              return {
                runs: [
                  ["aws", ...aws],
                  ["psql", ...psql],
                ].map((words) => words.map(quoted).join(" ")),
                objects: [],
              };
            },
            run: async () =>
              psqlThroughMachine(server, await machineOf(server, groups), {
                ...how,
                variables: environment.variables,
              }),
          },
        ]
      : []),
  ];
  if (ways.length === 0) {
    throw new UsageError(
      `Nothing leads to the database of ${stack.name}: groundwork:database.allowedFrom lets in neither the cluster nor a fleet on whose machines ` +
        "people may have sessions (access.enabled). Add cluster or fleet:ROLE there. Nothing was touched.",
    );
  }
  return ways;
}
