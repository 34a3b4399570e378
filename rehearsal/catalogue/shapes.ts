import type { ModuleFile, PropertyLine } from "./fact-files";

type Modules = ReadonlyMap<string, ModuleFile>;

/** An object type of a module, as inputs and as outputs have it. */
interface Shape {
  readonly module: string;
  readonly name: string;
  readonly lines: readonly (PropertyLine | undefined)[];
}

/** References in a type's text (see type-grammar.ts); what is in quotes is a literal. */
const references = /"(?:[^"\\]|\\.)*"|#(?:([\w/.-]+)\.)?(\w+)/g;

/**
 * The modules of a package with each shape once: of object types that are alike all the way down, the one with the shortest name stands
 * for all of its module. SDKs declare one anew wherever it is used, a thousand times in some modules.
 */
export function withShapesOnce(modules: Modules): ReadonlyMap<string, ModuleFile> {
  const shapes = shapesOf(modules);
  const classes = classesOf(shapes);
  const standing = new Map<number, string>();
  for (const [key, { name }] of shapes) {
    const kept = standing.get(classes.get(key) ?? 0);
    if (kept === undefined || order(name, kept) < 0) standing.set(classes.get(key) ?? 0, name);
  }
  const standsFor = (module: string, name: string): string =>
    standing.get(classes.get(keyOf(module, name)) ?? -1) ?? name;
  return new Map(
    [...modules].map(([module, { enums, functions, objects, outObjects, types }]) => {
      const line = (properties: PropertyLine): PropertyLine =>
        referring(
          properties,
          (home, name) => `#${home === undefined ? "" : `${home}.`}${standsFor(home ?? module, name)}`,
        );
      const once = (section: ModuleFile["objects"]): ModuleFile["objects"] =>
        mapped(
          pick(section, (name) => standsFor(module, name) === name),
          line,
        );
      return [
        module,
        {
          types: mapped(types, (type) => ({
            ...type,
            in: line(type.in),
            ...(type.out && { out: line(type.out) }),
          })),
          functions: mapped(functions, (one) => ({ in: line(one.in), out: line(one.out) })),
          objects: once(objects),
          outObjects: once(outObjects),
          enums,
        },
      ];
    }),
  );
}

function shapesOf(modules: Modules): ReadonlyMap<string, Shape> {
  return new Map(
    [...modules].flatMap(([module, { objects, outObjects }]) =>
      [...new Set([...Object.keys(objects), ...Object.keys(outObjects)])].map((name) => [
        keyOf(module, name),
        { module, name, lines: [objects[name], outObjects[name]] },
      ]),
    ),
  );
}

/**
 * A number for each shape, the same for those that are alike: at first all of a module are, then those part whose properties do, until
 * none parts any more. What is called a document stays apart: the interpreter goes by that name.
 */
function classesOf(shapes: ReadonlyMap<string, Shape>): ReadonlyMap<string, number> {
  const numbered = (textOf: (key: string, shape: Shape) => string): ReadonlyMap<string, number> => {
    const numbers = new Map<string, number>();
    return new Map(
      [...shapes].map(([key, shape]) => {
        const text = textOf(key, shape);
        const number = numbers.get(text) ?? numbers.size;
        numbers.set(text, number);
        return [key, number];
      }),
    );
  };
  let classes = numbered((_, { module, name }) => `${module} ${name.endsWith("Document")}`);
  for (let before = 0; before < new Set(classes.values()).size;) {
    before = new Set(classes.values()).size;
    const old = classes;
    classes = numbered((key, { lines, module }) => {
      const alike = lines.map(
        (line) =>
          line &&
          Object.entries(
            referring(
              line,
              (home, name) => `#${old.get(keyOf(home ?? module, name)) ?? `${home ?? ""}.${name}`}`,
            ),
          ).sort(([a], [b]) => order(a, b)),
      );
      return `${old.get(key) ?? 0} ${JSON.stringify(alike)}`;
    });
  }
  return classes;
}

function referring(
  line: PropertyLine,
  refer: (module: string | undefined, name: string) => string,
): PropertyLine {
  return mapped(line, (text) =>
    text.replace(references, (whole, module: string | undefined, name: string | undefined) =>
      name === undefined ? whole : refer(module, name),
    ),
  );
}

const keyOf = (module: string, name: string): string => `${module}\n${name}`;

/** By length, then by letters. */
const order = (a: string, b: string): number => a.length - b.length || (a < b ? -1 : 1);

function mapped<T, U>(record: Readonly<Record<string, T>>, map: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}

function pick<T>(record: Readonly<Record<string, T>>, keep: (name: string) => boolean): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => keep(name)));
}
