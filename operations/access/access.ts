import { sessionDocumentName } from "../../components/sessions/session-names";
import { grantsPolicyName, standing, withGrant, type Grant } from "./grants";
import { doorText } from "./doors";
import { parseSpan, People, personOf, type PersonGrants } from "./people";
import { endSessions } from "./sessions";
import { awsClientConfig, describeAwsError } from "../engine/aws-clients";
import type { CommandContext } from "../terminal/command-context";
import { confirm } from "../terminal/confirm";
import { FailedError, OperationError } from "../terminal/errors";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { fleetClients } from "../fleet/clients";
import { roleOf, rolesOf } from "../fleet/role";
import { count, table } from "../terminal/output";
import { settingsOf, withStack, type OpenStack } from "../plan/workspace";

/** What to do, as the call says it. */
export type AccessOrder =
  | { readonly action: "grant"; readonly role: string; readonly person: string; readonly span: string }
  | { readonly action: "revoke"; readonly role: string; readonly person: string }
  | { readonly action: "list"; readonly role: string | undefined }
  | { readonly action: "clean" };

/** Grants people sessions on the machines of a role for a while, and takes grants back. */
export async function access(
  context: CommandContext,
  stackName: string,
  order: AccessOrder,
): Promise<ExitCode> {
  const settings = settingsOf(context, stackName);
  // What is wrong with the call is said before anything is started.
  const known = rolesOf(settings);
  if ("role" in order && order.role !== undefined) {
    const role = roleOf(settings, order.role);
    if (order.action === "grant") {
      if (!role.settings.access.enabled) {
        throw new OperationError(
          `groundwork:fleets.${role.name}.access.enabled is false: nobody is granted sessions on its machines. Nothing was touched.`,
          exitCodes.refused,
        );
      }
      parseSpan(order.span, role.settings.access.longestHours);
    }
  }
  if ("person" in order) {
    personOf(order.person, settings.context);
  }
  return withStack(context, stackName, async (stack) => {
    const people = new People(await awsClientConfig(stack), settings.context);
    try {
      switch (order.action) {
        case "grant":
          return await grant(context, stack, people, order);
        case "revoke":
          return await revoke(context, stack, people, order);
        case "list":
          return await list(context, stack, people, order.role, known.length);
        case "clean":
          return await clean(context, stack, people);
      }
    } catch (error) {
      throw error instanceof OperationError
        ? error
        : new FailedError(
            `The grants of ${stack.name} could not be ${order.action === "list" ? "read" : "changed"}: ${describeAwsError(error)}`,
          );
    } finally {
      people.close();
    }
  });
}

async function grant(
  { output, yes }: CommandContext,
  stack: OpenStack,
  people: People,
  order: Extract<AccessOrder, { readonly action: "grant" }>,
): Promise<ExitCode> {
  const role = roleOf(stack.settings, order.role);
  const { region } = stack.settings.context;
  const now = Date.now();
  const span = parseSpan(order.span, role.settings.access.longestHours);
  const until = Math.floor((now + span) / 1000) * 1000;
  const had = await people.one(personOf(order.person, stack.settings.context));
  const question = `Let ${whoText(had)} have sessions on the machines of ${role.name} until ${timeText(until)} (${stack.where})?`;
  if (!(await confirm(question, { yes, output }))) {
    output.document(grantDocument(stack.name, order, "declined", undefined));
    output.print("Nothing was touched.");
    return exitCodes.done;
  }
  const grants = withGrant(had.grants, { role: role.name, until }, now);
  const arn = await people.write(had, grants);
  output.document(grantDocument(stack.name, order, "granted", until));
  output.print(
    `${whoText(had)} may have sessions on the machines of ${role.name} until ${timeText(until)}; it ends by itself. IAM takes some ` +
      "seconds to know it. Sessions that run then go on until they are ended or idle.",
  );
  const document = sessionDocumentName(stack.settings.context);
  for (const line of profileLines({ ...had, arn })) {
    output.print(line);
  }
  output.print(
    `  aws ssm start-session ${had.person.door === undefined ? "" : `--profile ${had.person.name} `}--region ${region} ` +
      `--document-name ${document} --target i-…   (\`${stack.call(`fleet status ${role.name}`)}\` lists machines)`,
  );
  return exitCodes.done;
}

/** How people of Identity Center take the role that was made for them. */
function profileLines({ arn, person }: PersonGrants): readonly string[] {
  return person.door === undefined
    ? []
    : [
        "Once, with the profile that they log in by (`aws sso login`):",
        `  aws configure set profile.${person.name}.role_arn ${arn}`,
        `  aws configure set profile.${person.name}.source_profile PROFILE`,
      ];
}

