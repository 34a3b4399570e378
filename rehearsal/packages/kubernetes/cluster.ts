import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import type * as yaml from "yaml";
import { isList, isRecord, textOf, type Value, type Values } from "../../interpreter/values";

const load = createRequire(__filename);

/** What a kubeconfig says of the cluster that its current context points to; undefined when it cannot be read. */
export function activeCluster(settings: Values): Value | undefined {
  const text = textOf(settings, "kubeconfig");
  if (text === "") return undefined;
  const config = parseConfig(text);
  if (!isRecord(config)) return undefined;
  const context = textOf(settings, "context") || textOf(config, "current-context");
  const wanted =
    textOf(settings, "cluster") || textOf(named(config["contexts"], context, "context"), "cluster");
  const cluster = named(config["clusters"], wanted, "cluster");
  return Object.keys(cluster).length > 0 ? cluster : undefined;
}

/**
 * A short name for a cluster: its address where that is known, its identifier where one is given, or else a digest of
 * its kubeconfig. Empty where there is neither. The address comes first: a new cluster under an old identifier is empty.
 */
export function clusterName(settings: Values): string {
  const cluster = activeCluster(settings);
  const server = isRecord(cluster) ? textOf(cluster, "server") : "";
  if (server !== "") return server.replace(/^https?:\/\//, "").replace(/[/:]+$/, "");
  const identifier = textOf(settings, "clusterIdentifier");
  if (identifier !== "") return identifier;
  const text = textOf(settings, "kubeconfig");
  return text === "" ? "" : createHash("sha256").update(text).digest("hex").slice(0, 12);
}

function parseConfig(text: string): unknown {
  try {
    // Loaded when there is a kubeconfig to read, which most stacks have not at first.
    return (load("yaml") as typeof yaml).parse(text) as unknown;
  } catch {
    // A path, or nothing that this can read: two different ones are two different clusters.
    return undefined;
  }
}

function named(list: Value | undefined, name: string, field: string): Values {
  const entry = (isList(list) ? list : []).find((item) => isRecord(item) && item["name"] === name);
  const inside = isRecord(entry) ? entry[field] : undefined;
  return isRecord(inside) ? inside : {};
}
