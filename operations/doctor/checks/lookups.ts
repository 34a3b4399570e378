import type * as acm from "@aws-sdk/client-acm";
import type * as iam from "@aws-sdk/client-iam";
import type * as kms from "@aws-sdk/client-kms";
import type * as route53 from "@aws-sdk/client-route-53";
import type * as secrets from "@aws-sdk/client-secrets-manager";
import type * as sns from "@aws-sdk/client-sns";
import type * as ssm from "@aws-sdk/client-ssm";
import { createRequire } from "node:module";
import { daysUntil } from "../../../settings/release-days";
import { using, type AwsClientConfig } from "../../engine/aws-clients";
import { told, type Finding } from "../check";

const load = createRequire(__filename);
const sdk = {
  acm: () => load("@aws-sdk/client-acm") as typeof acm,
  iam: () => load("@aws-sdk/client-iam") as typeof iam,
  kms: () => load("@aws-sdk/client-kms") as typeof kms,
  route53: () => load("@aws-sdk/client-route-53") as typeof route53,
  secrets: () => load("@aws-sdk/client-secrets-manager") as typeof secrets,
  sns: () => load("@aws-sdk/client-sns") as typeof sns,
  ssm: () => load("@aws-sdk/client-ssm") as typeof ssm,
};

/** How things of one service are looked up. */
export interface Service {
  /** A word for a person. */
  readonly noun: string;
  /** The command that makes one, without the region. */
  readonly make: (id: string) => string;
  /** What is wrong with it; nothing where all is well. Throws the service's own error where there is no such thing. */
  readonly look: (arn: string, id: string, config: AwsClientConfig, now: Date) => Promise<readonly Finding[]>;
}

/** Certificates are renewed 60 days before their end; what is left with less has not been. Source: ACM user guide, Managed renewal. */
const certificateDays = 45;

/** Services by how ARNs name them. What is not here nobody asks about, and the report says so. */
export const services: Readonly<Record<string, Service>> = {
  acm: {
    noun: "certificate",
    make: () => "aws acm request-certificate --domain-name NAME --validation-method DNS",
    look: async (arn, _id, config, now) => {
      const { Certificate: found } = await using(new (sdk.acm().ACM)(config), (client) =>
        client.describeCertificate({ CertificateArn: arn }),
      );
      const { DomainName: domain = "", NotAfter: end, Status: status = "unknown" } = found ?? {};
      const mend = `\`aws acm describe-certificate --certificate-arn ${arn} --region ${config.region}\` says what validation or renewal waits for`;
      if (status !== "ISSUED") {
        const what = `the certificate of ${domain} is ${status}, not ISSUED: no load balancer takes it`;
        return told("error", what, { mend });
      }
      const day = end?.toISOString().slice(0, 10) ?? "";
      const left = end === undefined ? Infinity : daysUntil(day, now.toISOString().slice(0, 10));
      const ends = left < 0 ? `has ended on ${day}` : `ends on ${day}, in ${left} days`;
      return left > certificateDays
        ? []
        : told(
            left < 0 ? "error" : "warning",
            `the certificate of ${domain} ${ends}, and nothing has renewed it`,
            { mend },
          );
    },
  },
  sns: {
    noun: "topic",
    make: (id) => `aws sns create-topic --name ${id}`,
    look: async (arn, _id, config) => {
      const { Attributes: has = {} } = await using(new (sdk.sns().SNS)(config), (client) =>
        client.getTopicAttributes({ TopicArn: arn }),
      );
      const mend = `\`aws sns subscribe --topic-arn ${arn} --protocol email --notification-endpoint ADDRESS --region ${config.region}\``;
      return has["SubscriptionsConfirmed"] === "0"
        ? told("warning", "nobody has subscribed to it: no alarm reaches anybody", { mend })
        : [];
    },
  },
  secretsmanager: {
    noun: "secret",
    make: (id) =>
      `aws secretsmanager create-secret --name ${id.replace(/-[A-Za-z0-9]{6}$/, "")} --secret-string file://VALUE`,
    look: async (arn, _id, config) => {
      const { DeletedDate: deleted, VersionIdsToStages: versions = {} } = await using(
        new (sdk.secrets().SecretsManager)(config),
        (client) => client.describeSecret({ SecretId: arn }),
      );
      const call = (verb: string, more = ""): string =>
        `\`aws secretsmanager ${verb} --secret-id ${arn}${more} --region ${config.region}\``;
      if (deleted !== undefined) {
        const mend = call("restore-secret");
        return told("error", "the secret is being deleted, and nobody can read it", { mend });
      }
      const mend = call("put-secret-value", " --secret-string file://VALUE");
      return Object.values(versions).some((stages) => stages.includes("AWSCURRENT"))
        ? []
        : told("error", "the secret has no value", { mend });
    },
  },
  ssm: {
    noun: "parameter",
    make: (id) => `aws ssm put-parameter --name ${id} --type String --value file://VALUE`,
    // By its ARN, which does not tell whether the name begins with a slash.
    look: async (arn, _id, config) => {
      await using(new (sdk.ssm().SSM)(config), (client) => client.getParameter({ Name: arn }));
      return [];
    },
  },
  kms: {
    noun: "key",
    make: () => "aws kms create-key",
    look: async (arn, _id, config) => {
      const { KeyMetadata: { KeyState: state = "Enabled", Arn: key = arn } = {} } = await using(
        new (sdk.kms().KMS)(config),
        (client) => client.describeKey({ KeyId: arn }),
      );
      const verb = state === "PendingDeletion" ? "cancel-key-deletion" : "enable-key";
      const mend = `\`aws kms ${verb} --key-id ${key} --region ${config.region}\``;
      return state === "Enabled"
        ? []
        : told("error", `the key is ${state}: nothing can be encrypted or read with it`, { mend });
    },
  },
  iam: {
    noun: "principal or policy",
    make: (id) => makesPrincipal(id.split("/")[0] ?? "", id.split("/").at(-1) ?? ""),
    look: async (arn, id, config) => {
      const name = id.split("/").at(-1) ?? "";
      await using(new (sdk.iam().IAM)(config), async (client): Promise<unknown> => {
        if (id.startsWith("role/")) return client.getRole({ RoleName: name });
        if (id.startsWith("user/")) return client.getUser({ UserName: name });
        return client.getPolicy({ PolicyArn: arn });
      });
      return [];
    },
  },
};

