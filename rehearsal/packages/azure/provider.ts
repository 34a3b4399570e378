import { entries, lockTypes, paths } from "../../catalogue/entries/azure-native/azure-native";
import type { TypeFacts } from "../../catalogue/type-facts";
import type { CloudMethod } from "../../cloud/log";
import { CloudError } from "../../interpreter/cloud-error";
import type { CloudView, Draft, Entry, Place, Refusal, Rule, Subject } from "../../interpreter/entry";
import type { ConfigDiff, PackageModel } from "../../interpreter/package-model";
import { textOf, type Value, type Values } from "../../interpreter/values";
import { changedSettings, unknownFunction } from "../plain";

/** What Configure leaves behind: a subscription, and where things are put that name no place. */
export interface AzureConfig {
  readonly subscription: string;
  readonly tenant: string;
  readonly location: string;
}

const nobody = "00000000-0000-0000-0000-000000000000";

/** The Azure provider (azure-native), for the types that the state's own storage is made of. */
export const azureProvider: PackageModel<AzureConfig> = {
  name: "azure-native",
  checkConfig: () => [],
  diffConfig: (oldSettings, newSettings): ConfigDiff => {
    const changed = changedSettings(oldSettings, newSettings);
    return { changed, replaces: changed.filter((name) => name === "subscriptionId") };
  },
  configure: (settings) => ({
    subscription: textOf(settings, "subscriptionId") || nobody,
    tenant: textOf(settings, "tenantId") || nobody,
    location: textOf(settings, "location") || "westeurope",
  }),
  additions: (facts: TypeFacts, inputs: Values, config: AzureConfig): Values =>
    "location" in facts.inputs && inputs["location"] === undefined && isTopLevel(facts.token)
      ? { location: config.location }
      : {},
  place: (_type, _inputs, config): Place => ({ account: config.subscription, region: config.location }),
  scope: (_type, place) => place.account,
  entry: (type) => withLocks(entries[type]),
  id: idOf,
  outputs,
  explain,
  invoke,
};

function token(type: string): string {
  // `azure-native:storage/v20240101:BlobContainer` is the same type at a fixed version of the API.
  const [, module = "", name = ""] = type.split(":");
  return `${module.split("/")[0] ?? ""}:${name}`;
}

function isTopLevel(type: string): boolean {
  return ["resources:ResourceGroup", "storage:StorageAccount", "keyvault:Vault"].includes(token(type));
}

function idOf(draft: Draft): string {
  const known = paths[token(draft.type)];
  if (!known) {
    const group = textOf(draft.inputs, "resourceGroupName");
    const [, module = "", name = ""] = draft.type.split(":");
    const own = `${draft.name}${draft.random.hex(8)}`;
    const kind = `${name.charAt(0).toLowerCase()}${name.slice(1)}s`;
    return `/subscriptions/${draft.place.account}/resourceGroups/${group}/providers/Microsoft.${module}/${kind}/${own}`;
  }
  return fill(known.path, draft);
}

function fill(path: string, draft: Draft): string {
  return path
    .replace(/\{(\w+)\}/g, (_, name: string) => {
      if (name === "subscription") return draft.place.account;
      if (name === "blobServicesName" || name === "managementPolicyName")
        return textOf(draft.inputs, name) || "default";
      if (name === "parentResourcePath") return textOf(draft.inputs, name);
      return textOf(draft.inputs, name).replace(/\/$/, "") || `${draft.name}${draft.random.hex(8)}`;
    })
    .replace(/(?<!:)\/\/+/g, "/");
}

function outputs({ type, id, inputs }: Draft, facts: TypeFacts): Values {
  const result: Record<string, Value> = {};
  const known = paths[token(type)];
  if (facts.computed.includes("name")) result["name"] = id.split("/").at(-1) ?? "";
  if ("type" in facts.outputs && known) result["type"] = known.type;
  if ("provisioningState" in facts.outputs) result["provisioningState"] = "Succeeded";
  if ("azureApiVersion" in facts.outputs) result["azureApiVersion"] = "2024-01-01";
  if ("tags" in facts.outputs && inputs["tags"] === undefined) result["tags"] = {};
  return result;
}

