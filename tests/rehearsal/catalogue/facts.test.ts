import { expect } from "chai";
import { functionFacts, typeFacts } from "../../../rehearsal/catalogue/facts";
import type { PropertyType, TypeFacts } from "../../../rehearsal/catalogue/type-facts";

function known(token: string): TypeFacts {
  const facts = typeFacts(token);
  if (facts === undefined) throw new Error(`no facts for ${token}`);
  return facts;
}

function propertiesOf(type: PropertyType | undefined): string[] {
  if (type?.kind !== "object") throw new Error("not an object");
  return Object.keys(type.properties());
}

const requiredOf = (facts: TypeFacts): string[] =>
  Object.keys(facts.inputs).filter((name) => facts.inputs[name]?.required);

describe("facts of an AWS type", () => {
  const database = known("aws:rds/instance:Instance");

  it("have the inputs of the package's declarations, with the required ones", () => {
    expect(Object.keys(database.inputs)).to.have.length(73).and.include("deletionProtection");
    expect(requiredOf(database)).to.deep.equal(["instanceClass"]);
    expect(database.inputs).not.to.have.property("endpoint");
  });

  it("have the outputs that only the cloud sets", () => {
    expect(database.computed).to.deep.equal([
      "address",
      "arn",
      "endpoint",
      "engineVersionActual",
      "hostedZoneId",
      "latestRestorableTime",
      "listenerEndpoints",
      "masterUserSecrets",
      "replicas",
      "resourceId",
      "status",
      "tagsAll",
      "upgradeRolloutOrder",
    ]);
  });

  it("have what the provider's schema says of replacement, defaults, secrets and time limits", () => {
    expect(database.replaces).to.deep.equal([
      "availabilityZone",
      "backupTarget",
      "characterSetName",
      "customIamInstanceProfile",
      "dbName",
      "engine",
      "kmsKeyId",
      "ncharCharacterSetName",
      "restoreToPointInTime",
      "snapshotIdentifier",
      "storageEncrypted",
      "timezone",
      "username",
      "region",
    ]);
    expect(database.replacesNested).to.include("s3Import.bucketName");
    expect(database.defaults).to.include({ skipFinalSnapshot: false, autoMinorVersionUpgrade: true });
    expect(database.sensitive).to.deep.equal(["password", "passwordWo"].sort());
    expect(database.timeouts).to.deep.equal({ create: "50m0s", delete: "1h0m0s", update: "1h20m0s" });
    expect(database.certainty).to.equal("schema");
    expect(database.unsure).to.deep.equal([]);
  });

  it("know the fields of nested objects", () => {
    expect(propertiesOf(database.inputs["blueGreenUpdate"]?.type)).to.deep.equal(["enabled"]);
  });

  it("require of the cloud what the provider names when the program does not", () => {
    const table = known("aws:dynamodb/table:Table");
    expect(requiredOf(table)).to.deep.equal([]);
    expect(table.required).to.deep.equal(["name"]);
  });

  it("know that a change of region is another resource, where the type has one", () => {
    expect(known("aws:sqs/queue:Queue").replaces).to.include("region");
    expect(known("aws:iam/user:User").replaces).not.to.include("region");
  });

  it("go by the names of the declarations where the schema has others", () => {
    expect(known("aws:cloudwatch/metricAlarm:MetricAlarm").replaces).to.deep.equal(["name", "region"]);
    expect(known("aws:sns/topicSubscription:TopicSubscription").replaces).to.deep.equal([
      "endpoint",
      "protocol",
      "topic",
      "region",
    ]);
    expect(known("aws:apigateway/stage:Stage").required).to.deep.equal([
      "deployment",
      "restApi",
      "stageName",
    ]);
    expect(known("aws:lambda/function:Function").required).to.include("name").and.not.include("functionName");
  });

  it("say what could not be settled", () => {
    expect(known("aws:ram/sharingWithOrganization:SharingWithOrganization").unsure).to.deep.equal([
      "The provider's schema has region, which the package does not declare.",
    ]);
  });

  it("know types that never update, and those deleted before they are replaced", () => {
    expect(known("aws:iam/rolePolicyAttachment:RolePolicyAttachment")).to.include({
      neverUpdates: true,
      deleteBeforeReplace: true,
    });
    expect(known("aws:iam/role:Role")).to.include({ neverUpdates: false, deleteBeforeReplace: false });
  });

  it("have no word of another program's name in their defaults", () => {
    expect(known("aws:ec2/securityGroup:SecurityGroup").defaults).to.deep.equal({
      description: "Managed by Pulumi",
      revokeRulesOnDelete: false,
    });
  });
});

