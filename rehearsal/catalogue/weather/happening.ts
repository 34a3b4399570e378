import type { CloudRecord } from "../../cloud/store";
import type { CloudHands, Place } from "../../interpreter/entry";
import type { Random } from "../../interpreter/random";
import type { Values } from "../../interpreter/values";

/** What a cloud does by itself, without anybody's call. */
export interface Happening {
  /** Pulumi token of the type that it happens to. */
  readonly type: string;
  /** Which of these it can happen to. Default: to each. */
  readonly can?: (record: CloudRecord, cloud: CloudHands) => boolean;
  /** Does it. @returns What has happened, without the name of what it happened to. */
  readonly happen: (record: CloudRecord, cloud: CloudHands, by: HappensBy) => string;
  /** Whose word it is that clouds do this. */
  readonly source: string;
}

export interface HappensBy {
  readonly random: Random;
  readonly place: Place;
}

/** Changes what the cloud says of something. What somebody asked for stays what was asked for. */
export function move(record: CloudRecord, outputs: Values, cloud: CloudHands): void {
  cloud.keep({ ...record, outputs: { ...record.outputs, ...outputs } });
}

/** Its properties: what the cloud says, and what was asked where it says nothing. */
export function valuesOf({ inputs, outputs }: CloudRecord): Values {
  return { ...inputs, ...outputs };
}
