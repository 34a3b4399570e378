import { z } from "zod";
import type { SchemaByToken } from "./compose-facts";
import type { SchemaFacts } from "./type-facts";

const property = z.looseObject({
  default: z.unknown().optional(),
  secret: z.boolean().optional(),
  willReplaceOnChanges: z.boolean().optional(),
  replaceOnChanges: z.boolean().optional(),
});

const resource = z.looseObject({
  inputProperties: z.record(z.string(), property).optional(),
  properties: z.record(z.string(), property).optional(),
  required: z.array(z.string()).optional(),
  requiredInputs: z.array(z.string()).optional(),
});

const packageSchema = z.looseObject({
  name: z.string(),
  resources: z.record(z.string(), resource),
});

/** What a Pulumi package schema says of the types of its package. */
export interface PackageSchema {
  readonly package: string;
  readonly facts: SchemaByToken;
}

/**
 * Reads the output of `pulumi package get-schema`.
 *
 * It says which inputs are required, which replace, defaults and secrets. It does not say, for a bridged provider, which
 * absent inputs the cloud fills in, which nested fields replace, or the time limits: for those the committed facts hold.
 *
 * @throws Error when the text is no such schema.
 */
export function parsePackageSchema(text: string): PackageSchema {
  const parsed = packageSchema.safeParse(JSON.parse(text));
  if (!parsed.success) {
    throw new Error(
      `This is not the output of \`pulumi package get-schema\`: ${z.prettifyError(parsed.error)}`,
    );
  }
  const { name, resources } = parsed.data;
  const facts = Object.entries(resources).map(([token, entry]) => [token, factsOf(entry)] as const);
  return { package: name, facts: new Map(facts) };
}

function factsOf(entry: z.infer<typeof resource>): SchemaFacts {
  const { inputProperties = {}, properties = {}, requiredInputs = [] } = entry;
  const inputs = Object.entries(inputProperties);
  const replaces = inputs
    .filter(([, facts]) => facts.willReplaceOnChanges === true || facts.replaceOnChanges === true)
    .map(([name]) => name);
  const defaults = inputs
    .filter(([, facts]) => facts.default !== undefined)
    .map(([name, facts]) => [name, facts.default]);
  const secret = [...inputs, ...Object.entries(properties)].filter(([, facts]) => facts.secret === true);
  return {
    required: requiredInputs,
    // An older schema that marks no property at all is silent, not sure that none replaces.
    ...(replaces.length > 0 && { replaces: replaces.sort() }),
    ...(defaults.length > 0 && { defaults: Object.fromEntries(defaults) as Record<string, unknown> }),
    ...(secret.length > 0 && { sensitive: [...new Set(secret.map(([name]) => name))].sort() }),
  };
}

/** A type's committed facts, renewed by what a Pulumi schema says. What it is silent about is kept. */
export function renewFacts(kept: SchemaFacts | undefined, given: SchemaFacts): SchemaFacts {
  // Names that the provider draws are required by the cloud, and no Pulumi schema says so.
  const required = [...new Set([...(given.required ?? []), ...(kept?.required ?? [])])];
  return { ...kept, ...given, required };
}
