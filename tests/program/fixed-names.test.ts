import { expect } from "chai";
import { typeFacts } from "../../rehearsal/catalogue/facts";
import type { TypeFacts } from "../../rehearsal/catalogue/type-facts";
import { awsEntry } from "../../rehearsal/packages/aws/entries";
import { readExpected } from "../expected/files";
import type { Stack } from "../support/program";

interface Expected {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly options: { readonly deleteBeforeReplace?: boolean; readonly ignoreChanges?: readonly string[] };
}

/**
 * Inputs that replace, of types whose name is the program's and whose deletion something refuses: each either is in the name,
 * which then differs, or never changes under a standing stack.
 */
const heldByName: Readonly<Record<string, readonly string[]>> = {
  // `protocol` and `targetType` are constants, and the guard lets no VPC be replaced.
  "aws:lb/targetGroup:TargetGroup": ["port", "protocol", "targetType", "vpcId"],
  // All of it is in the version, and the version in the name.
  "aws:imagebuilder/component:Component": ["data", "description", "platform", "version"],
  "aws:imagebuilder/imageRecipe:ImageRecipe": [
    "blockDeviceMappings",
    "components",
    "description",
    "parentImage",
    "systemsManagerAgent",
    "version",
    "workingDirectory",
  ],
};

const topOf = (path: string): string => path.split(/[.[]/)[0] ?? "";

/** Inputs of a resource whose change makes another one. */
function replacing({ inputs, options }: Expected, facts: TypeFacts): readonly string[] {
  const aside = [facts.autonaming?.property, "namePrefix", "region", ...(options.ignoreChanges ?? [])];
  const paths = [...facts.replaces, ...facts.replacesNested].map(topOf);
  return [...new Set(paths)].filter((path) => !aside.includes(path) && inputs[path] !== undefined).sort();
}

/**
 * Types of the stack that keep one of this type from being deleted. One that would be replaced along with it is deleted before
 * it, and refuses nothing; one that would only be changed still holds on to it.
 */
function refusing(type: string, types: ReadonlySet<string>): readonly string[] {
  return (awsEntry(type)?.dependants ?? [])
    .filter(({ type: other, property }) => {
      const facts = typeFacts(other);
      return types.has(other) && ![...(facts?.replaces ?? [])].includes(topOf(property));
    })
    .map(({ type: other }) => other);
}

/** What the provider would delete first, though something in the stack keeps it from being deleted. */
function stuck(resources: readonly Expected[]): readonly string[] {
  const types = new Set(resources.map(({ type }) => type));
  return resources.flatMap((resource) => {
    const { inputs, name, options, type } = resource;
    const facts = typeFacts(type);
    const naming = facts?.autonaming;
    if (!type.startsWith("aws:") || facts === undefined || naming === undefined || naming.unique === false)
      return [];
    const changing = inputs[naming.property] === undefined ? [] : replacing(resource, facts);
    const holders = refusing(type, types);
    if (changing.length === 0 || holders.length === 0) return [];
    const loose = changing.filter((property) => !(heldByName[type] ?? []).includes(property));
    const wrong = [
      ...(options.deleteBeforeReplace === false
        ? []
        : [`would be deleted before ${holders.join(", ")} let go`]),
      ...(loose.length === 0 ? [] : [`its name does not hold ${loose.join(", ")}`]),
    ];
    return wrong.map((problem) => `${type} ${name}: ${problem}`);
  });
}

const expectedOf = (stack: Stack): readonly Expected[] =>
  [...readExpected(stack).values()].map((resource) => ({
    ...(resource as Expected),
    options: (resource as Partial<Expected>).options ?? {},
  }));

describe("names that the program gives", () => {
  for (const stack of ["dev", "prod"] as const) {
    it(`keep nothing of ${stack} from being replaced`, () => {
      expect(stuck(expectedOf(stack))).to.deep.equal([]);
    });
  }

  it("are looked at where the provider deletes first what a listener still forwards to", () => {
    const type = "aws:lb/targetGroup:TargetGroup";
    const listener = { type: "aws:lb/listener:Listener", name: "l", inputs: {}, options: {} };
    const targets = (more: Partial<Expected>): Expected => ({
      type,
      name: "t",
      inputs: { name: "tg-1", port: 80 },
      options: {},
      ...more,
    });
    const problem = `${type} t: would be deleted before aws:lb/listener:Listener let go`;
    expect(stuck([listener, targets({})])).to.deep.equal([problem]);
    expect(stuck([targets({})])).to.deep.equal([]);
    expect(stuck([listener, targets({ inputs: { port: 80 } })])).to.deep.equal([]);
    expect(stuck([listener, targets({ options: { deleteBeforeReplace: false } })])).to.deep.equal([]);
    const inputs = { name: "tg-1", ipAddressType: "ipv4" };
    expect(stuck([listener, targets({ inputs, options: { deleteBeforeReplace: false } })])).to.deep.equal([
      `${type} t: its name does not hold ipAddressType`,
    ]);
  });
});
