import type { CloudRecord } from "../../cloud/store";
import { recordOf, textOf, type Values } from "../../interpreter/values";

export const serviceType = "kubernetes:core/v1:Service";
export const claimType = "kubernetes:core/v1:PersistentVolumeClaim";

export function metadataOf(values: Values): Values {
  return recordOf(values, "metadata");
}

/** What the API server holds of an object. */
export function specOf(record: CloudRecord): Values {
  return recordOf(record.outputs, "spec");
}

export function annotationsOf(values: Values): Values {
  return recordOf(metadataOf(values), "annotations");
}

/** Namespace and name of an object that is in a namespace: of `shop/frontend`. */
export function placeOf(id: string): { readonly namespace: string; readonly name: string } {
  const [namespace = "", name = ""] = id.split("/");
  return { namespace, name };
}

export function uidOf(record: CloudRecord): string {
  return textOf(metadataOf(record.outputs), "uid");
}
