/**
 * The short grammar in which fact files write a property's type:
 *
 *   s n b *      string, number, boolean, anything
 *   A R          asset, archive
 *   "x" 1 true   a literal
 *   T[]  {T}     list of T, map of string to T
 *   #Name        an object type of the same module; #rds.Name of another
 *   @Name        a closed enumeration, likewise
 *   T|U  (T)     either; brackets
 */
export type TypeSyntax =
  | { readonly form: "string" | "number" | "boolean" | "any" | "asset" | "archive" }
  | { readonly form: "literal"; readonly value: string | number | boolean }
  | { readonly form: "array" | "map"; readonly element: TypeSyntax }
  | { readonly form: "object" | "enum"; readonly module?: string; readonly name: string }
  | { readonly form: "union"; readonly of: readonly TypeSyntax[] };

const letters = { s: "string", n: "number", b: "boolean", "*": "any", A: "asset", R: "archive" } as const;

const reference = /^([#@])(?:([\w/.-]+)\.)?(\w+)/;
const literal = /^(?:"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|true|false)/;

/**
 * Parses a type of a fact file.
 *
 * @throws Error with the text and the place when it is not of the grammar.
 */
export function parseType(text: string): TypeSyntax {
  const [syntax, rest] = parseUnion(text, text);
  if (rest !== "") throw malformed(text, rest);
  return syntax;
}

function parseUnion(text: string, whole: string): [TypeSyntax, string] {
  const [first, afterFirst] = parsePostfix(text, whole);
  const parts = [first];
  let rest = afterFirst;
  while (rest.startsWith("|")) {
    const [next, afterNext] = parsePostfix(rest.slice(1), whole);
    parts.push(next);
    rest = afterNext;
  }
  return [parts.length === 1 ? first : { form: "union", of: parts }, rest];
}

function parsePostfix(text: string, whole: string): [TypeSyntax, string] {
  const parsed = parseAtom(text, whole);
  let [syntax] = parsed;
  let [, rest] = parsed;
  while (rest.startsWith("[]")) {
    syntax = { form: "array", element: syntax };
    rest = rest.slice(2);
  }
  return [syntax, rest];
}

function parseAtom(text: string, whole: string): [TypeSyntax, string] {
  const [first = ""] = text;
  if (first === "(" || first === "{") {
    const [inner, rest] = parseUnion(text.slice(1), whole);
    if (!rest.startsWith(first === "(" ? ")" : "}")) throw malformed(whole, rest);
    return [first === "(" ? inner : { form: "map", element: inner }, rest.slice(1)];
  }
  const referred = reference.exec(text);
  if (referred !== null) {
    const [all, sign, module, name = ""] = referred;
    const form = sign === "#" ? "object" : "enum";
    return [{ form, name, ...(module !== undefined && { module }) }, text.slice(all.length)];
  }
  const constant = literal.exec(text);
  if (constant !== null) {
    const value = JSON.parse(constant[0]) as string | number | boolean;
    return [{ form: "literal", value }, text.slice(constant[0].length)];
  }
  if (first in letters) return [{ form: letters[first as keyof typeof letters] }, text.slice(1)];
  throw malformed(whole, text);
}

function malformed(whole: string, rest: string): Error {
  return new Error(`The type "${whole}" of a fact file is not of its grammar, from "${rest}" on.`);
}
