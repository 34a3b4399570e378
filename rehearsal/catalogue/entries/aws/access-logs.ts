import type { CloudRecord } from "../../../cloud/store";
import type { CloudHands, CloudView, Draft, InputRule, Place, Refusal } from "../../../interpreter/entry";
import { isRecord, listOf, recordOf, textOf, type Values } from "../../../interpreter/values";
import { policyAllows } from "./iam-policy";

// Access logs of load balancers. Elastic Load Balancing tries the bucket when they are turned on, and refuses what it may not write.
// Sources: "Enable access logs for your Application Load Balancer" and the same for Network and Classic ones: the same region, and for
// Application Load Balancers S3's own keys alone; the refusal in its words in cn-terraform/terraform-aws-ecs-alb #4.

const bucketType = "aws:s3/bucket:Bucket";

/** Whom each kind writes by. */
const writers: Readonly<Record<string, string>> = {
  application: "logdelivery.elasticloadbalancing.amazonaws.com",
  classic: "logdelivery.elasticloadbalancing.amazonaws.com",
  network: "delivery.logs.amazonaws.com",
};

/** A load balancer that has its accesses logged, and where. */
export interface AccessLogs {
  readonly kind: "application" | "classic" | "network";
  readonly bucket: string;
  readonly prefix: string;
  readonly place: Place;
}

/** Why access logs are not turned on; undefined where they are. */
export function refuseAccessLogs(
  logs: AccessLogs,
  cloud: Pick<CloudView, "everywhere">,
): Refusal | undefined {
  const { bucket, kind, place } = logs;
  const about = (type: string): CloudRecord | undefined =>
    cloud.everywhere(type).find(({ outputs }) => textOf(outputs, "bucket") === bucket);
  const [first = {}] = listOf(
    about("aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration")
      ?.outputs ?? {},
    "rules",
  ).filter(isRecord);
  const algorithm = textOf(recordOf(first, "applyServerSideEncryptionByDefault"), "sseAlgorithm");
  const fits =
    textOf(about(bucketType)?.outputs ?? {}, "bucketRegion") === place.region &&
    (kind === "network" || ["", "AES256"].includes(algorithm)) &&
    policyAllows(textOf(about("aws:s3/bucketPolicy:BucketPolicy")?.outputs ?? {}, "policy"), {
      principals: [writers[kind] ?? ""],
      action: "s3:PutObject",
      resource: `arn:aws:s3:::${bucket}/${folderOf(logs)}/probe`,
      context:
        kind === "network"
          ? {
              "aws:sourceaccount": place.account,
              "aws:sourcearn": `arn:aws:logs:${place.region}:${place.account}:delivery-source`,
              "s3:x-amz-acl": "bucket-owner-full-control",
            }
          : {},
    });
  return fits
    ? undefined
    : {
        code: "InvalidConfigurationRequest",
        message: `Access Denied for bucket: ${bucket}. Please check S3bucket permission`,
      };
}

const folderOf = ({ place, prefix }: AccessLogs): string =>
  `${prefix === "" ? "" : `${prefix}/`}AWSLogs/${place.account}`;

/** What a load balancer of the program says of its logs; undefined while they are off, which they are unless it says so. */
function logsOf(inputs: Values, place: Place): AccessLogs | undefined {
  const logs = recordOf(inputs, "accessLogs");
  const kind = textOf(inputs, "loadBalancerType") === "network" ? "network" : "application";
  return logs["enabled"] === true
    ? { kind, bucket: textOf(logs, "bucket"), prefix: textOf(logs, "prefix"), place }
    : undefined;
}

export const accessLogsAreTaken: InputRule = (inputs, cloud, { place }) => {
  const logs = logsOf(inputs, place);
  return logs && refuseAccessLogs(logs, cloud);
};

/** The file that shows that the bucket may be written; it stays, so that the bucket is not empty from then on. */
export function leaveTestFile({ inputs, place }: Pick<Draft, "inputs" | "place">, cloud: CloudHands): void {
  const logs = logsOf(inputs, place);
  if (logs === undefined) return;
  const key = `${folderOf(logs)}/ELBAccessLogTestFile`;
  cloud.put({
    type: "aws:s3/bucketObject:BucketObject",
    id: `${logs.bucket}/${key}`,
    inputs: { bucket: logs.bucket, key },
  });
}
