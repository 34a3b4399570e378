import { expect } from "chai";
import type { Values } from "../../rehearsal/interpreter/values";
import { azureProvider } from "../../rehearsal/packages/azure/provider";
import { refusal, rehearsedAws, type Made, type RehearsedProvider } from "../support/rehearsed-cloud";

const ACCOUNT = "azure-native:storage:StorageAccount";
const ROLE = "azure-native:authorization:RoleAssignment";
const LOCK = "azure-native:authorization:ManagementLockByScope";
const within = { resourceGroupName: "state", accountName: "examplestate" };

describe("rehearsal: Azure storage", () => {
  let aws: RehearsedProvider<unknown>;
  let azure: RehearsedProvider<unknown>;
  let group: Made;
  let account: Made;
  const wanted: Values = {
    ...within,
    kind: "StorageV2",
    sku: { name: "Standard_ZRS" },
    encryption: { keySource: "Microsoft.Storage", requireInfrastructureEncryption: true },
  };

  beforeEach(async () => {
    aws = rehearsedAws();
    azure = aws.as(azureProvider, {
      subscriptionId: "11111111-2222-3333-4444-555555555555",
      location: "westeurope",
    });
    group = await azure.create("azure-native:resources:ResourceGroup", "state", {
      resourceGroupName: "state",
    });
    account = await azure.create(ACCOUNT, "state", wanted);
  });
  afterEach(() => {
    aws.remove();
  });

  it("never changes infrastructure encryption, and takes other changes", async () => {
    const single = { ...wanted, encryption: { keySource: "Microsoft.Storage" } };
    expect(await refusal(azure.update(account, single))).to.include(
      'Code="AccountPropertyIsReadOnly" Message="The property \'requireInfrastructureEncryption\' was specified in the input, ' +
        'but it cannot be updated as it is read-only."',
    );
    await azure.update(account, { ...wanted, sku: { name: "Standard_GZRS" } });
  });

  it("takes public addresses and blocks up to /30 into its rules", async () => {
    const rules = (...blocks: string[]): Values => ({
      ...wanted,
      networkRuleSet: {
        defaultAction: "Deny",
        ipRules: blocks.map((block) => ({ action: "Allow", iPAddressOrRange: block })),
      },
    });
    for (const block of ["203.0.113.7/32", "203.0.113.6/31", "10.0.0.0/16", "192.168.1.1"]) {
      expect(await refusal(azure.update(account, rules("198.51.100.0/24", block))), block).to.include(
        `networkAcls.ipRule[*].value(${block})`,
      );
    }
    await azure.update(account, rules("203.0.113.7", "198.51.100.0/24"));
  });

  it("makes no container whose name was left to the provider and is none", async () => {
    const container = azure.create("azure-native:storage:BlobContainer", "state_container", within);
    expect(await refusal(container)).to.include(
      'Code="InvalidResourceName" Message="The specified resource name contains invalid characters."',
    );
  });

  it("binds each subject once to an identity that is there, up to twenty", async () => {
    const CREDENTIAL = "azure-native:managedidentity:FederatedIdentityCredential";
    const bound = (subject: string): Values => ({
      resourceGroupName: "state",
      resourceName: "ci",
      federatedIdentityCredentialResourceName: subject,
      issuer: "https://token.actions.githubusercontent.com",
      audiences: ["api://AzureADTokenExchange"],
      subject,
    });
    expect(await refusal(azure.create(CREDENTIAL, "early", bound("a")))).to.include(
      "The Resource 'Microsoft.ManagedIdentity/userAssignedIdentities/ci' under resource group 'state' was not found.",
    );
    await azure.create("azure-native:managedidentity:UserAssignedIdentity", "ci", {
      resourceGroupName: "state",
      resourceName: "ci",
      location: "westeurope",
    });
    const first = await azure.create(CREDENTIAL, "first", bound("s1"));
    expect(
      await refusal(
        azure.create(CREDENTIAL, "again", {
          ...bound("s1"),
          federatedIdentityCredentialResourceName: "again",
        }),
      ),
    ).to.include("Issuer and subject combination already exists for this Managed Identity.");
    await azure.update(first, { ...bound("s1"), audiences: ["other"] });
    for (let count = 2; count <= 20; count += 1) {
      await azure.create(CREDENTIAL, `s${String(count)}`, bound(`s${String(count)}`));
    }
    expect(await refusal(azure.create(CREDENTIAL, "s21", bound("s21")))).to.include("maximum 20 allowed");
  });

  it("grants a role once", async () => {
    const grant = { scope: group.id, principalId: "p", principalType: "Group", roleDefinitionId: "r" };
    await azure.create(ROLE, "ann", grant);
    expect(await refusal(azure.create(ROLE, "ann-again", grant))).to.include("RoleAssignmentExists");
    await azure.create(ROLE, "bob", { ...grant, principalId: "q" });
  });

  it("takes a role away under the account's lock only where it was granted outside of it", async () => {
    const grant = { principalId: "p", principalType: "Group", roleDefinitionId: "r" };
    const onGroup = await azure.create(ROLE, "on-group", { ...grant, scope: group.id });
    const onAccount = await azure.create(ROLE, "on-account", { ...grant, scope: account.id });
    await azure.create(LOCK, "lock", { scope: account.id, lockName: "keep", level: "CanNotDelete" });
    expect(await refusal(azure.delete(onAccount))).to.include("ScopeLocked");
    await azure.delete(onGroup);
  });
});
