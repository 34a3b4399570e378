import type { Step } from "../../guard/step";
import { isRecord } from "../../guard/unknown";
import type { Move, PropertyMove } from "./moves";

type Values = Readonly<Record<string, unknown>>;

/** A property that shows what other resources have put there. */
interface Shown {
  readonly type: string;
  readonly property: string;
  /** The resources that put something there, and the property of theirs that names this one by its id. */
  readonly by: string;
  readonly link: string;
  /** What the property shows, part by part. Default: it shows one thing, whatever that is. */
  readonly parts?: (value: unknown, id: string) => readonly string[];
  /** What one of those resources puts there. Default: that one thing. */
  readonly part?: (own: Values, id: string) => string;
}

const one = "it";
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const records = (value: unknown): readonly Values[] => list(value).filter(isRecord);
const first = (...values: readonly unknown[]): string =>
  values.map((value) => (typeof value === "number" ? String(value) : value)).find(isText) ?? "";
const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
const texts = (value: unknown): readonly string[] => list(value).map(String);

/** `tcp 443-443 10.0.0.0/16`; of all protocols AWS tells no ports, or 0, or -1. */
function ruleText(protocol: unknown, from: unknown, to: unknown, peer: unknown): string {
  return `${first(protocol)}${first(protocol) === "-1" ? "" : ` ${first(from)}-${first(to)}`} ${first(peer)}`;
}

const rules = {
  parts: (value: unknown, id: string): readonly string[] =>
    records(value).flatMap((rule) =>
      ["cidrBlocks", "ipv6CidrBlocks", "prefixListIds", "securityGroups"]
        .flatMap((peers) => list(rule[peers]))
        .concat(rule["self"] === true ? [id] : [])
        .map((peer) => ruleText(rule["protocol"], rule["fromPort"], rule["toPort"], peer)),
    ),
  part: (own: Values): string =>
    ruleText(
      own["ipProtocol"],
      own["fromPort"],
      own["toPort"],
      first(own["cidrIpv4"], own["cidrIpv6"], own["prefixListId"], own["referencedSecurityGroupId"]),
    ),
};

const bucketParts: Readonly<Record<string, string>> = {
  accelerationStatus: "bucketAccelerateConfiguration:BucketAccelerateConfiguration",
  acl: "bucketAcl:BucketAcl",
  corsRules: "bucketCorsConfiguration:BucketCorsConfiguration",
  grants: "bucketAcl:BucketAcl",
  lifecycleRules: "bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  logging: "bucketLogging:BucketLogging",
  objectLockConfiguration: "bucketObjectLockConfiguration:BucketObjectLockConfiguration",
  policy: "bucketPolicy:BucketPolicy",
  replicationConfiguration: "bucketReplicationConfig:BucketReplicationConfig",
  serverSideEncryptionConfiguration:
    "bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  versioning: "bucketVersioning:BucketVersioning",
  website: "bucketWebsiteConfiguration:BucketWebsiteConfiguration",
};

/** The AWS provider shows them so: in each resource's documentation, "if used together … perpetual differences". */
export const shownParts: readonly Shown[] = [
  {
    type: "aws:ec2/securityGroup:SecurityGroup",
    property: "ingress",
    by: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    link: "securityGroupId",
    ...rules,
  },
  {
    type: "aws:ec2/securityGroup:SecurityGroup",
    property: "egress",
    by: "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    link: "securityGroupId",
    ...rules,
  },
  {
    type: "aws:iam/role:Role",
    property: "managedPolicyArns",
    by: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    link: "role",
    parts: texts,
    part: (own) => first(own["policyArn"]),
  },
  {
    type: "aws:iam/role:Role",
    property: "inlinePolicies",
    by: "aws:iam/rolePolicy:RolePolicy",
    link: "role",
    parts: (value) => records(value).map(({ name }) => first(name)),
    part: (own) => first(own["name"]),
  },
  {
    type: "aws:ec2/routeTable:RouteTable",
    property: "routes",
    by: "aws:ec2/route:Route",
    link: "routeTableId",
    parts: (value) =>
      records(value).map((route) =>
        first(route["cidrBlock"], route["ipv6CidrBlock"], route["destinationPrefixListId"]),
      ),
    part: (own) =>
      first(own["destinationCidrBlock"], own["destinationIpv6CidrBlock"], own["destinationPrefixListId"]),
  },
  {
    type: "aws:autoscaling/group:Group",
    property: "targetGroupArns",
    by: "aws:autoscaling/attachment:Attachment",
    link: "autoscalingGroupName",
    parts: texts,
    part: (own) => first(own["lbTargetGroupArn"]),
  },
  {
    type: "aws:ec2/vpcEndpoint:VpcEndpoint",
    property: "routeTableIds",
    by: "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation",
    link: "vpcEndpointId",
    parts: texts,
    part: (own) => first(own["routeTableId"]),
  },
  {
    type: "aws:sqs/queue:Queue",
    property: "policy",
    by: "aws:sqs/queuePolicy:QueuePolicy",
    link: "queueUrl",
  },
  {
    type: "aws:secretsmanager/secret:Secret",
    property: "policy",
    by: "aws:secretsmanager/secretPolicy:SecretPolicy",
    link: "secretArn",
  },
  { type: "aws:kms/key:Key", property: "policy", by: "aws:kms/keyPolicy:KeyPolicy", link: "keyId" },
  ...Object.entries(bucketParts).map(([property, by]) => ({
    type: "aws:s3/bucket:Bucket",
    property,
    by: `aws:s3/${by}`,
    link: "bucket",
  })),
];

/**
 * What a property has come to show that no resource of the stack has put there.
 *
 * @returns undefined where the property shows nothing of other resources, or the program gives it itself.
 */
export function strangersIn(
  move: Move,
  { path, from, to }: PropertyMove,
  steps: readonly Step[],
): readonly string[] | undefined {
  const [property = ""] = path.split(/[.[]/);
  const found = shownParts.find((each) => each.type === move.type && each.property === property);
  if (found === undefined || property in move.old.inputs) {
    return undefined;
  }
  const { by, link, parts = present, part = () => one } = found;
  const id = move.id ?? "";
  const own = new Set(
    steps
      .filter(({ type }) => type === by)
      .flatMap(({ old, new: wanted }) => [old, wanted])
      .flatMap((state) => (state === undefined ? [] : [{ ...state.outputs, ...state.inputs }]))
      .filter((values) => values[link] === id)
      .map((values) => part(values, id)),
  );
  const had = new Set(parts(from, id));
  return parts(to, id).filter((each) => !own.has(each) && !had.has(each));
}

function present(value: unknown): readonly string[] {
  const isEmpty =
    value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
  return isEmpty ? [] : [one];
}
