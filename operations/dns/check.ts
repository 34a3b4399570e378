import type { CommandContext } from "../terminal/command-context";
import { plainName } from "./ask";
import { compare, type Comparison } from "./compare";
import { delegationOf, livenessOf, type Delegation } from "./delegation";
import { Network } from "./network";
import { FailedError, UsageError } from "../terminal/errors";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { failureOf } from "../plan/failures";
import { table } from "../terminal/output";
import { withStack, type OpenStack } from "../plan/workspace";

export interface CheckDnsOptions {
  /** `ADDRESS` or `ADDRESS:PORT`; default: the system's resolvers, in a rehearsal the rehearsal's own server. */
  readonly resolver: string | undefined;
}

/**
 * Compares where the parent zone delegates the stack's domain to with the name servers that its zone has, by real
 * queries, and asks each of them whether it answers for the zone. Changes nothing.
 */
export async function checkDns(
  context: CommandContext,
  stackName: string,
  options: CheckDnsOptions,
): Promise<ExitCode> {
  return withStack(context, stackName, async (stack) => {
    const { output } = context;
    const { domain, nameServers } = await zoneOf(stack);
    const network = Network.of(options.resolver ?? (await stack.session?.serveDns()));
    output.note(`Asking for the name servers of ${domain}`);
    const { comparison, delegation } = await compareDelegation(network, domain, nameServers);
    output.document(documentOf(stack.name, domain, delegation, comparison));
    output.print(
      table([
        ["server", "in parent", "in zone", "answers"],
        ...comparison.rows.map(({ server, inParent, inZone, liveness: { state, detail } }) => [
          server,
          inParent ? "yes" : "no",
          inZone ? "yes" : "no",
          state === "answers" ? "yes" : `${state === "not asked" ? state : "no"}: ${detail}`,
        ]),
      ]),
    );
    for (const note of delegation.notes) {
      output.note(note);
    }
    output.print(`\n${verdictOf(domain, { comparison, delegation })}`);
    if (delegation.parent === "" && stack.session !== undefined && options.resolver === undefined) {
      output.print(
        "The rehearsal cloud has no zone above it; docs/rehearsal.md says how something gets there that was there before.",
      );
    }
    return comparison.equal ? exitCodes.done : exitCodes.found;
  });
}

/** What the zone above says of a domain, against the servers of its zone. */
interface Compared {
  readonly comparison: Comparison;
  readonly delegation: Delegation;
}

/** @throws FailedError when nothing can be said: nobody answers. */
export async function compareDelegation(
  network: Network,
  domain: string,
  nameServers: readonly string[],
): Promise<Compared> {
  const delegation = await delegationOf(network, domain);
  const servers = [...new Set([...nameServers, ...delegation.servers])];
  const liveness = new Map(
    await Promise.all(
      servers.map(async (server) => [server, await livenessOf(network, server, domain)] as const),
    ),
  );
  const comparison = compare(nameServers, delegation, liveness);
  const listed = comparison.rows.filter(({ inParent }) => inParent);
  if (
    listed.length > 0 &&
    comparison.missing.length + comparison.extra.length === 0 &&
    listed.every((row) => row.liveness.state === "silent")
  ) {
    throw new FailedError(
      `${parentText(delegation)} lists the zone's own servers, but none of them answers ` +
        `(${listed.map(({ server, liveness: { detail } }) => `${server}: ${detail}`).join("; ")}). ` +
        "Whether they serve the zone is not known: does this network let DNS (port 53, UDP and TCP) out?",
    );
  }
  return { comparison, delegation };
}

/** The domain and the zone's name servers, as the stack says them. */
async function zoneOf(
  stack: OpenStack,
): Promise<{ readonly domain: string; readonly nameServers: readonly string[] }> {
  const { dns } = stack.settings.sections;
  if (dns === undefined) {
    throw new UsageError(
      `${stack.name} has no zone: Pulumi.${stack.name}.yaml has no section groundwork:dns. Nothing was asked.`,
    );
  }
  const read = await stack.engine.outputs();
  if (read.failure !== undefined) {
    throw failureOf(stack, "reading of the outputs", read.failure, []);
  }
  const { nameServers } = read.outputs;
  if (!Array.isArray(nameServers) || nameServers.length === 0) {
    throw new FailedError(
      `${stack.name} has no zone yet. Stand it up first: ` + `\`${stack.call("up")}\`. Nothing was asked.`,
    );
  }
  return { domain: dns.domain, nameServers: nameServers.map((server) => plainName(String(server))).sort() };
}

/** The same in words, with what the zone above should have. */
export function verdictOf(domain: string, { comparison, delegation }: Compared): string {
  const parent = parentText(delegation);
  const { rows, missing, extra, stale, disagree, equal } = comparison;
  if (equal) {
    return `${parent} delegates ${domain} to the zone's own servers, and they answer.`;
  }
  const wanted = rows.filter(({ inZone }) => inZone).map(({ server }) => server);
  if (delegation.servers.length === 0) {
    return (
      `${domain} is not delegated: the nearest zone above it, ${parent}, ` +
      `${delegation.nameMissing ? "says that there is no such name" : "has no NS records for it"}. Nothing in it resolves.\n` +
      `The zone above it needs these NS records for ${domain}: ${wanted.join(", ")}.`
    );
  }
  return [
    ...(missing.length > 0 ? [`Missing from ${parent}: ${missing.join(", ")}.`] : []),
    ...(extra.length > 0 ? [`In ${parent}, but not the zone's: ${extra.join(", ")}.`] : []),
    ...(stale.length > 0
      ? [`In ${parent}, but not answering for the zone (stale): ${stale.join(", ")}.`]
      : []),
    ...(disagree ? [`The servers of ${parent} do not agree: a change may be on its way.`] : []),
    `The NS records for ${domain} in ${parent} should be: ${wanted.join(", ")}.`,
  ].join("\n");
}

function parentText({ parent }: Delegation): string {
  return parent === "" ? "the root" : parent;
}

function documentOf(
  stack: string,
  domain: string,
  { parent, servers, nameMissing, notes }: Delegation,
  { rows, missing, extra, stale, disagree, equal }: Comparison,
): Record<string, unknown> {
  return {
    stack,
    domain,
    parent: parent === "" ? "." : parent,
    delegated: servers.length > 0,
    nameExists: !nameMissing,
    equal,
    missing,
    extra,
    stale,
    parentServersDisagree: disagree,
    servers: rows.map(({ server, inParent, inZone, liveness: { state, detail } }) => ({
      server,
      inParent,
      inZone,
      answers: state === "answers" ? true : state === "not asked" ? null : false,
      ...(detail !== "" && { detail }),
    })),
    notes,
  };
}
