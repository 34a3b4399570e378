import { objectsIn } from "../catalogue/entries/aws/s3";
import { quotas } from "../catalogue/quotas/aws-quotas";
import { limitOf, type Quota } from "../catalogue/quotas/quota";
import type { CloudRecord } from "../cloud/store";
import { numberOf, textOf, textsAt, type Values } from "../interpreter/values";
import { ApiError, carryOut, readOf, type ApiCall, type Operation } from "./call";
import { escaped, queryAnswer, restAnswer } from "./xml";

// What an account has that people made by hand, and what it may have. Nothing is there that nobody put into cloud/. Codes and forms of
// the answers: the API references of ACM, Secrets Manager, SNS, Route 53, IAM and Service Quotas.

const valuesOf = ({ inputs, outputs }: CloudRecord): Values => ({ ...inputs, ...outputs });

/** Operations of a service that only read, by their names. */
function reads<Input, Output>(
  service: string,
  told: Readonly<Record<string, (input: Input, call: ApiCall) => Output>>,
): Readonly<Record<string, Operation<Input, Output>>> {
  return Object.fromEntries(
    Object.entries(told).map(([action, tell]): [string, Operation<Input, Output>] => [
      action,
      (input, call) => carryOut(call, readOf(service, action), () => tell(input, call)),
    ]),
  );
}

function there(
  type: string,
  id: string,
  call: ApiCall,
  code: string,
  said: string,
  status = 400,
): CloudRecord {
  const found = call.hands
    .ofType(type)
    .find((record) => record.id === id || textOf(valuesOf(record), "arn") === id);
  if (found === undefined) throw new ApiError(code, said, status);
  return found;
}

/** Seconds since 1970; undefined for no date. */
function seconds(text: string): number | undefined {
  return text === "" ? undefined : Date.parse(text) / 1000;
}

const gone = "ResourceNotFoundException";

export const certificateOperations = reads("acm", {
  DescribeCertificate: ({ CertificateArn: arn }: { readonly CertificateArn: string }, call) => {
    const said = `Could not find certificate ${arn}.`;
    const values = valuesOf(there("aws:acm/certificate:Certificate", arn, call, gone, said));
    return {
      Certificate: {
        CertificateArn: arn,
        DomainName: textOf(values, "domainName"),
        Status: textOf(values, "status") || "ISSUED",
        NotAfter: seconds(textOf(values, "notAfter")),
      },
    };
  },
});

/** By its ARN or its name. */
function secretAsked(id: string, call: ApiCall): CloudRecord {
  const type = "aws:secretsmanager/secret:Secret";
  const named = call.hands.ofType(type).find((record) => textOf(valuesOf(record), "name") === id);
  return named ?? there(type, id, call, gone, "Secrets Manager can't find the specified secret.");
}

export const secretOperations = reads<{ readonly SecretId: string }, unknown>("secretsmanager", {
  GetSecretValue: ({ SecretId: id }, call) => {
    const values = valuesOf(secretAsked(id, call));
    const arn = textOf(values, "arn");
    const [newest] = call.hands
      .ofType("aws:secretsmanager/secretVersion:SecretVersion")
      .filter((version) => textOf(valuesOf(version), "secretId") === arn)
      .sort((a, b) => b.createdAt.localeCompare(a.createdAt));
    if (newest === undefined) {
      const said = "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT";
      throw new ApiError(gone, said);
    }
    return {
      ARN: arn,
      Name: textOf(values, "name"),
      CreatedDate: seconds(newest.createdAt),
      SecretString: textOf(valuesOf(newest), "secretString"),
      VersionStages: ["AWSCURRENT"],
    };
  },
  DescribeSecret: ({ SecretId: id }, call) => {
    const values = valuesOf(secretAsked(id, call));
    return {
      ARN: textOf(values, "arn") || id,
      Name: textOf(values, "name"),
      DeletedDate: seconds(textOf(values, "deletedDate")),
      VersionIdsToStages: { "00000000-0000-0000-0000-000000000001": ["AWSCURRENT"] },
    };
  },
});

interface QuotaAsked {
  readonly ServiceCode: string;
  readonly QuotaCode: string;
}

const telling =
  (value: (quota: Quota, call: ApiCall) => number) =>
  ({ QuotaCode: code, ServiceCode: service }: QuotaAsked, call: ApiCall) => {
    const quota = quotas.find((one) => one.code === code && one.service === service);
    if (quota === undefined) {
      const said = "The request failed because the specified quota does not exist.";
      throw new ApiError("NoSuchResourceException", said);
    }
    const named = { ServiceCode: service, QuotaCode: code, QuotaName: quota.name };
    return { Quota: { ...named, Value: value(quota, call), Adjustable: true } };
  };

export const quotaOperations = reads("servicequotas", {
  GetServiceQuota: telling((quota, { hands }) => limitOf(quota, hands)),
  GetAWSDefaultServiceQuota: telling(({ standard }) => standard),
});

interface ImagesAsked {
  readonly repositoryName: string;
  readonly imageIds?: readonly { readonly imageTag?: string; readonly imageDigest?: string }[];
}

