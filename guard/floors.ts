import type { GuardLevel } from "./level";

/** The least that a retention may be at each guard level, and why that much. */
export interface Floor {
  readonly unit: "days" | "hours" | "seconds";
  readonly least: Readonly<Record<GuardLevel, number>>;
  /** Why, as a sentence that fits behind "at guard level production it must be at least 7 days". */
  readonly reason: string;
}

/** Floors by what is retained. Settings rules, the table of stateful types and the policies all take them from here. */
export const floors = {
  databaseBackups: {
    unit: "days",
    least: { production: 7, development: 1, disposable: 0 },
    reason:
      "Damage done by a weekly job, or noticed after a weekend, must still be older than nothing: a week covers both. " +
      "Zero switches automated backups and point-in-time restore off.",
  },
  pointInTimeRecovery: {
    unit: "days",
    least: { production: 7, development: 1, disposable: 1 },
    reason:
      "As for database backups: a week reaches back over a weekend. DynamoDB keeps 35 days unless told less.",
  },
  queuedMessages: {
    unit: "seconds",
    least: { production: 86_400, development: 3_600, disposable: 60 },
    reason:
      "Messages that nobody can handle must outlive the time until somebody is awake and has fixed it: a day in " +
      "production. SQS keeps them for four days unless told otherwise.",
  },
  streamedRecords: {
    unit: "hours",
    least: { production: 24, development: 24, disposable: 24 },
    reason: "Kinesis keeps records no shorter than a day.",
  },
  keyDeletion: {
    unit: "days",
    least: { production: 30, development: 7, disposable: 7 },
    reason:
      "The wait is the only time in which a key deleted by mistake, and all data under it, can be restored. 30 days is " +
      "the longest and the default of KMS, 7 the shortest.",
  },
  secretRecovery: {
    unit: "days",
    least: { production: 30, development: 7, disposable: 0 },
    reason:
      "The wait is the only time in which a secret deleted by mistake can be restored. 30 days is the longest and the " +
      "default of Secrets Manager; 0 deletes at once.",
  },
  overwrittenObjects: {
    unit: "days",
    least: { production: 30, development: 7, disposable: 1 },
    reason:
      "Versioning undoes a deletion only as long as old versions are kept: a month is what it may take until somebody " +
      "asks for an object that is gone.",
  },
  softDeletedBlobs: {
    unit: "days",
    least: { production: 30, development: 7, disposable: 1 },
    reason: "Soft delete undoes a deletion only for as long as it keeps what was deleted.",
  },
} as const satisfies Readonly<Record<string, Floor>>;

export type FloorName = keyof typeof floors;

/** The least number at a guard level, in the floor's own unit. */
export function floor(name: FloorName, level: GuardLevel): number {
  return floors[name].least[level];
}
