import { createHash } from "node:crypto";
import { type Recording, type RecordedResource, UNKNOWN } from "../../support/recording";

/** An object of the Kubernetes API. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

/**
 * Every object of the Kubernetes API that a program registered, whoever in it did, as the provider would send it:
 * namespaces first, the others in the order in which they were registered, which is after what they depend on.
 */
export function objectsOf(recording: Recording): readonly KubernetesObject[] {
  const objects = recording.resources
    .filter(({ type, custom }) => custom && type.startsWith("kubernetes:"))
    .map(objectOf);
  const isNamespace = ({ kind }: KubernetesObject): boolean => kind === "Namespace";
  return [...objects.filter(isNamespace), ...objects.filter((object) => !isNamespace(object))];
}

function objectOf(resource: RecordedResource): KubernetesObject {
  const object = plausible(resource.inputs) as KubernetesObject;
  if (typeof object.apiVersion !== "string" || typeof object.kind !== "string") {
    throw new Error(`${resource.urn} is no single object: what a chart makes is not judged here.`);
  }
  return { ...object, metadata: { ...object.metadata, name: object.metadata?.name ?? autoname(resource) } };
}

/** As the provider does. */
function autoname({ name, type }: RecordedResource): string {
  return `${name}-${createHash("sha256").update(`${type}|${name}`).digest("hex").slice(0, 8)}`;
}

/** Without the marks of secrets; what only the cloud can know is some text. */
function plausible(value: unknown): unknown {
  if (value === UNKNOWN) {
    return "known-later";
  }
  if (Array.isArray(value)) {
    return value.map(plausible);
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  const fields = Object.entries(value);
  const [only] = fields;
  if (fields.length === 1 && only?.[0] === "secret" && isMark(value)) {
    return plausible(only[1]);
  }
  return Object.fromEntries(fields.map(([key, field]) => [key, plausible(field)]));
}

/** Volumes and their projections have a field `secret`, too, which names one. */
function isMark(value: object): boolean {
  const { secret } = value as { readonly secret: unknown };
  const names = ["secretName", "name"];
  return !(typeof secret === "object" && secret !== null && names.some((name) => name in secret));
}

/** The pod that a controller would make: of deployments, stateful sets, daemon sets, jobs. */
export function podOf(object: KubernetesObject): KubernetesObject | undefined {
  const template = templateOf(object);
  return template === undefined
    ? undefined
    : {
        apiVersion: "v1",
        kind: "Pod",
        metadata: {
          ...template.metadata,
          name: `${object.metadata.name}-pod`,
          ...(object.metadata.namespace === undefined ? {} : { namespace: object.metadata.namespace }),
        },
        // A job's pods have a policy that others cannot have, and a controller fills it in; pods take all of them.
        spec: template.spec,
      };
}

interface Template {
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly spec: unknown;
}

function templateOf({ kind, ...object }: KubernetesObject): Template | undefined {
  const spec = object["spec"] as { template?: Template; jobTemplate?: { spec: { template: Template } } };
  switch (kind) {
    case "Deployment":
    case "StatefulSet":
    case "DaemonSet":
    case "ReplicaSet":
    case "Job":
      return spec.template;
    case "CronJob":
      return spec.jobTemplate?.spec.template;
    default:
      return undefined;
  }
}

/** The same objects in namespaces of their own, so that one set does not meet another. */
export function inOwnNamespaces(
  objects: readonly KubernetesObject[],
  suffix: string,
): readonly KubernetesObject[] {
  const own = new Set(
    objects.filter(({ kind }) => kind === "Namespace").map(({ metadata }) => metadata.name),
  );
  const renamed = (name: string): string => (own.has(name) ? `${name}-${suffix}` : name);
  return objects.map((object) => {
    const { name, namespace } = object.metadata;
    return {
      ...object,
      metadata: {
        ...object.metadata,
        name: object.kind === "Namespace" ? renamed(name) : name,
        ...(namespace === undefined ? {} : { namespace: renamed(namespace) }),
      },
    };
  });
}
