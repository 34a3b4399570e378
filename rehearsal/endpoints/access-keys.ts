import type { Cloud } from "../cloud/cloud";
import type { CloudRecord } from "../cloud/store";
import { textOf } from "../interpreter/values";
import { ApiError, callOf, carryOut, readOf, type ApiCall, type QueryOperation } from "./call";
import { queryAnswer, type Xml } from "./xml";

const namespace = "https://iam.amazonaws.com/doc/2010-05-08/";

export const accessKeyType = "aws:iam/accessKey:AccessKey";
/** No provider has it: when a key was last used. A file of `cloud/` may say it too; its id is the key's. */
const useType = "aws:iam/accessKeyLastUsed:AccessKeyLastUsed";

/**
 * Seconds until a new key is known everywhere. Source: IAM User Guide, "Changes that I make are not always immediately visible", which has
 * no figure; measurements that were published have 3 to 4 seconds, and the AWS provider waits up to two minutes.
 */
export const propagationSeconds = 10;

/**
 * Seconds that the figure of the last use may be behind. Source: IAM User Guide, "Refine permissions in AWS using last accessed
 * information": "recent activity usually appears within four hours"; of single keys there is no figure.
 */
const lagSeconds = 4 * 3600;

/** Remembers that a key of a user has signed a request. */
export function noteUse(
  accessKeyId: string,
  {
    account,
    region,
    service,
  }: { readonly account: string; readonly region: string; readonly service: string },
  { store }: Cloud,
): void {
  if (!store.ofType(accessKeyType).some(({ id }) => id === accessKeyId)) return;
  const at = new Date().toISOString();
  const used = { date: at, region, service };
  const record = { package: "aws", type: useType, id: accessKeyId, name: accessKeyId, scope: account };
  const whole: CloudRecord = { ...record, inputs: used, outputs: used, createdAt: at };
  if (!store.create(whole)) store.replace(whole);
}

function keysOf(user: string, call: ApiCall): readonly CloudRecord[] {
  return call.hands.ofType(accessKeyType).filter(({ outputs }) => textOf(outputs, "user") === user);
}

function lastUse(id: string, call: ApiCall): Xml {
  const seen = call.cloud.store
    .ofType(useType)
    .find((use) => use.id === id && call.cloud.clock.isOver(textOf(use.inputs, "date"), lagSeconds));
  const told = (name: string): string => textOf(seen?.inputs ?? {}, name) || "N/A";
  return {
    LastUsedDate: seen === undefined ? undefined : told("date"),
    ServiceName: told("service"),
    Region: told("region"),
  };
}

/** A user's access keys, as far as commands ask for them. */
export const accessKeyOperations: Readonly<Record<string, QueryOperation>> = {
  ListAccessKeys: (input, call) =>
    carryOut(call, readOf("iam", "ListAccessKeys"), () => {
      const user = input.get("UserName") ?? "";
      if (call.hands.find("aws:iam/user:User", user) === undefined) {
        throw new ApiError("NoSuchEntity", `The user with name ${user} cannot be found.`, 404);
      }
      const keys = keysOf(user, call).map(({ createdAt, id, outputs }) => ({
        UserName: user,
        AccessKeyId: id,
        Status: textOf(outputs, "status") || "Active",
        CreateDate: textOf(outputs, "createDate") || createdAt,
      }));
      return queryAnswer("ListAccessKeys", namespace, { AccessKeyMetadata: keys, IsTruncated: false });
    }),
  GetAccessKeyLastUsed: (input, call) =>
    carryOut(call, readOf("iam", "GetAccessKeyLastUsed"), () => {
      const id = input.get("AccessKeyId") ?? "";
      const key = call.hands.ofType(accessKeyType).find((one) => one.id === id);
      if (key === undefined) {
        throw new ApiError("NoSuchEntity", `The Access Key with id ${id} cannot be found.`, 404);
      }
      const answer = { UserName: textOf(key.outputs, "user"), AccessKeyLastUsed: lastUse(id, call) };
      return queryAnswer("GetAccessKeyLastUsed", namespace, answer);
    }),
  DeleteAccessKey: (input, call) => {
    const id = input.get("AccessKeyId") ?? "";
    return carryOut(call, callOf("delete", accessKeyType, id, id), () => {
      if (!keysOf(input.get("UserName") ?? "", call).some((key) => key.id === id)) {
        throw new ApiError("NoSuchEntity", `The Access Key with id ${id} cannot be found.`, 404);
      }
      call.hands.remove(accessKeyType, id);
      return queryAnswer("DeleteAccessKey", namespace);
    });
  },
};
