import type { Step } from "../step";
import { isRecord, read } from "../unknown";
import type { Verdict } from "./verdict";

/**
 * A table's key that would be of another type. DynamoDB has no call for it, and the AWS provider passes over it without a word: the run
 * ends well, nothing has changed, and the program that writes the new type fails.
 *
 * Source: hashicorp/terraform-provider-aws#759 and #23618.
 */
export function changedKeyType({ type, old, new: wanted, op }: Step): Verdict | undefined {
  if (type !== "aws:dynamodb/table:Table" || old === undefined || wanted === undefined || op === "replace") {
    return undefined;
  }
  const [had, wants] = [typesOf(old.outputs), typesOf(wanted.inputs)];
  const keys = ["hashKey", "rangeKey"].map((key) => String(read(old.outputs, key)));
  const changed = keys.find((key) => had.has(key) && wants.has(key) && had.get(key) !== wants.get(key));
  return changed === undefined
    ? undefined
    : {
        rule: "changes-key-type",
        loses: `Nothing is lost, and nothing would happen: the key ${changed} stays of type ${had.get(changed) ?? ""}, whatever the program says.`,
        why: `attributes gives ${changed} the type ${wants.get(changed) ?? ""}. DynamoDB never changes the type of a key, and its provider passes over it.`,
        safeWay: `Take the type ${had.get(changed) ?? ""} back, or make a table of another name and move what is in this one.`,
      };
}

function typesOf(properties: Readonly<Record<string, unknown>>): ReadonlyMap<string, string> {
  const attributes = read(properties, "attributes");
  return new Map(
    (Array.isArray(attributes) ? (attributes as readonly unknown[]) : []).flatMap((attribute) =>
      isRecord(attribute) && typeof attribute.name === "string" && typeof attribute.type === "string"
        ? [[attribute.name, attribute.type] as const]
        : [],
    ),
  );
}
