import type { StackSettings } from "../../../settings/load";
import { holderOf, unverifiedConfig } from "../../engine/aws-clients";
import { reasonOf, type Check, type Finding, type Patient } from "../check";

/** Who acts, in the right account, for long enough, and with a right to what is in the cluster. */
export const identity: Check = async (patient) => {
  const { name, settings } = patient;
  const { accountId } = settings.context;
  let holder;
  try {
    holder = await holderOf(unverifiedConfig(patient), name);
  } catch (error) {
    const mend = `Log in to account ${accountId}; \`aws sts get-caller-identity\` tells whether it worked`;
    return [{ severity: "error", what: reasonOf(error), setting: "aws:allowedAccountIds", mend }];
  }
  return [
    ...(holder.account === accountId
      ? entryOf(holder.arn, settings)
      : [
          {
            severity: "error",
            what: `you are ${holder.arn}, of account ${holder.account}; ${name} lives in ${accountId}`,
            setting: "aws:allowedAccountIds",
            mend: `Use credentials of ${accountId}; \`aws sts get-caller-identity\` tells whose they are`,
          } as const,
        ]),
    ...endOf(patient),
  ];
};

/** EKS lets in whom an entry names, whoever has made the cluster; the program makes namespaces, roles and storage classes in it. */
function entryOf(arn: string, { sections }: StackSettings): readonly Finding[] {
  if (sections.cluster === undefined) {
    return [];
  }
  const principal = principalOf(arn);
  const entries = Object.entries(sections.cluster.accessEntries);
  const [key, own] = entries.find(([, { principalArn }]) => withoutPath(principalArn) === principal) ?? [];
  if (own?.policy === "clusterAdmin") {
    return [];
  }
  return [
    {
      severity: "error",
      what:
        own === undefined
          ? `you are ${arn}, which has no access entry: the cluster would be made, and nothing in it`
          : `you are ${arn}, whose access entry allows ${own.policy} only: a run makes what needs clusterAdmin`,
      setting: `groundwork:cluster.accessEntries${key === undefined ? "" : `.${key}.policy`}`,
      mend:
        own === undefined
          ? `Take a role that has one (\`aws:assumeRoles\`), or write: { principalArn: "${principal}", policy: clusterAdmin }`
          : "Take a role that has it (`aws:assumeRoles`), or write: policy: clusterAdmin",
    },
  ];
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
    AWS_CREDENTIAL_EXPIRATION: told,
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
  const end = Date.parse(told ?? "");
  if (Number.isNaN(end)) {
    const what = "the credentials are temporary, and AWS_CREDENTIAL_EXPIRATION does not say when they end";
    return [{ severity: "not asked", what }];
  }
  const [left, needed] = [Math.floor((end - now.getTime()) / 60_000), firstRunMinutes(settings)];
  return left >= needed
    ? []
    : [
        {
          severity: "warning",
          what: `the credentials end at ${new Date(end).toISOString()}, in ${left} min; a first run takes some ${needed}, and is broken off then`,
          mend: "Take new ones, for longer: `aws:profile` and roles are renewed during a run",
        },
      ];
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
