import { backendUrl } from "../../components/state-backend/address";
import { ciRoleArn, type CiIdentity, type CiRoleKind } from "../../guard/rules/ci-roles";
import { ciIdentity } from "../../settings/ci-identity";
import type { CiSettings } from "../../settings/sections/ci";
import type { CommandContext } from "../terminal/command-context";
import { UsageError } from "../terminal/errors";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { requireStack, stackNames } from "../terminal/project";
import { settingsOf } from "../plan/workspace";

/** Roles that a stack file makes. */
interface Found {
  /** The stack that has them in its file. */
  readonly home: string;
  readonly identity: CiIdentity;
  readonly settings: CiSettings;
}

/** The stacks that CI runs: those with `groundwork:ci`, in their own file or in another one's. */
export function ciStacks(context: CommandContext): ExitCode {
  const stacks = [...new Set(allRoles(context).map(({ identity }) => identity.stack))].sort();
  context.output.document({ stacks });
  context.output.print(`stacks=${JSON.stringify(stacks)}`);
  return exitCodes.done;
}

/**
 * What a job needs before it can call anything else. Nothing of it is secret, and every value is of a setting's form, without spaces
 * and lines.
 *
 * @throws UsageError when no file makes roles for the stack.
 */
export function ciOf(context: CommandContext, stackName: string, kind: CiRoleKind): ExitCode {
  requireStack(context.project, stackName);
  const found = allRoles(context, stackName).find(({ identity }) => identity.stack === stackName);
  if (found === undefined) {
    throw new UsageError(
      `CI has no roles for ${stackName}: neither Pulumi.${stackName}.yaml nor another stack's file has groundwork:ci for it. ` +
        "docs/ci.md says what to write. Nothing was touched.",
    );
  }
  const { home, identity, settings } = found;
  const { state } = settingsOf(context, stackName, { secretsAreSupplied: true }).sections;
  const values: Readonly<Record<string, string>> = {
    role: ciRoleArn(identity, kind),
    region: identity.regions[0] ?? "",
    seconds: String(kind === "plan" ? 3600 : settings.sessionHours * 3600),
    environment: identity.environment,
    home,
    ...(settings.stateBucket !== undefined && {
      backend: `s3://${settings.stateBucket}?region=${identity.regions[0] ?? ""}`,
    }),
    ...(state !== undefined && {
      backend: backendUrl(state),
      azureSubscription: state.subscriptionId,
      ...(state.tenantId !== undefined && { azureTenant: state.tenantId }),
    }),
  };
  context.output.document({ stack: stackName, ...values });
  for (const [name, value] of Object.entries(values)) {
    context.output.print(`${name}=${value}`);
  }
  return exitCodes.done;
}

/** @param first Its file is looked into before the others, and alone where it has the roles. */
function allRoles(context: CommandContext, first?: string): readonly Found[] {
  const names = stackNames(context.project);
  const found: Found[] = [];
  for (const name of first === undefined ? names : [first, ...names.filter((one) => one !== first)]) {
    const { context: place, sections } = settingsOf(context, name, { secretsAreSupplied: true });
    if (sections.ci !== undefined) {
      found.push({ home: name, identity: ciIdentity(sections.ci, place), settings: sections.ci });
    }
    if (found.at(-1)?.identity.stack === first && first !== undefined) break;
  }
  return found;
}
