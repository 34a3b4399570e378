import execa from "execa";
import type { StackSettings } from "../../settings/load";
import { awsClientConfig, describeAwsError, type AwsClientConfig } from "../engine/aws-clients";
import type { RehearsalSession } from "../engine/rehearsal-session";
import type { CommandContext } from "../terminal/command-context";
import { OperationError } from "../terminal/errors";

/** `error`: a run would fail, or has to. `warning`: it will before long, or does less than is meant. `not asked`: nobody knows. */
export type Severity = "error" | "warning" | "not asked";

/** One thing that a check has found. */
export interface Finding {
  readonly severity: Severity;
  /** A sentence without its end. */
  readonly what: string;
  /** The setting that it is about: `groundwork:dns.domain`. Default: none; the report adds file and line. */
  readonly setting?: string;
  /** The command, or the line of the stack file, that mends it. */
  readonly mend?: string;
}

/** One finding, as the list that a check tells. */
export function told(
  severity: Severity,
  what: string,
  more: Pick<Finding, "setting" | "mend"> = {},
): readonly Finding[] {
  return [{ severity, what, ...more }];
}

/** A stack that is looked at: it may be in no backend yet, and no engine runs. */
export interface Patient {
  readonly name: string;
  readonly settings: StackSettings;
  readonly settingsFile: string;
  readonly context: CommandContext;
  readonly session: RehearsalSession | undefined;
  readonly now: Date;
  /** Clients of the stack's account, which is verified once. @throws OperationError for credentials of another, or none. */
  readonly aws: (region?: string) => Promise<AwsClientConfig>;
  /** Who answers outside of the stack's clouds. Undefined in a rehearsal: nobody is asked. */
  readonly ask: ((url: string, init?: RequestInit) => Promise<Response>) | undefined;
  /** What a program of this machine says, stdout and stderr; undefined where there is no such program. */
  readonly run: (program: string, args: readonly string[]) => Promise<string | undefined>;
}

/** Looks at one thing. What it throws is told as what could not be asked, and keeps no other check from its work. */
export type Check = (patient: Patient) => Promise<readonly Finding[]>;

export function patientOf(
  context: CommandContext,
  stack: Pick<Patient, "name" | "settings" | "settingsFile" | "session">,
): Patient {
  let verified: Promise<AwsClientConfig> | undefined;
  const { name, session, settings, settingsFile } = stack;
  return {
    ...{ name, session, settings, settingsFile, context },
    now: new Date(),
    aws: async (region = settings.context.region) => ({
      ...(await (verified ??= awsClientConfig(stack))),
      region,
    }),
    ask:
      session === undefined
        ? (url, init) => fetch(url, { ...init, signal: AbortSignal.timeout(10_000) })
        : undefined,
    run: async (program, args) => {
      const { all, failed, exitCode } = await execa(program, [...args], {
        ...{ all: true, env: context.environment.variables, extendEnv: false },
        ...{ reject: false, stdin: "ignore", timeout: 20_000 },
      });
      return failed && exitCode === undefined ? undefined : (all ?? "");
    },
  };
}

/** Why something could not be asked, in one line. */
export function reasonOf(error: unknown): string {
  const said =
    error instanceof OperationError ? (error.message.split("\n")[0] ?? "") : describeAwsError(error);
  return said.replace(/ Nothing was (touched|asked)\.$/, "").replace(/[.:]+$/, "");
}

/** What asks for one thing of several: that it cannot be asked is no word about the others. */
export async function asked(
  about: Pick<Finding, "setting">,
  ask: () => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return await ask();
  } catch (error) {
    return told("not asked", reasonOf(error), about);
  }
}
