import path from "node:path";
import { readFileSync, writeFileSync } from "node:fs";
import { floors } from "../../guard/floors";
import { guardLevels } from "../../guard/level";
import { harmlessTypes, statefulTypes } from "../../guard/stateful-types";
import { judgeRules } from "../../guard/verdict";
import { isUnconditional } from "../../guard/exceptions";
import { rules } from "../../policies/rules";
import { contextOf } from "../policies/harness";

/** What a review has to see change before anything is guarded less: rules with their levels, guarded types, floors. */
export const guardFile = path.join(__dirname, "guard.json");

/** Functions count by being there: what they decide has tests of its own. */
export function guardSnapshot(): unknown {
  return JSON.parse(
    JSON.stringify({
      gate: [...judgeRules].sort(),
      policies: Object.fromEntries(
        rules.map((rule) => [
          rule.name,
          {
            description: rule.description,
            enforcement: Object.fromEntries(
              guardLevels.map((level) => [level, rule.bind(contextOf(level)).enforcementLevel]),
            ),
            exceptions: isUnconditional(rule.name) ? "none" : "by setting",
          },
        ]),
      ),
      floors,
      types: Object.fromEntries(
        [...statefulTypes]
          .sort((a, b) => (a.type < b.type ? -1 : 1))
          .map(({ type, locks, life, finalCopy, forced, removable }) => [
            type,
            { locks, life, finalCopy, forced, removable },
          ]),
      ),
      harmless: [...harmlessTypes].sort(),
    }),
  );
}

export function readGuardSnapshot(): unknown {
  return JSON.parse(readFileSync(guardFile, "utf8"));
}

export function writeGuardSnapshot(): void {
  writeFileSync(guardFile, `${JSON.stringify(guardSnapshot(), undefined, 2)}\n`);
}
