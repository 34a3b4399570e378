import { modernTls } from "../../policies/rules/cloudfront/modern-tls";
import { encryptedTransport as docdb } from "../../policies/rules/docdb/encrypted-transport";
import { encryptedTransport as elasticache } from "../../policies/rules/elasticache/encrypted-transport";
import { encryptedTransport as memorydb } from "../../policies/rules/memorydb/encrypted-transport";
import { encryptedTransport as msk } from "../../policies/rules/msk/encrypted-transport";
import { encryptedTransport as opensearch } from "../../policies/rules/opensearch/encrypted-transport";
import { encryptedTransport as rds } from "../../policies/rules/rds/encrypted-transport";
import { encryptedTransport as redshift } from "../../policies/rules/redshift/encrypted-transport";
import { UNKNOWN } from "./harness";
import { describeRule, notKnown } from "./table";

const queue = { title: "a queue", type: "aws:sqs/queue:Queue", props: {} };

const REPLICATION = "aws:elasticache/replicationGroup:ReplicationGroup";
describeRule(elasticache, {
  passes: [
    { title: "TLS", type: REPLICATION, props: { transitEncryptionEnabled: true } },
    {
      title: "TLS, said to be required",
      type: REPLICATION,
      props: { transitEncryptionEnabled: true, transitEncryptionMode: "required" },
    },
  ],
  refuses: [
    {
      title: "TLS for those clients that ask for it",
      type: REPLICATION,
      props: { transitEncryptionEnabled: true, transitEncryptionMode: "preferred" },
      says: ["transitEncryptionMode is preferred. Set it to required."],
    },
    {
      title: "what AWS takes where nothing is said",
      type: REPLICATION,
      props: {},
      says: ["transitEncryptionEnabled is not set. Set it to true."],
    },
  ],
  unknown: [
    {
      title: "whether",
      type: REPLICATION,
      props: { transitEncryptionEnabled: UNKNOWN },
      says: [notKnown("transitEncryptionEnabled")],
    },
    {
      title: "whether of all",
      type: REPLICATION,
      props: { transitEncryptionEnabled: true, transitEncryptionMode: UNKNOWN },
      says: [notKnown("transitEncryptionMode")],
    },
  ],
  ignores: [queue],
});

const MEMORYDB = "aws:memorydb/cluster:Cluster";
describeRule(memorydb, {
  passes: [
    { title: "TLS", type: MEMORYDB, props: { tlsEnabled: true } },
    { title: "what AWS takes where nothing is said", type: MEMORYDB, props: {} },
  ],
  refuses: [
    {
      title: "none",
      type: MEMORYDB,
      props: { tlsEnabled: false },
      says: ["tlsEnabled is false. Set it to true."],
    },
  ],
  unknown: [
    { title: "whether", type: MEMORYDB, props: { tlsEnabled: UNKNOWN }, says: [notKnown("tlsEnabled")] },
  ],
  ignores: [queue],
});

const DOMAIN = "aws:opensearch/domain:Domain";
const safeDomain = {
  domainEndpointOptions: { enforceHttps: true, tlsSecurityPolicy: "Policy-Min-TLS-1-2-2019-07" },
  nodeToNodeEncryption: { enabled: true },
};
describeRule(opensearch, {
  passes: [{ title: "HTTPS, TLS 1.2, and nodes that talk in secret", type: DOMAIN, props: safeDomain }],
  refuses: [
    {
      title: "what says nothing",
      type: DOMAIN,
      props: {},
      says: [
        "domainEndpointOptions.enforceHttps is not set. Set it to true.",
        "domainEndpointOptions.tlsSecurityPolicy is not set. Set it to Policy-Min-TLS-1-2-PFS-2023-10.",
        "nodeToNodeEncryption.enabled is not set. Set it to true.",
      ],
    },
    {
      title: "TLS 1.0",
      type: DOMAIN,
      props: {
        ...safeDomain,
        domainEndpointOptions: { enforceHttps: true, tlsSecurityPolicy: "Policy-Min-TLS-1-0-2019-07" },
      },
      says: [
        "domainEndpointOptions.tlsSecurityPolicy is something else. Set it to Policy-Min-TLS-1-2-PFS-2023-10.",
      ],
    },
  ],
  unknown: [
    {
      title: "its endpoint",
      type: DOMAIN,
      props: { ...safeDomain, domainEndpointOptions: UNKNOWN },
      says: [
        notKnown("domainEndpointOptions.enforceHttps"),
        notKnown("domainEndpointOptions.tlsSecurityPolicy"),
      ],
    },
  ],
  ignores: [queue],
});

const KAFKA = "aws:msk/cluster:Cluster";
describeRule(msk, {
  passes: [{ title: "what AWS takes where nothing is said", type: KAFKA, props: {} }],
  refuses: [
    {
      title: "clients that may choose, and brokers in the clear",
      type: KAFKA,
      props: { encryptionInfo: { encryptionInTransit: { clientBroker: "TLS_PLAINTEXT", inCluster: false } } },
      says: [
        "encryptionInfo.encryptionInTransit.clientBroker is something else. Set it to TLS.",
        "encryptionInfo.encryptionInTransit.inCluster is false. Set it to true.",
      ],
    },
  ],
  unknown: [
    {
      title: "what clients may do",
      type: KAFKA,
      props: { encryptionInfo: { encryptionInTransit: { clientBroker: UNKNOWN } } },
      says: [notKnown("encryptionInfo.encryptionInTransit.clientBroker")],
    },
  ],
  ignores: [queue],
});

