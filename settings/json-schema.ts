import { z } from "zod";
import type { SettingMeta } from "./describe";
import { sectionNames, stackSections } from "./schema";
import {
  secretNames,
  secretOf,
  setSecretCommand,
  workloadSecretName,
  workloadSecretPattern,
  type SecretName,
} from "./secrets";
import { allowedText } from "./schema-walk";
import { awsSettings } from "./sections/aws";

/** A JSON Schema document or a part of one. */
export type JsonSchema = z.core.JSONSchema.BaseSchema;

/**
 * The JSON Schema of a whole stack file, for editors: completion, hints, and most of what is wrong while one types.
 * Rules across keys are not in it; those are for `loadSettings` and `loadStackFile`.
 */
export function stackFileJsonSchema(): JsonSchema {
  const aws = Object.entries(awsSettings.shape).map(
    ([name, schema]) => [`aws:${name}`, jsonSchemaOf(schema)] as const,
  );
  const sections = sectionNames.map(
    (name) => [`groundwork:${name}`, jsonSchemaOf(stackSections.shape[name])] as const,
  );
  return {
    // What the YAML language server understands best.
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Stack file of groundwork",
    description: "Pulumi.<stack>.yaml. Made from settings/sections by `npm run schema:update`.",
    type: "object",
    properties: {
      config: {
        description: "What this stack is made of and how large. A section that is absent is not deployed.",
        type: "object",
        properties: Object.fromEntries([...aws, ...sections, ...secretNames.map(secretSchema)]),
        // Other packages' keys are theirs to judge.
        patternProperties: {
          "^(?!groundwork:|aws:)[^:]+:.+$": {},
          [`^groundwork:${workloadSecretPattern}$`]: secretSchema(workloadSecretName("NAME"))[1],
        },
        additionalProperties: false,
        required: (["region", "allowedAccountIds"] satisfies (keyof typeof awsSettings.shape)[]).map(
          (name) => `aws:${name}`,
        ),
      },
      encryptionsalt: { description: "Written by Pulumi, for secrets under a passphrase.", type: "string" },
      encryptedkey: { description: "Written by Pulumi, for secrets under a key of a cloud.", type: "string" },
      secretsprovider: { description: "Who encrypts secrets: `passphrase`, or a key's URL.", type: "string" },
    },
    additionalProperties: false,
    required: ["config"],
  };
}

/** As `pulumi config set --secret` writes it. */
function secretSchema(name: SecretName): readonly [string, JsonSchema] {
  const { description, usedBy, howToGet } = secretOf(name);
  return [
    `groundwork:${name}`,
    {
      description: `${description}\n\nUsed by ${usedBy}\n\nTo get one: ${howToGet} Then: \`${setSecretCommand(name, "<stack>")}\`.`,
      type: "object",
      properties: {
        secure: {
          description: "The encrypted value.\n\nAllowed: what `pulumi config set --secret` writes.",
          type: "string",
        },
      },
      required: ["secure"],
      additionalProperties: false,
    },
  ];
}

function jsonSchemaOf(schema: z.core.$ZodType): JsonSchema {
  const json: JsonSchema = z.toJSONSchema(schema, {
    target: "draft-7",
    // As a person writes it: what has a default may be left out.
    io: "input",
    override: ({ zodSchema, jsonSchema }) => {
      describe(zodSchema, jsonSchema);
    },
  });
  // Once is enough, at the top of the file.
  delete json.$schema;
  return json;
}

type Described = JsonSchema & { -readonly [K in keyof SettingMeta]?: SettingMeta[K] };

/** Folds what a setting says of itself into the description, which is all that editors show. */
function describe(schema: z.core.$ZodType, json: Described): void {
  const { description, why, defaultText } = json;
  delete json.unit;
  delete json.why;
  delete json.allowed;
  delete json.defaultText;
  if (description !== undefined) {
    const whyText = json.default !== undefined || defaultText !== undefined ? why : undefined;
    json.description = [
      description,
      `Allowed: ${allowedText(schema)}.`,
      ...(defaultText === undefined ? [] : [`Default: ${defaultText}.`]),
      ...(why === undefined ? [] : [`${whyText === undefined ? "Note" : "Why"}: ${why}`]),
    ].join("\n\n");
  }
  // zod's bounds of whole numbers in JavaScript say nothing about the setting.
  if (json.maximum === Number.MAX_SAFE_INTEGER) {
    delete json.maximum;
  }
}
