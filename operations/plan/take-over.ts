import { providerUrn } from "../../guard/memory/inventory";
import { importOf } from "../../guard/memory/inventory-words";
import { importExample, physicalIds, type CloudPlace } from "./physical-ids";
import { typeOf } from "./plan";

/** What was to be made, as the engine has it before it is there. */
export interface ToBeMade {
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly parent?: string;
  /** `URN::ID`. */
  readonly provider?: string;
}

/**
 * The line that takes into the state what exists, at the place of the tree where the program has it: with its id where that follows
 * from what it was to be made of, else with a word on what ids of its type look like.
 */
export function importLine(urn = "", wanted: ToBeMade = {}, place: CloudPlace): string {
  const type = typeOf(urn);
  const { inputs = {}, parent = "", provider } = wanted;
  const [id] = physicalIds(type, inputs, place);
  const line = importOf({
    urn,
    type,
    id: id ?? "ID",
    parent: parent === "" || parent.includes("::pulumi:pulumi:Stack::") ? undefined : parent,
    provider: providerUrn(provider),
  });
  const example = id === undefined ? importExample(type) : undefined;
  return `\`${line}\`${id === undefined ? ` (ID: the cloud's own${example === undefined ? "" : `, such as ${example}`})` : ""}`;
}
