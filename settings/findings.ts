import { z } from "zod";
import { secretsIn } from "../guard/rules/user-data";
import { nearestName } from "./nearest";
import { pathText, type Finding, type Path } from "./problem";
import { allowedText, chosenOption, isMapping, keysText, schemaAt, unwrap, valueAt } from "./schema-walk";

/**
 * What is wrong with one configuration value by its own schema, in words: one finding a path, because what is
 * allowed is told whole each time.
 *
 * @param elsewhere keys of another form of the section, with the sentence to tell when one of them stands here.
 */
export function findingsOf(
  key: string,
  schema: z.core.$ZodType,
  value: unknown,
  elsewhere: Readonly<Record<string, string>> = {},
): readonly Finding[] {
  const result = z.safeParse(schema, value);
  if (result.success) {
    return [];
  }
  const findings = new Map<string, Finding>();
  for (const issue of result.error.issues) {
    for (const finding of translate(key, schema, value, issue, elsewhere)) {
      const place = pathText(key, finding.path);
      if (!findings.has(place)) {
        findings.set(place, finding);
      }
    }
  }
  return [...findings.values()];
}

function translate(
  key: string,
  schema: z.core.$ZodType,
  value: unknown,
  issue: z.core.$ZodIssue,
  elsewhere: Readonly<Record<string, string>>,
): readonly Finding[] {
  const path = issue.path.filter((step) => typeof step !== "symbol");
  const at = schemaAt(schema, value, path) ?? schema;
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((name) => unknownKey(key, path, name, at, valueAt(value, path), elsewhere));
  }
  if (issue.code === "invalid_key") {
    return [invalidRecordKey(key, path, issue, schemaAt(schema, value, path.slice(0, -1)))];
  }
  const found = valueAt(value, path);
  const allowed = allowedText(at);
  if (found === undefined) {
    return [{ key, path, message: "is missing", allowed }];
  }
  if (issue.code === "custom") {
    return [{ key, path, message: `${show(found)} ${issue.message}`, allowed }];
  }
  // A union is told apart by one key of its own: that key is what is wrong.
  if (issue.code === "invalid_union" && isMapping(found) && issue.discriminator !== undefined) {
    const inner = found[issue.discriminator];
    const message = inner === undefined ? "is missing" : `found ${show(inner)}`;
    return [
      {
        key,
        path: path.includes(issue.discriminator) ? path : [...path, issue.discriminator],
        message,
        allowed,
      },
    ];
  }
  // A number or a mapping, and it is a mapping: what is wrong is inside.
  const option = issue.code === "invalid_union" ? chosenOption(unwrap(at), found) : undefined;
  if (option !== undefined) {
    const inside = findingsOf(key, option, found);
    return inside.map((finding) => ({ ...finding, path: [...path, ...finding.path] }));
  }
  const suggestion = listing(found, at) ?? quoting(found, at);
  return [
    {
      key,
      path,
      // A whole value is handed over as text: whether it was written as a number nobody knows here.
      message: `found ${path.length === 0 && typeof found === "number" ? String(found) : show(found)}`,
      allowed,
      ...(suggestion === undefined ? {} : { suggestion }),
    },
  ];
}

function unknownKey(
  key: string,
  path: Path,
  name: string,
  at: z.core.$ZodType,
  found: unknown,
  elsewhere: Readonly<Record<string, string>>,
): Finding {
  const known = knownKeys(at, found);
  const nearest = nearestName(name, known);
  const suggestion =
    (path.length === 0 && Object.hasOwn(elsewhere, name) ? elsewhere[name] : undefined) ??
    (nearest && `Did you mean ${nearest}?`);
  return {
    key,
    path: [...path, name],
    message: `${JSON.stringify(name)} is not a known key here`,
    allowed: keysText(known),
    ...(suggestion === undefined ? {} : { suggestion }),
    aboutKey: true,
  };
}

function knownKeys(schema: z.core.$ZodType, value: unknown): readonly string[] {
  const bare = unwrap(schema);
  if (bare instanceof z.ZodObject) {
    return Object.keys(bare.shape);
  }
  const option = chosenOption(bare, value);
  return option === undefined ? [] : Object.keys(option.shape);
}

function invalidRecordKey(
  key: string,
  path: Path,
  issue: z.core.$ZodIssueInvalidKey,
  record: z.core.$ZodType | undefined,
): Finding {
  const bare = record === undefined ? undefined : unwrap(record);
  const custom = issue.issues.find((inner) => inner.code === "custom");
  const name = JSON.stringify(path.at(-1));
  return {
    key,
    path,
    message: custom === undefined ? `${name} cannot be a key here` : `${name} ${custom.message}`,
    allowed: bare instanceof z.ZodRecord ? allowedText(bare.keyType) : "a text",
    aboutKey: true,
  };
}

/** One entry where a list belongs. */
function listing(found: unknown, schema: z.core.$ZodType): string | undefined {
  const isOne = typeof found === "number" || (typeof found === "string" && secretsIn(found).length === 0);
  return isOne && unwrap(schema) instanceof z.ZodArray
    ? `A list is meant, also of one: [${JSON.stringify(String(found))}].`
    : undefined;
}

/** YAML takes 16.10 for a number and `yes` for a word; the cure is the same. */
function quoting(found: unknown, schema: z.core.$ZodType): string | undefined {
  if (!(unwrap(schema) instanceof z.ZodString) || (typeof found !== "number" && typeof found !== "boolean")) {
    return undefined;
  }
  return typeof found === "number"
    ? "Put it in quotes: unquoted, YAML reads it as a number and drops zeros at its ends."
    : "Put it in quotes: unquoted, YAML reads it as true or false.";
}

/** A value as an error shows it. Containers are named, not printed: they may be long. So is what looks like a secret in the wrong place. */
function show(value: unknown): string {
  if (value === null) {
    return "nothing (a key without a value)";
  }
  if (Array.isArray(value)) {
    return value.length === 0 ? "an empty list" : `a list of ${value.length}`;
  }
  if (isMapping(value)) {
    return Object.keys(value).length === 0 ? "an empty mapping" : "a mapping";
  }
  const [secret] = typeof value === "string" ? secretsIn(value) : [];
  if (secret !== undefined) {
    return `a text that looks like ${secret} (not shown)`;
  }
  return typeof value === "number" ? `the number ${value}` : JSON.stringify(value);
}
