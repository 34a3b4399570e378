import { contentHash } from "./assets";
import { isList, isRecord, isUnknown, sameValue, type Value } from "./values";

/**
 * Whether two values mean the same to the cloud: equal, the same asset by content, a number or boolean and its text, or
 * JSON documents that differ only in how they are written. An unknown is the same as nothing.
 */
export function sameContent(left: Value | undefined, right: Value | undefined): boolean {
  if (isUnknown(left) || isUnknown(right)) return false;
  if (sameValue(left, right)) return true;
  const [leftHash, rightHash] = [contentHash(left), contentHash(right)];
  if (leftHash !== undefined || rightHash !== undefined) return leftHash === rightHash;
  if (isScalar(left) && isScalar(right) && typeof left !== typeof right)
    return String(left) === String(right);
  if (typeof left !== "string" || typeof right !== "string") return false;
  const [leftDocument, rightDocument] = [parseDocument(left), parseDocument(right)];
  if (leftDocument === undefined || rightDocument === undefined) return false;
  return sameDocument(leftDocument, rightDocument);
}

/** Whether two lists have the same members, in whatever order. */
export function sameMembers(left: readonly Value[], right: readonly Value[]): boolean {
  if (left.length !== right.length) return false;
  const rest = [...right];
  return left.every((item) => {
    const index = rest.findIndex((other) => sameContent(item, other));
    if (index >= 0) rest.splice(index, 1);
    return index >= 0;
  });
}

/** A JSON object or list in a string; undefined for any other text. */
function parseDocument(text: string): Value | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as Value;
  } catch (error) {
    // Text that starts like JSON and is none (a template, a script) is compared as text.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function sameDocument(left: Value, right: Value): boolean {
  const policies = isRecord(left) && isRecord(right) && "Statement" in left && "Statement" in right;
  return policies ? sameValue(normalPolicy(left), normalPolicy(right)) : sameValue(left, right);
}

/** A policy document in one form: AWS keeps no order of actions, resources and principals, nor lists of one. */
function normalPolicy(value: Value): Value {
  if (isList(value)) {
    const items = value.map(normalPolicy);
    if (items.length === 1 && items[0] !== undefined) return items[0];
    return items.every((item) => typeof item === "string") ? [...items].sort() : items;
  }
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, normalPolicy(item)]));
}

function isScalar(value: Value | undefined): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}
