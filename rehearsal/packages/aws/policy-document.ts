import { createHash } from "node:crypto";
import { CloudError } from "../../interpreter/cloud-error";
import {
  isRecord,
  listOf,
  recordOf,
  textOf,
  textsAt,
  type Value,
  type Values,
} from "../../interpreter/values";

interface Document {
  readonly Version?: string;
  readonly Id?: string;
  readonly Statement: readonly Values[];
}

/** A policy document from its parts, as the provider computes it without asking anybody. */
export function policyDocument(args: Values): Values {
  const version = textOf(args, "version") || "2012-10-17";
  const own: Document = {
    Version: version,
    ...(textOf(args, "policyId") !== "" && { Id: textOf(args, "policyId") }),
    Statement: listOf(args, "statements").filter(isRecord).map(statement),
  };
  const sources = [textOf(args, "sourceJson"), ...textsAt(args, "sourcePolicyDocuments")];
  const overrides = [textOf(args, "overrideJson"), ...textsAt(args, "overridePolicyDocuments")];
  const merged = [...sources.map(parse), own, ...overrides.map(parse)].reduce(merge);
  const document = {
    Version: merged.Version ?? version,
    ...(merged.Id && { Id: merged.Id }),
    Statement: merged.Statement,
  };
  const json = JSON.stringify(document, null, 2);
  const id = String(createHash("sha256").update(json).digest().readUInt32BE(0));
  return { ...args, id, json, minifiedJson: JSON.stringify(document), version };
}

function statement(part: Values): Values {
  const sid = textOf(part, "sid");
  const lists = [
    ["actions", "Action"],
    ["notActions", "NotAction"],
    ["resources", "Resource"],
    ["notResources", "NotResource"],
  ] as const;
  return {
    ...(sid !== "" && { Sid: sid }),
    Effect: textOf(part, "effect") || "Allow",
    ...Object.fromEntries(lists.flatMap(([name, key]) => single(key, textsAt(part, name)))),
    ...principals("Principal", listOf(part, "principals").filter(isRecord)),
    ...principals("NotPrincipal", listOf(part, "notPrincipals").filter(isRecord)),
    ...conditions(listOf(part, "conditions").filter(isRecord)),
  };
}

/** One is written as itself, several as a list, the last in the alphabet first. */
function oneOrMany(texts: readonly string[]): Value {
  const [first = ""] = texts;
  return texts.length === 1 ? variables(first) : texts.map(variables).sort().reverse();
}

function single(key: string, texts: readonly string[]): [string, Value][] {
  return texts.length === 0 ? [] : [[key, oneOrMany(texts)]];
}

function principals(key: string, parts: readonly Values[]): Values {
  if (parts.length === 0) return {};
  if (parts.some((part) => part["type"] === "*" && textsAt(part, "identifiers").includes("*")))
    return { [key]: "*" };
  const grouped: Record<string, Value> = {};
  for (const type of new Set(parts.map((part) => textOf(part, "type")))) {
    const ofType = parts.filter((part) => part["type"] === type);
    grouped[type] = oneOrMany(ofType.flatMap((part) => textsAt(part, "identifiers")));
  }
  return { [key]: grouped };
}

function conditions(parts: readonly Values[]): Values {
  if (parts.length === 0) return {};
  const tests: Record<string, Record<string, Value>> = {};
  for (const part of parts) {
    const test = (tests[textOf(part, "test")] ??= {});
    test[variables(textOf(part, "variable"))] = oneOrMany(textsAt(part, "values"));
  }
  return { Condition: tests };
}

/** `&{aws:username}` stands for `${aws:username}`, which programs would take for a variable of theirs. */
function variables(text: string): string {
  return text.replaceAll("&{", "${");
}

function parse(text: string): Document {
  if (text === "") return { Statement: [] };
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw new CloudError(
      "InvalidPolicy",
      "invoking aws:iam/getPolicyDocument:getPolicyDocument: a merged document is not JSON",
    );
  }
  const values = (document ?? {}) as Values;
  const statements = isRecord(values["Statement"])
    ? [recordOf(values, "Statement")]
    : listOf(values, "Statement").filter(isRecord);
  const [version, id] = [textOf(values, "Version"), textOf(values, "Id")];
  return { ...(version !== "" && { Version: version }), ...(id !== "" && { Id: id }), Statement: statements };
}

/** What comes later wins: statements of the same Sid are replaced where they are. */
function merge(base: Document, next: Document): Document {
  const statements = [...base.Statement];
  for (const added of next.Statement) {
    const at = textOf(added, "Sid") === "" ? -1 : statements.findIndex((had) => had["Sid"] === added["Sid"]);
    if (at < 0) statements.push(added);
    else statements[at] = added;
  }
  return { ...base, ...next, Statement: statements };
}
