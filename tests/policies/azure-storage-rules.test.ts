import { expect } from "chai";
import { encryptedTransport } from "../../policies/rules/azure-storage/encrypted-transport";
import { noForeignReplication } from "../../policies/rules/azure-storage/no-foreign-replication";
import { noPublicAccess } from "../../policies/rules/azure-storage/no-public-access";
import { noSharedKeys } from "../../policies/rules/azure-storage/no-shared-keys";
import { versioned } from "../../policies/rules/azure-storage/versioned";
import { contextOf, stackViolations, UNKNOWN, type Member } from "./harness";
import { describeRule, describeStackRule, notKnown } from "./table";

const ACCOUNT = "azure-native:storage:StorageAccount";
const DATED = "azure-native:storage/v20240101:StorageAccount";
const CONTAINER = "azure-native:storage:BlobContainer";
const BLOBS = "azure-native:storage:BlobServiceProperties";
const bucket = { title: "a bucket", type: "aws:s3/bucket:Bucket", props: {} };

describeRule(noPublicAccess, {
  passes: [
    { title: "a closed account", type: ACCOUNT, props: { allowBlobPublicAccess: false } },
    { title: "a private container", type: CONTAINER, props: { publicAccess: "None" } },
    { title: "one that says nothing, as Azure makes it", type: CONTAINER, props: {} },
  ],
  refuses: [
    {
      title: "an account whose containers can be opened, at every level",
      type: ACCOUNT,
      level: "disposable",
      props: { allowBlobPublicAccess: true },
      says: ["allowBlobPublicAccess is true. Set it to false: containers can then not be opened at all."],
    },
    {
      title: "one that leaves it to Azure, of whatever version",
      type: DATED,
      props: {},
      says: ["allowBlobPublicAccess is not set. Set it to false: containers can then not be opened at all."],
    },
    {
      title: "an open container",
      type: CONTAINER,
      props: { publicAccess: "Blob" },
      says: ["publicAccess is Blob. Set it to None: nothing here is for the public."],
    },
  ],
  unknown: [
    {
      title: "of the account",
      type: ACCOUNT,
      props: { allowBlobPublicAccess: UNKNOWN },
      says: [notKnown("allowBlobPublicAccess")],
    },
    {
      title: "of the container",
      type: CONTAINER,
      props: { publicAccess: UNKNOWN },
      says: [notKnown("publicAccess")],
    },
  ],
  ignores: [bucket],
});

for (const [rule, property, advice] of [
  [noSharedKeys, "allowSharedKeyAccess", "Set it to false, and grant roles to who needs the data."],
  [noForeignReplication, "allowCrossTenantReplication", "Set it to false."],
] as const) {
  describeRule(rule, {
    passes: [{ title: "where it is off", type: ACCOUNT, props: { [property]: false } }],
    refuses: [
      {
        title: "where it is on",
        type: ACCOUNT,
        props: { [property]: true },
        says: [`${property} is true. ${advice}`],
      },
      {
        title: "where it is left to Azure",
        type: DATED,
        props: {},
        says: [`${property} is not set. ${advice}`],
      },
    ],
    unknown: [
      { title: "whether", type: ACCOUNT, props: { [property]: UNKNOWN }, says: [notKnown(property)] },
    ],
    ignores: [bucket],
  });
}

describeRule(encryptedTransport, {
  passes: [
    {
      title: "HTTPS with TLS 1.2",
      type: ACCOUNT,
      props: { enableHttpsTrafficOnly: true, minimumTlsVersion: "TLS1_2" },
    },
    { title: "TLS 1.3, HTTPS being Azure's default", type: DATED, props: { minimumTlsVersion: "TLS1_3" } },
  ],
  refuses: [
    {
      title: "plain HTTP and old TLS",
      type: ACCOUNT,
      props: { enableHttpsTrafficOnly: false, minimumTlsVersion: "TLS1_1" },
      says: [
        "enableHttpsTrafficOnly is false. Set it to true.",
        "minimumTlsVersion is TLS1_1. Set it to TLS1_2 at least.",
      ],
    },
    {
      title: "a TLS version that is left to Azure",
      type: ACCOUNT,
      props: {},
      says: ["minimumTlsVersion is not set. Set it to TLS1_2 at least."],
    },
  ],
  unknown: [
    {
      title: "both",
      type: ACCOUNT,
      props: { enableHttpsTrafficOnly: UNKNOWN, minimumTlsVersion: UNKNOWN },
      says: [notKnown("enableHttpsTrafficOnly"), notKnown("minimumTlsVersion")],
    },
  ],
  ignores: [bucket],
});

describe("rule azure-storage/versioned", () => {
  const account: Member = { type: ACCOUNT, name: "state", props: { accountName: "examplestate" } };
  const service = (more: Partial<Member> = {}): Member => ({
    type: BLOBS,
    name: "state-blob-service",
    props: { accountName: UNKNOWN },
    from: { accountName: ["state"] },
    ...more,
  });
  const missing = [
    [
      "storage account state has no BlobServiceProperties beside it. Add one with versioning and soft delete on: without " +
        "it, what is overwritten or deleted is gone at once.",
      "state",
    ],
  ];

  it("asks for a blob service beside each account", async () => {
    expect(await stackViolations(versioned, [account])).to.deep.equal(missing);
    expect(await stackViolations(versioned, [account, service()])).to.deep.equal([]);
    expect(await stackViolations(versioned, [])).to.deep.equal([]);
  });

  it("finds it by name too, and takes none that is another account's, or nobody knows whose", async () => {
    const named = (accountName: string): Member => service({ props: { accountName }, from: {} });
    expect(await stackViolations(versioned, [account, named("examplestate")])).to.deep.equal([]);
    expect(await stackViolations(versioned, [account, named("other")])).to.deep.equal(missing);
    expect(await stackViolations(versioned, [account, named(UNKNOWN)])).to.deep.equal(missing);
  });

  it("asks for nothing at guard level disposable", async () => {
    expect(await stackViolations(versioned, [account], contextOf("disposable"))).to.deep.equal([]);
  });
});

describeStackRule(versioned, {
  passes: [
    {
      title: "an account with a blob service beside it",
      members: [
        { type: ACCOUNT, name: "state", props: { accountName: "examplestate" } },
        { type: BLOBS, name: "blobs", props: { accountName: "examplestate" } },
      ],
    },
  ],
  refuses: [
    {
      title: "an account alone",
      members: [{ type: ACCOUNT, name: "state", props: { accountName: "examplestate" } }],
      about: ["state"],
    },
  ],
  unknown: [
    {
      title: "whose blob service it is",
      members: [
        { type: ACCOUNT, name: "state", props: { accountName: UNKNOWN } },
        { type: BLOBS, name: "blobs", props: { accountName: UNKNOWN } },
      ],
      about: ["state"],
    },
  ],
  ignores: [{ title: "a bucket", members: [{ type: bucket.type, name: "reports", props: {} }] }],
});
