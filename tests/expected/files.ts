import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { isRecord, parseJson } from "../../guard/unknown";
import type { RecordedResource, RecordedSecret, Recording } from "../support/mocks";
import type { Stack } from "../support/program";

/** Where the files of a stack are. */
export function directoryOf(stack: Stack): string {
  return path.join(__dirname, stack);
}

/** The committed files of a stack: name to content; none when there is no folder yet. */
export function readExpected(stack: Stack): Map<string, unknown> {
  const directory = directoryOf(stack);
  let names: string[];
  try {
    names = readdirSync(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      return new Map();
    }
    throw error;
  }
  return new Map(
    names.map((name) => [name, JSON.parse(readFileSync(path.join(directory, name), "utf8")) as unknown]),
  );
}

/** What a recorded stack comes down to: one file a resource, `aws.rds.Instance.database.json`. */
export function describe(recording: Recording): Map<string, unknown> {
  const files = new Map<string, unknown>();
  for (const resource of recording.resources) {
    const name = fileName(resource);
    if (files.has(name)) {
      throw new Error(
        `two resources would be in ${name}: names must differ in more than what a file name drops`,
      );
    }
    files.set(name, describeResource(recording, resource));
  }
  return files;
}

/** `aws:rds/instance:Instance` and `database` to `aws.rds.Instance.database.json`. */
function fileName({ type, name }: RecordedResource): string {
  const [pkg = "", module = "", kind = ""] = type.split(":");
  const [folder = ""] = module.split("/");
  return `${[pkg, folder, kind, name].join(".").replaceAll(/[^A-Za-z0-9._-]/g, "-")}.json`;
}

function describeResource(recording: Recording, resource: RecordedResource): unknown {
  const { options } = resource;
  const outputs = recording.outputs.get(resource.urn);
  return sorted({
    type: resource.type,
    name: resource.name,
    ...(resource.parent === undefined ? {} : { parent: shortName(recording, resource.parent) }),
    ...(resource.custom ? { provider: providerName(resource) } : {}),
    options: withoutDefaults({
      protect: options.protect,
      retainOnDelete: options.retainOnDelete,
      deleteBeforeReplace: options.deleteBeforeReplace,
      ignoreChanges: options.ignoreChanges,
      customTimeouts: options.customTimeouts,
      hooks: options.hooks,
      dependsOn: options.dependencies.map((urn) => shortName(recording, urn)).sort(),
    }),
    inputs: readable(resource.inputs),
    ...(outputs === undefined ? {} : { outputs: readable(outputs) }),
  });
}

/** `aws:rds/instance:Instance database` */
function shortName(recording: Recording, urn: string): string {
  const resource = recording.resources.find((other) => other.urn === urn);
  return resource === undefined ? urn : `${resource.type} ${resource.name}`;
}

/** The provider's name, or none for what manages itself; `default` would be one that is not bound to an account. */
function providerName({ provider }: RecordedResource): string {
  return provider?.split("::").at(-2) ?? "none given";
}

function withoutDefaults(options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(options).filter(
      ([option, value]) =>
        value !== undefined &&
        // Said, it keeps the provider from what it would do with a name of ours.
        (value !== false || option === "deleteBeforeReplace") &&
        !(typeof value === "object" && value !== null && Object.keys(value).length === 0),
    ),
  );
}

/**
 * JSON in a string, as policies are, becomes the JSON itself: a review can then see what changed in it. Of a secret only
 * the form is left: even one that is made up looks to a scanner like one that got out.
 */
function readable(value: unknown): unknown {
  if (isSecret(value)) {
    return { secret: masked(value.secret) };
  }
  if (typeof value === "string" && value.startsWith("{")) {
    const json = parseJson(value);
    return isRecord(json) ? { json } : value;
  }
  if (Array.isArray(value)) {
    return value.map(readable);
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, readable(field)]));
  }
  return value;
}

function isSecret(value: unknown): value is RecordedSecret {
  return typeof value === "object" && value !== null && Object.keys(value).join() === "secret";
}

function masked(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(masked);
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, masked(field)]));
  }
  return "…";
}

/** The same with the keys of every object in alphabetical order; lists keep theirs. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sorted);
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, field]) => [key, sorted(field)]),
    );
  }
  return value;
}
