import { functionFacts, typeFacts } from "../../catalogue/facts";
import type { CloudRecord } from "../../cloud/store";
import { CloudError } from "../../interpreter/cloud-error";
import type { CloudView } from "../../interpreter/entry";
import {
  isRecord,
  listOf,
  recordOf,
  sameValue,
  textOf,
  textsAt,
  type Value,
  type Values,
} from "../../interpreter/values";
import type { AwsConfig } from "./config";

/** Arguments by which a data source names what the resource calls otherwise. */
const renamed: Readonly<Record<string, string>> = {
  dbInstanceIdentifier: "identifier",
  functionName: "name",
  zoneId: "id",
  keyId: "id",
};

/** Arguments that ask for nothing. */
const ignored = new Set([
  "region",
  "filters",
  "tags",
  "state",
  "mostRecent",
  "privateZone",
  "withDecryption",
]);

/**
 * `aws:rds/getInstance:getInstance` and its like: the one resource that the arguments describe, as far as its outputs
 * are called the same.
 *
 * @returns undefined where no resource type answers to the function's name.
 * @throws CloudError when there is none, or more than one.
 */
export function lookUp(token: string, args: Values, config: AwsConfig, cloud: CloudView): Values | undefined {
  const match = /^aws:([\w]+)\/get(\w+):get\w+$/.exec(token);
  const [, module = "", kind = ""] = match ?? [];
  const type = `aws:${module}/${kind.charAt(0).toLowerCase()}${kind.slice(1)}:${kind}`;
  if (!match || !typeFacts(type)) return undefined;
  const record = findOne(token, type, args, cloud);
  const known: Values = { ...record.outputs, region: config.region, ...args, id: record.id };
  const outputs = Object.keys(functionFacts(token)?.outputs ?? {});
  return Object.fromEntries(
    outputs.flatMap((name): [string, Value][] => {
      const value = known[name] ?? known[renamed[name] ?? ""];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** The one resource of a type that the arguments describe. @throws CloudError when it is none, or several. */
export function findOne(token: string, type: string, args: Values, cloud: CloudView): CloudRecord {
  const found = findAll(type, args, cloud);
  const [first] = found;
  if (first && found.length === 1) return first;
  const kind = type.split(":").at(-1) ?? "";
  const message =
    found.length === 0
      ? `no matching ${kind} found in the rehearsal cloud`
      : `multiple ${kind}s matched; use additional constraints to reduce matches to a single one`;
  throw new CloudError("NotFound", `invoking ${token}: ${message}`);
}

/** All resources of a type whose properties, tags and filters are as the arguments say. */
export function findAll(type: string, args: Values, cloud: CloudView): CloudRecord[] {
  const wanted = Object.entries(args).filter(([name, value]) => !ignored.has(name) && value !== null);
  return cloud.ofType(type).filter((record) => {
    const properties: Values = { ...record.inputs, ...record.outputs, id: record.id };
    const named = wanted.every(([name, value]) => {
      const there = properties[name] ?? properties[renamed[name] ?? ""] ?? properties["id"];
      return sameValue(there, value);
    });
    return (
      named && hasTags(properties, recordOf(args, "tags")) && passes(properties, listOf(args, "filters"))
    );
  });
}

function hasTags(properties: Values, wanted: Values): boolean {
  const tags = { ...recordOf(properties, "tags"), ...recordOf(properties, "tagsAll") };
  return Object.entries(wanted).every(([name, value]) => tags[name] === value);
}

/** EC2's filters: `vpc-id`, `tag:Name`, with `*` and `?` in their values. A filter for what is not known passes nothing. */
function passes(properties: Values, filters: readonly Value[]): boolean {
  return filters.filter(isRecord).every((filter) => {
    const name = textOf(filter, "name");
    const tags = { ...recordOf(properties, "tags"), ...recordOf(properties, "tagsAll") };
    const property = name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
    const had = name.startsWith("tag:")
      ? textOf(tags, name.slice(4))
      : (textsAt(properties, property)[0] ?? "");
    return textsAt(filter, "values").some((pattern) => likePattern(pattern).test(had));
  });
}

function likePattern(text: string): RegExp {
  const escaped = text.replace(/[\\^$.|+()[\]{}]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`);
}