function makesPrincipal(kind: string, name: string): string {
  const document = {
    role: " --assume-role-policy-document file://TRUST",
    policy: " --policy-document file://POLICY",
  };
  return `aws iam create-${kind} --${kind}-name ${name}${document[kind as keyof typeof document] ?? ""}`;
}

/** A hosted zone's name without the last dot, and its name servers. Throws Route 53's error where there is none. */
export async function hostedZone(
  id: string,
  config: AwsClientConfig,
): Promise<{ readonly name: string; readonly nameServers: readonly string[] }> {
  const { DelegationSet: set, HostedZone: zone } = await using(
    new (sdk.route53().Route53)(config),
    (client) => client.getHostedZone({ Id: id }),
  );
  return { name: (zone?.Name ?? "").replace(/\.$/, ""), nameServers: set?.NameServers ?? [] };
}

/** Ids of the public zones of a name that the account has: they come first in the list, whose pages are of a hundred. */
export async function publicZones(domain: string, config: AwsClientConfig): Promise<readonly string[]> {
  const { HostedZones: zones = [] } = await using(new (sdk.route53().Route53)(config), (client) =>
    client.listHostedZonesByName({ DNSName: domain }),
  );
  return zones
    .filter(({ Name: name, Config: of }) => name === `${domain}.` && of?.PrivateZone !== true)
    .map(({ Id: id = "" }) => id.replace("/hostedzone/", ""))
    .sort();
}

/** Whether S3 has a bucket, whoever's: who may not read it is told so, and not that there is none. No credentials are sent. */
export async function bucketExists(name: string, { endpoint, region }: AwsClientConfig): Promise<boolean> {
  const response = await fetch(`${endpoint ?? `https://s3.${region}.amazonaws.com`}/${name}`, {
    ...{ method: "HEAD", redirect: "manual" },
    signal: AbortSignal.timeout(10_000),
  });
  if (![200, 301, 307, 400, 403, 404].includes(response.status)) {
    throw new Error(`S3 answers ${String(response.status)}`);
  }
  return response.status !== 404;
}

/** Whether a service says that there is no such thing, whatever it calls that. */
export function saysAbsent(error: unknown): boolean {
  return error instanceof Error && /NotFound|NoSuch/.test(error.name);
}
