/** What an answer in XML is made of. What is undefined is left out. */
export type Xml = string | number | boolean | undefined | readonly Xml[] | { readonly [name: string]: Xml };

/** Text within XML. */
export function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Elements of an answer. Lists have their items in elements of one name: `member` in most services, `item` in EC2. */
function xmlOf(value: Xml, item: string): string {
  if (value === undefined) return "";
  if (typeof value !== "object") return escaped(String(value));
  if (isList(value)) return value.map((one) => `<${item}>${xmlOf(one, item)}</${item}>`).join("");
  return Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .map(([name, inner]) => `<${name}>${xmlOf(inner, item)}</${name}>`)
    .join("");
}

const requestId = "00000000-0000-0000-0000-000000000000";

function isList(value: Xml): value is readonly Xml[] {
  return Array.isArray(value);
}

/** The answer of a service with the query protocol. `item`: the element of lists, in RDS another one for each. */
export function queryAnswer(action: string, namespace: string, result: Xml = {}, item = "member"): string {
  return (
    `<${action}Response xmlns="${namespace}"><${action}Result>${xmlOf(result, item)}</${action}Result>` +
    `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${action}Response>`
  );
}

/** The answer of a service with REST in XML. */
export function restAnswer(root: string, namespace: string, result: Xml, item: string): string {
  return `<${root} xmlns="${namespace}">${xmlOf(result, item)}</${root}>`;
}

/** The answer of EC2, whose protocol is almost the same. */
export function ec2Answer(action: string, result: Xml = {}): string {
  return (
    `<${action}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>${requestId}</requestId>` +
    `${xmlOf(result, "item")}</${action}Response>`
  );
}

/** Values of a list in a form: `Name.member.1`, `Name.member.2`, or in EC2 `Name.1`. */
export function listOfForm(input: URLSearchParams, name: string): readonly string[] {
  const values: string[] = [];
  for (;;) {
    const next = String(values.length + 1);
    const value = input.get(`${name}.member.${next}`) ?? input.get(`${name}.${next}`);
    if (value === null) return values;
    values.push(value);
  }
}

/** Tags of a form: `Tag.1.Key`, `Tag.1.Value`; `list` is what stands before the number. */
export function tagsOfForm(input: URLSearchParams, list: string): Readonly<Record<string, string>> {
  const tags: Record<string, string> = {};
  for (let next = 1; ; next++) {
    const at = `${list}.${String(next)}`;
    const key = input.get(`${at}.Key`);
    if (key === null) return tags;
    tags[key] = input.get(`${at}.Value`) ?? "";
  }
}

/** EC2's filters: `Filter.1.Name`, `Filter.1.Value.1`. */
export function filtersOfForm(
  input: URLSearchParams,
): readonly { readonly name: string; readonly values: readonly string[] }[] {
  const filters: { readonly name: string; readonly values: readonly string[] }[] = [];
  for (;;) {
    const at = `Filter.${String(filters.length + 1)}`;
    const name = input.get(`${at}.Name`);
    if (name === null) return filters;
    filters.push({ name, values: listOfForm(input, `${at}.Value`) });
  }
}

/** Whether a value passes a filter, in which `*` stands for any characters and `?` for one. */
export function passes(value: string, wanted: readonly string[]): boolean {
  return wanted.some((pattern) => {
    const parts = pattern
      .split("*")
      .map((part) => part.replace(/[\\^$.|+()[\]{}]/g, "\\$&").replace(/\?/g, "."));
    return new RegExp(`^${parts.join(".*")}$`).test(value);
  });
}

/** A flag of a form; undefined where it is not there. */
export function flagOfForm(input: URLSearchParams, name: string): boolean | undefined {
  const text = input.get(name);
  return text === null ? undefined : text === "true";
}

/** A number of a form; undefined where it is not there. */
export function numberOfForm(input: URLSearchParams, name: string): number | undefined {
  const text = input.get(name);
  return text === null ? undefined : Number(text);
}
