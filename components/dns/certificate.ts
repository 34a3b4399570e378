import * as pulumi from "@pulumi/pulumi";
import { Certificate } from "@pulumi/aws/acm/certificate";
import { CertificateValidation } from "@pulumi/aws/acm/certificateValidation";
import { Record as DnsRecord } from "@pulumi/aws/route53/record";

const HOOK_NAME = "groundwork-dns-proof";

/** Seconds that resolvers may keep a proof: it never changes for a name and an account. */
const PROOF_TTL = 300;

export interface CertificateArgs {
  /** Full names, each with the hosted zone that its proof stands in. The first is the certificate's own name. */
  readonly names: readonly { readonly name: string; readonly zoneId: pulumi.Input<string> }[];
  /** What is said before it is waited for. */
  readonly hooks: readonly pulumi.ResourceHook[];
  /** What must be there for the proofs to be found. */
  readonly dependsOn: readonly pulumi.Resource[];
  readonly parent: pulumi.Resource;
  /** What the resources of the proofs are called by, before their names. */
  readonly proofs: string;
  /** Proofs of the zone by what they prove; this one's are added. A name and the wildcard below it have one, on whichever certificates they are. */
  readonly made: Map<string, DnsRecord>;
}

/**
 * A certificate of ACM, issued: it is asked for, its names are proven by a CNAME each, and what has its ARN waits until ACM has
 * found them. ACM renews it as long as the records stand. Source: AWS Certificate Manager, "DNS validation".
 */
export function createCertificate(name: string, args: CertificateArgs): pulumi.Output<string> {
  const { names, hooks, dependsOn, made, parent, proofs } = args;
  const all = names.map((each) => each.name);
  const certificate = new Certificate(
    name,
    {
      domainName: all[0],
      // The provider adds the certificate's own name to the others.
      subjectAlternativeNames: [...all].sort(),
      validationMethod: "DNS",
      tags: { Name: all[0] ?? name },
    },
    // What has the old one moves to the new one before it goes.
    { parent, deleteBeforeReplace: false },
  );
  const zones = new Map(names.map(({ name: full, zoneId }) => [base(full), zoneId]));
  const records = [...zones].map(([proven, zoneId]) => {
    const known = made.get(proven);
    if (known !== undefined) {
      return known;
    }
    const option = certificate.domainValidationOptions.apply((options) => {
      const found = options.find(({ domainName }) => base(domainName) === proven);
      if (found === undefined) {
        throw new Error(`ACM says nothing of how to prove ${proven}, which the certificate ${name} is for.`);
      }
      return found;
    });
    const proof = new DnsRecord(
      // By its name alone: it stays where it is when the certificate is called otherwise.
      `${proofs}-proof-${proven}`,
      {
        zoneId,
        name: option.resourceRecordName,
        type: option.resourceRecordType,
        ttl: PROOF_TTL,
        records: [option.resourceRecordValue],
        allowOverwrite: false,
      },
      { parent },
    );
    made.set(proven, proof);
    return proof;
  });
  const validation = new CertificateValidation(
    name,
    { certificateArn: certificate.arn, validationRecordFqdns: records.map(({ fqdn }) => fqdn) },
    {
      parent,
      dependsOn: [...dependsOn],
      hooks: { beforeCreate: [...hooks] },
    },
  );
  return validation.certificateArn;
}

/** Names of certificates in the settings to their ARNs. */
export type Certificates = Readonly<Record<string, pulumi.Input<string>>>;

/** The certificate of a load balancer: one that the program makes, or one that others made; undefined where it has none. */
export function certificateArnOf(
  {
    certificate,
    certificateArn,
  }: { readonly certificate?: string | undefined; readonly certificateArn?: string | undefined },
  certificates: Certificates,
): pulumi.Input<string> | undefined {
  if (certificate === undefined) {
    return certificateArn;
  }
  const arn = certificates[certificate];
  if (arn === undefined) {
    throw new Error(`There is no certificate ${certificate} in groundwork:dns.certificates.`);
  }
  return arn;
}

function base(name: string): string {
  return name.replace(/^\*\./, "");
}

/**
 * Says, before a certificate is waited for, what a person has to do where somebody else delegates the zone. One a program: the engine
 * takes the name of a hook once.
 */
export function delegationHook(domain: string, nameServers: pulumi.Output<string[]>): pulumi.ResourceHook {
  return new pulumi.ResourceHook(HOOK_NAME, async () => {
    const servers = await new Promise<readonly string[]>((resolve) => void nameServers.apply(resolve));
    await pulumi.log.info(
      `A certificate waits up to 75 minutes for its proof in ${domain}. Where ${domain} is not delegated yet, the zone above ` +
        `needs these NS records for it: ${[...servers].sort().join(", ")}.`,
    );
  });
}
