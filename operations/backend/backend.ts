import execa from "execa";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { parse } from "yaml";
import { pulumiCommand } from "../../guard/printed-command";
import { rehearsalEnvironment, stateDirectory } from "../../rehearsal/environment";
import type { CommandContext } from "../terminal/command-context";
import { engineEnvironment, engineFor } from "../engine/engine-access";
import { FailedError } from "../terminal/errors";
import { openRehearsalFolder } from "../engine/rehearsal-folder";
import { movedTo } from "../engine/rehearsal-session";
import { openStore } from "./open-store";
import type { StateStore, Variables } from "./store";

/** The backend that holds a stack's state, and how commands reach it. */
export interface Backend {
  readonly url: string;
  /** What the engine and the Azure libraries are to see. */
  readonly variables: Variables;
  /** Another backend, with the same credentials. */
  open(url?: string): StateStore;
}

/**
 * The backend that the person's own `pulumi` would use: `PULUMI_BACKEND_URL`, `backend.url` of Pulumi.yaml, the last
 * `pulumi login`, in this order, which is the engine's. In a rehearsal the rehearsal's own.
 *
 * @throws FailedError when nobody is logged in anywhere.
 */
export async function backendOf(context: CommandContext, stack: string): Promise<Backend> {
  const variables = variablesOf(context);
  const url = context.rehearsal === undefined ? await loginOf(context) : rehearsedUrl(context, stack);
  return { url, variables, open: (other = url) => openStore(other, variables) };
}

/** In a rehearsal: nothing with which anything real could be reached. */
export function variablesOf({ environment, rehearsal }: CommandContext): Variables {
  return rehearsal === undefined
    ? environment.variables
    : { ...environment.variables, ...rehearsalEnvironment(environment.rehearsalDirectory, []) };
}

function rehearsedUrl({ environment }: CommandContext, stack: string): string {
  const directory = openRehearsalFolder(environment.rehearsalDirectory);
  mkdirSync(stateDirectory(directory), { recursive: true, mode: 0o700 });
  return movedTo(directory, stack) ?? pathToFileURL(stateDirectory(directory)).href;
}

async function loginOf(context: CommandContext): Promise<string> {
  const { environment, project } = context;
  const named = environment.variables.PULUMI_BACKEND_URL;
  if (named !== undefined && named !== "") {
    return named;
  }
  const file = parse(readFileSync(path.join(project.directory, "Pulumi.yaml"), "utf8")) as {
    readonly backend?: { readonly url?: unknown };
  };
  if (typeof file.backend?.url === "string") {
    return file.backend.url;
  }
  const engine = await engineFor(context);
  const result = await execa(engine.pulumi, ["whoami", "--json", "--non-interactive"], {
    cwd: project.directory,
    env: engineEnvironment(context),
    reject: false,
    stdin: "ignore",
  });
  if (result.exitCode !== 0) {
    throw new FailedError(
      `Pulumi is not logged in to a state backend that answers: \`${pulumiCommand`login URL`}\`. Nothing was touched.\n${result.stderr.trim()}`,
    );
  }
  return (JSON.parse(result.stdout) as { readonly url: string }).url;
}

/** A folder that is a project to the engine and nothing more, so that no stack file is read or written. */
export function bareProject(directory: string, project: string): string {
  if (!existsSync(directory)) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  }
  writeFileSync(path.join(directory, "Pulumi.yaml"), `name: ${JSON.stringify(project)}\nruntime: nodejs\n`);
  return directory;
}
