import { z } from "zod";
import { setting } from "../describe";
import { regionName } from "../formats";
import { timeOfDayForm, weekdays } from "../windows";

const lockSettings = z.strictObject({
  mode: setting(z.enum(["governance", "compliance"]).default("governance"), {
    description:
      "governance: who may call backup:DeleteBackupVaultLockConfiguration can take the lock off. compliance: IRREVOCABLE. Once " +
      "changeableForDays are over nobody, not AWS either, takes the lock off, changes it, or deletes a copy before its time, and the " +
      "vault stays, and is paid for, until the last copy's time is over.",
    why: "governance keeps accidents and thieves of most credentials away from the copies, and a mistake in it can be corrected.",
  }),
  minRetentionDays: setting(z.number().int().min(1).max(36_500).default(7), {
    description:
      "The least that anything in the vault is kept: AWS Backup refuses a copy for a shorter time, and to delete one before. Another " +
      "number is another lock, which takes an approval.",
    unit: "days",
    why: "As for database backups: a week reaches back over a weekend.",
  }),
  changeableForDays: setting(z.number().int().min(3).max(36_500).optional(), {
    description:
      "Of mode compliance: how long the lock can still be taken off. AWS gives no fewer than three days.",
    unit: "days",
    defaultText: "none: mode compliance needs it",
    examples: [14],
  }),
  irrevocable: setting(z.literal(true).optional(), {
    description: "Of mode compliance: that you know that nobody can undo it.",
    defaultText: "none: mode compliance needs it",
  }),
});

export const backupCopiesSettings = z.strictObject({
  region: setting(regionName, {
    description:
      "Where the copies go: another region, for the day on which this one, or everything of this stack in it, is gone. In the same account: AWS " +
      "Backup copies RDS to another region or to another account and not both at once, and to another account only within an organisation.",
    examples: ["eu-central-1"],
  }),
  retentionDays: setting(z.number().int().min(1).max(36_500), {
    description: "How long a copy is kept. Copies that are there keep the time that they were made with.",
    unit: "days",
    why: "No default: how much of the past may be lost is for the owner of the data to say.",
    examples: [35],
  }),
  days: setting(
    z
      .array(z.enum(weekdays))
      .min(1)
      .max(7)
      .default([...weekdays]),
    {
      description: "Days on which a backup is taken and copied, UTC.",
      why: "Every day. Backups after the first hold what has changed.",
      allowed: `a list of one or more of ${weekdays.join(", ")}, each once`,
      examples: [["sun"]],
    },
  ),
  startTime: setting(z.string().regex(timeOfDayForm).default("06:00"), {
    description:
      "When it is taken, UTC; AWS Backup begins within an hour. RDS takes none within backupWindow and maintenanceWindow, or in the hour before.",
    allowed: 'a time from "00:00" to "23:59", in quotes',
    why: "After both windows' defaults.",
  }),
  lock: setting(lockSettings.prefault({}), {
    description: "What keeps the copies from being deleted, with the credentials of an administrator too.",
  }),
});
export type BackupCopiesSettings = z.infer<typeof backupCopiesSettings>;
