import type { StatefulType } from "../stateful-type";

/** What has neither locks nor a length of life that the cloud would tell. */
export function plain(
  type: string,
  noun: string,
  holds: string,
  copyFirst: string,
  more: Partial<StatefulType> = {},
): StatefulType {
  return { type, noun, holds, locks: [], life: [], copyFirst, ...more };
}