/** A lock on a resource, or on anything that it is in, stops its deletion; only a lock itself can always be deleted. */
const unlocked: Rule = ({ type, id }, cloud): Refusal | undefined => {
  if (lockTypes.includes(type)) return undefined;
  const locked = lockTypes
    .flatMap((lock) => cloud.ofType(lock))
    .filter((lock) => ["CanNotDelete", "ReadOnly"].includes(textOf(lock.inputs, "level")))
    .map((lock) => lock.id.split("/providers/Microsoft.Authorization/locks/")[0] ?? "")
    .find((scope) => id === scope || id.startsWith(`${scope}/`) || scope.startsWith(`${id}/`));
  if (locked === undefined) return undefined;
  return {
    code: "ScopeLocked",
    message:
      `The scope '${id}' cannot perform delete operation because following scope(s) are locked: '${locked}'. ` +
      "Please remove the lock and try again.",
    status: 409,
  };
};

/** Everything is put somewhere that is there: a resource group, and what it is a part of. */
const parentExists: Rule = (subject, cloud): Refusal | undefined => {
  const group = textOf(subject.inputs, "resourceGroupName");
  const groupType = "azure-native:resources:ResourceGroup";
  if (subject.type !== groupType && group !== "" && !ends(cloud, groupType, `/resourceGroups/${group}`)) {
    return {
      code: "ResourceGroupNotFound",
      message: `Resource group '${group}' could not be found.`,
      status: 404,
    };
  }
  const account = textOf(subject.inputs, "accountName");
  const accountType = "azure-native:storage:StorageAccount";
  if (
    subject.type !== accountType &&
    account !== "" &&
    !ends(cloud, accountType, `/storageAccounts/${account}`)
  ) {
    const message = `The Resource 'Microsoft.Storage/storageAccounts/${account}' under resource group '${group}' was not found.`;
    return { code: "ResourceNotFound", message, status: 404 };
  }
  return undefined;
};

function ends(cloud: CloudView, type: string, end: string): boolean {
  return cloud.ofType(type).some(({ id }) => id.toLowerCase().endsWith(end.toLowerCase()));
}

function withLocks(entry: Entry | undefined): Entry {
  return {
    ...entry,
    refuseCreate: [parentExists, ...(entry?.refuseCreate ?? [])],
    refuseDelete: [unlocked, ...(entry?.refuseDelete ?? [])],
  };
}

function explain({ code, message, status }: Refusal, method: CloudMethod, subject: Subject): string {
  if (code === "AlreadyExists") return `cannot create already existing resource '${subject.name}'`;
  const doing = method === "create" ? "" : `${method} of ${subject.id}: `;
  return `${doing}Status=${String(status ?? 400)} Code="${code}" Message="${message}"`;
}

function invoke(name: string, args: Values, config: AzureConfig, cloud: CloudView): Values {
  switch (name) {
    case "azure-native:authorization:getClientConfig":
      return {
        clientId: nobody,
        objectId: nobody,
        subscriptionId: config.subscription,
        tenantId: config.tenant,
      };
    case "azure-native:storage:listStorageAccountKeys":
      return { keys: storageKeys(textOf(args, "accountName"), cloud) };
    default:
      return unknownFunction(name);
  }
}

function storageKeys(account: string, cloud: CloudView): Value[] {
  if (!ends(cloud, "azure-native:storage:StorageAccount", `/storageAccounts/${account}`)) {
    throw new CloudError(
      "ResourceNotFound",
      `Status=404 Code="ResourceNotFound" Message="${account} was not found."`,
    );
  }
  return ["key1", "key2"].map((keyName) => ({
    creationTime: "2026-01-01T00:00:00.0000000Z",
    keyName,
    permissions: "FULL",
    // The same each time it is asked for, as a real one is, and of no use.
    value: Buffer.from(`rehearsal ${keyName} of ${account}`.padEnd(64, ".")).toString("base64"),
  }));
}
