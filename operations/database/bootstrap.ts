import { randomBytes } from "node:crypto";
import { settingsDocument, settingsFile } from "../../components/database-bootstrap/files";
import { Kubectl, type PassingJob } from "../cluster/kubectl";
import type { CommandContext } from "../terminal/command-context";
import { confirm } from "../terminal/confirm";
import { FailedError, UsageError } from "../terminal/errors";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { table } from "../terminal/output";
import { withDatabase, type DatabaseServer } from "./server";

/** For whoever wants to look at the Job after a run that was broken off. */
const leftSeconds = 3600;

/** As the Job reads it: `settingsDocument`. */
interface Made {
  readonly databases: readonly {
    readonly name: string;
    readonly owner: string;
    readonly extensions: readonly string[];
    readonly schemas: readonly string[];
  }[];
  readonly roles: readonly {
    readonly name: string;
    readonly login: boolean;
    readonly memberOf: readonly string[];
  }[];
}

/** Lists what the last `up` had the bootstrap make, and after a question runs that once more: what somebody has changed by hand is made right. */
export async function bootstrap(context: CommandContext, stackName: string): Promise<ExitCode> {
  const { environment, output } = context;
  return withDatabase(context, stackName, async (server) => {
    const { settings, stack } = server;
    if (settings.bootstrap === undefined) {
      throw new UsageError(
        `${stackName} has no bootstrap: Pulumi.${stackName}.yaml has no groundwork:database.bootstrap. Nothing was touched.`,
      );
    }
    const { document, job } = standing(server);
    const { databases, roles } = JSON.parse(document) as Made;
    const isOld = document !== settingsDocument(settings.bootstrap);
    const told = { stack: stackName, databases, roles, settingsMovedOn: isOld };
    output.print(
      table([
        ["database", "owner", "extensions", "schemas"],
        ...databases.map(({ extensions, name, owner, schemas }) => [
          name,
          owner,
          extensions.join(", "),
          schemas.join(", "),
        ]),
      ]),
    );
    output.print(
      `\n${table([
        ["role", "logs in", "member of"],
        ...roles.map(({ login, memberOf, name }) => [name, login ? "yes" : "no", memberOf.join(", ")]),
      ])}\n`,
    );
    if (isOld) {
      output.note(
        `The stack file says something else by now: \`${stack.call("up")}\` makes it so. This is of the last run.`,
      );
    }
    if (!(await confirm(`Run the bootstrap of ${stackName} once more (${stack.where})?`, context))) {
      output.document({ ...told, job: null, result: "declined", log: null });
      output.print("Nothing was touched.");
      return exitCodes.done;
    }
    const { name, namespace } = job.metadata;
    if (stack.session !== undefined) {
      output.document({ ...told, job: name, result: "rehearsed", log: null, objects: [job] });
      output.print(
        `A rehearsal has no pod that does anything: the Job ${name} in ${namespace} would run, and be waited for.`,
      );
      return exitCodes.done;
    }
    const { isDone, log } = await Kubectl.with(stack, environment.variables, async (kubectl) => {
      try {
        await kubectl.create(job);
        const isEnded = await kubectl.ended(job, stack.stopping, (text) => output.live(text));
        return { isDone: isEnded, log: await kubectl.log(job) };
      } finally {
        output.live("");
      }
    });
    output.print(log);
    if (!isDone) {
      throw new FailedError(
        `The bootstrap of ${stackName} failed; what it has done stays done, and it can run again. docs/runbooks/database-bootstrap.md says what its words mean.`,
        [{ job: name, log }],
      );
    }
    output.document({ ...told, job: name, result: "done", log });
    return exitCodes.done;
  });
}

/** What the last run had made, and the Job that makes it again, under another name. @throws FailedError where nothing was made yet. */
function standing({ resources, stack }: DatabaseServer): {
  readonly document: string;
  readonly job: PassingJob;
} {
  const inputsOf = (type: string) =>
    resources.find(
      (one) => one.type === type && one.urn.endsWith("::database-bootstrap") && one.delete !== true,
    )?.inputs;
  const files = inputsOf("kubernetes:core/v1:ConfigMap") as
    { readonly data: Readonly<Record<string, string>> } | undefined;
  const made = inputsOf("kubernetes:batch/v1:Job") as (PassingJob & { readonly spec: object }) | undefined;
  if (files === undefined || made === undefined) {
    throw new FailedError(
      `The bootstrap of ${stack.name} has not run yet. \`${stack.call("up")}\` runs it. Nothing was touched.`,
    );
  }
  const name = `database-bootstrap-again-${randomBytes(4).toString("hex")}`;
  // Its log says how to see all of it, by the Job's name.
  const named = JSON.stringify(made.spec).replaceAll(`job-name=${made.metadata.name}`, `job-name=${name}`);
  const spec = { ...(JSON.parse(named) as object), ttlSecondsAfterFinished: leftSeconds };
  const metadata = { ...made.metadata, name };
  return {
    document: files.data[settingsFile] ?? "",
    job: { apiVersion: "batch/v1", kind: "Job", metadata, spec },
  };
}