describe("facts of a Kubernetes type", () => {
  const deployment = known("kubernetes:apps/v1:Deployment");

  it("are found under the API group's short name, and reach into other modules", () => {
    const { type } = deployment.inputs["spec"] ?? {};
    expect(type).to.include({ kind: "object", name: "apps/v1.DeploymentSpec" });
    if (type?.kind !== "object") throw new Error("not an object");
    const template = type.properties()["template"]?.type;
    if (template?.kind !== "object") throw new Error("not an object");
    expect(template.name).to.equal("core/v1.PodTemplateSpec");
    expect(propertiesOf(template)).to.deep.equal(["metadata", "spec"]);
    expect(known("kubernetes:networking.k8s.io/v1:Ingress").token).to.equal(
      "kubernetes:networking.k8s.io/v1:Ingress",
    );
  });

  it("hold API version and kind to what they are", () => {
    expect(deployment.inputs["kind"]?.type).to.deep.equal({
      kind: "enum",
      values: ["Deployment"],
      open: false,
    });
  });

  it("take either a number or text where the API does", () => {
    const { type } = known("kubernetes:policy/v1:PodDisruptionBudget").inputs["spec"] ?? {};
    if (type?.kind !== "object") throw new Error("not an object");
    expect(type.properties()["minAvailable"]?.type).to.deep.equal({
      kind: "union",
      of: [{ kind: "number" }, { kind: "string" }],
    });
  });

  it("take nothing for filled in by the cluster but what is no input", () => {
    expect(deployment.optionalComputed).to.deep.equal([]);
    expect(deployment.computed).to.deep.equal(["status"]);
  });

  it("include lists, patches and Helm releases", () => {
    expect(known("kubernetes:apps/v1:DeploymentList").inputs["items"]?.required).to.equal(true);
    expect(known("kubernetes:apps/v1:DeploymentPatch").autoname).to.equal(undefined);
    expect(known("kubernetes:helm.sh/v3:Release").autoname).to.equal("name");
  });

  it("leave a custom resource's content open", () => {
    const certificate = known("kubernetes:cert-manager.io/v1:Certificate");
    expect(certificate.open).to.equal(true);
    expect(Object.keys(certificate.inputs)).to.deep.equal(["apiVersion", "kind", "metadata"]);
    expect(known("kubernetes:gateway.networking.k8s.io/v1:Gateway").open).to.equal(true);
    expect(known("kubernetes:storage.example.com/v1:Store").open).to.equal(true);
  });

  it("do not exist for a kind that a built-in group does not have", () => {
    expect(typeFacts("kubernetes:apps/v1:Deploymentt")).to.equal(undefined);
    expect(typeFacts("kubernetes:networking.k8s.io/v1:Ingres")).to.equal(undefined);
  });
});

describe("facts of the other packages", () => {
  it("know which parts of an Azure resource's address are no outputs", () => {
    const container = known("azure-native:storage:BlobContainer");
    expect(container.inputOnly).to.deep.equal(["accountName", "containerName", "resourceGroupName"]);
    expect(container.outputs).not.to.have.property("accountName");
    expect(container.replaces).to.deep.equal(["accountName", "containerName", "resourceGroupName"]);
  });

  it("say for an Azure type whether replacements are known", () => {
    expect(known("azure-native:storage:StorageAccount").certainty).to.equal("schema");
    expect(known("azure-native:storage:LocalUser").certainty).to.equal("declarations");
  });

  it("hold a value of a closed enumeration to its values", () => {
    const { type } = known("azure-native:storage:StorageAccount").inputs["accessTier"] ?? {};
    expect(type).to.deep.equal({ kind: "enum", values: ["Cold", "Cool", "Hot", "Premium"], open: false });
    expect(known("azure-native:storage:StorageAccount").inputs["kind"]?.type).to.deep.equal({
      kind: "string",
    });
  });

  it("have secrets and replacements of equinix-metal and command", () => {
    const device = known("equinix-metal:index/device:Device");
    expect(device.sensitive).to.deep.equal(["customData", "rootPassword", "userData"]);
    expect(device.replaces).to.include("plan").and.not.include("hostname");
    const command = known("command:remote:Command");
    expect(command.replaces).to.deep.equal(["triggers"]);
    expect(command.sensitive).to.deep.equal(["connection"]);
  });

  it("draw a random value anew whatever changes, and show its defaults as outputs only", () => {
    const password = known("random:index/randomPassword:RandomPassword");
    expect(password.neverUpdates).to.equal(true);
    expect(password.defaults).to.deep.equal({});
    expect(password.outputDefaults).to.include({ special: true, minUpper: 0 });
    expect(password.sensitive).to.deep.equal(["bcryptHash", "result"]);
  });

  it("exist for a provider's own settings", () => {
    expect(Object.keys(known("pulumi:providers:aws").inputs)).to.include.members([
      "allowedAccountIds",
      "defaultTags",
    ]);
  });

  it("tell how to carry a module that is left out", () => {
    expect(() => typeFacts("azure-native:network:VirtualNetwork")).to.throw(
      'The rehearsal carries no facts for the module "network" of azure-native (it has authorization, index, ' +
        "keyvault, managedidentity, resources, storage). Add the module to the list in rehearsal/catalogue/modules.ts " +
        "and run `npm run catalogue:update`.",
    );
  });

  it("do not exist for a type or a package that nobody declares", () => {
    expect(typeFacts("aws:rds/instanc:Instanc")).to.equal(undefined);
    expect(typeFacts("aws:rdss/instance:Instance")).to.equal(undefined);
    expect(typeFacts("gcp:compute/instance:Instance")).to.equal(undefined);
  });
});

describe("facts of a data source", () => {
  it("have arguments and results", () => {
    const facts = functionFacts("aws:ec2/getSubnets:getSubnets");
    expect(Object.keys(facts?.inputs ?? {})).to.deep.equal(["filters", "region", "tags"]);
    expect(facts?.outputs["ids"]).to.deep.equal({ kind: "array", element: { kind: "string" } });
  });

  it("do not exist for a function that nobody declares", () => {
    expect(functionFacts("aws:ec2/getSubnetz:getSubnetz")).to.equal(undefined);
  });
});
