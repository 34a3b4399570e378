import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import type { PropertyLine } from "./fact-files";

/** Whether a type stands among what the program gives or among what the provider answers. */
export type Side = "in" | "out";

type EnumValue = string | number | boolean;

interface NestedFacts {
  readonly in: ReadonlyMap<string, PropertyLine>;
  readonly out: ReadonlyMap<string, PropertyLine>;
  readonly enums: ReadonlyMap<string, readonly EnumValue[]>;
}

/** Type names of the SDK that stand for a plain string. */
const stringAliases = new Set(["pulumi.ID", "pulumi.URN", "ARN"]);

/** Wrappers that only say when a value is known. */
const wrappers = new Set(["pulumi.Input", "pulumi.Output", "Promise"]);

/**
 * Turns the types of a package's declarations into the short grammar of `type-grammar.ts`, and collects the nested
 * object types and closed enumerations that are met on the way. These are declared in types/input.d.ts,
 * types/output.d.ts and types/enums, in one namespace a module.
 */
export class DeclaredTypes {
  private readonly interfaces: Readonly<Record<Side, ReadonlyMap<string, ts.InterfaceDeclaration>>>;
  private readonly enumFiles = new Map<string, ReadonlyMap<string, readonly EnumValue[]>>();
  private readonly reached = { in: new Set<string>(), out: new Set<string>(), enums: new Set<string>() };

  constructor(private readonly directory: string) {
    this.interfaces = {
      in: interfacesOf(join(directory, "types", "input.d.ts")),
      out: interfacesOf(join(directory, "types", "output.d.ts")),
    };
  }

  /** The properties of an interface or of a class's outputs, `!` behind the names of required inputs. */
  writeProperties(
    members: readonly (ts.TypeElement | ts.ClassElement)[],
    side: Side,
    module: string,
  ): Record<string, string> {
    const line: Record<string, string> = {};
    for (const member of members) {
      if (!ts.isPropertySignature(member) && !ts.isPropertyDeclaration(member)) continue;
      if (member.type === undefined || isStatic(member)) continue;
      const name = ts.isStringLiteral(member.name) ? member.name.text : member.name.getText();
      const required = side === "in" && member.questionToken === undefined;
      line[required ? `${name}!` : name] = this.writeType(member.type, side, module);
    }
    return line;
  }

  /**
   * One type in the short grammar.
   *
   * @param module The module in whose fact file the text will stand: its own objects need no module name.
   */
  writeType(node: ts.TypeNode, side: Side, module: string): string {
    if (ts.isParenthesizedTypeNode(node)) return this.writeType(node.type, side, module);
    if (ts.isTypeOperatorNode(node)) return this.writeType(node.type, side, module);
    if (ts.isArrayTypeNode(node)) return this.writeArray(node.elementType, side, module);
    if (ts.isUnionTypeNode(node)) return this.writeUnion(node, side, module);
    if (ts.isLiteralTypeNode(node)) return writeLiteral(node);
    if (ts.isTypeLiteralNode(node)) return this.writeMap(node, side, module);
    if (ts.isTypeReferenceNode(node)) return this.writeReference(node, side, module);
    switch (node.kind) {
      case ts.SyntaxKind.StringKeyword:
        return "s";
      case ts.SyntaxKind.NumberKeyword:
        return "n";
      case ts.SyntaxKind.BooleanKeyword:
        return "b";
      case ts.SyntaxKind.AnyKeyword:
        return "*";
      default:
        throw this.unreadable(node);
    }
  }

  /** The nested types met so far, and those that these lead to. Names are `<module>.<name>`. */
  nested(): NestedFacts {
    const objects = { in: new Map<string, PropertyLine>(), out: new Map<string, PropertyLine>() };
    for (const side of ["in", "out"] as const) {
      // A set's iteration reaches what is added on the way.
      for (const path of this.reached[side]) {
        const declaration = this.interfaces[side].get(path);
        if (declaration === undefined) {
          throw new Error(`${this.directory}: ${path} is used but not declared in types/${side}put.d.ts.`);
        }
        objects[side].set(path, this.writeProperties([...declaration.members], side, splitPath(path).module));
      }
    }
    const enums = new Map([...this.reached.enums].map((path) => [path, this.enumValues(path)] as const));
    return { ...objects, enums };
  }

  private writeArray(element: ts.TypeNode, side: Side, module: string): string {
    const text = this.writeType(element, side, module);
    return text.includes("|") ? `(${text})[]` : `${text}[]`;
  }

  private writeMap(node: ts.TypeLiteralNode, side: Side, module: string): string {
    const [member] = node.members;
    if (node.members.length !== 1 || member === undefined || !ts.isIndexSignatureDeclaration(member)) {
      throw this.unreadable(node);
    }
    return `{${this.writeType(member.type, side, module)}}`;
  }

  private writeUnion(node: ts.UnionTypeNode, side: Side, module: string): string {
    const parts = new Set<string>();
    for (const part of node.types) {
      if (part.kind === ts.SyntaxKind.UndefinedKeyword) continue;
      for (const text of this.writeType(part, side, module).split(/\|(?![^({]*[)}])/)) parts.add(text);
    }
    if (parts.has("*")) return "*";
    // `string | enums.X` is an open enumeration: any string goes.
    return [...parts].filter((text) => !(text.startsWith("@") && parts.has("s"))).join("|");
  }

