import { createRequire } from "node:module";
import { awsClientConfig, type AwsClientConfig } from "../engine/aws-clients";
import { taggedResources, type Tagged } from "../engine/tagged";
import type { PlannedStep } from "../plan/plan";
import type { OpenStack } from "../plan/workspace";
import type { Kept } from "./kept";

const load = createRequire(__filename);

/** Something that costs money, and is in AWS with the stack's tags while the stack is down. */
interface Remaining {
  readonly arn: string;
  /** `ec2:volume`, as ARNs have it. */
  readonly kind: string;
  readonly why: string;
}

/** What AWS says of a stack that is down. */
export interface Remains {
  readonly left: readonly Remaining[];
  /** ARNs of what stays on purpose. */
  readonly kept: readonly string[];
  /** How much AWS's index of tags still shows that is gone. */
  readonly stillShown: number;
}

/** Where what has no region is listed. */
const globalRegion = "us-east-1";

/** What costs nothing, whether it is there or not. */
const free = new RegExp(
  "^(iam|autoscaling|dlm|sns|sqs|events|acm|ssm|route53:change|" +
    "ec2:(vpc|subnet|security-group|security-group-rule|route-table|network-acl|network-interface|internet-gateway|" +
    "egress-only-internet-gateway|launch-template|key-pair|vpc-flow-log)|" +
    "imagebuilder:(component|image|image-recipe|image-pipeline|infrastructure-configuration|distribution-configuration)|" +
    "elasticloadbalancing:(listener|listener-rule|targetgroup)|rds:(subgrp|pg|cluster-pg|og)|" +
    "eks:(nodegroup|addon|access-entry|podidentityassociation))(:|$)",
);

/** Copies of data, and images: nothing here deletes one. */
const copies = /^(rds:(snapshot|cluster-snapshot|auto-backup)|ec2:(snapshot|image)|backup:recovery-point)$/;

/** What a service is asked by whether something is there: its client, its operation and the parameter. A plural has a list of one. */
const questions: Readonly<Record<string, readonly [sdk: string, client: string, act: string, by: string]>> = {
  "ec2:instance": ["ec2", "EC2", "DescribeInstances", "InstanceIds"],
  "ec2:volume": ["ec2", "EC2", "DescribeVolumes", "VolumeIds"],
  "ec2:snapshot": ["ec2", "EC2", "DescribeSnapshots", "SnapshotIds"],
  "ec2:image": ["ec2", "EC2", "DescribeImages", "ImageIds"],
  "ec2:elastic-ip": ["ec2", "EC2", "DescribeAddresses", "AllocationIds"],
  "ec2:natgateway": ["ec2", "EC2", "DescribeNatGateways", "NatGatewayIds"],
  "ec2:vpc-endpoint": ["ec2", "EC2", "DescribeVpcEndpoints", "VpcEndpointIds"],
  "rds:db": ["rds", "RDS", "DescribeDBInstances", "DBInstanceIdentifier"],
  "rds:cluster": ["rds", "RDS", "DescribeDBClusters", "DBClusterIdentifier"],
  "rds:snapshot": ["rds", "RDS", "DescribeDBSnapshots", "DBSnapshotIdentifier"],
  "rds:cluster-snapshot": ["rds", "RDS", "DescribeDBClusterSnapshots", "DBClusterSnapshotIdentifier"],
  "kms:key": ["kms", "KMS", "DescribeKey", "KeyId"],
  "secretsmanager:secret": ["secrets-manager", "SecretsManager", "DescribeSecret", "SecretId"],
  "dynamodb:table": ["dynamodb", "DynamoDB", "DescribeTable", "TableName"],
};

/** ARNs that name their kind nowhere. */
const plainKinds: Readonly<Record<string, string>> = { s3: "s3:bucket", sns: "sns", sqs: "sqs" };

const parsed = ({ arn }: Tagged): { readonly kind: string; readonly id: string; readonly region: string } => {
  const [, , service = "", region = "", , ...rest] = arn.split(":");
  const [, noun = "", id = ""] = /^([^/:]+)[/:](.+)$/.exec(rest.join(":")) ?? [];
  return { kind: plainKinds[service] ?? `${service}:${noun}`, id: id || rest.join(":"), region };
};

/**
 * Everything with the stack's tags, and with those of its clusters, that may cost money, by AWS's index of tags. It does not know what AWS
 * puts no tags on: log groups that come back, addresses without one.
 *
 * @throws whatever the SDK throws.
 */
export async function billable(stack: OpenStack, gone: readonly PlannedStep[]): Promise<readonly Tagged[]> {
  const { project, stack: environment, region } = stack.settings.context;
  const config = await awsClientConfig(stack);
  const clusters = gone.flatMap(({ type, old }) =>
    type === "aws:eks/cluster:Cluster" ? [`kubernetes.io/cluster/${old?.id ?? ""}`] : [],
  );
  const own = [
    ["project", project],
    ["environment", environment],
    ["managed-by", "groundwork"],
  ] as const;
  const others = gone.map(({ old }) => old?.inputs.region).filter((one) => typeof one === "string");
  const found = new Map<string, Tagged>();
  for (const asked of new Set([region, globalRegion, ...others])) {
    for (const tags of [own, ...clusters.map((cluster) => [[cluster, "owned"]] as const)]) {
      for (const one of await taggedResources({ ...config, region: asked }, tags)) {
        if (!free.test(parsed(one).kind)) found.set(one.arn, one);
      }
    }
  }
  return [...found.values()];
}

