import { describeResource } from "../describe";
import type { InventoryEntry, Whereabouts } from "./inventory";
import { pulumiCommand } from "../printed-command";
import type { StatefulType } from "../stateful-type";
import { statefulType } from "../catalogue/stateful-types";
import { lastOf, stackOf } from "../urns";

/** What it is; where the table has forgotten the type since, what can be said of any. */
export function kindOf({ type }: Pick<InventoryEntry, "type">): StatefulType {
  return (
    statefulType(type) ?? {
      type,
      noun: type,
      holds: "whatever it holds",
      locks: [],
      life: [],
      copyFirst: "Keep a copy of what it holds.",
    }
  );
}

export function described(entry: InventoryEntry): string {
  const kind = kindOf(entry);
  const outputs = kind.name === undefined ? {} : nested(kind.name, entry.name);
  return describeResource(kind, entry.urn, { id: entry.id, protect: true, inputs: {}, outputs });
}

/** `{ metadata: { name } }` for `metadata.name`. */
function nested(path: string, value: string): Readonly<Record<string, unknown>> {
  return path.split(".").reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as Readonly<
    Record<string, unknown>
  >;
}

export function placed({ account, region, cluster }: Whereabouts): string {
  const parts = [
    ...(account === undefined ? [] : [`account ${account}`]),
    ...(region === undefined ? [] : [region]),
    ...(cluster === undefined ? [] : [`cluster ${cluster}`]),
  ];
  return parts.length === 0 ? "" : `, ${parts.join(", ")}`;
}

/** The line that takes it into the state. Without code: the program has it, and making some fails on parents and providers. */
export function importOf({
  urn,
  type,
  id,
  parent,
  provider,
}: Pick<InventoryEntry, "urn" | "type" | "id" | "parent" | "provider">): string {
  const options = [
    ...(parent === undefined ? [] : ["--parent", `parent=${parent}`]),
    ...(provider === undefined || lastOf(provider).startsWith("default")
      ? []
      : ["--provider", `provider=${provider}`]),
  ];
  return pulumiCommand`import ${type} ${lastOf(urn)} ${id} ${options} --generate-code=false --stack ${stackOf(urn)}`;
}

export function qualified(project: string, stack: string): string {
  return `organization/${project}/${stack}`;
}