  private writeReference(node: ts.TypeReferenceNode, side: Side, module: string): string {
    const name = node.typeName.getText();
    const [argument] = node.typeArguments ?? [];
    if (wrappers.has(name) && argument !== undefined) return this.writeType(argument, side, module);
    if (name === "Array" && argument !== undefined) return this.writeArray(argument, side, module);
    if (name === "pulumi.asset.Asset") return "A";
    if (name === "pulumi.asset.Archive") return "R";
    if (stringAliases.has(name)) return "s";
    const [root = "", ...rest] = name.split(".");
    const typeName = rest.pop();
    if (typeName !== undefined && (root === "inputs" || root === "outputs")) {
      const referred = root === "inputs" ? "in" : "out";
      if (referred !== side) throw this.unreadable(node);
      return this.refer("#", this.reached[side], rest, typeName, module);
    }
    if (typeName !== undefined && root === "enums") {
      return this.refer("@", this.reached.enums, rest, typeName, module);
    }
    // A resource's own class as input (`string | Role`) is the resource's id on the wire.
    return "s";
  }

  private refer(
    sign: string,
    reached: Set<string>,
    namespace: string[],
    name: string,
    module: string,
  ): string {
    const home = namespace.length === 0 ? "index" : namespace.join("/");
    reached.add(`${home}.${name}`);
    return home === module ? `${sign}${name}` : `${sign}${home}.${name}`;
  }

  private enumValues(path: string): readonly EnumValue[] {
    const { module, name } = splitPath(path);
    const folder = module === "index" ? "" : module;
    let file = this.enumFiles.get(module);
    if (file === undefined) {
      file = enumsOf(join(this.directory, "types", "enums", folder, "index.d.ts"));
      this.enumFiles.set(module, file);
    }
    const values = file.get(name);
    if (values === undefined) throw new Error(`${this.directory}: no values declared for the enum ${path}.`);
    return values;
  }

  private unreadable(node: ts.Node): Error {
    return new Error(
      `${node.getSourceFile().fileName}: the type "${node.getText()}" has no form in the fact files. ` +
        "Extend rehearsal/catalogue/declared-types.ts and type-grammar.ts.",
    );
  }
}

/** `rds.InstanceS3Import` is InstanceS3Import of module rds. */
export function splitPath(path: string): { readonly module: string; readonly name: string } {
  const dot = path.lastIndexOf(".");
  return { module: path.slice(0, dot), name: path.slice(dot + 1) };
}

/** Parses a declaration file. */
export function parseDeclarations(file: string): ts.SourceFile {
  const options = {
    languageVersion: ts.ScriptTarget.ES2022,
    // The comments are most of these files, and nothing here is read from them.
    jsDocParsingMode: ts.JSDocParsingMode.ParseNone,
  };
  return ts.createSourceFile(file, readFileSync(file, "utf8"), options, true);
}

function interfacesOf(file: string): Map<string, ts.InterfaceDeclaration> {
  const found = new Map<string, ts.InterfaceDeclaration>();
  if (!existsSync(file)) return found;
  const visit = (statements: readonly ts.Statement[], namespace: readonly string[]): void => {
    for (const statement of statements) {
      if (ts.isInterfaceDeclaration(statement)) {
        const home = namespace.length === 0 ? "index" : namespace.join("/");
        found.set(`${home}.${statement.name.text}`, statement);
      } else if (ts.isModuleDeclaration(statement) && statement.body !== undefined) {
        if (ts.isModuleBlock(statement.body)) {
          visit([...statement.body.statements], [...namespace, statement.name.text]);
        }
      }
    }
  };
  visit([...parseDeclarations(file).statements], []);
  return found;
}

function enumsOf(file: string): Map<string, readonly EnumValue[]> {
  const found = new Map<string, readonly EnumValue[]>();
  for (const statement of parseDeclarations(file).statements) {
    if (!ts.isVariableStatement(statement)) continue;
    for (const { name, type } of statement.declarationList.declarations) {
      if (type === undefined || !ts.isTypeLiteralNode(type)) continue;
      const values = type.members
        .filter(ts.isPropertySignature)
        .map((member) =>
          member.type === undefined ? "" : (JSON.parse(writeLiteral(member.type)) as EnumValue),
        );
      found.set(name.getText(), [...new Set(values)].sort());
    }
  }
  return found;
}

function writeLiteral(node: ts.TypeNode): string {
  if (ts.isLiteralTypeNode(node)) {
    const { literal } = node;
    if (ts.isStringLiteral(literal)) return JSON.stringify(literal.text);
    if (ts.isNumericLiteral(literal) || ts.isPrefixUnaryExpression(literal)) return literal.getText();
    if (literal.kind === ts.SyntaxKind.TrueKeyword) return "true";
    if (literal.kind === ts.SyntaxKind.FalseKeyword) return "false";
  }
  throw new Error(`${node.getSourceFile().fileName}: "${node.getText()}" is no literal.`);
}

function isStatic(member: ts.PropertySignature | ts.PropertyDeclaration): boolean {
  return (ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Static) !== 0;
}
