import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { composeFacts, readSchemaFacts } from "../../../rehearsal/catalogue/compose-facts";
import {
  formatModule,
  parseModule,
  type ModuleFile,
  type PropertyLine,
} from "../../../rehearsal/catalogue/fact-files";
import { factsDirectory } from "../../../rehearsal/catalogue/facts";
import { notInstalled, packages } from "../../../rehearsal/catalogue/modules";
import { parseType, type TypeSyntax } from "../../../rehearsal/catalogue/type-grammar";

const sdkDirectory = join(__dirname, "..", "..", "..", "node_modules", "@pulumi");

/** Every committed fact file, by `<package>/<module>`. */
const files: ReadonlyMap<string, { readonly text: string; readonly module: ModuleFile }> = new Map(
  Object.keys(packages).flatMap((packageName) =>
    readdirSync(join(factsDirectory, packageName), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".json"))
      .map((file) => {
        const text = readFileSync(join(factsDirectory, packageName, file), "utf8");
        return [
          `${packageName}/${file.replace(/\.json$/, "")}`,
          { text, module: parseModule(text) },
        ] as const;
      }),
  ),
);

describe("the committed fact files", () => {
  it("know thousands of types", () => {
    const counts: Record<string, number> = {};
    for (const [key, { module }] of files) {
      const packageName = key.slice(0, key.indexOf("/"));
      counts[packageName] = (counts[packageName] ?? 0) + Object.keys(module.types).length;
    }
    expect(counts).to.deep.equal({
      aws: 1628,
      "azure-native": 80,
      command: 5,
      "equinix-metal": 15,
      kubernetes: 552,
      random: 11,
    });
  });

  it("are written in one way, an entry a line, sorted", () => {
    for (const [key, { text, module }] of files) expect(formatModule(module), key).to.equal(text);
  });

  it("refer to nothing that is not there", () => {
    const missing: string[] = [];
    for (const [key, { module }] of files) {
      const [packageName = "", ...rest] = key.split("/");
      for (const { form, name, home = rest.join("/"), side } of references(module)) {
        const target = files.get(`${packageName}/${home}`)?.module;
        const sections =
          form === "enum" ? ["enums"] : side === "in" ? ["objects"] : ["outObjects", "objects"];
        const found = sections.some((section) => name in (target?.[section as "enums"] ?? {}));
        if (!found) missing.push(`${key}: ${form} ${home}.${name}`);
      }
    }
    expect(missing).to.deep.equal([]);
  });

  it("have no fact about a property that the declarations do not have", () => {
    const strays: string[] = [];
    for (const { module } of files.values()) {
      for (const [token, line] of Object.entries(module.types)) {
        const names = new Set([
          ...Object.keys(line.in).map((name) => name.replace(/!$/, "")),
          ...Object.keys(line.out ?? {}),
        ]);
        const { required, optionalComputed, replaces, replacesNested, sensitive, defaults } =
          line.schema ?? {};
        const named = [
          required,
          optionalComputed,
          replaces,
          replacesNested,
          sensitive,
          Object.keys(defaults ?? {}),
        ];
        for (const path of named.flatMap((list) => list ?? [])) {
          if (!names.has(/^\w+/.exec(path)?.[0] ?? "")) strays.push(`${token}: ${path}`);
        }
      }
    }
    expect(strays).to.deep.equal([]);
  });

  for (const packageName of Object.keys(packages).filter((name) => !notInstalled.has(name))) {
    it(`are what the installed ${packageName} declares (else: npm run catalogue:update)`, () => {
      const schema = readSchemaFacts(join(factsDirectory, packageName));
      const fresh = composeFacts(packageName, sdkDirectory, schema);
      expect([...fresh.keys()].map((module) => `${packageName}/${module}`)).to.have.members(
        [...files.keys()].filter((key) => key.startsWith(`${packageName}/`)),
      );
      const stale = [...fresh].filter(
        ([module, text]) => files.get(`${packageName}/${module}`)?.text !== text,
      );
      expect(stale.map(([module]) => module)).to.deep.equal([]);
    });
  }
});

interface Reference {
  readonly form: "object" | "enum";
  readonly name: string;
  readonly home: string | undefined;
  readonly side: "in" | "out";
}

function references(module: ModuleFile): Reference[] {
  const found: Reference[] = [];
  const note = (line: PropertyLine | undefined, side: "in" | "out"): void => {
    for (const text of Object.values(line ?? {})) collect(parseType(text), side, found);
  };
  for (const type of Object.values(module.types)) {
    note(type.in, "in");
    note(type.out, "out");
  }
  for (const entry of Object.values(module.functions)) {
    note(entry.in, "in");
    note(entry.out, "out");
  }
  for (const line of Object.values(module.objects)) note(line, "in");
  for (const line of Object.values(module.outObjects)) note(line, "out");
  return found;
}

function collect(syntax: TypeSyntax, side: "in" | "out", found: Reference[]): void {
  if (syntax.form === "union") for (const part of syntax.of) collect(part, side, found);
  if (syntax.form === "array" || syntax.form === "map") collect(syntax.element, side, found);
  if (syntax.form === "object" || syntax.form === "enum") {
    found.push({ form: syntax.form, name: syntax.name, home: syntax.module, side });
  }
}
