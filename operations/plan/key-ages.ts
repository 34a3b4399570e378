import { groundworkCommand } from "../../guard/printed-command";
import { read } from "../../guard/unknown";
import type { Step } from "../../guard/step";
import type { StackSettings } from "../../settings/load";
import { ageOf } from "../../settings/release-days";
import type { EngineError } from "./diagnostics";
import { settingAt } from "./setting-paths";

/** An active access key of a service user. */
export interface DatedKey {
  readonly user: string;
  readonly id: string;
  /** ISO 8601. */
  readonly created: string;
}

/** A key that has grown old: the sentence goes on from it. */
export interface OldKey extends DatedKey {
  readonly what: string;
  readonly mend: string;
}

/** Keys as old as `users.rotation.warnAfterDays` or older. Of two of a user the older one was rotated, and is to be given up. */
export function oldKeys(settings: StackSettings, keys: readonly DatedKey[], now: Date): readonly OldKey[] {
  const { warnAfterDays = Infinity } = settings.sections.users?.rotation ?? {};
  const { stack } = settings.context;
  return keys.flatMap((key) => {
    const { created, id, user } = key;
    const days = ageOf(created.slice(0, 10), now.toISOString().slice(0, 10));
    const isSuperseded = keys.some((other) => other.user === user && other.created > created);
    const [call, effect] = isSuperseded
      ? [groundworkCommand`iam ${stack} ${user} retire`, "gives it up"]
      : [groundworkCommand`iam ${stack} ${user} rotate`, "makes a new one"];
    return days < warnAfterDays
      ? []
      : [{ ...key, what: `the key ${id} of ${user} is ${days} days old`, mend: `\`${call}\` ${effect}` }];
  });
}

/** The same as warnings of a plan, from what the state has. */
export function agedKeys(
  settings: StackSettings,
  file: string,
  steps: readonly Step[],
  now: Date,
): readonly EngineError[] {
  const keys = steps.flatMap(({ old, op, type, urn }): DatedKey[] => {
    const [, user] = /::users-(.+)-key-[ab]$/.exec(urn) ?? [];
    const created = read(old?.outputs ?? {}, "createDate");
    const isActive = read(old?.outputs ?? {}, "status") !== "Inactive";
    return type !== "aws:iam/accessKey:AccessKey" || user === undefined || op === "delete" || !isActive
      ? []
      : [{ user, id: old?.id ?? "", created: typeof created === "string" ? created : now.toISOString() }];
  });
  return oldKeys(settings, keys, now).map(({ mend, what }) => ({
    urn: undefined,
    message: `${settingAt(file, "groundwork:users")}: ${what}. ${mend}.`,
  }));
}
