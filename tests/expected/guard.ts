import path from "node:path";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { approvedOperations } from "../../guard/approvals/approval";
import { floors } from "../../guard/floors";
import { guardLevels } from "../../guard/level";
import { harmlessTypes, looksStateful, statefulTypes } from "../../guard/catalogue/stateful-types";
import { judgeRules } from "../../guard/judge/verdict";
import { isUnconditional } from "../../guard/approvals/exceptions";
import { rules } from "../../policies/rules";
import type { Rule } from "../../policies/rule";
import { contextOf } from "../policies/harness";

/** What a review has to see change before anything is guarded less: rules with their levels, guarded types, floors, hooks. */
const guardFile = path.join(__dirname, "guard.json");

/** Functions count by being there: what they decide has tests of its own. */
export function guardSnapshot(): unknown {
  return JSON.parse(
    JSON.stringify(
      {
        levels: guardLevels,
        // By name and not as lists: of a list that loses one, a review would see every line after it change.
        gate: named([...judgeRules].sort(), "refuses"),
        approvals: approvedOperations,
        hooks: hookNames(),
        policies: Object.fromEntries(
          rules.map((rule) => [
            rule.name,
            {
              description: rule.description,
              types: typesOf(rule),
              enforcement: Object.fromEntries(
                guardLevels.map((level) => [level, rule.bind(contextOf(level)).enforcementLevel]),
              ),
              asked: askedFor(rule),
              exceptions: isUnconditional(rule.name) ? "none" : "by setting",
            },
          ]),
        ),
        floors,
        types: Object.fromEntries(
          [...statefulTypes]
            .sort((a, b) => (a.type < b.type ? -1 : 1))
            .map((kind) => [
              kind.type,
              Object.fromEntries(Object.entries(kind).filter(([key]) => !forPeople.has(key))),
            ]),
        ),
        harmless: named([...harmlessTypes].sort(), "not guarded"),
        guessed: named(guesses.filter(looksStateful), "guarded"),
      },
      (_key, value: unknown) =>
        typeof value === "function"
          ? "decided in the program"
          : value instanceof RegExp
            ? String(value)
            : value,
    ),
  );
}

/** Words. Everything else of a type decides something, also what comes to it later. */
const forPeople = new Set(["type", "noun", "holds", "name", "size", "copyFirst"]);

function named(names: readonly string[], what: string): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [name, what]));
}

/** Types that nobody knows, one of each kind of name that is to be taken for data's. */
const guesses = [
  "aws:new/database:Database",
  "aws:new/cluster:Cluster",
  "aws:new/table:Table",
  "aws:new/bucket:Bucket",
  "aws:new/volume:Volume",
  "aws:new/fileSystem:FileSystem",
  "aws:new/vault:Vault",
  "aws:new/snapshot:Snapshot",
  "aws:new/queue:Queue",
  "aws:new/repository:Repository",
  "aws:new/stream:Stream",
  "aws:new/domain:Domain",
  "aws:new/zone:Zone",
  "aws:new/secret:Secret",
  "aws:new/userPool:UserPool",
  "aws:rds/newInstance:NewInstance",
  "gcp:sql/databaseInstance:DatabaseInstance",
  "azure-native:storage:NewContainer",
];

/** Types that a rule looks at; of a rule that tests names, those of the guard's table. */
function typesOf({ types }: Rule): unknown {
  if (typeof types !== "function") {
    return types === undefined ? "the whole stack" : [...types].sort();
  }
  const packages = new Map<string, string[]>();
  for (const { type } of statefulTypes) {
    const [name = ""] = type.split(":");
    packages.set(name, [...(packages.get(name) ?? []), type]);
  }
  return {
    "by name": [...packages]
      .flatMap(([name, all]) => {
        const asked = all.filter(types);
        return asked.length === all.length ? [`${name}:*`] : asked;
      })
      .sort(),
  };
}

/** When it is asked: of each resource before anything is touched, of the whole stack when everything is known. */
function askedFor(rule: Rule): readonly string[] {
  const bound = rule.bind(contextOf());
  return [
    ...("validateResource" in bound ? ["each resource"] : []),
    ...("validateStack" in bound ? ["the stack"] : []),
  ];
}

/** Names of the hooks that components register: a resource's state names its own, and is not deleted without. */
function hookNames(): readonly string[] {
  const root = path.join(__dirname, "..", "..");
  const sources = ["components", "guard"].flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .sort()
      .map((file) => ({
        file: `${folder}/${file}`,
        text: readFileSync(path.join(root, folder, file), "utf8"),
      })),
  );
  const valueOf = (name: string, own: string): string =>
    [own, ...sources.map(({ text }) => text)]
      .map((text) => new RegExp(`const ${name}[^=]*= "([^"]+)"`).exec(text)?.[1])
      .find((value) => value !== undefined) ?? name;
  return sources.flatMap(({ file, text }) =>
    [...text.matchAll(/new pulumi\.ResourceHook\(\s*([\w".-]+)/g)].map(
      ([, name = ""]) => `${file}: ${valueOf(name, text)}`,
    ),
  );
}

export function readGuardSnapshot(): unknown {
  return JSON.parse(readFileSync(guardFile, "utf8"));
}

export function writeGuardSnapshot(): void {
  writeFileSync(guardFile, `${JSON.stringify(guardSnapshot(), undefined, 2)}\n`);
}
