import { entries } from "../../catalogue/entries/kubernetes/kubernetes";
import type { TypeFacts } from "../../catalogue/type-facts";
import type { CloudMethod } from "../../cloud/log";
import type {
  CloudView,
  Draft,
  Entry,
  Place,
  Refusal,
  Rule,
  Subject,
  UpdateRule,
} from "../../interpreter/entry";
import { refusedUpdates } from "../../interpreter/fixed-fields";
import type { ConfigDiff, PackageModel } from "../../interpreter/package-model";
import { isRecord, sameValue, textOf, type Value, type Values } from "../../interpreter/values";
import { changedSettings, unknownFunction } from "../plain";
import { activeCluster, clusterName } from "./cluster";
import { eksCluster } from "./eks";
import { isNamespaced, isObject, kindOf, resourceOf } from "./kinds";

/** What Configure leaves behind: the cluster that objects go to. */
export interface KubernetesConfig {
  readonly cluster: string;
  readonly namespace: string;
  /** What cannot be reached is taken for gone. */
  readonly deleteUnreachable: boolean;
}

const namespaceType = "kubernetes:core/v1:Namespace";
/** Every cluster has them from the start. */
const givenNamespaces = ["default", "kube-system", "kube-public", "kube-node-lease"];

/** The Kubernetes provider: what it makes lives in the cluster that its kubeconfig or its cluster identifier names. */
export const kubernetesProvider: PackageModel<KubernetesConfig> = {
  name: "kubernetes",
  checkConfig: () => [],
  diffConfig,
  configure: (settings) => ({
    cluster: clusterName(settings),
    namespace: textOf(settings, "namespace") || "default",
    deleteUnreachable: settings["deleteUnreachable"] === true,
  }),
  unreachable,
  additions,
  place: (_type, _inputs, config) => ({ account: config.cluster, region: "" }),
  scope: (_type, place) => place.account,
  entry: (type) => objectRules(entries[type]),
  id,
  outputs,
  explain,
  notLive,
  invoke: unknownFunction,
};

/** The setting of the provider that may also be a variable of the environment. */
export const deleteUnreachableVariable = "PULUMI_K8S_DELETE_UNREACHABLE";

/**
 * Without a kubeconfig the provider would look for the user's own, which a rehearsal must not find; an EKS cluster that
 * is gone answers nobody. Source of the words: pulumi-kubernetes, provider/pkg/provider/provider.go.
 */
function unreachable(
  method: CloudMethod,
  { account: host }: Place,
  { deleteUnreachable }: KubernetesConfig,
  cloud: CloudView,
): Refusal | "gone" | undefined {
  const isEks = /\.eks\.amazonaws\.com(?:\.cn)?$/i.test(host);
  if (host !== "" && (!isEks || eksCluster(host, cloud) !== undefined)) return undefined;
  const code = "Unreachable";
  const remedy = `rerunning the operation with the ${deleteUnreachableVariable} environment variable set to "true"`;
  if (method === "read" || method === "delete") {
    if (deleteUnreachable) return "gone";
    const problem =
      method === "read"
        ? "failed to read resource state due to unreachable cluster"
        : "configured Kubernetes cluster is unreachable";
    const message = `${problem}. If the cluster was deleted, you can remove this resource from Pulumi state by ${remedy}`;
    return { code, message, byProvider: true };
  }
  const reason =
    host === ""
      ? "unable to load Kubernetes client configuration from kubeconfig file. Make sure you have: set the provider's kubeconfig"
      : `unable to load schema information from the API server: Get "https://${host}/openapi/v2?timeout=32s": dial tcp: lookup ${host}: no such host`;
  return { code, message: `configured Kubernetes cluster is unreachable: ${reason}`, byProvider: true };
}

/**
 * As the provider does: with an identifier, a changed one replaces; without, a changed cluster in the kubeconfig does,
 * and with the provider everything that it made.
 */
function diffConfig(oldSettings: Values, newSettings: Values): ConfigDiff {
  const changed = changedSettings(oldSettings, newSettings);
  const [had, want] = [oldSettings, newSettings].map((settings) => textOf(settings, "clusterIdentifier"));
  if (had !== "" || want !== "") return { changed, replaces: had === want ? [] : ["clusterIdentifier"] };
  const names = ["kubeconfig", "context", "cluster"].filter((name) => changed.includes(name));
  const same = sameValue(activeCluster(oldSettings), activeCluster(newSettings));
  return { changed, replaces: same ? [] : names };
}

