import { z } from "zod";
import { verdictText, type TriedChanges } from "./change-verdicts";
import { stackSections, sectionNames } from "./schema";
import { allowedText, metaOf, unwrap } from "./schema-walk";
import { awsSettings } from "./sections/aws";

/**
 * docs/settings.md: every setting with what may stand there, its default, and why; from the same schema that judges,
 * so that it cannot say otherwise. Markdown as prettier leaves it, but for the wrapping of lists.
 */
export function settingsReference(tried: TriedChanges = {}): string {
  return [
    preamble,
    section(
      "Account and region",
      "Pulumi's own keys of the AWS provider. Region and account must be set. Besides them every file has `pulumi:disable-default-providers: [aws, azure-native, kubernetes]`: " +
        "what forgets to name its provider fails, in place of reaching for the credentials that happen to be there.",
      { schema: awsSettings, name: "aws", tried },
      "aws:",
    ),
    ...sectionNames.map((name) => {
      const schema = stackSections.shape[name];
      return section(`\`groundwork:${name}\``, metaOf(schema).description ?? "", { schema, name, tried });
    }),
  ].join("\n\n");
}

const preamble = `<!-- Made from settings/sections by \`npm run schema:update\`. Change the descriptions there. -->

# Settings

A stack's settings are in \`Pulumi.<stack>.yaml\`. \`aws:region\` and \`aws:allowedAccountIds\` say where, each
\`groundwork:<section>\` says what. A section that is absent is not deployed, except \`guard\`, \`iam\`, \`sessions\` and
\`tags\`, which have defaults. An unknown key, a wrong value or a broken rule between keys ends a run before any resource is touched.
The run names everything that is wrong at once.

That file is the only place. The engine can take configuration from other places too (\`config\` of Pulumi.yaml, \`--config\`,
\`--config-file\`, ESC environments). The program refuses to run when the engine hands it something else than the stack file says.

The first line of a stack file tells editors with a YAML language server where the schema is. They then complete keys and
check values while you type.

Nothing here is secret, so nothing here may be encrypted. Write values that look like numbers but are names (versions,
account ids, tags) in quotes.`;

/** A place in the schema. */
export interface Place {
  readonly schema: z.core.$ZodType;
  /** As in schema/changes.json. */
  readonly name: string;
  readonly tried: TriedChanges;
}

function section(title: string, description: string, place: Place, prefix = ""): string {
  const bare = unwrap(place.schema);
  const body =
    bare instanceof z.ZodUnion
      ? bare.options
          .map((schema, index) => `### ${forms[index]}\n\n${settings({ ...place, schema }, 0)}`)
          .join("\n\n")
      : settings(place, 0, prefix);
  return `## ${title}\n\n${description}\n\n${body}`;
}

/** Of the one section that has two. */
const forms = ["A new VPC", "An existing VPC"];

/** A list of the keys of a mapping, each with its own keys under it. */
function settings(place: Place, depth: number, prefix = ""): string {
  const bare = unwrap(place.schema);
  const indent = "  ".repeat(depth);
  if (bare instanceof z.ZodObject) {
    return Object.entries<z.core.$ZodType>(bare.shape)
      .map(([key, child]) => entry(key, under(place, child, key), depth, prefix))
      .join("\n");
  }
  if (bare instanceof z.ZodRecord) {
    return [
      `${indent}- _key_: ${allowedText(bare.keyType)}.`,
      nested(bare.valueType)
        ? settings(under(place, bare.valueType, "*"), depth)
        : `${indent}- _value_: ${allowedText(bare.valueType)}.`,
    ].join("\n");
  }
  if (bare instanceof z.ZodDiscriminatedUnion) {
    return bare.options
      .map((option) => alternative(bare.def.discriminator, { ...place, schema: option }, depth))
      .join("\n");
  }
  return "";
}

function under({ name, tried }: Place, schema: z.core.$ZodType, key: string): Place {
  return { schema, name: `${name}.${key}`, tried };
}

