import { notKnown, type Finding } from "./inputs";
import type { StackFinding, StackResource } from "./stack-resource";
import { isUnknown, read } from "../unknown";

type Inputs = Readonly<Record<string, unknown>>;

/** A type of Azure's storage, at whatever version of the API: `azure-native:storage/v20240101:BlobContainer` too. */
export function isStorage(
  name: "StorageAccount" | "BlobContainer" | "BlobServiceProperties",
  type: string,
): boolean {
  return ofStorage.exec(type)?.[1] === name;
}

const ofStorage = /^azure-native:storage(?:\/v\w+)?:(\w+)$/;

/** Nobody reads blobs without saying who it is, whatever a container says. */
export function checkNoAnonymousAccess(type: string, inputs: Inputs): Finding[] {
  return isStorage("BlobContainer", type)
    ? must(inputs, "publicAccess", ["None", undefined], "Set it to None: nothing here is for the public.")
    : must(
        inputs,
        "allowBlobPublicAccess",
        [false],
        "Set it to false: containers can then not be opened at all.",
      );
}

/** Keys of an account are in nobody's name, open all of it, and make signatures that nobody can call back. */
export function checkNoSharedKeys(inputs: Inputs): Finding[] {
  return must(
    inputs,
    "allowSharedKeyAccess",
    [false],
    "Set it to false, and grant roles to who needs the data.",
  );
}

/** What is not set here is Azure's default: HTTPS only since 2019, and TLS 1.0 until somebody says otherwise. */
export function checkEncryptedTransport(inputs: Inputs): Finding[] {
  return [
    ...must(inputs, "enableHttpsTrafficOnly", [true, undefined], "Set it to true."),
    ...must(inputs, "minimumTlsVersion", ["TLS1_2", "TLS1_3"], "Set it to TLS1_2 at least."),
  ];
}

/** Nobody copies blobs on into an account of another tenant. */
export function checkNoForeignReplication(inputs: Inputs): Finding[] {
  return must(inputs, "allowCrossTenantReplication", [false], "Set it to false.");
}

/** Every account of the stack has its blob service beside it, where versions and soft delete are. */
export function checkBlobServices(resources: readonly StackResource[]): StackFinding[] {
  const services = resources.filter(({ type }) => isStorage("BlobServiceProperties", type));
  return resources
    .filter(({ type }) => isStorage("StorageAccount", type))
    .filter((account) => !services.some((service) => isOf(service, account)))
    .map(({ urn, name }) => ({
      urn,
      property: "accountName",
      message:
        `storage account ${name} has no BlobServiceProperties beside it. Add one with versioning and soft delete on: ` +
        "without it, what is overwritten or deleted is gone at once.",
    }));
}

/** By where its account's name comes from; by name where it was written down. */
function isOf(service: StackResource, account: StackResource): boolean {
  if (service.dependencies["accountName"]?.includes(account.urn) === true) {
    return true;
  }
  const name = read(service.properties, "accountName");
  return name !== undefined && !isUnknown(name) && name === read(account.properties, "accountName");
}

function must(inputs: Inputs, property: string, allowed: readonly unknown[], advice: string): Finding[] {
  const value = read(inputs, property);
  if (isUnknown(value)) {
    return [notKnown(property)];
  }
  return allowed.includes(value)
    ? []
    : [
        {
          property,
          message: `${property} is ${value === undefined ? "not set" : typeof value === "string" ? value : JSON.stringify(value)}. ${advice}`,
        },
      ];
}
