import { z } from "zod";
import { sectionNames, type SectionName } from "../../settings/schema";
import { isMapping, unwrap, valueAt } from "../../settings/schema-walk";
import type { Path } from "../../settings/problem";
import { edited, refusalsOf, type Config, type Edit } from "./config";
import { childrenOf, isPlain, isScalar } from "./places";
import { isSame, plausible, plausibleKeys, variantsOf, type Variant } from "./plausible";
import { everySetting, isOptional, wholeSchema, type SettingName } from "./settings-list";
import { smallestWith, withCompanions } from "./smallest";
import { along } from "./values";

/** One change of one setting, from a stack that stands to another. */
export interface Change {
  readonly setting: SettingName;
  /** "up", "to false", "entry removed": what is done to it. */
  readonly kind: string;
  readonly before: Config;
  /** What it is changed to; none where the settings take nothing that was thought of. */
  readonly after?: Config;
  /** Why they do not. */
  readonly refused?: string;
}

/** Every change of every setting, each on the smallest stack that has it; and the settings that no stack could be given. */
export function everyChange(): {
  readonly changes: readonly Change[];
  readonly missing: readonly SettingName[];
} {
  const search = new Search();
  const stacks = sectionNames.flatMap((section) => smallestWith(section).map((base) => ({ section, base })));
  const [first] = stacks;
  if (first !== undefined) search.present(first.base, wholeSchema.shape.aws, ["aws"], "aws");
  for (const { section, base } of stacks)
    search.present(base, wholeSchema.shape[section], [section], section);
  if (first !== undefined) search.absent(first.base, wholeSchema.shape.aws, ["aws"], "aws");
  for (const { section, base } of stacks) search.absent(base, wholeSchema.shape[section], [section], section);
  return { changes: search.all(), missing: everySetting().filter((name) => !search.has(name)) };
}

class Search {
  private readonly found: Change[] = [];
  private readonly done = new Set<SettingName>();
  private readonly refusals = new Map<SettingName, Change>();

  has(name: SettingName): boolean {
    return this.done.has(name) || this.refusals.has(name);
  }

  /** In the order of the settings; what no stack took is refused. */
  all(): readonly Change[] {
    const order = new Map(everySetting().map((name, index) => [name, index]));
    const refused = [...this.refusals.values()].filter(({ setting }) => !this.done.has(setting));
    return [...this.found, ...refused].sort(
      (a, b) => (order.get(a.setting) ?? 0) - (order.get(b.setting) ?? 0),
    );
  }

  /** Changes of what is there. */
  present(base: Config, schema: z.core.$ZodType, path: Path, name: SettingName): void {
    const value = valueAt(base, path);
    if (value === undefined) return;
    if (!this.done.has(name) && named.has(name)) {
      this.done.add(name);
      this.changeValue(base, schema, path, name);
      if (isOptional(schema)) this.try(base, "unset", name, [[{ path }]]);
    }
    for (const child of childrenOf(schema, path, name, value)) {
      this.present(base, child.schema, child.path, child.name);
    }
  }

  /** What may be there besides is set; then it is changed, and taken out. */
  absent(base: Config, schema: z.core.$ZodType, path: Path, name: SettingName): void {
    const value = valueAt(base, path);
    for (const child of childrenOf(schema, path, name, value)) {
      if (valueAt(base, child.path) !== undefined) {
        this.absent(base, child.schema, child.path, child.name);
        this.otherForms(base, child.schema, child.path, child.name);
      } else if (!this.done.has(child.name) && isOptional(child.schema)) {
        this.set(base, child.schema, child.path, child.name);
      }
    }
    if (path.length === 1) this.otherForms(base, schema, path, name);
  }