/** Objects of a namespace are in one, the provider's where they name none. */
function additions(facts: TypeFacts, inputs: Values, config: KubernetesConfig): Values {
  if (!isNamespaced(facts.token) || !isObject(facts.token)) return {};
  const metadata = inputs["metadata"];
  if (!isRecord(metadata) || metadata["namespace"] !== undefined) return {};
  return { metadata: { ...metadata, namespace: config.namespace } };
}

function metadataOf(values: Values): Values {
  return isRecord(values["metadata"]) ? values["metadata"] : {};
}

function id({ type, inputs, name, random }: Draft): string {
  const metadata = metadataOf(inputs);
  const drawn = (): string => `${textOf(metadata, "generateName") || `${name}-`}${random.lower(8)}`;
  return idFor(type, inputs, textOf(metadata, "name") || drawn());
}

/** `namespace/name`, or the name alone where there is no namespace. */
function idFor(type: string, inputs: Values, name: string): string {
  if (!isNamespaced(type) || !isObject(type)) return name;
  return `${textOf(metadataOf(inputs), "namespace") || "default"}/${name}`;
}

/** What the API server puts into every object's metadata. */
function outputs({ id: full, inputs, random, now }: Draft): Values {
  return {
    metadata: {
      ...metadataOf(inputs),
      name: full.split("/").at(-1) ?? "",
      uid: random.uuid(),
      resourceVersion: String(1000 + random.int(1_000_000)),
      creationTimestamp: now,
      generation: 1,
    },
  };
}

const exists: Rule = ({ type, inputs }, cloud) => {
  const name = textOf(metadataOf(inputs), "name");
  if (name === "" || !cloud.find(type, idFor(type, inputs, name))) return undefined;
  return { code: "AlreadyExists", message: `${resourceOf(type)} "${name}" already exists` };
};

const namespaceExists: Rule = ({ type, inputs }, cloud) => {
  if (!isNamespaced(type)) return undefined;
  const namespace = textOf(metadataOf(inputs), "namespace") || "default";
  if (givenNamespaces.includes(namespace) || cloud.find(namespaceType, namespace)) return undefined;
  return { code: "NotFound", message: `namespaces "${namespace}" not found` };
};

const notRehearsed: Rule = ({ type }) => {
  if (isObject(type)) return undefined;
  const message =
    `The rehearsal cloud does not unpack ${kindOf(type)}: it would have to fetch and render a chart. ` +
    "Write the objects themselves, or rehearse against a real API server.";
  return { code: "NotRehearsed", message };
};

const fieldsMayChange: UpdateRule = ({ type, inputs, id }, wanted) => {
  const reasons = refusedUpdates(type, inputs, wanted).map(({ reason }) => reason);
  if (reasons.length === 0) return undefined;
  const own = id.split("/").at(-1) ?? "";
  const list = reasons.length === 1 ? (reasons[0] ?? "") : `[${reasons.join(", ")}]`;
  return { code: "Invalid", message: `${kindOf(type)} "${own}" is invalid: ${list}` };
};

/** An entry with what holds for every object. */
function objectRules(entry: Entry | undefined): Entry {
  const changed = (draft: Draft): Value => {
    const old = metadataOf(draft.outputs);
    const version = Number(textOf(old, "resourceVersion")) + 1;
    return {
      ...old,
      ...metadataOf(draft.inputs),
      resourceVersion: String(version),
      generation: Number(old["generation"] ?? 1) + 1,
    };
  };
  return {
    ...entry,
    refuseUpdate: [fieldsMayChange, ...(entry?.refuseUpdate ?? [])],
    refuseCreate: [notRehearsed, exists, namespaceExists, ...(entry?.refuseCreate ?? [])],
    updated: (draft, cloud) => ({ ...entry?.updated?.(draft, cloud), metadata: changed(draft) }),
  };
}

/** Of an object that is there and does not run. */
function notLive(method: CloudMethod, { id: named }: Subject): string {
  return method === "create"
    ? `resource ${named} was successfully created, but the Kubernetes API server reported that it failed to fully initialize or become live`
    : `the Kubernetes API server reported that "${named}" failed to fully initialize or become live`;
}

function explain({ byProvider, message }: Refusal, method: CloudMethod, subject: Subject): string {
  if (byProvider === true) return message;
  const named = subject.id || textOf(metadataOf(subject.inputs), "name") || subject.name;
  switch (method) {
    case "create":
      return `resource ${named} was not successfully created by the Kubernetes API server: ${message}`;
    case "update":
      return `update of resource "${named}" failed because the Kubernetes API server reported that: ${message}`;
    case "delete":
    case "read":
    case "invoke":
      return message;
  }
}
