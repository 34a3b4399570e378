import { expect } from "chai";
import { createAzureProvider } from "../../components/state-backend/provider";
import { StateBackend } from "../../components/state-backend/state-backend";
import { ciIdentity } from "../../settings/ci-identity";
import { ciSettings } from "../../settings/sections/ci";
import type { GuardLevel } from "../../guard/level";
import { stateSettings } from "../../settings/sections/state";
import { record, type Recording } from "../support/mocks";
import { stackContext } from "../support/settings";

const ACCOUNT = "azure-native:storage:StorageAccount";
const BLOBS = "azure-native:storage:BlobServiceProperties";
const CONTAINER = "azure-native:storage:BlobContainer";
const GROUP = "azure-native:resources:ResourceGroup";
const LIFECYCLE = "azure-native:storage:ManagementPolicy";
const LOCK = "azure-native:authorization:ManagementLockByScope";
const VAULT = "azure-native:keyvault:Vault";
const KEY = "azure-native:keyvault:Key";
const ROLE = "azure-native:authorization:RoleAssignment";

const subscription = "6a1f0c9e-2d4b-4e87-9f35-7b1c8d2e4a60";
const platform = "0b8e5d3c-91f7-4a26-8c4d-5e2f7a9b1d03";
const pipeline = "f3a9c1e7-6b2d-4d58-93e0-a7c4b8d1e2f5";
const onCall = "7d2c6f1a-84b3-4e95-a0d8-3b9f5e1c2a74";
const tenant = "9d0b5c7e-3a41-4f68-b2d7-8e1c6a5f4b09";
const right = { subscriptionId: subscription, location: "westeurope", storageAccount: "exampledevstate" };
const groupId = `/subscriptions/${subscription}/resourceGroups/groundwork-dev-state`;
const accountId = `${groupId}/providers/Microsoft.Storage/storageAccounts/exampledevstate`;
const tags = { team: "platform", project: "groundwork", environment: "dev", "managed-by": "groundwork" };
const within = { resourceGroupName: "groundwork-dev-state", accountName: "exampledevstate" };

function recordBackend(
  settings: Record<string, unknown> = {},
  guardLevel: GuardLevel = "development",
): Promise<Recording<StateBackend>> {
  const parsed = stateSettings.parse({ ...right, ...settings });
  return record(
    () =>
      new StateBackend(
        "state",
        { context: stackContext({ guardLevel }), settings: parsed, tags: { team: "platform" } },
        { providers: [createAzureProvider(parsed)] },
      ),
  );
}

