import { expect } from "chai";
import { diffInputs } from "../../rehearsal/interpreter/diff";
import { refusedUpdates } from "../../rehearsal/interpreter/fixed-fields";
import type { Value, Values } from "../../rehearsal/interpreter/values";

function object(spec: Values, metadata: Values = { name: "web", namespace: "default" }): Values {
  return { metadata, spec };
}

describe("comparing Kubernetes objects", () => {
  const DEPLOYMENT = "kubernetes:apps/v1:Deployment";
  const spec = {
    replicas: 1,
    selector: { matchLabels: { app: "web" } },
    template: { spec: { containers: [] } },
  };

  it("updates what the API server lets change", () => {
    expect(diffInputs(DEPLOYMENT, object(spec), object({ ...spec, replicas: 3 }))).to.deep.equal({
      changes: ["spec"],
      replaces: [],
      detailed: { "spec.replicas": "update" },
      deleteBeforeReplace: false,
    });
  });

  it("replaces for a selector, and deletes first as the name stays", () => {
    const other = { ...spec, selector: { matchLabels: { app: "site" } } };
    expect(diffInputs(DEPLOYMENT, object(spec), object(other))).to.deep.equal({
      changes: ["spec"],
      replaces: ["spec.selector.matchLabels.app"],
      detailed: { "spec.selector.matchLabels.app": "update-replace" },
      deleteBeforeReplace: true,
    });
  });

  it("creates first when the provider drew the name, or name or namespace change", () => {
    const other = { ...spec, selector: { matchLabels: { app: "site" } } };
    const drawn = { name: "web-1", annotations: { "pulumi.com/autonamed": "true" } };
    expect(diffInputs(DEPLOYMENT, object(spec, drawn), object(other, drawn)).deleteBeforeReplace).to.equal(
      false,
    );
    for (const metadata of [
      { name: "site", namespace: "default" },
      { name: "web", namespace: "other" },
    ]) {
      const { replaces, deleteBeforeReplace } = diffInputs(DEPLOYMENT, object(spec), object(spec, metadata));
      expect(replaces).to.have.length(1);
      expect(deleteBeforeReplace).to.equal(false);
    }
  });

  const replaced = (token: string, from: Values, to: Values): readonly string[] =>
    diffInputs(token, from, to).replaces;

  it("knows what is fixed in each kind", () => {
    const claim = (value: Values): Values => object({ accessModes: ["ReadWriteOnce"], ...value });
    const CLAIM = "kubernetes:core/v1:PersistentVolumeClaim";
    expect(
      replaced(CLAIM, claim({ storageClassName: "gp2" }), claim({ storageClassName: "gp3" })),
    ).to.deep.equal(["spec.storageClassName"]);
    const sized = (storage: string): Values => claim({ resources: { requests: { storage } } });
    expect(replaced(CLAIM, sized("1Gi"), sized("2Gi"))).to.deep.equal([]);
    expect(
      replaced(
        "kubernetes:core/v1:Service",
        object({ clusterIP: "None" }),
        object({ clusterIP: "10.0.0.1" }),
      ),
    ).to.deep.equal(["spec.clusterIP"]);
    expect(
      replaced(
        "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding",
        { roleRef: { name: "a" } },
        { roleRef: { name: "b" } },
      ),
    ).to.deep.equal(["roleRef.name"]);
    expect(replaced("kubernetes:core/v1:Secret", { data: { a: "x" } }, { data: { a: "y" } })).to.deep.equal([
      "data.a",
    ]);
    expect(
      replaced("kubernetes:batch/v1:Job", object({ template: { a: 1 } }), object({ template: { a: 2 } })),
    ).to.deep.equal(["spec.template.a"]);
    const image = (name: string): Values => object({ containers: [{ name: "c", image: name }] });
    expect(replaced("kubernetes:core/v1:Pod", image("a"), image("b"))).to.deep.equal([
      "spec.containers[0].image",
    ]);
  });

  it("sees a removed field as removed, whoever filled it in", () => {
    expect(diffInputs(DEPLOYMENT, object({ ...spec, paused: true }), object(spec)).detailed).to.deep.equal({
      "spec.paused": "delete",
    });
  });

  it("moves a Helm release to another name or namespace as a new one", () => {
    const release = (values: Values): Values => ({
      chart: "mailpit",
      name: "mail",
      namespace: "tools",
      ...values,
    });
    const diff = (values: Values): readonly string[] =>
      replaced("kubernetes:helm.sh/v3:Release", release({}), release(values));
    expect(diff({ namespace: "mail" })).to.deep.equal(["namespace"]);
    expect(diff({ version: "2.0.0", values: { replicas: 2 } })).to.deep.equal([]);
  });

  it("keeps a custom resource's identity only", () => {
    const token = "kubernetes:cert-manager.io/v1:Certificate";
    expect(replaced(token, object({ a: 1 }), object({ a: 2 }))).to.deep.equal([]);
    expect(replaced(token, object({}), object({}, { name: "b", namespace: "default" }))).to.deep.equal([
      "metadata.name",
    ]);
  });
});