const GROUP = "aws:rds/parameterGroup:ParameterGroup";
const CLUSTER_GROUP = "aws:rds/clusterParameterGroup:ClusterParameterGroup";
const parameter = (name: string, value: unknown): Record<string, unknown> => ({
  parameters: [
    { name: "log_lock_waits", value: "1" },
    { name, value },
  ],
});
const tlsOnly = "connections are then taken over TLS only.";
describeRule(rds, {
  passes: [
    {
      title: "PostgreSQL over TLS only",
      type: GROUP,
      props: { family: "postgres16", ...parameter("rds.force_ssl", "1") },
    },
    {
      title: "Aurora over TLS only",
      type: CLUSTER_GROUP,
      props: { family: "aurora-mysql8.0", ...parameter("require_secure_transport", "ON") },
    },
    { title: "a family without such a parameter", type: GROUP, props: { family: "oracle-ee-19" } },
  ],
  refuses: [
    {
      title: "PostgreSQL that takes both",
      type: GROUP,
      props: { family: "postgres16", ...parameter("rds.force_ssl", "0") },
      says: [`parameters: rds.force_ssl is something else. Set it to 1: ${tlsOnly}`],
    },
    {
      title: "MySQL that does not say",
      type: GROUP,
      props: { family: "mysql8.0" },
      says: [
        `parameters: require_secure_transport is not set, and its default depends on the version. Set it to 1: ${tlsOnly}`,
      ],
    },
  ],
  unknown: [
    {
      title: "the parameters",
      type: GROUP,
      props: { family: "postgres16", parameters: UNKNOWN },
      says: [notKnown("parameters")],
    },
    {
      title: "the family",
      type: CLUSTER_GROUP,
      props: { family: UNKNOWN },
      says: [notKnown("family")],
    },
    {
      title: "its value",
      type: GROUP,
      props: { family: "postgres16", ...parameter("rds.force_ssl", UNKNOWN) },
      says: [notKnown("parameters: rds.force_ssl")],
    },
  ],
  ignores: [queue],
});

const DOCUMENT_GROUP = "aws:docdb/clusterParameterGroup:ClusterParameterGroup";
describeRule(docdb, {
  passes: [
    { title: "what AWS takes where nothing is said", type: DOCUMENT_GROUP, props: { family: "docdb5.0" } },
    {
      title: "TLS 1.3",
      type: DOCUMENT_GROUP,
      props: { family: "docdb5.0", ...parameter("tls", "tls1.3+") },
    },
  ],
  refuses: [
    {
      title: "TLS off",
      type: DOCUMENT_GROUP,
      props: { family: "docdb5.0", ...parameter("tls", "disabled") },
      says: [`parameters: tls is disabled. Set it to enabled: ${tlsOnly}`],
    },
  ],
  unknown: [
    {
      title: "the parameters",
      type: DOCUMENT_GROUP,
      props: { family: "docdb5.0", parameters: UNKNOWN },
      says: [notKnown("parameters")],
    },
  ],
  ignores: [{ title: "a group of RDS", type: GROUP, props: { family: "postgres16" } }],
});

const WAREHOUSE_GROUP = "aws:redshift/parameterGroup:ParameterGroup";
describeRule(redshift, {
  passes: [
    {
      title: "TLS only",
      type: WAREHOUSE_GROUP,
      props: { family: "redshift-1.0", ...parameter("require_ssl", "true") },
    },
  ],
  refuses: [
    {
      title: "both",
      type: WAREHOUSE_GROUP,
      props: { family: "redshift-1.0", parameters: [] },
      says: [
        `parameters: require_ssl is not set, and its default depends on the version. Set it to true: ${tlsOnly}`,
      ],
    },
  ],
  unknown: [
    {
      title: "one of the parameters",
      type: WAREHOUSE_GROUP,
      props: { family: "redshift-1.0", parameters: [UNKNOWN] },
      says: [notKnown("parameters")],
    },
  ],
  ignores: [queue],
});

const DISTRIBUTION = "aws:cloudfront/distribution:Distribution";
const viewer = { minimumProtocolVersion: "TLSv1.2_2021" };
describeRule(modernTls, {
  passes: [
    {
      title: "HTTPS with TLS 1.2",
      type: DISTRIBUTION,
      props: {
        viewerCertificate: viewer,
        defaultCacheBehavior: { viewerProtocolPolicy: "redirect-to-https" },
        orderedCacheBehaviors: [{ viewerProtocolPolicy: "https-only" }],
      },
    },
    {
      title: "CloudFront's own certificate, with which there is no choice",
      type: DISTRIBUTION,
      props: {
        viewerCertificate: { cloudfrontDefaultCertificate: true },
        defaultCacheBehavior: { viewerProtocolPolicy: "https-only" },
      },
    },
  ],
  refuses: [
    {
      title: "old TLS, and HTTP for some paths",
      type: DISTRIBUTION,
      props: {
        viewerCertificate: { minimumProtocolVersion: "TLSv1" },
        defaultCacheBehavior: { viewerProtocolPolicy: "https-only" },
        orderedCacheBehaviors: [{ viewerProtocolPolicy: "allow-all" }],
      },
      says: [
        "viewerCertificate.minimumProtocolVersion takes TLS before 1.2. Set it to TLSv1.2_2021.",
        "orderedCacheBehaviors[0].viewerProtocolPolicy lets HTTP pass. Set it to redirect-to-https or https-only.",
      ],
    },
  ],
  unknown: [
    {
      title: "what is done with HTTP",
      type: DISTRIBUTION,
      props: {
        viewerCertificate: viewer,
        defaultCacheBehavior: { viewerProtocolPolicy: UNKNOWN },
        orderedCacheBehaviors: UNKNOWN,
      },
      says: [notKnown("orderedCacheBehaviors"), notKnown("defaultCacheBehavior.viewerProtocolPolicy")],
    },
  ],
  ignores: [queue],
});
