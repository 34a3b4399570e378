import type { Dependant, Entries, Entry, InputRule, Reference, Rule } from "../../../interpreter/entry";
import { numberOf, recordOf, textOf } from "../../../interpreter/values";
import { toSecurityGroup, toSubnet } from "./network-references";

// Formats and limits are from the EC2 Image Builder API reference; what depends on what is from its guide, "Delete outdated or
// unused Image Builder resources".

const componentType = "aws:imagebuilder/component:Component";
export const recipeType = "aws:imagebuilder/imageRecipe:ImageRecipe";
export const pipelineType = "aws:imagebuilder/imagePipeline:ImagePipeline";
const infrastructureType = "aws:imagebuilder/infrastructureConfiguration:InfrastructureConfiguration";
export const distributionType = "aws:imagebuilder/distributionConfiguration:DistributionConfiguration";

/** What a build has made, or is making. */
export const buildType = "aws:imagebuilder/image:Image";

const dataLimit = 16_000;
const versionLimit = 2 ** 30;
const componentLimit = 20;

const invalid = (message: string): { readonly code: string; readonly message: string } => ({
  code: "InvalidParameterValueException",
  message,
});

/** Three numbers; source: CreateComponent, semanticVersion. */
const versionIsSemantic: InputRule = (inputs) => {
  const version = textOf(inputs, "version");
  const numbers = version.split(".");
  const fits =
    numbers.length === 3 && numbers.every((one) => /^\d+$/.test(one) && Number(one) < versionLimit);
  return fits
    ? undefined
    : invalid(`The value supplied for parameter 'semanticVersion' is not valid: ${version}`);
};

const dataFits: InputRule = (inputs) =>
  textOf(inputs, "data").length > dataLimit
    ? invalid(
        `1 validation error detected: Value at 'data' failed to satisfy constraint: Member must have length less than or equal to ${String(dataLimit)}`,
      )
    : undefined;

const componentsFit: InputRule = (inputs) => {
  const { components } = inputs;
  return Array.isArray(components) && components.length > componentLimit
    ? {
        code: "ServiceQuotaExceededException",
        message: `The number of components in a recipe exceeds ${String(componentLimit)}.`,
      }
    : undefined;
};

const testsFit: InputRule = (inputs) => {
  const minutes = numberOf(recordOf(inputs, "imageTestsConfiguration"), "timeoutMinutes");
  return minutes !== undefined && (minutes < 60 || minutes > 1440)
    ? invalid("The value supplied for parameter 'timeoutMinutes' must be between 60 and 1440.")
    : undefined;
};

/** The ARN is made of the name, and of the version where there is one. */
const isNew: Rule = ({ type, inputs }, cloud) => {
  const taken = cloud
    .ofType(type)
    .some(
      (other) =>
        textOf(other.outputs, "name") === textOf(inputs, "name") &&
        textOf(other.outputs, "version") === textOf(inputs, "version"),
    );
  return taken
    ? {
        code: "ResourceAlreadyExistsException",
        message: `The following resource '${textOf(inputs, "name")}' already exists: ${textOf(inputs, "name")}/${textOf(inputs, "version")}`,
      }
    : undefined;
};

function to(property: string, type: string): Reference {
  return {
    property,
    type,
    by: "arn",
    // Components of Amazon's own are taken on trust.
    only: /^arn:[^:]+:imagebuilder:[^:]+:\d{12}:/,
    code: "InvalidParameterValueException",
    message: (arn) => `The resource with ARN '${arn}' does not exist.`,
  };
}

function usedBy(type: string, property: string): Dependant {
  return {
    type,
    property,
    by: "arn",
    code: "ResourceDependencyException",
    message: ({ id }) =>
      `Resource dependency error: The resource ARN '${id}' has other resources depended on it.`,
  };
}

function entry(title: string, more: Entry = {}): Entry {
  return {
    ...more,
    api: { service: "imagebuilder", title: `Image Builder ${title}` },
    outputs: (draft, cloud) => ({ dateCreated: draft.now, ...more.outputs?.(draft, cloud) }),
    refuseCreate: [isNew],
  };
}

export const entries: Entries = {
  [componentType]: entry("Component", {
    outputs: ({ place }) => ({ encrypted: true, owner: place.account, type: "BUILD" }),
    refuseInputs: [versionIsSemantic, dataFits],
    dependants: [usedBy(recipeType, "components.componentArn")],
  }),
  [recipeType]: entry("Image Recipe", {
    outputs: ({ place }) => ({ owner: place.account, platform: "Linux" }),
    references: [to("components.componentArn", componentType)],
    refuseInputs: [versionIsSemantic, componentsFit],
    dependants: [usedBy(pipelineType, "imageRecipeArn")],
  }),
  [infrastructureType]: entry("Infrastructure Configuration", {
    updated: ({ now }) => ({ dateUpdated: now }),
    references: [
      toSubnet("subnetId"),
      toSecurityGroup("securityGroupIds"),
      {
        property: "instanceProfileName",
        type: "aws:iam/instanceProfile:InstanceProfile",
        by: "name",
        code: "InvalidParameterValueException",
        message: (name) =>
          `The value supplied for parameter 'instanceProfileName' is not valid. The provided instance profile does not exist: ${name}`,
      },
    ],
    dependants: [usedBy(pipelineType, "infrastructureConfigurationArn")],
  }),
  [distributionType]: entry("Distribution Configuration", {
    updated: ({ now }) => ({ dateUpdated: now }),
    refuseInputs: [
      (inputs) =>
        JSON.stringify(inputs["distributions"] ?? []).includes('"name":"') &&
        !JSON.stringify(inputs["distributions"]).includes("{{ imagebuilder:buildDate }}")
          ? invalid("The AMI name must contain '{{ imagebuilder:buildDate }}'.")
          : undefined,
    ],
    dependants: [usedBy(pipelineType, "distributionConfigurationArn")],
  }),
  [pipelineType]: entry("Image Pipeline", {
    outputs: () => ({ platform: "Linux" }),
    updated: ({ now }) => ({ dateUpdated: now }),
    references: [
      to("imageRecipeArn", recipeType),
      to("infrastructureConfigurationArn", infrastructureType),
      to("distributionConfigurationArn", distributionType),
    ],
    refuseInputs: [testsFit],
  }),
};
