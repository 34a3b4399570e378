import { deletionProtection, type ExpiryProperty, type StatefulType } from "../stateful-type";

/** A name that is paid for: who lets it run out may not get it back. */
function domain(type: string): StatefulType {
  return {
    type,
    noun: "registered domain",
    holds: "the right to the name",
    name: "domainName",
    locks: [],
    life: [
      {
        kind: "switch",
        path: "autoRenew",
        safe: true,
        absent: true,
        otherwise: "The name runs out, and anybody may have it.",
        demanded: true,
      },
      {
        kind: "switch",
        path: "transferLock",
        safe: true,
        absent: true,
        otherwise: "The name can be moved to another registrar by whoever has its code.",
        demanded: false,
      },
    ],
    copyFirst: "See that nobody uses the name any more.",
  };
}

/** A list that says that there is nothing else: what it does not name is deleted, whoever made it. */
function exclusive(
  type: string,
  noun: string,
  { what, ...list }: Pick<ExpiryProperty, "path" | "of" | "store"> & { readonly what: string },
): StatefulType {
  return {
    type,
    noun,
    holds: "nothing: without it nobody deletes what others have made",
    locks: [],
    life: [
      {
        kind: "expiry",
        ...list,
        shortens: () => undefined,
        starts: () => `${what} that it does not name are deleted.`,
        soonest: () => 0,
      },
    ],
    copyFirst: "Name everything that is there in it first.",
    removable: true,
  };
}

/** Names, users and clusters: what others know something by, or are known by. */
export const awsIdentity: readonly StatefulType[] = [
  {
    type: "aws:route53/zone:Zone",
    noun: "Route 53 zone",
    holds:
      "its records and its name servers (a new zone of the same name gets others, and nothing in it resolves until " +
      "the parent delegates to them)",
    name: "name",
    locks: [],
    life: [],
    forced: "forceDestroy",
    copyFirst: "Export its records with `aws route53 list-resource-record-sets` first.",
  },
  {
    type: "aws:route53/delegationSet:DelegationSet",
    noun: "Route 53 delegation set",
    holds: "the name servers that parent zones delegate to (a new set gets others)",
    name: "referenceName",
    locks: [],
    life: [],
    copyFirst: "See that no zone uses it any more.",
  },
  {
    type: "aws:servicediscovery/publicDnsNamespace:PublicDnsNamespace",
    noun: "public namespace of Cloud Map",
    holds: "its zone: records and name servers",
    name: "name",
    locks: [],
    life: [],
    copyFirst: "Export the records of its zone with `aws route53 list-resource-record-sets` first.",
  },
  domain("aws:route53domains/domain:Domain"),
  domain("aws:route53domains/registeredDomain:RegisteredDomain"),
  {
    type: "aws:cognito/userPool:UserPool",
    noun: "Cognito user pool",
    holds: "every user in it; their passwords cannot be exported",
    name: "name",
    locks: [{ path: "deletionProtection", on: "ACTIVE", off: "INACTIVE", absent: "off" }],
    life: [],
    copyFirst: "Export its users first.",
  },
  {
    type: "aws:cognito/user:User",
    noun: "Cognito user",
    holds: "the user's password and second factor, which cannot be exported",
    name: "username",
    locks: [],
    life: [],
    copyFirst: "Export the user's attributes first.",
  },
  {
    type: "aws:cognito/identityPool:IdentityPool",
    noun: "Cognito identity pool",
    holds: "the identities in it, by which users find their own data again",
    name: "identityPoolName",
    locks: [],
    life: [],
    copyFirst: "See that nothing is stored by its identities any more.",
  },
  {
    type: "aws:directoryservice/directory:Directory",
    noun: "directory",
    holds: "every user and machine in it, and its snapshots",
    name: "name",
    locks: [],
    life: [],
    copyFirst: "Export its users first.",
  },
  {
    type: "aws:verifiedpermissions/policyStore:PolicyStore",
    noun: "policy store",
    holds: "every policy and template in it",
    locks: [{ path: "deletionProtection", on: "ENABLED", off: "DISABLED", absent: "off" }],
    life: [],
    copyFirst: "Export its policies first.",
  },
  {
    type: "aws:transfer/server:Server",
    noun: "file transfer server",
    holds: "its users and host keys (clients refuse a server with another key)",
    locks: [],
    life: [],
    forced: "forceDestroy",
    copyFirst: "Note its users and keep its host keys.",
  },
  {
    type: "aws:eks/cluster:Cluster",
    noun: "EKS cluster",
    holds: "every object in it; volumes that its claims made may go with them",
    name: "name",
    size: [{ path: "version", label: "Kubernetes " }],
    locks: [deletionProtection()],
    life: [
      {
        kind: "kept",
        path: "encryptionConfig.provider.keyArn",
        otherwise:
          "EKS never removes the encryption of a cluster's secrets, and never replaces its key. For another key the provider does nothing, and reports success.",
      },
    ],
    copyFirst: "Back up its objects and volumes first.",
  },
  exclusive("aws:route53/recordsExclusive:RecordsExclusive", "list of all records of a zone", {
    path: "resourceRecordSets",
    of: "zoneId",
    store: { type: "aws:route53/zone:Zone", path: "zoneId" },
    what: "Records of the zone",
  }),
  exclusive(
    "aws:cloudfront/keyvaluestoreKeysExclusive:KeyvaluestoreKeysExclusive",
    "list of all pairs of a key value store",
    {
      path: "resourceKeyValuePairs",
      of: "keyValueStoreArn",
      store: { type: "aws:cloudfront/keyValueStore:KeyValueStore", path: "arn" },
      what: "Pairs of the store",
    },
  ),
];
