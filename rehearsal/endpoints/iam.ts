import { entries } from "../catalogue/entries/aws/iam";
import { quotas } from "../catalogue/quotas/aws-quotas";
import { limitOf } from "../catalogue/quotas/quota";
import type { CloudRecord } from "../cloud/store";
import type { Subject } from "../interpreter/entry";
import { textOf, type Values } from "../interpreter/values";
import { accessKeyOperations } from "./access-keys";
import { ApiError, callOf, carryOut, readOf, type ApiCall, type QueryOperation } from "./call";
import { listOfForm, queryAnswer, type Xml } from "./xml";

const namespace = "https://iam.amazonaws.com/doc/2010-05-08/";

interface Kind {
  readonly owner: "user" | "role";
  /** As the API's parameters and elements have it. */
  readonly word: "User" | "Role";
  readonly type: string;
  readonly policyType: string;
}

const user: Kind = {
  owner: "user",
  word: "User",
  type: "aws:iam/user:User",
  policyType: "aws:iam/userPolicy:UserPolicy",
};
const role: Kind = {
  owner: "role",
  word: "Role",
  type: "aws:iam/role:Role",
  policyType: "aws:iam/rolePolicy:RolePolicy",
};

function read(action: string, act: (input: URLSearchParams, call: ApiCall) => Xml): QueryOperation {
  return (input, call) =>
    carryOut(call, readOf("iam", action), () => queryAnswer(action, namespace, act(input, call)));
}

function nameOf({ id, outputs }: CloudRecord): string {
  return textOf(outputs, "name") || id;
}

function ownerNamed({ type, word }: Kind, input: URLSearchParams, call: ApiCall): CloudRecord {
  const name = input.get(`${word}Name`) ?? "";
  const found = call.hands.ofType(type).find((record) => nameOf(record) === name);
  if (found === undefined) {
    throw new ApiError("NoSuchEntity", `The ${word.toLowerCase()} with name ${name} cannot be found.`, 404);
  }
  return found;
}

function described({ word, owner }: Kind, record: CloudRecord, call: ApiCall): Record<string, Xml> {
  return {
    [`${word}Name`]: nameOf(record),
    [`${word}Id`]:
      textOf(record.outputs, "uniqueId") ||
      (word === "User" ? "AIDAREHEARSAL2345XYZA" : "AROAREHEARSAL2345XYZA"),
    Arn: textOf(record.outputs, "arn") || `arn:aws:iam::${call.account}:${owner}/${nameOf(record)}`,
    Path: textOf(record.outputs, "path") || "/",
    CreateDate: record.createdAt,
  };
}

/** A policy's id is its owner's name and its own, as the provider has it. */
function policyId(owner: CloudRecord, policy: string): string {
  return `${nameOf(owner)}:${policy}`;
}

function policiesOf({ owner, policyType }: Kind, record: CloudRecord, call: ApiCall): readonly CloudRecord[] {
  return call.hands.ofType(policyType).filter(({ outputs }) => textOf(outputs, owner) === nameOf(record));
}

function describedPolicy(policy: CloudRecord): Record<string, Xml> {
  return {
    PolicyName: textOf(policy.outputs, "name") || (policy.id.split(":")[1] ?? ""),
    PolicyDocument: encodeURIComponent(textOf(policy.outputs, "policy")),
  };
}

function put(kind: Kind): QueryOperation {
  const action = `Put${kind.word}Policy`;
  return (input, call) => {
    const owner = ownerNamed(kind, input, call);
    const name = input.get("PolicyName") ?? "";
    const id = policyId(owner, name);
    const isThere = call.hands.find(kind.policyType, id) !== undefined;
    const logged = callOf(isThere ? "update" : "create", kind.policyType, name, id);
    return carryOut(call, logged, () => {
      const values: Values = {
        name,
        policy: input.get("PolicyDocument") ?? "",
        [kind.owner]: nameOf(owner),
      };
      // What IAM checks of a document, and the limit in sum, are the entry's.
      const place = { account: call.account, region: "" };
      const subject: Subject = { type: kind.policyType, name, id, place, inputs: values, outputs: values };
      for (const rule of entries[kind.policyType]?.refuseInputs ?? []) {
        const refusal = rule(values, call.hands, subject);
        if (refusal) throw new ApiError(refusal.code, refusal.message, refusal.status ?? 400);
      }
      call.hands.put({ type: kind.policyType, id, name, inputs: values });
      return queryAnswer(action, namespace);
    });
  };
}