async function revoke(
  { output, yes }: CommandContext,
  stack: OpenStack,
  people: People,
  order: Extract<AccessOrder, { readonly action: "revoke" }>,
): Promise<ExitCode> {
  const role = roleOf(stack.settings, order.role);
  const had = await people.one(personOf(order.person, stack.settings.context));
  const isGranted = had.grants.some((one) => one.role === role.name);
  const question = `Take sessions on the machines of ${role.name} from ${whoText(had)}, and end those that run (${stack.where})?`;
  if (!(await confirm(question, { yes, output }))) {
    output.document({ ...grantDocument(stack.name, order, "declined", undefined), endedSessions: [] });
    output.print("Nothing was touched.");
    return exitCodes.done;
  }
  if (isGranted) {
    const left = standing(had.grants, Date.now()).filter((one) => one.role !== role.name);
    await people.write(had, left);
  }
  const clients = fleetClients(await awsClientConfig(stack));
  let ended: readonly string[];
  try {
    ended = await endSessions(clients, role.group, had);
  } catch (error) {
    throw new FailedError(
      `${isGranted ? `The grant of ${whoText(had)} for ${role.name} is taken back` : `${whoText(had)} had no grant for ${role.name}`}, ` +
        `but whether sessions still run could not be found out: ${describeAwsError(error)}\n` +
        "Look with `aws ssm describe-sessions --state Active`, and end them with `aws ssm terminate-session --session-id ID`.",
    );
  } finally {
    clients.close();
  }
  output.document({
    ...grantDocument(stack.name, order, isGranted ? "revoked" : "nothing to revoke", undefined),
    endedSessions: ended,
  });
  output.print(
    `${isGranted ? `${whoText(had)} has no grant for ${role.name} any more` : `${whoText(had)} had no grant for ${role.name}`}; ` +
      `${count(ended.length, "session")} ended.`,
  );
  return exitCodes.done;
}

async function list(
  { output }: CommandContext,
  stack: OpenStack,
  people: People,
  role: string | undefined,
  roles: number,
): Promise<ExitCode> {
  const now = Date.now();
  const rows = (await people.all()).flatMap((one) =>
    one.grants
      .filter((given) => role === undefined || given.role === role)
      .map((given) => ({ ...given, who: whoText(one), isOver: given.until <= now })),
  );
  output.document({
    stack: stack.name,
    grants: rows.map(({ isOver, role: of, until, who }) => ({
      person: who,
      role: of,
      until: new Date(until).toISOString(),
      over: isOver,
    })),
  });
  output.print(
    rows.length === 0
      ? `Nobody has a grant for ${role ?? `any of the ${count(roles, "role")} of ${stack.name}`}.`
      : table([
          ["person", "role", "until", ""],
          ...rows.map(({ isOver, role: of, until, who }) => [who, of, timeText(until), isOver ? "over" : ""]),
        ]),
  );
  if (rows.some(({ isOver }) => isOver)) {
    output.print(`\n\`${stack.call("access clean")}\` removes what is over.`);
  }
  return exitCodes.done;
}

async function clean({ output, yes }: CommandContext, stack: OpenStack, people: People): Promise<ExitCode> {
  const now = Date.now();
  const stale = (await people.all()).filter(({ grants }) => standing(grants, now).length < grants.length);
  const over = (one: PersonGrants): readonly Grant[] => one.grants.filter(({ until }) => until <= now);
  const all = stale.flatMap((one) => over(one).map(({ role }) => ({ person: whoText(one), role })));
  if (
    all.length > 0 &&
    !(await confirm(
      `Remove ${count(all.length, "grant")} that ${all.length === 1 ? "is" : "are"} over (${stack.where})?`,
      { yes, output },
    ))
  ) {
    output.document({ stack: stack.name, removed: [] });
    output.print("Nothing was touched.");
    return exitCodes.done;
  }
  for (const one of stale) {
    await people.write(one, standing(one.grants, now));
  }
  output.document({ stack: stack.name, removed: all });
  output.print(
    all.length === 0
      ? `No grant in ${grantsPolicyName(stack.settings.context)} is over.`
      : `Removed ${count(all.length, "grant")}: ${all.map(({ person, role }) => `${person} (${role})`).join(", ")}.`,
  );
  return exitCodes.done;
}

function grantDocument(
  stack: string,
  order: { readonly role: string; readonly person: string },
  result: string,
  until: number | undefined,
): Record<string, unknown> {
  return {
    stack,
    role: order.role,
    person: order.person,
    result,
    until: until === undefined ? null : new Date(until).toISOString(),
  };
}

function whoText({ person }: PersonGrants): string {
  if (person.door !== undefined) {
    return doorText(person.door);
  }
  return person.kind === "user" ? person.name : `role/${person.name}`;
}

function timeText(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