/** One option of a union, under the key that chooses it. */
function alternative(discriminator: string, place: Place, depth: number): string {
  const { schema: option } = place;
  if (!(option instanceof z.ZodObject)) {
    throw new Error(`An option of the union by ${discriminator} is no mapping.`);
  }
  const { [discriminator]: choice, ...others } = option.shape as Readonly<Record<string, z.ZodType>>;
  const value = choice instanceof z.ZodLiteral ? String(choice.value) : "";
  const line = `${"  ".repeat(depth)}- **\`${discriminator}: ${value}\`** ${(choice && metaOf(choice).description) ?? ""}`;
  return [
    line,
    ...Object.entries(others).map(([key, child]) => entry(key, under(place, child, key), depth + 1)),
  ].join("\n");
}

function entry(key: string, place: Place, depth: number, prefix = ""): string {
  const { schema } = place;
  const { description, allowed, byDefault, why, examples, changed } = aboutSetting(place);
  const indent = "  ".repeat(depth);
  const sentences = [
    description,
    allowed,
    byDefault,
    why === undefined ? undefined : `_${why}_`,
    examples,
    changed === undefined ? undefined : `[Changed](changes.md): ${changed}.`,
  ];
  const line = `${indent}- **\`${prefix}${key}\`** ${sentences.filter((sentence) => sentence !== undefined).join(" ")}`;
  const more = nested(schema) ? settings(place, depth + 1) : "";
  return more === "" ? line : `${line}\n${more}`;
}

/** What there is to say of a setting: sentences, and what became of its changes, as far as they were tried. */
export interface AboutSetting {
  readonly description?: string;
  readonly allowed: string;
  readonly byDefault?: string;
  readonly why?: string;
  readonly examples?: string;
  readonly changed?: string;
}

export function aboutSetting({ schema, name, tried }: Place): AboutSetting {
  const { description, why, examples } = metaOf(schema);
  const known = (tried[name] ?? []).filter(({ verdict }) => verdict !== "not tried yet");
  return {
    description,
    allowed: `Allowed: ${allowedText(schema)}.`,
    byDefault: defaultOf(schema),
    why,
    examples: examples === undefined ? undefined : `Example: ${examples.map(code).join(", ")}.`,
    changed: known.length === 0 ? undefined : verdictText(known),
  };
}

function nested(schema: z.core.$ZodType): boolean {
  const bare = unwrap(schema);
  return (
    bare instanceof z.ZodObject || bare instanceof z.ZodRecord || bare instanceof z.ZodDiscriminatedUnion
  );
}

function defaultOf(schema: z.core.$ZodType): string {
  const { defaultText } = metaOf(schema);
  if (defaultText !== undefined) {
    return `Default: ${defaultText.replace(/<[^>]+>.*$/, "`$&`")}.`;
  }
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    const value: unknown = schema.def.defaultValue;
    if (isEmptyMapping(value)) {
      return unwrap(schema) instanceof z.ZodRecord ? "Default: none." : "Default: the defaults of its keys.";
    }
    return `Default: ${code(value)}.`;
  }
  return schema instanceof z.ZodOptional ? "Optional." : "Required.";
}

function isEmptyMapping(value: unknown): boolean {
  return (
    typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length === 0
  );
}

/** As it would stand in the stack file. */
function code(value: unknown): string {
  return `\`${flow(value)}\``;
}

function flow(value: unknown): string {
  if (Array.isArray(value)) {
    return `[${value.map(flow).join(", ")}]`;
  }
  if (typeof value === "object" && value !== null) {
    const pairs = Object.entries(value).map(([key, entryValue]) => `${key}: ${flow(entryValue)}`);
    return pairs.length === 0 ? "{}" : `{ ${pairs.join(", ")} }`;
  }
  return typeof value === "string" && /^[\d.]+$/.test(value) ? JSON.stringify(value) : String(value);
}