  private set(base: Config, schema: z.core.$ZodType, path: Path, name: SettingName): void {
    const edits = plausible(schema, name).map((value) => [{ path, value }]);
    const besides = besidesOf(path, name);
    const tries = [...edits, ...edits.map((edit) => [...edit, ...besides])];
    const chosen = tries.find((one) => refusalsOf(edited(base, one)).length === 0) ?? tries[0];
    // Where it speaks of another section, that one has to stand too.
    const stack = chosen === undefined ? undefined : stackFor(base, path, chosen);
    const after = this.try(stack ?? base, "set", name, chosen === undefined ? [] : [chosen]);
    if (after === undefined) return;
    this.done.add(name);
    // What a number or a text does when it is set, it does when it is another one, or taken out.
    if (!isPlain(schema)) {
      this.add({ setting: name, kind: "unset", before: after, after: stack ?? base });
      this.changeValue(after, schema, path, name);
    }
    for (const child of childrenOf(schema, path, name, valueAt(after, path))) {
      this.present(after, child.schema, child.path, child.name);
    }
    this.absent(after, schema, path, name);
  }

  /** A union's mappings that this stack does not have, where they have settings that no other stack had. */
  private otherForms(base: Config, schema: z.core.$ZodType, path: Path, name: SettingName): void {
    const bare = unwrap(schema);
    if (!(bare instanceof z.ZodUnion)) return;
    for (const [index, option] of bare.options.entries()) {
      if (z.safeParse(option, valueAt(base, path)).success || !this.lacks(option, name)) continue;
      const edits = plausible(option, `${name}|${index}`.replace(/\|\d+$/, "")).map((value) => [
        { path, value },
      ]);
      const after = this.try(base, "to its other form", name, edits);
      if (after === undefined) continue;
      for (const child of childrenOf(option, path, name, valueAt(after, path))) {
        this.present(after, child.schema, child.path, child.name);
      }
      this.absent(after, option, path, name);
    }
  }

  private lacks(option: z.core.$ZodType, name: SettingName): boolean {
    const bare = unwrap(option);
    return (
      bare instanceof z.ZodObject && Object.keys(bare.shape).some((key) => !this.done.has(`${name}.${key}`))
    );
  }

  private changeValue(base: Config, schema: z.core.$ZodType, path: Path, name: SettingName): void {
    const bare = unwrap(schema);
    const value = valueAt(base, path);
    if (bare instanceof z.ZodRecord && isMapping(value)) {
      this.changeEntries(base, bare, path, name, value);
    } else if (bare instanceof z.ZodArray && Array.isArray(value)) {
      this.changeItems(base, bare, path, name, value);
    } else if (bare instanceof z.ZodDiscriminatedUnion) {
      this.changeOption(base, bare, path, name);
    } else {
      this.changeScalar(base, path, name, variantsOf(schema, name, value));
    }
  }

  /** The key that chooses a mapping's form changes with the form. */
  private changeOption(base: Config, bare: z.ZodDiscriminatedUnion, path: Path, name: SettingName): void {
    for (const option of bare.options.filter((one) => !z.safeParse(one, valueAt(base, path)).success)) {
      const forms = plausible(option, name).filter(isMapping);
      const [chosen] = forms.map((form) => String(form[bare.def.discriminator]));
      this.try(
        base,
        `to ${chosen ?? "another"}`,
        `${name}.${bare.def.discriminator}`,
        forms.map((value) => [{ path, value }]),
      );
    }
  }

  private changeScalar(base: Config, path: Path, name: SettingName, variants: readonly Variant[]): void {
    const besides = besidesOf(path, name);
    for (const { kind, candidates } of variants) {
      const edits = candidates.map((value) => [{ path, value }]);
      this.try(base, kind, name, [...edits, ...edits.map((edit) => [...edit, ...besides])]);
    }
  }

