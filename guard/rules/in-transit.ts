import { notKnown, shown, type Finding, type Wanted } from "./inputs";
import { isRecord, isUnknown, read } from "../unknown";

/** A property without which, or with which, what goes to and from a service can be read on its way. */
interface Transit {
  readonly path: string;
  readonly safe: (value: unknown) => boolean;
  /** What to set it to. */
  readonly wanted: string;
  /** What the cloud takes when nothing is set. */
  readonly absent?: unknown;
}

const on = (path: string, absent?: boolean): Transit => ({
  path,
  // Some providers declare switches as text.
  safe: (value) => value === true || value === "true",
  wanted: "true",
  absent,
});

/**
 * Sources: the user guides of the services, "Encryption in transit". For OpenSearch: "TLS security policies"; the one that
 * is taken where none is named allows TLS 1.0.
 */
const transits: Readonly<Record<string, readonly Transit[]>> = {
  "aws:elasticache/replicationGroup:ReplicationGroup": [
    on("transitEncryptionEnabled"),
    {
      // `preferred` is for the time of a migration: clients may do without TLS.
      path: "transitEncryptionMode",
      safe: (value) => value === "required",
      wanted: "required",
      absent: "required",
    },
  ],
  "aws:memorydb/cluster:Cluster": [on("tlsEnabled", true)],
  "aws:opensearch/domain:Domain": [
    on("domainEndpointOptions.enforceHttps"),
    {
      path: "domainEndpointOptions.tlsSecurityPolicy",
      safe: (value) => typeof value === "string" && value.startsWith("Policy-Min-TLS-1-2-"),
      wanted: "Policy-Min-TLS-1-2-PFS-2023-10",
    },
    on("nodeToNodeEncryption.enabled"),
  ],
  "aws:msk/cluster:Cluster": [
    {
      path: "encryptionInfo.encryptionInTransit.clientBroker",
      safe: (value) => value === "TLS",
      wanted: "TLS",
      absent: "TLS",
    },
    on("encryptionInfo.encryptionInTransit.inCluster", true),
  ],
};

/** What goes to and from a service, and between its machines, is encrypted. */
export function checkInTransit({ type, inputs }: Wanted): Finding[] {
  return (transits[type] ?? []).flatMap(({ path, safe, wanted, absent }): Finding[] => {
    const value = read(inputs, path) ?? absent;
    if (isUnknown(value)) {
      return [notKnown(path)];
    }
    return safe(value)
      ? []
      : [{ property: path, message: `${path} is ${shown(value)}. Set it to ${wanted}.` }];
  });
}

/** The parameter with which a family of databases takes connections over TLS only. */
interface TlsParameter {
  readonly families: RegExp;
  readonly name: string;
  readonly on: RegExp;
  readonly wanted: string;
  /** Whether it is on in every version of these families when nothing is set. */
  readonly onByDefault: boolean;
}

/**
 * Sources: Amazon RDS User Guide, "Requiring an SSL connection" of each engine; Amazon DocumentDB Developer Guide,
 * "Encrypting data in transit"; Amazon Redshift Management Guide, "Configuring security options for connections". For
 * PostgreSQL, MySQL and Redshift the default depends on the version, so it is to be said.
 */
const tlsParameters: readonly TlsParameter[] = [
  {
    families: /^(aurora-)?postgres(ql)?\d/,
    name: "rds.force_ssl",
    on: /^1$/,
    wanted: "1",
    onByDefault: false,
  },
  { families: /^sqlserver-/, name: "rds.force_ssl", on: /^1$/, wanted: "1", onByDefault: false },
  {
    families: /^(mysql|mariadb|aurora-mysql)\d/,
    name: "require_secure_transport",
    on: /^(1|on)$/i,
    wanted: "1",
    onByDefault: false,
  },
  {
    families: /^docdb/,
    name: "tls",
    on: /^(enabled|fips-140-3|tls1\.[23]\+)$/,
    wanted: "enabled",
    onByDefault: true,
  },
  { families: /^redshift-/, name: "require_ssl", on: /^true$/i, wanted: "true", onByDefault: false },
];

