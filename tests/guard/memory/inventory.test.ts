import { expect } from "chai";
import {
  inventoryOf,
  isSameInventory,
  keyOf,
  merged,
  type InventoryEntry,
  type StoredResource,
} from "../../../guard/memory/inventory";
import { BUCKET, DATABASE, LIFECYCLE, QUEUE, TABLE, urn } from "../steps";

const providerUrn = "urn:pulumi:dev::groundwork::pulumi:providers:aws::aws";
const aws: StoredResource = {
  urn: providerUrn,
  type: "pulumi:providers:aws",
  custom: true,
  id: "0b3f",
  inputs: { region: "eu-west-1", allowedAccountIds: '["123456789012"]' },
};
const component = "urn:pulumi:dev::groundwork::groundwork:reports:Reports::reports";

function stored(type: string, more: Partial<StoredResource> = {}): StoredResource {
  return {
    urn: urn(type),
    type,
    custom: true,
    id: "dev_reports",
    parent: component,
    provider: `${providerUrn}::0b3f`,
    protect: true,
    inputs: { name: "dev_reports" },
    outputs: { name: "dev_reports" },
    ...more,
  };
}

const ids = (resources: readonly StoredResource[]): string[] =>
  inventoryOf(resources, "production").map(({ id }) => id);

describe("the inventory of a state", () => {
  it("has all it takes to know a thing again, and to find it in its cloud", () => {
    expect(inventoryOf([aws, stored(TABLE)], "production")).to.deep.equal([
      {
        urn: urn(TABLE),
        type: TABLE,
        id: "dev_reports",
        name: "dev_reports",
        locked: true,
        account: "123456789012",
        region: "eu-west-1",
        parent: component,
        provider: providerUrn,
      },
    ]);
  });

  it("believes a resource over its provider in where it lies", () => {
    const arn = "arn:aws:dynamodb:us-east-1:999999999999:table/dev_reports";
    const [entry] = inventoryOf([aws, stored(TABLE, { outputs: { arn } })], "production");
    expect(entry).to.include({ account: "999999999999", region: "us-east-1" });
    const [own] = inventoryOf(
      [aws, stored(BUCKET, { outputs: { region: "us-west-2", arn: "arn:aws:s3:::b" } })],
      "production",
    );
    expect(own).to.include({ account: "123456789012", region: "us-west-2" });
  });

  it("knows the subscription of what is in Azure, the cluster of what is in Kubernetes, and says nothing where it knows nothing", () => {
    const share = stored("azure-native:storage:FileShare", {
      id: "/subscriptions/5f1c/resourceGroups/state",
      provider: "",
    });
    const claim = stored("kubernetes:core/v1:PersistentVolumeClaim", {
      id: "mail/spool",
      provider: "urn::k8s::1",
    });
    const cluster = { ...aws, urn: "urn::k8s", inputs: { clusterIdentifier: "https://abc" } };
    const [inAzure, inCluster, nowhere] = inventoryOf(
      [cluster, share, claim, stored(TABLE, { provider: "" })],
      "production",
    );
    expect(inAzure).to.include({ account: "5f1c" });
    expect(inCluster).to.include({ cluster: "https://abc" }).and.not.have.any.keys("region");
    expect(nowhere?.account ?? nowhere?.region).to.equal(undefined);
  });

  it("has what looks as if it held data too, and leaves out what does not, what is only read, and what is on its way out", () => {
    const left = [
      stored("groundwork:reports:Reports", { custom: false, id: undefined }),
      stored("aws:cloudwatch/metricAlarm:MetricAlarm"),
      stored(LIFECYCLE),
      stored("aws:s3/bucketVersioning:BucketVersioning"),
      stored("kubernetes:storage.k8s.io/v1:StorageClass"),
      stored(TABLE, { external: true }),
      stored(TABLE, { delete: true }),
      stored(TABLE, { id: "" }),
      stored(TABLE, { id: undefined }),
    ];
    expect(ids(left)).to.deep.equal([]);
    expect(ids([stored("foo:bar:MegaStoreCluster", { id: "mega" })])).to.deep.equal(["mega"]);
  });

  it("is by the cloud's name where there is one, else by the program's", () => {
    const named = (type: string, more: Partial<StoredResource>): string | undefined =>
      inventoryOf([stored(type, more)], "production")[0]?.name;
    expect(named(DATABASE, { outputs: { identifier: "groundwork-dev-users" } })).to.equal(
      "groundwork-dev-users",
    );
    expect(named(DATABASE, { inputs: { identifier: "asked-for" }, outputs: {} })).to.equal("asked-for");
    expect(named(DATABASE, { inputs: {}, outputs: {} })).to.equal("thing");
  });

  it("says of what stands at disposable whether anything still held it", () => {
    const locked = (level: "production" | "disposable", more: Partial<StoredResource>): boolean | undefined =>
      inventoryOf([stored(TABLE, more)], level)[0]?.locked;
    const free = { protect: false, inputs: { deletionProtectionEnabled: false }, outputs: {} };
    expect(locked("disposable", free)).to.equal(false);
    expect(locked("disposable", { ...free, protect: true })).to.equal(true);
    expect(locked("disposable", { ...free, inputs: { deletionProtectionEnabled: true } })).to.equal(true);
    expect(locked("production", free)).to.equal(true);
  });
});

describe("two inventories", () => {
  const entry = (id: string, more: Partial<InventoryEntry> = {}): InventoryEntry => ({
    urn: urn(TABLE, id),
    type: TABLE,
    id,
    name: id,
    locked: true,
    ...more,
  });

  it("are the same in any order, and with what is undefined left out", () => {
    expect(
      isSameInventory([entry("a"), entry("b")], [entry("b", { region: undefined }), entry("a")]),
    ).to.equal(true);
    expect(isSameInventory([entry("a")], [entry("a", { locked: false })])).to.equal(false);
    expect(isSameInventory([entry("a")], [entry("a"), entry("b")])).to.equal(false);
  });

  it("become one that has forgotten nothing, and says of each thing what is true now", () => {
    const now = [entry("b", { urn: urn(TABLE, "renamed"), locked: false }), entry("c")];
    expect(merged([entry("a"), entry("b")], now)).to.deep.equal([...now, entry("a")]);
  });

  it("know a thing by type and id, also when its package has renamed the type", () => {
    const key = (type: string, id = "x"): string => keyOf({ type, id });
    expect(key("aws:s3/bucketV2:BucketV2")).to.equal(key(BUCKET));
    expect(key("azure-native:storage/v20230101:StorageAccount")).to.equal(
      key("azure-native:storage:StorageAccount"),
    );
    expect(key(BUCKET)).to.not.equal(key(TABLE));
    expect(key(TABLE)).to.not.equal(key(TABLE, "y"));
    expect(key(QUEUE)).to.not.equal(key("aws:mediaconvert/queue:Queue"));
  });
});
