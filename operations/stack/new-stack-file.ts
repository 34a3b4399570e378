import { stringify } from "yaml";

/** How much a new stack has. */
export const sizes = ["small", "data", "whole"] as const;
export type Size = (typeof sizes)[number];

export interface NewStack {
  readonly stack: string;
  readonly account: string;
  readonly region: string;
  /** Of names that nobody else in the world may have. */
  readonly prefix: string;
  readonly size: Size;
  /** A /16 of its own. */
  readonly block: string;
  readonly domain?: string;
}

const small = (): string => `  # One queue, with another for what fails, and alarms.
  groundwork:messaging:
    queues:
      mail: {}
`;

const data = ({ account, region, prefix, stack, block }: NewStack): string => {
  const at = (rest: string): string => block.replace("0.0/16", rest);
  return `  groundwork:network:
    cidrBlock: ${block}
    # RDS and EKS want two zones.
    availabilityZones: [${region}a, ${region}b]
    publicSubnets: [${at("0.0/22")}, ${at("4.0/22")}]
    privateSubnets: [${at("64.0/19")}, ${at("96.0/19")}]
    databaseSubnets: [${at("128.0/24")}, ${at("129.0/24")}]
    # One gateway for both zones: cheaper, and gone with its zone. perZone for production.
    natGateways: single
  groundwork:database:
    engineVersion: "16"
    instanceClass: db.t4g.medium
    allocatedStorage: 20
    maxAllocatedStorage: 100
    backupRetentionDays: 7
  groundwork:reports:
    tables:
      events:
        hashKey: { name: id, type: S }
    bucket:
      # Every bucket of the world has a name of its own.
      name: ${prefix}-${stack}-reports
  # All of it is watched. Whoever should be told reads a topic of SNS: docs/alarms.md says how one is made.
  groundwork:alarms:
    # topics: { critical: [arn:aws:sns:${region}:${account}:oncall] }
    dashboard: true
  # Users with keys for what is outside of AWS: the queues, the tables, the bucket.
  groundwork:users: {}
`;
};

const whole = ({ account, prefix, domain }: NewStack): string => `  groundwork:cluster:
    version: "1.35"
    # Who may reach its API from outside; without a line here only the network itself does, and so must whoever runs this.
    # apiAccess: { publicCidrBlocks: [203.0.113.7/32] }
    accessEntries:
      # The role that runs this program. It has to exist.
      deploy: { principalArn: "arn:aws:iam::${account}:role/${prefix}-deploy", policy: clusterAdmin }
    nodeGroups:
      default: { instanceTypes: [m7i.large], minSize: 2, desiredSize: 2, maxSize: 4 }
  # Mails go nowhere: a pod catches them and shows them on a page (docs/runbooks/mail.md).
  groundwork:mail:
    catcher: {}
${domain === undefined ? "" : `  groundwork:dns:\n    domain: ${stringify(domain).trim()}\n`}`;

/** The text of a new stack's file. Values that come from a person are judged afterwards, with the whole. */
export function newStackFile(stack: NewStack): string {
  const { account, region, size } = stack;
  return `# yaml-language-server: $schema=schema/stack.schema.json
#
# What each setting means, and what else there is: docs/settings.md.
config:
  aws:region: ${stringify(region).trim()}
  # Credentials of any other account are refused.
  aws:allowedAccountIds: [${JSON.stringify(account)}]
  # Whatever forgets to name its provider fails, in place of reaching for the credentials that happen to be there.
  pulumi:disable-default-providers: [aws, azure-native, kubernetes]
  # What holds data is locked at both levels; production has higher floors, and wants a key for its secrets.
  groundwork:guard:
    level: development
${size === "small" ? "" : data(stack)}${small()}${size === "whole" ? whole(stack) : ""}`;
}
