import { tagsOfStack } from "../../components/names";
import { groundworkCommand } from "../../guard/printed-command";
import { isError } from "../plan/memory/copy";
import { copyName } from "../plan/memory/copies";
import { instanceSnapshots } from "../plan/memory/copy-rds";
import type { CommandContext } from "../terminal/command-context";
import { UsageError } from "../terminal/errors";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { askRds, withDatabase, type DatabaseServer } from "./server";

/** A GiB of snapshots a month in eu-west-1, in US dollars: Amazon RDS pricing, backup storage, as of December 2026. */
const pricePerGib = 0.095;

/** RDS's rule: API reference, CreateDBSnapshot. Names that begin with rds: are its own. */
const allowedName = /^(?=.{1,255}$)[A-Za-z](-?[A-Za-z0-9])*$/;

/**
 * Takes a snapshot that stays until somebody deletes it, and waits until it is whole. Called again with its name while RDS is at it, it
 * goes on waiting.
 *
 * @throws UsageError for a name that is none, or taken.
 */
export async function snapshot(
  context: CommandContext,
  stackName: string,
  given: string | undefined,
): Promise<ExitCode> {
  const { output } = context;
  if (given !== undefined && !allowedName.test(given)) {
    throw new UsageError(
      `--name ${given}: letters, digits and single hyphens, at most 255, the first a letter and the last no hyphen. Nothing was touched.`,
    );
  }
  return withDatabase(context, stackName, async (server) => {
    const { resource, stack } = server;
    const name = given ?? copyName(stackName, resource.urn, new Date());
    const isBegun = given !== undefined && (await hasBegun(server, given));
    const again = groundworkCommand`database ${stackName} snapshot --name ${name}`;
    output.note(
      isBegun
        ? `RDS is at the snapshot ${name} already: waiting for it.`
        : `To go on waiting after a break: ${again}${server.settings.multiAz ? "" : "\nWithout a standby, writes may pause for some seconds."}`,
    );
    try {
      const taken = await instanceSnapshots.take({
        ...{ config: await server.aws(), resource, name, signal: stack.stopping },
        tags: { ...stack.settings.sections.tags, ...tagsOfStack(stack.settings.context) },
        say: (text) => output.note(text),
        live: (text) => output.live(text),
      });
      const size = Number(resource.outputs?.["allocatedStorage"] ?? 0);
      const mostDollarsAMonth = Math.round(size * pricePerGib * 100) / 100;
      output.document({
        stack: stackName,
        snapshot: name,
        of: server.identifier,
        detail: taken.detail,
        mostDollarsAMonth,
      });
      output.print(
        `${name} is whole (${taken.detail}).\nIt outlives ${stackName}: destroy leaves it, and nothing deletes it but a person. It costs $${mostDollarsAMonth.toFixed(2)} a month at most ` +
          "(eu-west-1; what it shares with other snapshots is paid once).",
      );
      return exitCodes.done;
    } finally {
      output.live("");
    }
  });
}

/** Whether RDS is at a snapshot of this name, of this instance. @throws UsageError when the name is taken otherwise. */
async function hasBegun(server: DatabaseServer, name: string): Promise<boolean> {
  try {
    const { DBSnapshots: [found] = [] } = await askRds(server, (rds) =>
      rds.describeDBSnapshots({ DBSnapshotIdentifier: name }),
    );
    if (found?.Status === "creating" && found.DbiResourceId === server.resource.outputs?.["resourceId"]) {
      return true;
    }
    throw new UsageError(
      `There is a snapshot ${name} already: of ${found?.DBInstanceIdentifier ?? "unknown"}, ${found?.Status ?? "unknown"}, taken ` +
        `${found?.SnapshotCreateTime?.toISOString() ?? "at an unknown time"}. Take another name, or leave --name out. Nothing was touched.`,
    );
  } catch (error) {
    if (isError(error, "DBSnapshotNotFound", "DBSnapshotNotFoundFault")) return false;
    throw error;
  }
}
