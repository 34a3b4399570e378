import type { StackSettings } from "../../../settings/load";
import { sectionsByKey, textsIn } from "../../plan/other-stacks";
import { count } from "../../terminal/output";
import { asked, told, type Check, type Finding, type Patient, type Severity } from "../check";
import { standsIn } from "./backend";
import { bucketExists, hostedZone, saysAbsent, services } from "./lookups";

/** Something that the file names and this program does not make. */
interface Named {
  readonly settings: readonly string[];
  readonly arn: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  readonly id: string;
}

/** Every ARN, bucket and hosted zone of the file: whether it is there, where it has to be, and fit to be used. */
export const namedThings: Check = async (patient) => {
  const found = await Promise.all([
    ...namedIn(patient.settings).map((named) => lookAt(patient, named)),
    parentZone(patient),
    buckets(patient),
  ]);
  return found.flat();
};

/** Each once, with all settings that name it. Patterns of permissions name no one thing, but for their bucket. */
export function namedIn(settings: StackSettings): readonly Named[] {
  const byArn = new Map<string, Named>();
  for (const [setting, text] of textsIn(sectionsByKey(settings))) {
    const [, service = "", region = "", account = "", rest = ""] =
      /^arn:aws[a-z-]*:([a-z0-9-]+):([a-z0-9-]*):(\d{12}|aws|):(.+)$/.exec(text) ?? [];
    const id = service === "s3" ? (rest.split("/")[0] ?? "") : idOf(service, rest);
    if (service === "" || account === "aws" || /[*?$]/.test(id)) continue;
    const arn = service === "s3" ? `arn:aws:s3:::${id}` : text;
    const known = byArn.get(arn)?.settings ?? [];
    byArn.set(arn, { settings: [...known, setting], arn, service, region, account, id });
  }
  return [...byArn.values()];
}

/** The name that a service's commands take. */
function idOf(service: string, rest: string): string {
  switch (service) {
    case "secretsmanager":
      return rest.replace(/^secret:/, "");
    case "ssm":
      return rest.replace(/^parameter/, "");
    case "kms":
    case "acm":
      return rest.split("/").at(-1) ?? rest;
    default:
      return rest;
  }
}

async function lookAt(patient: Patient, named: Named): Promise<readonly Finding[]> {
  const { account, arn, id, region, service } = named;
  const { context, sections } = patient.settings;
  const [setting = "", ...others] = named.settings;
  const further = others.length === 0 ? "" : ` (and of ${count(others.length, "more setting")})`;
  const found = (severity: Severity, what: string, mend?: string): readonly Finding[] =>
    told(severity, `${arn}: ${what}${further}`, { setting, ...(mend !== undefined && { mend }) });
  if (service === "s3") {
    return asked({ setting }, async () =>
      id === sections.reports?.bucket?.name || (await bucketExists(id, await patient.aws()))
        ? []
        : found("error", "there is no such bucket", `\`aws s3 mb s3://${id} --region ${context.region}\``),
    );
  }
  const known = services[service];
  if (known === undefined) {
    return found("not asked", `nothing here asks ${service}`);
  }
  // What AWS publishes itself has no account.
  if (account !== context.accountId && account !== "") {
    return found(
      "warning",
      `it is of account ${account}, and ${patient.name} lives in ${context.accountId}: whether it is there only that account can say`,
      `Name the ${known.noun} of ${context.accountId}, unless that account is meant`,
    );
  }
  return asked({ setting }, async () => {
    try {
      const config = await patient.aws(region === "" ? context.region : region);
      const flaws = await known.look(arn, id, config, patient.now);
      return flaws.flatMap(({ mend, severity, what }) => found(severity, what, mend));
    } catch (error) {
      if (!saysAbsent(error)) throw error;
      // What the stack makes itself may be named before it is there.
      const own = ["-", "/"].map((mark) => `${context.project}${mark}${context.stack}`);
      if (own.some((part) => id.includes(part)) && (await standsIn(patient.context, patient.name)) !== true) {
        return [];
      }
      const [where, at] = region === "" ? ["", ""] : [` in ${region}`, ` --region ${region}`];
      return found(
        "error",
        `there is no such ${known.noun}${where}`,
        `Name one that is there, or make it: \`${known.make(id)}${at}\``,
      );
    }
  });
}

/** The zone above: its name decides where the delegation is written. */
async function parentZone({ aws, settings }: Patient): Promise<readonly Finding[]> {
  const { dns } = settings.sections;
  const setting = "groundwork:dns.parentZoneId";
  const id = dns?.parentZoneId;
  if (id === undefined) {
    return [];
  }
  const parentDomain = dns?.parentDomain ?? dns?.domain.split(".").slice(1).join(".") ?? "";
  const mend = `\`aws route53 list-hosted-zones-by-name --dns-name ${parentDomain}\` lists those that there are`;
  return asked({ setting }, async () => {
    try {
      const { name } = await hostedZone(id, await aws());
      const what = `the hosted zone ${id} is of ${name}, not of ${parentDomain}: the delegation would stand where nobody looks`;
      return name === parentDomain ? [] : told("error", what, { setting, mend });
    } catch (error) {
      if (!saysAbsent(error)) throw error;
      return told("error", `there is no hosted zone ${id} in this account`, { setting, mend });
    }
  });
}

/** S3 has each name once in the world: before the stack stands, its buckets must not be there; those of others must. */
async function buckets({ aws, context, name, settings }: Patient): Promise<readonly Finding[]> {
  const { accessLogs, reports } = settings.sections;
  const made = [
    ["groundwork:reports.bucket.name", reports?.bucket.name],
    ["groundwork:accessLogs.bucket", accessLogs?.existing === false ? accessLogs.bucket : undefined],
  ].flatMap(([setting = "", bucket]) => (bucket === undefined ? [] : [{ setting, bucket, own: true }]));
  const others =
    accessLogs?.existing === true
      ? [{ setting: "groundwork:accessLogs.bucket", bucket: accessLogs.bucket, own: false }]
      : [];
  const isNew = (await standsIn(context, name)) === false;
  const found = await Promise.all(
    [...(isNew ? made : []), ...others].map(({ bucket, own, setting }) =>
      asked({ setting }, async () => {
        if ((await bucketExists(bucket, await aws())) !== own) {
          return [];
        }
        return own
          ? told("error", `somebody has a bucket ${bucket} already, and S3 has each name once`, {
              setting,
              mend: "Write another name",
            })
          : told("error", `there is no bucket ${bucket}, and existing says that others made it`, {
              setting,
              mend: "Name one that is there, or leave `existing` out",
            });
      }),
    ),
  );
  return found.flat();
}