/** Copies and images that the stack's tags show, and that this destroy neither makes nor deletes: they were made before, and stay. */
export function madeBefore(tagged: readonly Tagged[], gone: readonly PlannedStep[]): readonly Kept[] {
  const deleted = deletedBy(gone);
  return tagged.flatMap((one) => {
    const { kind, id } = parsed(one);
    return !copies.test(kind) || deleted.has(id) || deleted.has(one.arn)
      ? []
      : [
          {
            what: `${kind} ${id}`,
            why: "It was made before, by a pipeline, a schedule or an earlier destroy. It costs storage until it is deleted by hand.",
            until: null,
            dollarsAMonth: null,
            ids: [one.arn],
          },
        ];
  });
}

/**
 * What of a stack is left in AWS after its destroy. What the run has deleted is gone: each provider waits for that. Everything else that
 * the index shows is asked of its own service, because the index shows for a while what is gone.
 *
 * @param gone steps of the destroy; none where the stack was down before.
 * @throws whatever the SDK throws.
 */
export async function remains(
  stack: OpenStack,
  gone: readonly PlannedStep[],
  said: readonly Kept[],
): Promise<Remains> {
  const config = await awsClientConfig(stack);
  const deleted = deletedBy(gone);
  const expected = new Set(said.flatMap(({ ids }) => ids));
  const left: Remaining[] = [];
  const kept: string[] = [];
  let stillShown = 0;
  for (const one of await billable(stack, gone)) {
    const { kind, id, region } = parsed(one);
    const claim = `${one.tags["kubernetes.io/created-for/pvc/namespace"] ?? ""}/${one.tags["kubernetes.io/created-for/pvc/name"] ?? ""}`;
    if (expected.has(one.arn) || expected.has(id) || expected.has(claim)) {
      kept.push(one.arn);
    } else if (deleted.has(one.arn) || deleted.has(id)) {
      stillShown += 1;
    } else {
      const there = await isThere(
        { ...config, region: region === "" ? config.region : region },
        kind,
        id,
        one.arn,
      );
      if (there === "no") stillShown += 1;
      else if (there === "going" || (there === "yes" && copies.test(kind)) || kind === "rds:auto-backup") {
        kept.push(one.arn);
      } else {
        left.push({
          ...{ arn: one.arn, kind },
          why:
            there === "yes"
              ? "It has the stack's tags, the stack does not manage it, and it costs money: find out who uses it, and delete it."
              : "AWS's index of tags shows it. It may be gone: the index is some minutes behind. Look whether it is there.",
        });
      }
    }
  }
  return { left, kept, stillShown };
}

/** Ids, names and ARNs of what a destroy deletes. */
function deletedBy(gone: readonly PlannedStep[]): ReadonlySet<string> {
  return new Set(
    gone.flatMap(({ old }) =>
      old?.retainOnDelete === true
        ? []
        : [old?.id, old?.outputs.arn, old?.outputs.name, old?.outputs.identifier].filter(
            (one): one is string => typeof one === "string" && one !== "",
          ),
    ),
  );
}

type Sdk = Readonly<
  Record<string, new (input: object) => { send(command: object): Promise<object>; destroy(): void }>
>;

/** `going`: it goes on a set day. `unknown`: nobody here knows how to ask. */
async function isThere(
  config: AwsClientConfig,
  kind: string,
  id: string,
  arn: string,
): Promise<"yes" | "no" | "going" | "unknown"> {
  const [sdk = "", service = "", act = "", by = ""] = questions[kind] ?? [];
  if (sdk === "") {
    return "unknown";
  }
  const { [`${service}Client`]: Client, [`${act}Command`]: Command } = load(`@aws-sdk/client-${sdk}`) as Sdk;
  if (Client === undefined || Command === undefined) {
    throw new Error(`@aws-sdk/client-${sdk} has no ${act}.`);
  }
  const isList = by.endsWith("s");
  const name = kind === "secretsmanager:secret" ? arn : id;
  const client = new Client(config);
  try {
    const said = JSON.stringify(await client.send(new Command({ [by]: isList ? [name] : name })));
    const isOver = /"(State|Name)":"(terminated|shutting-down|deleted|deleting)"/i.test(said);
    return isOver || (isList && !said.includes("[{"))
      ? "no"
      : /"PendingDeletion"|"DeletedDate"/.test(said)
        ? "going"
        : "yes";
  } catch (error) {
    if (error instanceof Error && /NotFound|NoSuch|Unavailable/.test(error.name)) return "no";
    throw error;
  } finally {
    client.destroy();
  }
}
