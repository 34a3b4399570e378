import { notKnown, type Finding, type Wanted } from "./inputs";
import { isUnknown, parseJson, read } from "../unknown";

/** The one AWS account and region of a stack; undefined where they could not be found out. */
export interface Place {
  readonly accountId: string | undefined;
  readonly region: string | undefined;
  /** Other regions that the settings name, for machines with no data on them. Default: none. */
  readonly otherRegions?: readonly string[];
}

/** Modules and types that may be in other regions: machines, what they stand in, what they say of themselves, what watches them, and the keys of all that; copies of backups. */
const elsewhere =
  /^aws:((ec2|vpc|autoscaling)\/|ssm\/(parameter|document):|cloudwatch\/(logGroup|metricAlarm):|backup\/vault|kms\/(key|alias):)/;

/**
 * An AWS provider is bound to the stack's account and region, and looks: credentials of another account are refused by it
 * before anything is read or made.
 */
export function checkProviderBound({ inputs }: Wanted, { accountId, region }: Place): Finding[] {
  if (accountId === undefined || region === undefined) {
    return [
      {
        property: "allowedAccountIds",
        message:
          "the stack's aws:region and aws:allowedAccountIds could not be read, so no provider can be held to them. Set " +
          "both in the stack's file.",
      },
    ];
  }
  const findings: Finding[] = [];
  const providerRegion = read(inputs, "region");
  if (isUnknown(providerRegion)) {
    findings.push(notKnown("region"));
  } else if (providerRegion !== region) {
    findings.push({
      property: "region",
      message: `region is ${text(providerRegion)}, not the stack's ${region}.`,
    });
  }
  const allowed = read(inputs, "allowedAccountIds");
  const accounts = typeof allowed === "string" && !isUnknown(allowed) ? parseJson(allowed) : allowed;
  if (isUnknown(accounts)) {
    findings.push(notKnown("allowedAccountIds"));
  } else if (!Array.isArray(accounts) || accounts.length !== 1 || accounts[0] !== accountId) {
    findings.push({
      property: "allowedAccountIds",
      message: `allowedAccountIds is ${text(accounts)}, not exactly the stack's account ${accountId}: credentials of another account would be taken.`,
    });
  }
  const blind = read(inputs, "skipRequestingAccountId");
  if (blind !== undefined && blind !== false && blind !== "false") {
    findings.push({
      property: "skipRequestingAccountId",
      message:
        "skipRequestingAccountId is set. Leave it out: a provider that does not ask which account it is in allows all.",
    });
  }
  return findings;
}

/** A resource stays in the stack's region, or is of machines or backups in one that the settings name. */
export function checkRegion({ type, inputs }: Wanted, { region, otherRegions = [] }: Place): Finding[] {
  const own = read(inputs, "region");
  if (own === undefined || own === region) {
    return [];
  }
  if (elsewhere.test(type) && otherRegions.some((other) => other === own)) {
    return [];
  }
  return isUnknown(own)
    ? [notKnown("region")]
    : [
        {
          property: "region",
          message:
            region === undefined
              ? "the stack's aws:region could not be read, so the resource cannot be held to it."
              : `region is ${text(own)}, not the stack's ${region}.`,
        },
      ];
}

function text(value: unknown): string {
  return value === undefined ? "not set" : JSON.stringify(value);
}
