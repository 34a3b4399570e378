import type * as acm from "@aws-sdk/client-acm";
import type * as iam from "@aws-sdk/client-iam";
import type * as kms from "@aws-sdk/client-kms";
import type * as route53 from "@aws-sdk/client-route-53";
import type * as secrets from "@aws-sdk/client-secrets-manager";
import type * as sns from "@aws-sdk/client-sns";
import type * as ssm from "@aws-sdk/client-ssm";
import { createRequire } from "node:module";
import { daysUntil } from "../../../settings/release-days";
import type { AwsClientConfig } from "../../engine/aws-clients";
import type { Finding } from "../check";

const load = createRequire(__filename);

/** What is wrong with something that is there. */
type Flaw = Pick<Finding, "severity" | "what"> & Partial<Pick<Finding, "mend">>;

/** How things of one service are looked up. */
export interface Service {
  /** A word for a person. */
  readonly noun: string;
  /** The command that makes one. */
  readonly make: (id: string, region: string) => string;
  /** Nothing where all is well. Throws the service's own error where there is no such thing. */
  readonly look: (arn: string, id: string, config: AwsClientConfig, now: Date) => Promise<readonly Flaw[]>;
}

/** Certificates are renewed 60 days before their end; what is left with less has not been. Source: ACM user guide, Managed renewal. */
const certificateDays = 45;

