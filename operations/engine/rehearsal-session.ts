import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { fileURLToPath } from "node:url";
import type * as rehearsal from "../../rehearsal";
import type * as stackFiles from "./rehearsal-stack-file";
import { SettingsError } from "../../settings/problem";
import { readText, readYaml } from "../../settings/yaml-file";
import type * as faultsFile from "./faults-file";
import type * as weatherFile from "./weather-file";
import type { CommandContext, RehearsalRequest } from "../terminal/command-context";
import { UsageError } from "../terminal/errors";
import { stackFile, type Project } from "../terminal/project";
import { forgetRehearsal, movedFile, openRehearsalFolder } from "./rehearsal-folder";

const load = createRequire(__filename);

/** A rehearsal cloud that is running for the time of one command. */
export interface RehearsalSession {
  readonly directory: string;
  /** To be set over the environment for `pulumi`, and for whoever asks the rehearsal's AWS API. */
  readonly environment: Readonly<Record<string, string>>;
  /** Starts the rehearsal's Equinix Metal API, once; returns its URL. */
  serveEquinixApi(): Promise<string>;
  /** Starts the rehearsal's DNS server, once; returns its address, `127.0.0.1:PORT`. */
  serveDns(): Promise<string>;
  /** Where something listens in place of a load balancer that Kubernetes made; undefined for any other host. */
  reach(host: string, port: number): Promise<{ readonly host: string; readonly port: number } | undefined>;
  stop(): Promise<void>;
}

/** A stack's place in a rehearsal. */
export interface RehearsedStack {
  /** Names the copy of the stack file to the engine's commands. */
  readonly environment: Readonly<Record<string, string>>;
  /** The rehearsal's copy of the stack file, absolute. */
  readonly configFile: string;
  /** Where `pulumi stack init` touches none of the project's own files. */
  readonly initDirectory: string;
  /** Whether the rehearsal's backend has the stack. */
  readonly exists: boolean;
}

/**
 * Starts the rehearsal cloud. `accountId`: whose credentials it holds unless the request says otherwise; `principalArn`: as whom there.
 */
export async function startSession(
  context: CommandContext,
  request: RehearsalRequest,
  accountId: string,
  principalArn?: string,
): Promise<RehearsalSession> {
  if (request.accountId !== undefined && !/^\d{12}$/.test(request.accountId)) {
    throw new UsageError(`--account ${request.accountId}: an AWS account id has 12 digits.`);
  }
  const faults =
    request.faultsFile === undefined
      ? []
      : (load("./faults-file") as typeof faultsFile).readFaults(request.faultsFile);
  const weather =
    request.weatherFile === undefined
      ? undefined
      : (load("./weather-file") as typeof weatherFile).readWeather(request.weatherFile);
  const directory = openRehearsalFolder(context.environment.rehearsalDirectory);
  if (request.fresh === true) {
    forgetRehearsal(directory);
  }
  const { startRehearsal } = load("../../rehearsal") as typeof rehearsal;
  const running = await startRehearsal({
    directory,
    accountId: request.accountId ?? accountId,
    principalArn,
    faults,
    weather,
    speed: request.speed,
    variables: context.environment.variables,
  });
  for (const sentence of running.weather) {
    context.output.note(`Weather: ${sentence}`);
  }
  return { directory, ...running };
}

/** Readies the stack's file for the rehearsal and looks whether its backend has the stack. */
export function rehearsedStack(
  context: CommandContext,
  session: Pick<RehearsalSession, "directory">,
  stack: string,
): RehearsedStack {
  const { prepareStackFile } = load("./rehearsal-stack-file") as typeof stackFiles;
  const copy = prepareStackFile({
    source: stackFile(context.project, stack),
    directory: session.directory,
    stack,
  });
  const moved = movedTo(session.directory, stack);
  const backend = moved === undefined ? path.join(session.directory, "state") : fileURLToPath(moved);
  const state = path.join(backend, ".pulumi", "stacks", context.project.name);
  return {
    environment: {
      ...(moved !== undefined && { PULUMI_BACKEND_URL: moved }),
      PULUMI_OPTION_CONFIG_FILE: copy.path,
      // `stack rm` would delete the project's own stack file.
      PULUMI_OPTION_PRESERVE_CONFIG: "true",
    },
    configFile: copy.path,
    initDirectory: copy.projectDirectory,
    exists: existsSync(path.join(state, `${stack}.json`)),
  };
}

/** The account that a stack's file is bound to; a file that does not say so leaves it to the program to refuse. */
export function accountOf(project: Project, stack: string | undefined): string {
  const file = stack === undefined ? undefined : stackFile(project, stack);
  const content = file !== undefined && existsSync(file) ? readYamlOf(file, stack ?? "") : undefined;
  const config = (content as { readonly config?: Readonly<Record<string, unknown>> } | undefined)?.config;
  const ids = config?.["aws:allowedAccountIds"];
  const [id] = Array.isArray(ids) ? (ids as unknown[]) : [];
  return typeof id === "string" && /^\d{12}$/.test(id) ? id : "000000000000";
}

/** @throws UsageError for what cannot be read; commands that judge the settings have said what is wrong by then. */
function readYamlOf(file: string, stack: string): unknown {
  try {
    return readYaml(readText(file, { stack }), path.basename(file), { stack }).content;
  } catch (error) {
    throw error instanceof SettingsError ? new UsageError(error.message, error.problems) : error;
  }
}

/** Where rehearsed stacks have been moved, by stack: what `pulumi login` is to a person. */
function readMoved(directory: string): Readonly<Record<string, string>> {
  const file = path.join(directory, movedFile);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Record<string, string>) : {};
}

/** URL of the backend that a rehearsed stack was moved to; undefined while it is in the rehearsal's own. */
export function movedTo(directory: string, stack: string): string | undefined {
  return readMoved(directory)[stack];
}

export function rememberMove(directory: string, stack: string, url: string): void {
  const moved = { ...readMoved(directory), [stack]: url };
  writeFileSync(path.join(directory, movedFile), `${JSON.stringify(moved, undefined, 2)}\n`);
}
