import type * as ssmModule from "@aws-sdk/client-ssm";
import type { FleetClients } from "../fleet/clients";
import { readGroup } from "../fleet/group";
import type { PersonGrants } from "./people";

/** Ends the person's sessions on machines of the group: a grant that is over starts none, but ends none either. */
export async function endSessions(
  clients: FleetClients,
  group: string,
  { arn, person }: PersonGrants,
): Promise<readonly string[]> {
  const { sdk, ssm } = clients;
  const machines = new Set(((await readGroup(clients, group))?.machines ?? []).map(({ id }) => id));
  // Sessions of a role are owned by whoever has taken it: arn:aws:sts::ACCOUNT:assumed-role/NAME/SESSION.
  const isOwn = ({ Owner: owner = "" }: ssmModule.Session): boolean =>
    person.kind === "user" ? owner === arn : owner.includes(`:assumed-role/${person.name}/`);
  const ended: string[] = [];
  let next: string | undefined;
  do {
    const page: ssmModule.DescribeSessionsCommandOutput = await ssm.send(
      new sdk.ssm.DescribeSessionsCommand({
        State: "Active",
        ...(next !== undefined && { NextToken: next }),
      }),
    );
    for (const session of page.Sessions ?? []) {
      if (isOwn(session) && machines.has(session.Target ?? "")) {
        await ssm.send(new sdk.ssm.TerminateSessionCommand({ SessionId: session.SessionId }));
        ended.push(session.SessionId ?? "");
      }
    }
    next = page.NextToken;
  } while (next !== undefined && next !== "");
  return ended;
}