/** Parameter groups of databases that can be told to take connections over TLS only. */
export const parameterGroupTypes = {
  rds: ["aws:rds/parameterGroup:ParameterGroup", "aws:rds/clusterParameterGroup:ClusterParameterGroup"],
  docdb: ["aws:docdb/clusterParameterGroup:ClusterParameterGroup"],
  redshift: ["aws:redshift/parameterGroup:ParameterGroup"],
} as const;

/** A parameter group has its databases take connections over TLS only. Families without such a parameter pass. */
export function checkTlsRequired({ inputs }: Wanted): Finding[] {
  const family = read(inputs, "family");
  const parameters = read(inputs, "parameters");
  if (isUnknown(family) || isUnknown(parameters)) {
    return [notKnown(isUnknown(family) ? "family" : "parameters")];
  }
  const tls = tlsParameters.find(({ families }) => families.test(String(family)));
  if (tls === undefined) {
    return [];
  }
  const entries: readonly unknown[] = Array.isArray(parameters) ? parameters : [];
  if (entries.some((entry) => !isRecord(entry) || isUnknown(read(entry, "name")))) {
    return [notKnown("parameters")];
  }
  const entry = entries.find((one) => isRecord(one) && read(one, "name") === tls.name);
  const value = isRecord(entry) ? read(entry, "value") : undefined;
  if (isUnknown(value)) {
    return [notKnown(`parameters: ${tls.name}`)];
  }
  if (value === undefined ? tls.onByDefault : typeof value === "string" && tls.on.test(value)) {
    return [];
  }
  return [
    {
      property: "parameters",
      message:
        `parameters: ${tls.name} is ${shown(value)}${value === undefined ? ", and its default depends on the version" : ""}. ` +
        `Set it to ${tls.wanted}: connections are then taken over TLS only.`,
    },
  ];
}

export const distributionTypes: readonly string[] = ["aws:cloudfront/distribution:Distribution"];

/** A distribution speaks TLS 1.2 or later with browsers, and sends those that come over HTTP on to HTTPS. */
export function checkDistribution({ inputs }: Wanted): Finding[] {
  const behaviours = read(inputs, "orderedCacheBehaviors");
  const paths = [
    { path: "defaultCacheBehavior", values: read(inputs, "defaultCacheBehavior") },
    ...(isUnknown(behaviours) || !Array.isArray(behaviours)
      ? []
      : behaviours.map((values: unknown, index) => ({ path: `orderedCacheBehaviors[${index}]`, values }))),
  ];
  return [
    ...checkViewerTls(inputs),
    ...(isUnknown(behaviours) ? [notKnown("orderedCacheBehaviors")] : []),
    ...paths.flatMap(({ path, values }): Finding[] => {
      const property = `${path}.viewerProtocolPolicy`;
      const policy = isRecord(values) ? read(values, "viewerProtocolPolicy") : values;
      if (isUnknown(policy)) {
        return [notKnown(property)];
      }
      return policy === "https-only" || policy === "redirect-to-https"
        ? []
        : [{ property, message: `${property} lets HTTP pass. Set it to redirect-to-https or https-only.` }];
    }),
  ];
}

/** With CloudFront's own certificate there is no choice. */
function checkViewerTls(inputs: Wanted["inputs"]): Finding[] {
  const own = read(inputs, "viewerCertificate.cloudfrontDefaultCertificate");
  const property = "viewerCertificate.minimumProtocolVersion";
  const least = read(inputs, property);
  if (own === true) {
    return [];
  }
  if (isUnknown(own) || isUnknown(least)) {
    return [notKnown(isUnknown(own) ? "viewerCertificate.cloudfrontDefaultCertificate" : property)];
  }
  return typeof least === "string" && /^TLSv1\.[23]_/.test(least)
    ? []
    : [{ property, message: `${property} takes TLS before 1.2. Set it to TLSv1.2_2021.` }];
}
