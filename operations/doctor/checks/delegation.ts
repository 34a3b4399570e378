import { compareDelegation, verdictOf } from "../../dns/check";
import { Network } from "../../dns/network";
import { groundworkCommand } from "../../../guard/printed-command";
import type { Check, Finding } from "../check";
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
    return [
      { severity: "not asked", what: `the delegation of ${dns.domain}: there is no zone of it yet`, setting },
    ];
  }
  const twice: readonly Finding[] =
    others.length === 0
      ? []
      : [
          {
            severity: "warning",
            what: `the account has ${String(others.length + 1)} public zones of ${dns.domain} (${[zone, ...others].join(", ")}), and the world sees one`,
            setting,
            mend: "Delete what no stack has: `aws route53 delete-hosted-zone --id ID`",
          },
        ];
  const { nameServers } = await hostedZone(zone, config);
  const compared = await compareDelegation(Network.of(await session?.serveDns()), dns.domain, nameServers);
  return compared.comparison.equal || others.length > 0
    ? twice
    : [
        {
          severity: "error",
          what: verdictOf(dns.domain, compared).split("\n").join(" ").replace(/\.$/, ""),
          setting,
          mend: `\`${groundworkCommand`dns ${name} check`}\` asks each server`,
        },
      ];
};
