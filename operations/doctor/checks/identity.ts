import { isOfCi } from "../../../settings/rules/ci";
import type { StackSettings } from "../../../settings/load";
import { holderOf, impatient, unverifiedConfig } from "../../engine/aws-clients";
import { reasonOf, told, type Check, type Finding, type Patient } from "../check";

/** Who acts, in the right account, for long enough, and with a right to what is in the cluster. */
export const identity: Check = async (patient) => {
  const { name, settings } = patient;
  const { accountId } = settings.context;
  const setting = "aws:allowedAccountIds";
  let holder;
  try {
    holder = await holderOf(unverifiedConfig(patient, impatient), name);
  } catch (error) {
    const mend = `Log in to account ${accountId}; \`aws sts get-caller-identity\` tells whether it worked`;
    return told("error", reasonOf(error), { setting, mend });
  }
  const what = `you are ${holder.arn}, of account ${holder.account}; ${name} lives in ${accountId}`;
  const mend = `Use credentials of ${accountId}; \`aws sts get-caller-identity\` tells whose they are`;
  return [
    ...(holder.account === accountId
      ? entryOf(holder.arn, settings)
      : told("error", what, { setting, mend })),
    ...endOf(patient),
  ];
};

/** EKS lets in whom an entry names, whoever has made the cluster; the program makes namespaces, roles and storage classes in it. */
function entryOf(arn: string, { context, sections }: StackSettings): readonly Finding[] {
  const principal = principalOf(arn);
  // The roles of groundwork:ci have their entries by themselves; that of plans is to change nothing.
  if (sections.cluster === undefined || isOfCi(principal, sections.ci, context)) {
    return [];
  }
  const entries = Object.entries(sections.cluster.accessEntries);
  const [key, own] = entries.find(([, { principalArn }]) => withoutPath(principalArn) === principal) ?? [];
  const setting = "groundwork:cluster.accessEntries";
  if (own === undefined) {
    const what = `you are ${arn}, which has no access entry: the cluster would be made, and nothing in it`;
    const mend = `Take a role that has one (\`aws:assumeRoles\`), or write: { principalArn: "${principal}", policy: clusterAdmin }`;
    return told("error", what, { setting, mend });
  }
  return own.policy === "clusterAdmin"
    ? []
    : told(
        "error",
        `you are ${arn}, whose access entry allows ${own.policy} only: a run makes what needs clusterAdmin`,
        {
          setting: `${setting}.${key ?? ""}.policy`,
          mend: "Take a role that has it (`aws:assumeRoles`), or write: policy: clusterAdmin",
        },
      );
}

/** The role of a session, and a user, as entries name them; a session does not tell the path of its role. */
export function principalOf(arn: string): string {
  const [, partition, account, role] = /^arn:([\w-]+):sts::(\d{12}):assumed-role\/([^/]+)\//.exec(arn) ?? [];
  return role === undefined ? withoutPath(arn) : `arn:${partition}:iam::${account}:role/${role}`;
}

function withoutPath(arn: string): string {
  return arn.replace(/^(arn:[\w-]+:iam::\d{12}:\w+\/).*\/([^/]+)$/, "$1$2");
}

/** Credentials of the environment are what they are until they end; those of profiles, roles and machines are renewed. */
function endOf({ context, now, settings }: Patient): readonly Finding[] {
  const {
    AWS_CREDENTIAL_EXPIRATION: expires,
    AWS_PROFILE: profile,
    AWS_SESSION_TOKEN: token,
  } = context.rehearsal === undefined ? context.environment.variables : {};
  if (
    [undefined, ""].includes(token) ||
    ![undefined, ""].includes(profile) ||
    settings.context.login?.profile
  ) {
    return [];
  }
  const end = Date.parse(expires ?? "");
  if (Number.isNaN(end)) {
    return told(
      "not asked",
      "the credentials are temporary, and AWS_CREDENTIAL_EXPIRATION does not say when they end",
    );
  }
  const [left, needed] = [Math.floor((end - now.getTime()) / 60_000), firstRunMinutes(settings)];
  const what = `the credentials end at ${new Date(end).toISOString()}, in ${left} min; a first run takes some ${needed}, and is broken off then`;
  const mend = "Take new ones, for longer: `aws:profile` and roles are renewed during a run";
  return left >= needed ? [] : told("warning", what, { mend });
}

/**
 * Minutes of a run from nothing: what waits for each other in sum, what does not the longest of. Sources: the components' own waits, and
 * what AWS's user guides say of creations (EKS 10 to 15 min, then nodes and add-ons; RDS in two zones up to 30).
 */
export function firstRunMinutes({ sections }: StackSettings): number {
  const { cluster, database, metalWorkers } = sections;
  const bases = [10, cluster === undefined ? 0 : 25, database === undefined ? 0 : database.multiAz ? 35 : 20];
  return Math.max(...bases) + (metalWorkers === undefined ? 0 : 40);
}
