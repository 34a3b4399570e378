import { expect } from "chai";
import { awsRules } from "../../../rehearsal/catalogue/rules/aws";
import { azureNativeRules } from "../../../rehearsal/catalogue/rules/azure-native";
import { rulesOf } from "../../../rehearsal/catalogue/rules/package-rules";

describe("rules for an AWS type of which no schema is known", () => {
  const line = { in: { name: "s", namePrefix: "s", region: "s", "size!": "n" }, out: { tagsAll: "{s}" } };

  it("take its name and region for what makes it another resource", () => {
    expect(awsRules("aws:new/thing:Thing", line)).to.deep.equal({
      autonaming: { property: "name", randomLength: 7, maxLength: 255 },
      replaces: ["name", "namePrefix", "region"],
      providerInputs: ["tagsAll"],
    });
  });

  it("leave the name to the schema where there is one", () => {
    expect(awsRules("aws:new/thing:Thing", { ...line, schema: {} }).replaces).to.deep.equal(["region"]);
  });

  it("draw no name that the program has to give", () => {
    expect(awsRules("aws:new/thing:Thing", { in: { "name!": "s" } })).not.to.have.property("autonaming");
  });
});

describe("rules for an Azure type", () => {
  it("tell a resource's own name from those of what it is a part of", () => {
    const blob = {
      in: {
        "accountName!": "s",
        "containerName!": "s",
        blobName: "s",
        "resourceGroupName!": "s",
        content: "s",
      },
      inputOnly: ["accountName", "blobName", "containerName", "resourceGroupName"],
    };
    expect(azureNativeRules("azure-native:storage:Thing", blob)).to.deep.equal({
      autonaming: { property: "blobName", kind: "copy", separator: "", randomLength: 8 },
      replaces: ["accountName", "blobName", "containerName", "resourceGroupName"],
      certainty: "declarations",
    });
  });

  it("have nothing to say of the provider's own settings", () => {
    const line = { in: { clientId: "s" }, inputOnly: ["clientId"] };
    expect(azureNativeRules("pulumi:providers:azure-native", line)).to.deep.equal({});
  });
});

describe("rules for the other packages", () => {
  it("are none for commands, and the bridge's names for machines", () => {
    expect(rulesOf("command:local:Command", { in: { name: "s" } })).to.deep.equal({});
    expect(
      rulesOf("equinix-metal:index/project:Project", { in: { name: "s" } }).autonaming?.property,
    ).to.equal("name");
    expect(rulesOf("equinix-metal:index/device:Device", { in: { hostname: "s" } })).to.deep.equal({});
  });
});
