import type { Entries } from "../../../interpreter/entry";
import { numberOf, textOf, type Values } from "../../../interpreter/values";
import { nameIsFree } from "./common-rules";

export const parameterType = "aws:ssm/parameter:Parameter";

/** A parameter in clear shows its value in both outputs, a secret one only in the secret one. */
function valuesOf(inputs: Values): Values {
  const given = textOf(inputs, "insecureValue") || textOf(inputs, "value");
  return { value: given, insecureValue: inputs["type"] === "SecureString" ? "" : given };
}

export const entries: Entries = {
  "aws:ssm/document:Document": {
    api: { service: "SSM", title: "SSM Document" },
    id: ({ inputs, name }) => textOf(inputs, "name") || name,
    // Source: AWS Systems Manager API Reference, CreateDocument.
    unique: [
      nameIsFree("name", {
        code: "DocumentAlreadyExists",
        message: (name) => `Document with same name ${name} already exists`,
      }),
    ],
  },

  [parameterType]: {
    api: { service: "SSM", title: "SSM Parameter", create: "PutParameter", update: "PutParameter" },
    id: ({ inputs, name }) => textOf(inputs, "name") || name,
    outputs: ({ inputs }) => ({
      ...valuesOf(inputs),
      dataType: textOf(inputs, "dataType") || "text",
      tier: textOf(inputs, "tier") || "Standard",
      version: 1,
    }),
    updated: ({ inputs, outputs }) => ({
      ...valuesOf(inputs),
      version: (numberOf(outputs, "version") ?? 0) + 1,
    }),
    unknownOnUpdate: ["version"],
    aside: ["tags", "tagsAll"],
    unique: [
      nameIsFree("name", {
        code: "ParameterAlreadyExists",
        message: () =>
          "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
      }),
    ],
  },
};
