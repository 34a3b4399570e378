import type * as route53Module from "@aws-sdk/client-route-53";
import type * as sts from "@aws-sdk/client-sts";
import type { ResourceRecordSet } from "@aws-sdk/client-route-53";
import { createRequire } from "node:module";
import { quoted } from "../../guard/printed-command";
import { read } from "../../guard/unknown";
import type { AwsClientConfig } from "../engine/aws-clients";
import { shortType, type PlannedStep } from "../plan/plan";
import type { Leftover } from "./leftover";

const load = createRequire(__filename);

const recordType = "aws:route53/record:Record";

/**
 * What AWS does not delete for what is in it, or for a lock: buckets with objects, zones with records of others, and what somebody has
 * locked in the cloud since the last run.
 *
 * @param gone steps of the destroy; what they know of locks is what the cloud was last asked for.
 * @throws whatever the SDK throws.
 */
export async function notEmptyOrLocked(
  gone: readonly PlannedStep[],
  config: AwsClientConfig,
): Promise<readonly Leftover[]> {
  const found: Leftover[] = gone.flatMap((step) => lockOf(step));
  for (const { type, old } of gone) {
    const { forceDestroy, region = config.region } = old?.inputs ?? {};
    const id = old?.id ?? "";
    const where = { ...config, region: String(region) };
    if (type === "aws:s3/bucket:Bucket" && forceDestroy !== true && (await hasObjects(id, where))) {
      found.push({
        kind: "bucket with objects",
        id,
        why: "AWS deletes no bucket that has an object, or a version of one, in it; nor does anything here empty it.",
        remove:
          `copy what somebody may want (aws s3 sync s3://${id} FOLDER), then empty it with its versions: in the console of S3 "Empty", ` +
          `or aws s3 rm --recursive s3://${id} and, for versions, aws s3api delete-objects`,
      });
    }
    if (type === "aws:route53/zone:Zone" && forceDestroy !== true) {
      found.push(...(await foreignRecords(id, gone, config)));
    }
  }
  return found;
}

/** Locks of the cloud that stop a deletion, by the property that has them. */
const locks = ["deletionProtection", "deletionProtectionEnabled", "enableDeletionProtection"] as const;

function lockOf({ type, name, old }: PlannedStep): Leftover[] {
  const lock = locks.find((one) => read(old?.outputs ?? {}, one) === true);
  return lock === undefined
    ? []
    : [
        {
          kind: `${shortType(type)} locked in the cloud (${lock})`,
          id: old?.id ?? name,
          why: "Its deletion protection is on, and the last run has not put it there: AWS would refuse the deletion.",
          remove: "ask who has put it on; to go on, take it off there",
        },
      ];
}

/**
 * Whether a bucket has an object, or a version or a delete marker of one. S3's own client is not among the project's packages: the request
 * is signed by the signer of another one.
 */
async function hasObjects(bucket: string, config: AwsClientConfig): Promise<boolean> {
  const { STSClient } = load("@aws-sdk/client-sts") as typeof sts;
  const client = new STSClient(config);
  try {
    const url = new URL(config.endpoint ?? `https://s3.${config.region}.amazonaws.com`);
    const empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    const signer = await client.config.signer({
      ...{ name: "sigv4", signingName: "s3", signingRegion: config.region, properties: {} },
    });
    const { headers } = await signer.sign({
      ...{ method: "GET", protocol: url.protocol, hostname: url.hostname, path: `/${bucket}` },
      ...(url.port !== "" && { port: Number(url.port) }),
      query: { versions: "", "max-keys": "1" },
      headers: { host: url.host, "x-amz-content-sha256": empty },
    });
    const response = await fetch(`${url.origin}/${bucket}?max-keys=1&versions=`, {
      headers,
      signal: AbortSignal.timeout(10_000),
    });
    const body = await response.text();
    if (!response.ok && response.status !== 404) {
      const [, code = ""] = /<Code>([^<]*)</.exec(body) ?? [];
      throw new Error(`S3 answers ${String(response.status)} ${code} for bucket ${bucket}`);
    }
    return /<(Version|DeleteMarker)>/.test(body);
  } finally {
    client.destroy();
  }
}

const keyOf = (name: string, type: string): string =>
  `${name.replace("\\052", "*").replace(/\.$/, "").toLowerCase()} ${type}`;

async function foreignRecords(
  zone: string,
  gone: readonly PlannedStep[],
  config: AwsClientConfig,
): Promise<readonly Leftover[]> {
  const { Route53Client, ListResourceRecordSetsCommand } = load(
    "@aws-sdk/client-route-53",
  ) as typeof route53Module;
  const own = new Set(
    gone.flatMap(({ type, old }) =>
      type === recordType && old?.outputs.zoneId === zone
        ? [keyOf(String(old.outputs.fqdn ?? old.outputs.name), String(old.outputs.type))]
        : [],
    ),
  );
  const client = new Route53Client(config);
  const sets: ResourceRecordSet[] = [];
  try {
    for (let next: Partial<ResourceRecordSet> | undefined = {}; next;) {
      const page: route53Module.ListResourceRecordSetsCommandOutput = await client.send(
        new ListResourceRecordSetsCommand({
          HostedZoneId: zone,
          StartRecordName: next.Name,
          StartRecordType: next.Type,
          StartRecordIdentifier: next.SetIdentifier,
        }),
      );
      sets.push(...(page.ResourceRecordSets ?? []));
      next =
        page.IsTruncated === true
          ? {
              Name: page.NextRecordName,
              Type: page.NextRecordType,
              SetIdentifier: page.NextRecordIdentifier,
            }
          : undefined;
    }
  } finally {
    client.destroy();
  }
  // The zone's own come first: its servers, and who is responsible.
  const apex = sets.find(({ Type: type }) => type === "SOA")?.Name;
  return sets
    .filter(
      ({ Name: name = "", Type: type = "" }) =>
        !own.has(keyOf(name, type)) && !(name === apex && /^(NS|SOA)$/.test(type)),
    )
    .map((set) => ({
      kind: `record in zone ${zone}`,
      id: `${set.Name ?? ""} ${set.Type ?? ""}`.replace("\\052", "*"),
      why: "It is not of this stack, and AWS deletes no zone with other records than its own in it.",
      remove:
        `aws route53 change-resource-record-sets --hosted-zone-id ${zone} --change-batch ` +
        quoted(JSON.stringify({ Changes: [{ Action: "DELETE", ResourceRecordSet: set }] })),
    }));
}
