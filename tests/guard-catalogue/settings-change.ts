import type { Settings } from "../engine/support/walk";
import type { Attempt, Mutation } from "./mutation";
import { stack } from "./stages";

export const database = "aws:rds/instance:Instance";
export const table = "aws:dynamodb/table:Table";
export const bucket = "aws:s3/bucket:Bucket";
export const queue = "aws:sqs/queue:Queue";
export const zone = "aws:route53/zone:Zone";
export const volume = "aws:ebs/volume:Volume";

/** A change to the settings of the stage `stack`, or of another. */
export function settingsChange(
  name: string,
  change: (settings: Settings) => void,
  attempts: readonly Attempt[],
  more: Partial<Mutation> = {},
): Mutation {
  return {
    name,
    area: "settings",
    stage: stack,
    change: (walk) => {
      walk.edit("dev", change);
    },
    attempts,
    ...more,
  };
}
