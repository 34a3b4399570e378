import { compareDelegation, verdictOf } from "../../dns/check";
import { Network } from "../../dns/network";
import { groundworkCommand } from "../../../guard/printed-command";
import { told, type Check } from "../check";
import { hostedZone, publicZones } from "./lookups";

/** Whether the world finds the stack's zone, and only one. */
export const delegation: Check = async ({ aws, name, session, settings }) => {
  const { dns } = settings.sections;
  if (dns === undefined) {
    return [];
  }
  const setting = "groundwork:dns.domain";
  const config = await aws();
  const [zone, ...others] = await publicZones(dns.domain, config);
  if (zone === undefined) {
    return told("not asked", `the delegation of ${dns.domain}: there is no zone of it yet`, { setting });
  }
  if (others.length > 0) {
    return told(
      "warning",
      `the account has ${String(others.length + 1)} public zones of ${dns.domain} (${[zone, ...others].join(", ")}), and the world sees one`,
      { setting, mend: "Delete what no stack has: `aws route53 delete-hosted-zone --id ID`" },
    );
  }
  const { nameServers } = await hostedZone(zone, config);
  const compared = await compareDelegation(Network.of(await session?.serveDns()), dns.domain, nameServers);
  const what = verdictOf(dns.domain, compared).split("\n").join(" ").replace(/\.$/, "");
  const mend = `\`${groundworkCommand`dns ${name} check`}\` asks each server`;
  return compared.comparison.equal ? [] : told("error", what, { setting, mend });
};
