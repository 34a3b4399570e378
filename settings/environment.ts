import * as os from "node:os";
import * as path from "node:path";

/** What the program's tools take from the environment. Nothing else in the project reads `process.env`. */
export interface Environment {
  /** `GROUNDWORK_PULUMI`: a `pulumi` binary to use in place of any other. */
  readonly pulumiBinary: string | undefined;
  /**
   * Where what is fetched or built once is kept, shared by clones: `$XDG_CACHE_HOME/groundwork`, else the
   * platform's own place for caches.
   */
  readonly cacheDirectory: string;
  /** `GROUNDWORK_REHEARSAL_DIR`, resolved against the project; default `.rehearsal` in the project. */
  readonly rehearsalDirectory: string;
  /** `METAL_API_URL`: Equinix Metal's API in another place than its own; for commands, the engine's provider knows one only. */
  readonly metalApiUrl: string | undefined;
  /** `PATH`, empty when unset. */
  readonly path: string;
  /** Set by every common CI service: no spinner, no questions. */
  readonly ci: boolean;
  /** Address of the run of a CI service that this is a part of: GitHub's variables, else GitLab's. */
  readonly ciRun: string | undefined;
  /** `NO_COLOR` (https://no-color.org) with any value but the empty one. */
  readonly noColor: boolean;
  /** Everything, to be handed on to children. */
  readonly variables: Readonly<NodeJS.ProcessEnv>;
}

/**
 * Reads the environment once; entry points pass the parts on as values.
 *
 * @param projectDirectory the folder that holds Pulumi.yaml.
 */
export function readEnvironment(
  projectDirectory: string,
  variables: Readonly<NodeJS.ProcessEnv> = process.env,
  platform: NodeJS.Platform = process.platform,
  homeDirectory: string = os.homedir(),
): Environment {
  return {
    pulumiBinary: given(variables.GROUNDWORK_PULUMI),
    cacheDirectory: path.join(cacheRoot(variables, platform, homeDirectory), "groundwork"),
    rehearsalDirectory: path.resolve(
      projectDirectory,
      given(variables.GROUNDWORK_REHEARSAL_DIR) ?? ".rehearsal",
    ),
    metalApiUrl: given(variables.METAL_API_URL),
    path: variables.PATH ?? "",
    ci: isSwitchedOn(variables.CI),
    ciRun: runOf(variables),
    noColor: given(variables.NO_COLOR) !== undefined,
    variables: { ...variables },
  };
}

/** Source: https://docs.github.com/actions/reference/variables-reference and https://docs.gitlab.com/ci/variables/predefined_variables */
function runOf(variables: Readonly<NodeJS.ProcessEnv>): string | undefined {
  const [server, repository, run] = [
    variables.GITHUB_SERVER_URL,
    variables.GITHUB_REPOSITORY,
    variables.GITHUB_RUN_ID,
  ].map(given);
  return server === undefined || repository === undefined || run === undefined
    ? given(variables.CI_JOB_URL)
    : `${server}/${repository}/actions/runs/${run}`;
}

/** The variable in which `groundwork` hands the program and the policy pack the approvals that it has verified. */
export const approvalsVariable = "GROUNDWORK_APPROVALS";

/** What is in it; undefined for nothing. `readApprovals` of settings/handed-approvals.ts reads it. */
export function approvalsText(variables: Readonly<NodeJS.ProcessEnv> = process.env): string | undefined {
  return given(variables[approvalsVariable]);
}

/**
 * The variable in which `groundwork` tells the program that its gate judges every step of the run. Then hooks leave a preview
 * to the gate, and at guard level disposable they need not ask what the last run left. Plain `pulumi` has no such variable.
 */
export const gateVariable = "GROUNDWORK_GATE";
export const gateJudges = "judges";

export function isGated(variables: Readonly<NodeJS.ProcessEnv> = process.env): boolean {
  return variables[gateVariable] === gateJudges;
}

/**
 * The variable by which `groundwork` has what the SDK says for debugging dropped before it is sent (bin/quiet-debug.js): four calls of
 * the engine for each resource, for what nobody is shown.
 */
export const debugMessagesVariable = "GROUNDWORK_DEBUG_MESSAGES";
export const debugMessagesDropped = "dropped";

/** The engine that a program or a policy pack asks about its own stack, and in which environment. */
export function engineOfRun(variables: Readonly<NodeJS.ProcessEnv> = process.env): {
  readonly pulumi: string;
  readonly variables: Readonly<NodeJS.ProcessEnv>;
} {
  return { pulumi: given(variables.GROUNDWORK_PULUMI) ?? "pulumi", variables: { ...variables } };
}

/** A variable that is set to nothing counts as not set. */
function given(value: string | undefined): string | undefined {
  return value === undefined || value === "" ? undefined : value;
}

function isSwitchedOn(value: string | undefined): boolean {
  return given(value) !== undefined && value !== "false" && value !== "0";
}

function cacheRoot(
  variables: Readonly<NodeJS.ProcessEnv>,
  platform: NodeJS.Platform,
  homeDirectory: string,
): string {
  const xdg = given(variables.XDG_CACHE_HOME);
  // The XDG specification has relative paths ignored.
  if (xdg !== undefined && path.isAbsolute(xdg)) {
    return xdg;
  }
  if (platform === "darwin") {
    return path.join(homeDirectory, "Library", "Caches");
  }
  if (platform === "win32") {
    return given(variables.LOCALAPPDATA) ?? path.join(homeDirectory, "AppData", "Local");
  }
  return path.join(homeDirectory, ".cache");
}