export const imageOperations = reads("ecr", {
  DescribeImages: ({ imageIds = [], repositoryName: name }: ImagesAsked, call) => {
    const images = call.hands
      .ofType("aws:ecr/image:Image")
      .map((record) => ({ ...valuesOf(record), createdAt: record.createdAt }))
      .filter((image) => textOf(image, "repository") === name);
    const isThere = call.hands
      .ofType("aws:ecr/repository:Repository")
      .some((record) => textOf(valuesOf(record), "name") === name || record.id === name);
    if (!isThere && images.length === 0) {
      const said = `The repository with name '${name}' does not exist in the registry with id '${call.account}'`;
      throw new ApiError("RepositoryNotFoundException", said);
    }
    const found = images.filter((image) =>
      imageIds.some(
        ({ imageDigest, imageTag }) =>
          textOf(image, "imageDigest") === imageDigest || textOf(image, "imageTag") === imageTag,
      ),
    );
    if (found.length === 0) {
      const said = `The image does not exist within the repository '${name}'`;
      throw new ApiError("ImageNotFoundException", said);
    }
    return {
      imageDetails: found.map((image) => ({
        imageDigest: textOf(image, "imageDigest"),
        imagePushedAt: seconds(image.createdAt),
      })),
    };
  },
});

export const topicOperations = reads("sns", {
  GetTopicAttributes: (input: URLSearchParams, call) => {
    const arn = input.get("TopicArn") ?? "";
    const topic = there("aws:sns/topic:Topic", arn, call, "NotFound", "Topic does not exist", 404);
    const subscribers = numberOf(valuesOf(topic), "subscriptionsConfirmed") ?? 1;
    const attributes = [
      { key: "TopicArn", value: arn },
      { key: "SubscriptionsConfirmed", value: String(subscribers) },
    ];
    const namespace = "http://sns.amazonaws.com/doc/2010-03-31/";
    return queryAnswer("GetTopicAttributes", namespace, { Attributes: attributes }, "entry");
  },
});

const zoneType = "aws:route53/zone:Zone";
const zoneNamespace = "https://route53.amazonaws.com/doc/2013-04-01/";

const described = (
  zone: CloudRecord,
): Readonly<Record<string, string | Readonly<Record<string, boolean>>>> => ({
  Id: `/hostedzone/${zone.id}`,
  Name: `${textOf(valuesOf(zone), "name").replace(/\.$/, "")}.`,
  CallerReference: zone.id,
  Config: { PrivateZone: zone.inputs["vpcs"] !== undefined },
});

/** REST in XML; the endpoint makes a form of the path. */
export const zoneOperations = reads("route53", {
  GetHostedZone: (input: URLSearchParams, call) => {
    const id = input.get("Id") ?? "";
    const zone = there(zoneType, id, call, "NoSuchHostedZone", `No hosted zone found with ID: ${id}`, 404);
    const servers = textsAt(valuesOf(zone), "nameServers");
    const answer = { HostedZone: described(zone), DelegationSet: { NameServers: servers } };
    return restAnswer("GetHostedZoneResponse", zoneNamespace, answer, "NameServer");
  },
  ListHostedZonesByName: (input: URLSearchParams, call) => {
    const from = `${(input.get("dnsname") ?? "").replace(/\.$/, "")}.`;
    const zones = call.hands.ofType(zoneType).map(described);
    // Names that come before it in the service's order are left out; that order is by labels, of which only equal ones are wanted here.
    const found = zones.filter(({ Name: name }) => name === from);
    const answer = { HostedZones: found, IsTruncated: false, MaxItems: 100 };
    return restAnswer("ListHostedZonesByNameResponse", zoneNamespace, answer, "HostedZone");
  },
  ListResourceRecordSets: (input: URLSearchParams, call) => {
    const id = input.get("Id") ?? "";
    const zone = there(zoneType, id, call, "NoSuchHostedZone", `No hosted zone found with ID: ${id}`, 404);
    const apex = `${textOf(valuesOf(zone), "name").replace(/\.$/, "")}.`;
    const records = call.hands
      .ofType("aws:route53/record:Record")
      .map(valuesOf)
      .filter((record) => textOf(record, "zoneId") === id)
      .map((record) =>
        recordSet(
          // The service writes an asterisk as its code.
          `${textOf(record, "fqdn") || textOf(record, "name")}.`.replace("*", "\\052"),
          textOf(record, "type"),
          textsAt(record, "records"),
        ),
      );
    const sets = [recordSet(apex, "NS", []), recordSet(apex, "SOA", []), ...records].join("");
    return (
      `<ListResourceRecordSetsResponse xmlns="${zoneNamespace}"><ResourceRecordSets>${sets}</ResourceRecordSets>` +
      "<IsTruncated>false</IsTruncated><MaxItems>300</MaxItems></ListResourceRecordSetsResponse>"
    );
  },
});

function recordSet(name: string, type: string, values: readonly string[]): string {
  const records = values.map((value) => `<ResourceRecord><Value>${escaped(value)}</Value></ResourceRecord>`);
  return (
    `<ResourceRecordSet><Name>${escaped(name)}</Name><Type>${type}</Type><TTL>300</TTL>` +
    `<ResourceRecords>${records.join("")}</ResourceRecords></ResourceRecordSet>`
  );
}

/** REST in XML; the endpoint makes a form of the path. */
export const bucketOperations = reads("s3", {
  ListObjectVersions: (input: URLSearchParams, call) => {
    const name = input.get("Bucket") ?? "";
    there("aws:s3/bucket:Bucket", name, call, "NoSuchBucket", "The specified bucket does not exist", 404);
    const keys = objectsIn(name, call.hands).map(({ id }) => `<Version><Key>${escaped(id)}</Key></Version>`);
    return `<ListVersionsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${keys[0] ?? ""}</ListVersionsResult>`;
  },
});

/** Whether anybody has a bucket of this name: what S3 tells to whoever asks. */
export function hasBucket(name: string, ofType: (type: string) => readonly CloudRecord[]): boolean {
  return ["aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"]
    .flatMap(ofType)
    .some((record) => record.id === name || textOf(valuesOf(record), "bucket") === name);
}
