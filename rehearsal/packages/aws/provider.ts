import type { TypeFacts } from "../../catalogue/type-facts";
import type { CloudMethod } from "../../cloud/log";
import { CloudError } from "../../interpreter/cloud-error";
import type { Draft, Place, Refusal, Subject } from "../../interpreter/entry";
import type { CheckFailure, ConfigDiff, PackageModel } from "../../interpreter/package-model";
import { Random } from "../../interpreter/random";
import {
  containsUnknown,
  isRecord,
  sameValue,
  unknown,
  type Value,
  type Values,
} from "../../interpreter/values";
import { arnOf } from "./arns";
import type { AwsConfig } from "./config";
import { awsEntry } from "./entries";
import { idOf } from "./ids";
import { invokeAws, secretAnswers } from "./invokes";

/** Services that an account has once, not once a region. */
const globalModules = new Set([
  "iam",
  "route53",
  "cloudfront",
  "globalaccelerator",
  "organizations",
  "waf",
  "shield",
  "budgets",
]);

const accountPattern = /^\d{12}$/;

/** The AWS provider, holding the credentials of one account. */
export function awsProvider(accountId: string): PackageModel<AwsConfig> {
  return {
    name: "aws",
    checkConfig,
    diffConfig,
    configure: (inputs) => configure(inputs, accountId),
    additions,
    importedAs: (named): { readonly id: string; readonly inputs: Values } => {
      const [, id = named, region] = /^(.*)@([a-z]{2}(?:-[a-z]+)+-\d)$/.exec(named) ?? [];
      const inputs: Values = region === undefined ? {} : { region };
      return { id, inputs };
    },
    place: (_type, inputs, config): Place => {
      const region = inputs["region"];
      return {
        account: config.accountId,
        region: typeof region === "string" && region !== "" ? region : config.region,
      };
    },
    scope: (type, place) => {
      const module = type.split(/[:/]/)[1] ?? "";
      return globalModules.has(module) ? place.account : `${place.account}/${place.region}`;
    },
    entry: awsEntry,
    id: idOf,
    outputs,
    explain,
    invoke: invokeAws,
    secretAnswers,
  };
}

function checkConfig(inputs: Values): CheckFailure[] {
  const failures: CheckFailure[] = [];
  if (inputs["allowedAccountIds"] !== undefined && inputs["forbiddenAccountIds"] !== undefined) {
    const reason = `Conflicting configuration arguments: "allowed_account_ids": conflicts with forbidden_account_ids`;
    failures.push({ property: "allowedAccountIds", reason });
  }
  for (const id of texts(inputs["allowedAccountIds"])) {
    if (!accountPattern.test(id)) {
      const reason = `"allowed_account_ids" must be a valid AWS account ID (12 digits), got ${JSON.stringify(id)}`;
      failures.push({ property: "allowedAccountIds", reason });
    }
  }
  return failures;
}

/** A changed region or account leaves the provider in place: v7 keeps the region on each resource. */
function diffConfig(oldInputs: Values, newInputs: Values): ConfigDiff {
  const names = new Set([...Object.keys(oldInputs), ...Object.keys(newInputs)]);
  const changed = [...names].filter(
    (name) => name !== "version" && !sameValue(oldInputs[name], newInputs[name]),
  );
  return { changed, replaces: [] };
}

function configure(inputs: Values, accountId: string): AwsConfig {
  const region = inputs["region"];
  if (typeof region !== "string" || region === "") {
    throw new CloudError(
      "MissingRegion",
      "Missing region information\n" +
        "Make sure you have set your AWS region, e.g. `pulumi config set aws:region us-west-2`.",
    );
  }
  const account = assumedAccount(inputs) ?? accountId;
  const allowed = texts(inputs["allowedAccountIds"]);
  if (
    (allowed.length > 0 && !allowed.includes(account)) ||
    texts(inputs["forbiddenAccountIds"]).includes(account)
  ) {
    throw new CloudError("AccountNotAllowed", `AWS account ID not allowed: ${account}`);
  }
  const defaults = inputs["defaultTags"];
  return {
    accountId: account,
    region,
    defaultTags: tagsOf(isRecord(defaults) ? defaults["tags"] : undefined),
  };
}

/** The account of the last role in the chain, if roles are assumed. */
function assumedAccount(inputs: Values): string | undefined {
  const roles = inputs["assumeRoles"];
  const last: unknown = Array.isArray(roles) ? roles.at(-1) : undefined;
  const arn = isRecord(last) ? last["roleArn"] : undefined;
  return typeof arn === "string" ? arn.split(":")[4] : undefined;
}

/** As the provider's own step before Check: the provider's region, and all tags with the provider's defaults. */
function additions(facts: TypeFacts, inputs: Values, config: AwsConfig): Values {
  const added: Record<string, Value> = {};
  if ("region" in facts.inputs && (inputs["region"] ?? null) === null) added["region"] = config.region;
  if ("tags" in facts.inputs && "tagsAll" in facts.outputs) {
    const tags = inputs["tags"];
    added["tagsAll"] = containsUnknown(tags) ? unknown : { ...config.defaultTags, ...tagsOf(tags) };
  }
  return added;
}

function outputs(draft: Draft, facts: TypeFacts): Values {
  const result: Record<string, Value> = {};
  if (facts.computed.includes("arn")) result["arn"] = draft.id.startsWith("arn:") ? draft.id : arnOf(draft);
  if ("region" in facts.outputs) result["region"] = draft.place.region;
  if ("tagsAll" in facts.outputs) result["tagsAll"] = draft.inputs["tagsAll"] ?? tagsOf(draft.inputs["tags"]);
  return result;
}

const verbs: Readonly<Record<CloudMethod, string>> = {
  create: "creating",
  update: "updating",
  delete: "deleting",
  read: "reading",
  invoke: "reading",
};
const operations = {
  create: "Create",
  update: "Modify",
  delete: "Delete",
  read: "Describe",
  invoke: "Describe",
} as const;

/** A refusal in the words of the provider: what it was doing, which API operation, status, code, message. */
function explain(refusal: Refusal, method: CloudMethod, subject: Subject): string {
  const [, module = "", kind = ""] = subject.type.split(/[:/]/);
  const api = awsEntry(subject.type)?.api ?? {};
  const service = api.service ?? module.toUpperCase();
  const title = api.title ?? `${service} ${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
  const doing = `${verbs[method]} ${title} (${subject.id === "" ? subject.name : subject.id})`;
  if (refusal.byProvider) return oneError(`${doing}: ${refusal.message}`);
  const named = method === "read" || method === "invoke" ? undefined : api[method];
  const operation =
    refusal.operation ?? named ?? `${operations[method]}${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
  return oneError(
    `${doing}: operation error ${service}: ${operation}, https response error StatusCode: ${String(refusal.status ?? 400)}, ` +
      `RequestID: ${new Random().uuid()}, api error ${refusal.code}: ${refusal.message}`,
  );
}

function oneError(message: string): string {
  return `1 error occurred:\n\t* ${message}\n\n`;
}

function texts(value: Value | undefined): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
}

function tagsOf(value: Value | undefined): Record<string, string> {
  if (!isRecord(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter((tag): tag is [string, string] => typeof tag[1] === "string"),
  );
}
