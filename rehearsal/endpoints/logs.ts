import { isRecord, textOf } from "../interpreter/values";
import { ApiError, carryOut, readOf, type Operation } from "./call";

const groupType = "aws:cloudwatch/logGroup:LogGroup";

const arnOf = (name: string, { account, region }: { readonly account: string; readonly region: string }) =>
  `arn:aws:logs:${region}:${account}:log-group:${name}`;

const describeLogGroups: Operation<{ readonly logGroupNamePrefix?: string }, unknown> = (input, call) =>
  carryOut(call, readOf("logs", "DescribeLogGroups"), () => ({
    logGroups: call.hands
      .ofType(groupType)
      .filter(({ id }) => id.startsWith(input.logGroupNamePrefix ?? ""))
      .map(({ id, outputs }) => ({
        logGroupName: id,
        logGroupArn: arnOf(id, call),
        logGroupClass: textOf(outputs, "logGroupClass") || "STANDARD",
      })),
  }));

const listTagsForResource: Operation<{ readonly resourceArn?: string }, unknown> = (input, call) =>
  carryOut(call, readOf("logs", "ListTagsForResource"), () => {
    const found = call.hands.ofType(groupType).find(({ id }) => arnOf(id, call) === input.resourceArn);
    if (found === undefined) {
      throw new ApiError("ResourceNotFoundException", "The specified resource does not exist.");
    }
    const { tagsAll, tags } = { ...found.inputs, ...found.outputs };
    return { tags: isRecord(tagsAll) ? tagsAll : isRecord(tags) ? tags : {} };
  });

/** Log groups of CloudWatch as commands ask for them. */
export const logsOperations = {
  DescribeLogGroups: describeLogGroups,
  ListTagsForResource: listTagsForResource,
} as const;