describe("updates that the Kubernetes API server refuses", () => {
  const SET = "kubernetes:apps/v1:StatefulSet";
  const refused = (token: string, from: Values, to: Values): string[] =>
    refusedUpdates(token, from, to).map((failure) => failure.reason);

  it("are those of fixed fields that the provider does not know to be fixed", () => {
    expect(refused(SET, object({ replicas: 1 }), object({ replicas: 2, template: { a: 1 } }))).to.deep.equal(
      [],
    );
    expect(refused(SET, object({}), object({ ordinals: { start: 1 }, newField: true }))).to.deep.equal([
      "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', " +
        "'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
    ]);
    expect(
      refused(
        "kubernetes:storage.k8s.io/v1:StorageClass",
        { reclaimPolicy: "Retain" },
        { reclaimPolicy: "Delete" },
      ),
    ).to.deep.equal(["reclaimPolicy: Forbidden: field is immutable"]);
    const claim = (volumeMode: string, storage: string): Values =>
      object({ volumeMode, resources: { requests: { storage } } });
    const CLAIM = "kubernetes:core/v1:PersistentVolumeClaim";
    expect(refused(CLAIM, claim("Block", "1Gi"), claim("Block", "2Gi"))).to.deep.equal([]);
    expect(refused(CLAIM, claim("Block", "1Gi"), claim("Filesystem", "1Gi"))).to.have.length(1);
  });

  it("are none for kinds without such fields", () => {
    expect(refused("kubernetes:core/v1:ConfigMap", { data: { a: "1" } }, { data: { a: "2" } })).to.deep.equal(
      [],
    );
  });
});

describe("comparing resources of other packages", () => {
  const replaced = (token: string, from: Values, to: Values): readonly string[] =>
    diffInputs(token, from, to).replaces;

  it("replaces an Azure resource at another address or location, and for what its service keeps fixed", () => {
    const ACCOUNT = "azure-native:storage:StorageAccount";
    const account: Values = {
      accountName: "state",
      resourceGroupName: "g",
      location: "westeurope",
      kind: "StorageV2",
    };
    expect(replaced(ACCOUNT, account, { ...account, resourceGroupName: "h" })).to.deep.equal([
      "resourceGroupName",
    ]);
    expect(replaced(ACCOUNT, account, { ...account, location: "northeurope" })).to.deep.equal(["location"]);
    expect(replaced(ACCOUNT, account, { ...account, isHnsEnabled: true })).to.deep.equal(["isHnsEnabled"]);
    expect(replaced(ACCOUNT, account, { ...account, minimumTlsVersion: "TLS1_2" })).to.deep.equal([]);
    const assignment: Values = { principalId: "a", roleDefinitionId: "r", scope: "s" };
    expect(
      replaced("azure-native:authorization:RoleAssignment", assignment, { ...assignment, principalId: "b" }),
    ).to.deep.equal(["principalId"]);
  });

  it("deletes an Azure resource first unless its name was drawn", () => {
    const ACCOUNT = "azure-native:storage:StorageAccount";
    const diff = (flag: Values): boolean =>
      diffInputs(ACCOUNT, { location: "a", ...flag }, { location: "b", ...flag }).deleteBeforeReplace;
    expect(diff({})).to.equal(true);
    expect(diff({ __createBeforeDelete: true })).to.equal(false);
  });

  it("replaces a random value whatever changes, and not for a default that is spelt out", () => {
    const PASSWORD = "random:index/randomPassword:RandomPassword";
    expect(replaced(PASSWORD, { length: 16 }, { length: 20 })).to.deep.equal(["length"]);
    expect(
      replaced(PASSWORD, { length: 16, keepers: { a: "1" } }, { length: 16, keepers: { a: "2" } }),
    ).to.deep.equal(["keepers.a"]);
    expect(
      diffInputs(PASSWORD, { length: 16 }, { length: 16, special: true }, { special: true }).changes,
    ).to.deep.equal([]);
    expect(diffInputs(PASSWORD, { length: 16, special: true }, { length: 16 }).changes).to.deep.equal([]);
    expect(replaced(PASSWORD, { length: 16, special: false }, { length: 16 })).to.deep.equal(["special"]);
  });

  it("runs a command again for its triggers only", () => {
    const command = (create: string, triggers: Value[]): Values => ({ create, triggers });
    expect(replaced("command:local:Command", command("a", [1]), command("a", [2]))).to.deep.equal([
      "triggers[0]",
    ]);
    expect(replaced("command:local:Command", command("a", [1]), command("b", [1]))).to.deep.equal([]);
  });

  it("reinstalls a machine for what its schema makes fixed", () => {
    const device: Values = { hostname: "w", plan: "c3.small.x86", projectId: "p", userData: "a" };
    const DEVICE = "equinix-metal:index/device:Device";
    expect(replaced(DEVICE, device, { ...device, plan: "m3.large.x86" })).to.deep.equal(["plan"]);
    expect(replaced(DEVICE, device, { ...device, hostname: "v" })).to.deep.equal([]);
  });

  it("compares archives by what is in them", () => {
    const archive = (hash: string, path: string): Values => ({
      source: { "4dabf18193072939515e22adb298388d": "0def7320c3a5731c473e5ecbe6d01bc7", hash, path },
    });
    const COPY = "command:remote:CopyToRemote";
    expect(diffInputs(COPY, archive("1", "./a"), archive("1", "./b")).changes).to.deep.equal([]);
    expect(diffInputs(COPY, archive("1", "./a"), archive("2", "./a")).detailed).to.deep.equal({
      source: "update",
    });
  });
});