describe("the state's backend", () => {
  it("has two identities for CI, bound to whole subjects one after the other: the first reads, the second writes", async () => {
    const parsed = stateSettings.parse({ ...right, keyVault: { name: "example-dev" }, tenantId: tenant });
    const context = stackContext();
    const ci = ciIdentity(ciSettings.parse({ repository: "example/infrastructure" }), context);
    const backend = await record(
      () =>
        new StateBackend(
          "state",
          { context, settings: parsed, tags: { team: "platform" }, ci },
          { providers: [createAzureProvider(parsed)] },
        ),
    );
    const CREDENTIAL = "azure-native:managedidentity:FederatedIdentityCredential";
    expect(
      backend.ofType("azure-native:managedidentity:UserAssignedIdentity").map(({ inputs }) => inputs),
    ).to.deep.equal(
      ["plan", "apply"].map((kind) => ({
        resourceGroupName: "groundwork-dev-state",
        resourceName: `groundwork-dev-ci-${kind}`,
        location: "westeurope",
        tags,
      })),
    );
    expect(
      backend.ofType(CREDENTIAL).map(({ inputs }) => [inputs["resourceName"], inputs["subject"]]),
    ).to.have.deep.members([
      ["groundwork-dev-ci-plan", "repo:example/infrastructure:pull_request"],
      ["groundwork-dev-ci-plan", "repo:example/infrastructure:ref:refs/heads/main"],
      ["groundwork-dev-ci-apply", "repo:example/infrastructure:environment:dev"],
    ]);
    expect(backend.one(CREDENTIAL, "state-ci-apply-environment").inputs).to.deep.include({
      issuer: "https://token.actions.githubusercontent.com",
      audiences: ["api://AzureADTokenExchange"],
      federatedIdentityCredentialResourceName: "environment",
    });
    expect(backend.dependencies(backend.one(CREDENTIAL, "state-ci-plan-ref"))).to.include(
      "state-ci-plan-pull-request",
    );
    const granted = backend
      .ofType(ROLE)
      .map(({ inputs }) => [inputs["principalId"], String(inputs["roleDefinitionId"]).split("/").at(-1)]);
    const [contributor, reader, cryptoUser] = [
      "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
      "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
      "12338af0-0e69-4776-bea7-57ae8d297424",
    ];
    expect(granted).to.have.deep.members([
      ["principal of groundwork-dev-ci-plan", reader],
      ["principal of groundwork-dev-ci-plan", cryptoUser],
      ["principal of groundwork-dev-ci-apply", contributor],
      ["principal of groundwork-dev-ci-apply", cryptoUser],
    ]);
  });

  it("is a group, an account, what keeps its blobs, a container and a lock, and nothing else", async () => {
    expect((await recordBackend()).counts()).to.deep.equal({
      [LOCK]: 1,
      [GROUP]: 1,
      [CONTAINER]: 1,
      [BLOBS]: 1,
      [LIFECYCLE]: 1,
      [ACCOUNT]: 1,
      "groundwork:state:StateBackend": 1,
      "pulumi:providers:azure-native": 1,
    });
  });

  it("has a key vault where the settings name one, whose key nobody can purge, under a lock of its own", async () => {
    const backend = await recordBackend({ keyVault: { name: "example-dev" }, tenantId: tenant });
    expect(backend.one(VAULT, "state-vault").inputs).to.deep.equal({
      resourceGroupName: "groundwork-dev-state",
      vaultName: "example-dev",
      location: "westeurope",
      properties: {
        tenantId: tenant,
        sku: { family: "A", name: "standard" },
        enableRbacAuthorization: true,
        enableSoftDelete: true,
        softDeleteRetentionInDays: 90,
        enablePurgeProtection: true,
        enabledForDeployment: false,
        enabledForDiskEncryption: false,
        enabledForTemplateDeployment: false,
        publicNetworkAccess: "Enabled",
        networkAcls: { bypass: "None", defaultAction: "Allow", ipRules: [] },
      },
      tags,
    });
    expect(backend.one(KEY, "state-key").inputs["properties"]).to.deep.equal({
      kty: "RSA",
      keySize: 3072,
      keyOps: ["encrypt", "decrypt"],
      attributes: { enabled: true, exportable: false },
    });
    expect(backend.counts()[LOCK]).to.equal(2);
    expect(backend.result.secretsProvider).to.equal(
      "azurekeyvault://example-dev.vault.azure.net/keys/groundwork",
    );
    expect((await recordBackend()).result.secretsProvider).to.equal(undefined);
  });

  it("lets those decrypt who change or preview stacks, and on call break locks and write nothing else", async () => {
    const backend = await recordBackend({
      keyVault: { name: "example-dev" },
      tenantId: tenant,
      principals: {
        pipeline: { objectId: pipeline, type: "ServicePrincipal" },
        platform: { objectId: platform, type: "Group", role: "reader" },
        "on-call": { objectId: onCall, type: "Group", role: "lockBreaker" },
      },
    });
    const granted = backend
      .ofType(ROLE)
      .map(({ name, inputs }) => [
        name,
        String(inputs["roleDefinitionId"]).split("/").at(-1),
        inputs["condition"] ?? "always",
      ]);
    const blobs = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs";
    expect(granted).to.have.deep.members([
      ["state-access-pipeline", "ba92f5b4-2d11-453d-a403-e96b0029c9fe", "always"],
      ["state-decrypts-pipeline", "12338af0-0e69-4776-bea7-57ae8d297424", "always"],
      ["state-access-platform", "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1", "always"],
      ["state-decrypts-platform", "12338af0-0e69-4776-bea7-57ae8d297424", "always"],
      [
        "state-access-on-call",
        "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
        `(!(ActionMatches{'${blobs}/write'}) AND !(ActionMatches{'${blobs}/delete'}) AND !(ActionMatches{'${blobs}/add/action'}) ` +
          `AND !(ActionMatches{'${blobs}/move/action'})) OR (@Resource[${blobs}:path] StringLike '.pulumi/locks/*')`,
      ],
    ]);
  });

  it("lets nobody in without a login of Entra ID over TLS 1.2, and encrypts twice", async () => {
    expect((await recordBackend()).one(ACCOUNT, "state").inputs).to.deep.equal({
      resourceGroupName: "groundwork-dev-state",
      accountName: "exampledevstate",
      location: "westeurope",
      kind: "StorageV2",
      sku: { name: "Standard_GZRS" },
      accessTier: "Hot",
      allowBlobPublicAccess: false,
      allowSharedKeyAccess: false,
      defaultToOAuthAuthentication: true,
      allowCrossTenantReplication: false,
      isLocalUserEnabled: false,
      isSftpEnabled: false,
      enableHttpsTrafficOnly: true,
      minimumTlsVersion: "TLS1_2",
      encryption: {
        keySource: "Microsoft.Storage",
        requireInfrastructureEncryption: true,
        services: {
          blob: { enabled: true, keyType: "Account" },
          file: { enabled: true, keyType: "Account" },
        },
      },
      publicNetworkAccess: "Enabled",
      networkRuleSet: { bypass: "None", defaultAction: "Allow", ipRules: [] },
      tags,
    });
  });

  it("closes itself to all networks but those that are named", async () => {
    const recording = await recordBackend({ allowedCidrBlocks: ["203.0.113.7", "198.51.100.0/24"] });
    expect(recording.one(ACCOUNT).inputs["networkRuleSet"]).to.deep.equal({
      bypass: "None",
      defaultAction: "Deny",
      ipRules: [
        { action: "Allow", iPAddressOrRange: "203.0.113.7" },
        { action: "Allow", iPAddressOrRange: "198.51.100.0/24" },
      ],
    });
  });

  it("keeps what is overwritten and deleted, and throws away only old versions", async () => {
    const recording = await recordBackend({ softDeleteDays: 14, versionDays: 90 });
    expect(recording.one(BLOBS, "state-blob-service").inputs).to.deep.equal({
      ...within,
      blobServicesName: "default",
      isVersioningEnabled: true,
      deleteRetentionPolicy: { enabled: true, days: 14, allowPermanentDelete: false },
      containerDeleteRetentionPolicy: { enabled: true, days: 14 },
      changeFeed: { enabled: true, retentionInDays: 90 },
    });
    expect(recording.one(LIFECYCLE, "state-lifecycle").inputs).to.deep.equal({
      ...within,
      managementPolicyName: "default",
      policy: {
        rules: [
          {
            name: "old-versions",
            type: "Lifecycle",
            enabled: true,
            definition: {
              actions: { version: { delete: { daysAfterCreationGreaterThan: 90 } } },
              filters: { blobTypes: ["blockBlob"], prefixMatch: ["state/"] },
            },
          },
        ],
      },
    });
  });

  it("has a private container under its own name, made when versioning is on", async () => {
    const recording = await recordBackend();
    const container = recording.one(CONTAINER, "state-container");
    expect(container.inputs).to.deep.equal({ ...within, containerName: "state", publicAccess: "None" });
    expect(recording.dependencies(container)).to.include("state-blob-service");
  });

  it("has the cloud's lock on the account, last to come and so the first to go", async () => {
    const recording = await recordBackend();
    const lock = recording.one(LOCK, "state-lock");
    expect(lock.inputs).to.deep.equal({
      scope: accountId,
      lockName: "groundwork-state",
      level: "CanNotDelete",
      notes: "Holds the Pulumi state of dev: without it nobody knows what belongs to that stack.",
    });
    expect(recording.dependencies(lock)).to.include.members(["state-container", "state-lifecycle"]);
  });

  it("protects everything that holds the state; where it is disposable, nothing, and a destroy takes the lock first", async () => {
    const guarded = await recordBackend();
    for (const type of [GROUP, ACCOUNT, BLOBS, CONTAINER, LOCK]) {
      const { options } = guarded.one(type);
      expect(options.protect, type).to.equal(true);
      expect(options.hooks, type).to.deep.include({
        beforeDelete: ["groundwork-guard"],
        beforeUpdate: ["groundwork-guard"],
      });
    }
    const disposable = await recordBackend({}, "disposable");
    expect(disposable.dependencies(disposable.one(LOCK))).to.include.members(["state", "state-container"]);
    expect(disposable.resources.filter(({ options }) => options.protect)).to.deep.equal([]);
  });

  it("grants roles on the group, from which they can be taken again under the lock", async () => {
    const recording = await recordBackend({
      principals: {
        platform: { objectId: platform, type: "Group" },
        auditor: { objectId: "f3a9c1e7-6b2d-4d58-93e0-a7c4b8d1e2f5", type: "User", role: "reader" },
      },
    });
    const role = (id: string): string =>
      `/subscriptions/${subscription}/providers/Microsoft.Authorization/roleDefinitions/${id}`;
    expect(recording.ofType(ROLE).map(({ name, inputs }) => [name, inputs])).to.deep.equal([
      [
        "state-access-platform",
        {
          scope: groupId,
          principalId: platform,
          principalType: "Group",
          roleDefinitionId: role("ba92f5b4-2d11-453d-a403-e96b0029c9fe"),
        },
      ],
      [
        "state-access-auditor",
        {
          scope: groupId,
          principalId: "f3a9c1e7-6b2d-4d58-93e0-a7c4b8d1e2f5",
          principalType: "User",
          roleDefinitionId: role("2a2b9908-6ea1-4ae2-8e65-a410df84e7d1"),
        },
      ],
    ]);
  });

  it("belongs to the subscription of the settings, and says how to log in", async () => {
    const recording = await recordBackend({ tenantId: "3f2504e0-4f89-41d3-9a0c-0305e82c3301" });
    const provider = recording.one("pulumi:providers:azure-native");
    expect(provider.inputs).to.deep.include({
      subscriptionId: subscription,
      tenantId: "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
    });
    expect(recording.one(ACCOUNT).provider).to.match(new RegExp(`^${provider.urn}::`));
    expect(recording.result.backendUrl).to.equal("azblob://state?storage_account=exampledevstate");
    expect(recording.outputsOf(recording.one("groundwork:state:StateBackend"))).to.have.property(
      "backendUrl",
      "azblob://state?storage_account=exampledevstate",
    );
  });

  it("takes the names that the settings give", async () => {
    const recording = await recordBackend({ resourceGroup: "pulumi", container: "stacks" });
    expect(recording.one(GROUP).inputs).to.deep.equal({
      resourceGroupName: "pulumi",
      location: "westeurope",
      tags,
    });
    expect(recording.one(CONTAINER).inputs["containerName"]).to.equal("stacks");
  });
});