/** Services by how ARNs name them. What is not here nobody asks about, and the report says so. */
export const services: Readonly<Record<string, Service>> = {
  acm: {
    noun: "certificate",
    make: (_id, region) =>
      `aws acm request-certificate --domain-name NAME --validation-method DNS --region ${region}`,
    look: async (arn, _id, config, now) => {
      const { ACMClient, DescribeCertificateCommand } = load("@aws-sdk/client-acm") as typeof acm;
      const { Certificate: found } = await using(new ACMClient(config), (client) =>
        client.send(new DescribeCertificateCommand({ CertificateArn: arn })),
      );
      const { DomainName: domain = "", NotAfter: end, Status: status = "unknown" } = found ?? {};
      const mend = `\`aws acm describe-certificate --certificate-arn ${arn} --region ${config.region}\` says what validation or renewal waits for`;
      if (status !== "ISSUED") {
        const what = `the certificate of ${domain} is ${status}, not ISSUED: no load balancer takes it`;
        return [{ severity: "error", what, mend }];
      }
      const day = end?.toISOString().slice(0, 10) ?? "";
      const left = end === undefined ? Infinity : daysUntil(day, now.toISOString().slice(0, 10));
      return left > certificateDays
        ? []
        : [
            {
              severity: left < 0 ? "error" : "warning",
              what: `the certificate of ${domain} ${left < 0 ? "has ended" : "ends"} on ${day}${left < 0 ? "" : `, in ${left} days`}, and nothing has renewed it`,
              mend,
            },
          ];
    },
  },
  sns: {
    noun: "topic",
    make: (id, region) => `aws sns create-topic --name ${id} --region ${region}`,
    look: async (arn, _id, config) => {
      const { SNSClient, GetTopicAttributesCommand } = load("@aws-sdk/client-sns") as typeof sns;
      const { Attributes: told = {} } = await using(new SNSClient(config), (client) =>
        client.send(new GetTopicAttributesCommand({ TopicArn: arn })),
      );
      return told["SubscriptionsConfirmed"] === "0"
        ? [
            {
              severity: "warning",
              what: "nobody has subscribed to it: no alarm reaches anybody",
              mend: `\`aws sns subscribe --topic-arn ${arn} --protocol email --notification-endpoint ADDRESS --region ${config.region}\``,
            },
          ]
        : [];
    },
  },
  secretsmanager: {
    noun: "secret",
    make: (id, region) =>
      `aws secretsmanager create-secret --name ${id.replace(/-[A-Za-z0-9]{6}$/, "")} --secret-string file://VALUE --region ${region}`,
    look: async (arn, _id, config) => {
      const { SecretsManagerClient, DescribeSecretCommand } = load(
        "@aws-sdk/client-secrets-manager",
      ) as typeof secrets;
      const { DeletedDate: deleted, VersionIdsToStages: versions = {} } = await using(
        new SecretsManagerClient(config),
        (client) => client.send(new DescribeSecretCommand({ SecretId: arn })),
      );
      if (deleted !== undefined) {
        const mend = `\`aws secretsmanager restore-secret --secret-id ${arn} --region ${config.region}\``;
        return [{ severity: "error", what: "the secret is being deleted, and nobody can read it", mend }];
      }
      const mend = `\`aws secretsmanager put-secret-value --secret-id ${arn} --secret-string file://VALUE --region ${config.region}\``;
      return Object.values(versions).some((stages) => stages.includes("AWSCURRENT"))
        ? []
        : [{ severity: "error", what: "the secret has no value", mend }];
    },
  },
  ssm: {
    noun: "parameter",
    make: (id, region) =>
      `aws ssm put-parameter --name ${id} --type String --value file://VALUE --region ${region}`,
    look: async (_arn, id, config) => {
      const { SSMClient, GetParameterCommand } = load("@aws-sdk/client-ssm") as typeof ssm;
      await using(new SSMClient(config), (client) => client.send(new GetParameterCommand({ Name: id })));
      return [];
    },
  },
  kms: {
    noun: "key",
    make: (_id, region) => `aws kms create-key --region ${region}`,
    look: async (arn, _id, config) => {
      const { KMSClient, DescribeKeyCommand } = load("@aws-sdk/client-kms") as typeof kms;
      const { KeyMetadata: { KeyState: state = "Enabled", Arn: key = arn } = {} } = await using(
        new KMSClient(config),
        (client) => client.send(new DescribeKeyCommand({ KeyId: arn })),
      );
      const verb = state === "PendingDeletion" ? "cancel-key-deletion" : "enable-key";
      return state === "Enabled"
        ? []
        : [
            {
              severity: "error",
              what: `the key is ${state}: nothing can be encrypted or read with it`,
              mend: `\`aws kms ${verb} --key-id ${key} --region ${config.region}\``,
            },
          ];
    },
  },
  iam: {
    noun: "principal or policy",
    make: (id) => makesPrincipal(id.split("/")[0] ?? "", id.split("/").at(-1) ?? ""),
    look: async (arn, id, config) => {
      const { GetPolicyCommand, GetRoleCommand, GetUserCommand, IAMClient } = load(
        "@aws-sdk/client-iam",
      ) as typeof iam;
      const name = id.split("/").at(-1) ?? "";
      await using(new IAMClient(config), async (client): Promise<unknown> => {
        if (id.startsWith("role/")) return client.send(new GetRoleCommand({ RoleName: name }));
        if (id.startsWith("user/")) return client.send(new GetUserCommand({ UserName: name }));
        return client.send(new GetPolicyCommand({ PolicyArn: arn }));
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
  const { GetHostedZoneCommand, Route53Client } = load("@aws-sdk/client-route-53") as typeof route53;
  const { DelegationSet: set, HostedZone: zone } = await using(new Route53Client(config), (client) =>
    client.send(new GetHostedZoneCommand({ Id: id })),
  );
  return { name: (zone?.Name ?? "").replace(/\.$/, ""), nameServers: set?.NameServers ?? [] };
}

/** Ids of the public zones of a name that the account has. */
export async function publicZones(domain: string, config: AwsClientConfig): Promise<readonly string[]> {
  const { ListHostedZonesByNameCommand, Route53Client } = load("@aws-sdk/client-route-53") as typeof route53;
  const { HostedZones: zones = [] } = await using(new Route53Client(config), (client) =>
    client.send(new ListHostedZonesByNameCommand({ DNSName: domain })),
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

export async function using<C extends { destroy(): void }, T>(
  client: C,
  act: (client: C) => Promise<T>,
): Promise<T> {
  try {
    return await act(client);
  } finally {
    client.destroy();
  }
}