  private changeEntries(base: Config, bare: z.ZodRecord, path: Path, name: SettingName, value: object): void {
    const entries = Object.entries(value) as readonly (readonly [string, unknown])[];
    const [first] = entries;
    const keys = plausibleKeys(bare.keyType, name).filter((key) => !(key in value));
    const news = [...entries.map(([, entry]) => entry), ...plausible(bare.valueType, `${name}.*`)];
    const added = keys.flatMap((key) => news.map((entry) => [{ path: [...path, key], value: entry }]));
    this.try(base, "entry added", name, added);
    if (first === undefined) return;
    const [key, entry] = first;
    const removal = { path: [...path, key] };
    const renamed = [`${key}-2`, `${key}2`, `${key}_2`, ...keys];
    this.try(
      base,
      "entry renamed",
      name,
      renamed.map((other) => [removal, { path: [...path, other], value: entry }]),
    );
    this.try(
      base,
      "entry removed",
      name,
      entries.map(([other]) => [{ path: [...path, other] }]),
    );
    if (isScalar(bare.valueType)) {
      this.changeScalar(base, [...path, key], name, entryVariants(bare.valueType, name, entry));
    }
  }

  private changeItems(
    base: Config,
    bare: z.ZodArray,
    path: Path,
    name: SettingName,
    items: readonly unknown[],
  ): void {
    const put = (value: readonly unknown[]): readonly Edit[] => [{ path, value }];
    const news = plausible(bare.element, `${name}[]`).filter(
      (item) => !items.some((one) => isSame(one, item)),
    );
    const changed = isScalar(bare.element)
      ? items.slice(0, 1).flatMap((item) => variantsOf(bare.element, `${name}[]`, item))
      : [];
    const others = changed.flatMap(({ candidates }) => candidates).filter((item) => !items.includes(item));
    const whole = (values: readonly unknown[]): readonly unknown[] => [...values, ...others];
    this.try(
      base,
      "item added",
      name,
      whole(news).map((item) => put([...items, item])),
    );
    this.try(
      base,
      "item removed",
      name,
      items.map((_, index) => put(items.filter((__, i) => i !== index))),
    );
    if (isScalar(bare.element) && items.length > 0) {
      this.try(
        base,
        "item changed",
        name,
        others.map((item) => put([item, ...items.slice(1)])),
      );
    }
  }

  /** The first of the edits that the settings take, as a change; else what they say to the first of them. */
  private try(
    base: Config,
    kind: string,
    setting: SettingName,
    tries: readonly (readonly Edit[])[],
  ): Config | undefined {
    let refused: string | undefined;
    for (const edits of tries) {
      const after = edited(base, edits);
      const [refusal] = refusalsOf(after);
      if (refusal === undefined) {
        this.add({ setting, kind, before: base, after });
        return after;
      }
      refused ??= refusal;
    }
    if (refused !== undefined) {
      const change = { setting, kind, before: base, refused };
      // What is not there in this stack may be set in another.
      if (kind !== "set") this.add(change);
      else if (!this.refusals.has(setting)) this.refusals.set(setting, change);
    }
    return undefined;
  }

  private add(change: Change): void {
    this.found.push(change);
  }
}

/** What has to change with it, as the table says. */
function besidesOf(path: Path, name: SettingName): readonly Edit[] {
  return Object.entries(along[name] ?? {}).map(([key, value]) => {
    const above = key.startsWith("../");
    const keys = key.replace("../", "").split(".");
    return { path: [...path.slice(0, above ? -2 : -1), ...keys], ...(value !== null && { value }) };
  });
}

/** The same stack, with as many more sections as the edits need; undefined where no number of them helps, or none is needed. */
function stackFor(base: Config, path: Path, edits: readonly Edit[]): Config | undefined {
  const section = path[0] as SectionName | "aws";
  const after = edited(base, edits);
  return section === "aws" || refusalsOf(after).length === 0
    ? undefined
    : withCompanions(base, section, after[section]);
}

const named = new Set(everySetting());

/** As of any value; its values are said under the entry's own name. */
function entryVariants(schema: z.core.$ZodType, name: SettingName, entry: unknown): readonly Variant[] {
  return variantsOf(schema, `${name}.*`, entry).map(({ kind, candidates }) => ({
    kind: `entry ${kind === "other" ? "changed" : kind}`,
    candidates,
  }));
}
