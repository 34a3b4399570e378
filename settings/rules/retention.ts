import { floor, floors, type FloorName } from "../../guard/floors";
import type { Finding, Path } from "../problem";
import type { SectionName } from "../schema";
import { finding, type Rule, type RuleInput } from "./rule";

/** Nothing is kept for less time than the guard's floors for the stack's level say. */

const databaseBackupsReachTheFloor: Rule = function* (input) {
  yield* judge(
    input,
    "databaseBackups",
    "database",
    ["backupRetentionDays"],
    input.database?.backupRetentionDays,
  );
};

const tableRecoveryReachesTheFloor: Rule = function* (input) {
  for (const [key, table] of Object.entries(input.reports?.tables ?? {})) {
    yield* judge(
      input,
      "pointInTimeRecovery",
      "reports",
      ["tables", key, "recoveryDays"],
      table?.recoveryDays,
    );
  }
};

const overwrittenObjectsReachTheFloor: Rule = function* (input) {
  const path = ["bucket", "lifecycle", "noncurrentVersionDays"];
  const days = input.reports?.bucket?.lifecycle?.noncurrentVersionDays;
  yield* judge(input, "overwrittenObjects", "reports", path, days);
};

const messagesReachTheFloor: Rule = function* (input) {
  for (const [key, queue] of Object.entries(input.messaging?.queues ?? {})) {
    const path = ["queues", key, "messageRetentionSeconds"];
    yield* judge(input, "queuedMessages", "messaging", path, queue?.messageRetentionSeconds);
  }
};

export const retentionRules: readonly Rule[] = [
  databaseBackupsReachTheFloor,
  tableRecoveryReachesTheFloor,
  overwrittenObjectsReachTheFloor,
  messagesReachTheFloor,
];

export function* judge(
  { guardLevel }: RuleInput,
  name: FloorName,
  section: SectionName,
  path: Path,
  found: number | undefined,
): Iterable<Finding> {
  if (guardLevel === undefined || found === undefined || found >= floor(name, guardLevel)) {
    return;
  }
  const { unit, reason } = floors[name];
  yield finding(section, path, {
    message: `found ${found} at guard level ${guardLevel}`,
    allowed: `at least ${floor(name, guardLevel)} ${unit} at guard level ${guardLevel}`,
    suggestion: reason,
  });
}