function remove(kind: Kind): QueryOperation {
  const action = `Delete${kind.word}Policy`;
  return (input, call) => {
    const owner = ownerNamed(kind, input, call);
    const name = input.get("PolicyName") ?? "";
    const id = policyId(owner, name);
    return carryOut(call, callOf("delete", kind.policyType, name, id), () => {
      if (call.hands.find(kind.policyType, id) === undefined) {
        throw new ApiError(
          "NoSuchEntity",
          `The ${kind.owner} policy with name ${name} cannot be found.`,
          404,
        );
      }
      call.hands.remove(kind.policyType, id);
      return queryAnswer(action, namespace);
    });
  };
}

function reads(kind: Kind): Readonly<Record<string, QueryOperation>> {
  return {
    [`Get${kind.word}`]: read(`Get${kind.word}`, (input, call) => ({
      [kind.word]: described(kind, ownerNamed(kind, input, call), call),
    })),
    [`List${kind.word}Policies`]: read(`List${kind.word}Policies`, (input, call) => ({
      IsTruncated: false,
      PolicyNames: policiesOf(kind, ownerNamed(kind, input, call), call).map(
        (policy) => describedPolicy(policy)["PolicyName"],
      ),
    })),
    [`Get${kind.word}Policy`]: read(`Get${kind.word}Policy`, (input, call) => {
      const owner = ownerNamed(kind, input, call);
      const name = input.get("PolicyName") ?? "";
      const found = call.hands.find(kind.policyType, policyId(owner, name));
      if (found === undefined) {
        throw new ApiError(
          "NoSuchEntity",
          `The ${kind.owner} policy with name ${name} cannot be found.`,
          404,
        );
      }
      return { [`${kind.word}Name`]: nameOf(owner), ...describedPolicy(found) };
    }),
  };
}

function details(kind: Kind, call: ApiCall): Xml {
  return call.hands.ofType(kind.type).map((record) => ({
    ...described(kind, record, call),
    [`${kind.word}PolicyList`]: policiesOf(kind, record, call).map(describedPolicy),
  }));
}

/** Users, roles, their inline policies and keys, as far as commands ask for them. */
export const iamOperations: Readonly<Record<string, QueryOperation>> = {
  ...reads(user),
  ...reads(role),
  ...accessKeyOperations,
  PutUserPolicy: put(user),
  PutRolePolicy: put(role),
  DeleteUserPolicy: remove(user),
  DeleteRolePolicy: remove(role),
  GetPolicy: read("GetPolicy", (input, call) => {
    const arn = input.get("PolicyArn") ?? "";
    const found = call.hands.ofType("aws:iam/policy:Policy").find(({ id }) => id === arn);
    if (found === undefined) throw new ApiError("NoSuchEntity", `Policy ${arn} was not found.`, 404);
    return { Policy: { Arn: arn, PolicyName: nameOf(found), Path: textOf(found.outputs, "path") || "/" } };
  }),
  GetAccountSummary: (_input, call) =>
    carryOut(call, readOf("iam", "GetAccountSummary"), () => {
      const limit = quotas.find(({ code }) => code === "L-FE177D64");
      const summary = [
        { key: "Roles", value: call.hands.ofType(role.type).length },
        { key: "RolesQuota", value: limit === undefined ? 1000 : limitOf(limit, call.hands) },
      ];
      return queryAnswer("GetAccountSummary", namespace, { SummaryMap: summary }, "entry");
    }),
  GetAccountAuthorizationDetails: read("GetAccountAuthorizationDetails", (input, call) => {
    const filter = listOfForm(input, "Filter");
    const wants = (name: string): boolean => filter.length === 0 || filter.includes(name);
    return {
      IsTruncated: false,
      UserDetailList: wants("User") ? details(user, call) : [],
      RoleDetailList: wants("Role") ? details(role, call) : [],
    };
  }),
};
