import { notKnown, type Finding } from "./inputs";
import type { StackFinding, StackResource } from "./stack-resource";
import { hasUnknown, isRecord, isUnknown, parseJson, read } from "../unknown";

const bucketTypes: ReadonlySet<string> = new Set(["aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"]);

/** What S3 keeps as resources beside a bucket. */
export const bucketSettings = {
  publicAccess: ["aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"],
  versioning: ["aws:s3/bucketVersioning:BucketVersioning", "aws:s3/bucketVersioningV2:BucketVersioningV2"],
  encryption: [
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
  ],
  policy: ["aws:s3/bucketPolicy:BucketPolicy"],
} as const;

/** Every bucket of the stack has one of these beside it. */
export function checkBucketsHave(
  resources: readonly StackResource[],
  types: readonly string[],
  advice: string,
): StackFinding[] {
  const settings = resources.filter((resource) => types.includes(resource.type));
  return resources
    .filter((bucket) => bucketTypes.has(bucket.type) && !settings.some((setting) => isAbout(setting, bucket)))
    .map((bucket) => ({
      urn: bucket.urn,
      property: "bucket",
      message: `bucket ${bucket.name} has none of ${types.map((type) => type.split(":")[2] ?? type).join(", ")} beside it. ${advice}`,
    }));
}

/** By where its `bucket` comes from; by name where it was written down. In a first preview only the former is known. */
function isAbout(setting: StackResource, bucket: StackResource): boolean {
  if (setting.dependencies["bucket"]?.includes(bucket.urn) === true) {
    return true;
  }
  const name = read(setting.properties, "bucket");
  return name !== undefined && !isUnknown(name) && name === read(bucket.properties, "bucket");
}

const blocks = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"] as const;

/** All four of S3's switches against the public are on. */
export function checkPublicAccessBlocked(inputs: Readonly<Record<string, unknown>>): Finding[] {
  return blocks.flatMap((path): Finding[] => {
    const value = read(inputs, path);
    if (isUnknown(value)) {
      return [notKnown(path)];
    }
    return value === true
      ? []
      : [{ property: path, message: `${path} is ${value === false ? "false" : "not set"}. Set it to true.` }];
  });
}

/** Types with a canned access list, in the property `acl`. */
export const aclTypes: readonly string[] = [
  "aws:s3/bucket:Bucket",
  "aws:s3/bucketV2:BucketV2",
  "aws:s3/bucketAcl:BucketAcl",
  "aws:s3/bucketAclV2:BucketAclV2",
  "aws:s3/bucketObject:BucketObject",
  "aws:s3/bucketObjectv2:BucketObjectv2",
  "aws:s3/objectCopy:ObjectCopy",
];

const publicAcls: ReadonlySet<unknown> = new Set(["public-read", "public-read-write", "authenticated-read"]);
const publicGroups = /\/groups\/global\/(AllUsers|AuthenticatedUsers)$/;

/** No access list lets everybody, or everybody with an AWS account, in. */
export function checkAclNotPublic(inputs: Readonly<Record<string, unknown>>): Finding[] {
  const acl = read(inputs, "acl");
  if (isUnknown(acl)) {
    return [notKnown("acl")];
  }
  const findings: Finding[] = publicAcls.has(acl)
    ? [{ property: "acl", message: `acl is ${String(acl)}. Leave it out: nothing here is for the public.` }]
    : [];
  for (const path of ["grants", "accessControlPolicy.grants"]) {
    const grants = read(inputs, path);
    if (isUnknown(grants)) {
      findings.push(notKnown(path));
    } else if (JSON.stringify(grants ?? "").includes("/groups/global/") && hasPublicGroup(grants)) {
      findings.push({ property: path, message: `${path} lets everybody in. Name who is meant.` });
    }
  }
  return findings;
}

function hasPublicGroup(value: unknown): boolean {
  if (typeof value === "string") {
    return publicGroups.test(value);
  }
  return (Array.isArray(value) ? value : isRecord(value) ? Object.values(value) : []).some(hasPublicGroup);
}

/** Encryption of a bucket names an algorithm that S3 knows. */
export function checkBucketEncryption(inputs: Readonly<Record<string, unknown>>): Finding[] {
  const rules = read(inputs, "rules");
  if (hasAlgorithm(rules)) {
    return [];
  }
  return isUnknown(rules) || hasUnknown(algorithms(rules))
    ? [notKnown("rules")]
    : [
        {
          property: "rules",
          message:
            "rules name no algorithm. Set applyServerSideEncryptionByDefault.sseAlgorithm to AES256 or aws:kms.",
        },
      ];
}

function algorithms(rules: unknown): unknown[] {
  return (Array.isArray(rules) ? rules : []).map((rule: unknown) =>
    isRecord(rule) ? read(rule, "applyServerSideEncryptionByDefault.sseAlgorithm") : rule,
  );
}

function hasAlgorithm(rules: unknown): boolean {
  return algorithms(rules).some((name) => name === "AES256" || name === "aws:kms" || name === "aws:kms:dsse");
}

/**
 * The policy of a bucket refuses requests that do not come over TLS: a denial for everybody, of every action, under the
 * condition that S3 has for it.
 */
export function checkTlsOnly(inputs: Readonly<Record<string, unknown>>): Finding[] {
  const policy = read(inputs, "policy");
  const document = typeof policy === "string" && !isUnknown(policy) ? parseJson(policy) : policy;
  if (hasUnknown(document)) {
    return [notKnown("policy")];
  }
  const listed = isRecord(document) ? document["Statement"] : undefined;
  return [listed].flat().some(deniesPlain)
    ? []
    : [
        {
          property: "policy",
          message:
            "policy does not refuse plain HTTP. Add a statement: Effect Deny, Principal *, Action s3:*, on the bucket and " +
            'everything in it, Condition {"Bool": {"aws:SecureTransport": "false"}}.',
        },
      ];
}

function deniesPlain(statement: unknown): boolean {
  if (!isRecord(statement) || statement["Effect"] !== "Deny") {
    return false;
  }
  const principal = statement["Principal"];
  const everybody = isRecord(principal) ? Object.values(principal).flat() : [principal];
  const actions = [statement["Action"]].flat();
  const condition = isRecord(statement["Condition"]) ? statement["Condition"]["Bool"] : undefined;
  const secure = isRecord(condition) ? [condition["aws:SecureTransport"]].flat() : [];
  return (
    everybody.includes("*") &&
    actions.some((action) => action === "*" || action === "s3:*") &&
    secure.some((value) => value === false || value === "false") &&
    // Another condition beside it would let plain requests pass where that one is not met.
    isRecord(statement["Condition"]) &&
    Object.keys(statement["Condition"]).length === 1
  );
}
