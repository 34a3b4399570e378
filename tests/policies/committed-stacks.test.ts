import { readdirSync } from "node:fs";
import path from "node:path";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import { expect } from "chai";
import { isRecord } from "../../guard/unknown";
import { policyContext, type PolicyContext } from "../../policies/context";
import { rules } from "../../policies/rules";
import { engineText } from "../../settings/engine-yaml";
import { readExpected } from "../expected/files";
import { readConfig, stacks, type Stack } from "../support/program";
import { stackViolations, violations, type Member, type Subject } from "./harness";

const root = path.resolve(__dirname, "../..");

/** Every stack with a file in the project, whoever added it. */
const committed = readdirSync(root)
  .map((name) => /^Pulumi\.([\w-]+)\.yaml$/.exec(name)?.[1])
  .filter((name) => name !== undefined)
  .sort() as Stack[];

/** One of the files in tests/expected/STACK. */
interface Expected {
  readonly type: string;
  readonly name: string;
  readonly provider?: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly inputs: Readonly<Record<string, unknown>>;
}

describe("the rules and the committed stacks", () => {
  it("meet for every stack that has a file", () => {
    expect([...stacks].sort()).to.deep.equal(committed);
    for (const stack of committed) {
      expect(readExpected(stack).size, `tests/expected/${stack}`).to.be.greaterThan(0);
    }
  });

  for (const stack of committed) {
    it(`agree on every expected file of ${stack}`, async () => {
      const files = new Map([...readExpected(stack)] as [string, Expected][]);
      const context = contextOf(stack);
      const findings: string[] = [];
      for (const rule of rules) {
        const bound = rule.bind(context);
        if (isAboutResources(bound)) {
          for (const [file, resource] of files) {
            const messages = await violations(rule, subjectOf(resource, files), context);
            findings.push(...messages.map((message) => `${file}: ${rule.name}: ${message}`));
          }
        }
        if ("validateStack" in bound) {
          const members = [...files.values()].map(memberOf);
          for (const [message, name] of await stackViolations(rule, members, context)) {
            findings.push(`${name ?? stack}: ${rule.name}: ${message}`);
          }
        }
      }
      expect(findings.join("\n")).to.equal("");
    });
  }

  it("would not agree, were something of them laxer", async () => {
    const [stack] = committed;
    const files = new Map([...readExpected(stack as Stack)] as [string, Expected][]);
    const [table] = [...files.values()].filter(({ type }) => type === "aws:dynamodb/table:Table");
    const lax = subjectOf(table as Expected, files);
    const rule = rules.find(({ name }) => name === "guard/protected");
    expect(
      await violations(
        rule as (typeof rules)[number],
        { ...lax, opts: { protect: false } },
        contextOf(stack as Stack),
      ),
    ).to.have.lengthOf(1);
  });
});

function isAboutResources(bound: object): bound is ResourceValidationPolicy {
  return "validateResource" in bound;
}

/** What the pack knows of a stack, as it stands in the stack's file. Exceptions count on the day of the test. */
function contextOf(stack: Stack): PolicyContext {
  const config = Object.fromEntries(
    Object.entries(readConfig(stack)).map(([key, value]) => [key, engineText(value)]),
  );
  return policyContext({ project: "groundwork", stack, config });
}

function subjectOf(resource: Expected, files: ReadonlyMap<string, Expected>): Subject {
  const { type, options, inputs, provider } = resource;
  const settings = [...files.values()].find(
    (one) => one.type.startsWith("pulumi:providers:") && one.name === provider && serves(one.type, type),
  );
  return {
    type,
    props: restored(inputs) as Record<string, unknown>,
    opts: {
      protect: options["protect"] === true,
      ignoreChanges: (options["ignoreChanges"] as string[] | undefined) ?? [],
    },
    provider:
      provider === undefined ? null : ((restored(settings?.inputs ?? {}) ?? {}) as Record<string, unknown>),
  };
}

function serves(provider: string, type: string): boolean {
  return provider === `pulumi:providers:${type.split(":")[0] ?? ""}`;
}

function memberOf({ type, name, inputs }: Expected): Member {
  return { type, name, props: restored(inputs) as Record<string, unknown> };
}

/** JSON as the text that it was before it was made readable; of a secret what is left of it. */
function restored(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(restored);
  }
  if (!isRecord(value)) {
    return value;
  }
  const [[key, content] = [], ...more] = Object.entries(value);
  if (more.length === 0 && key === "json") {
    return JSON.stringify(restored(content));
  }
  if (more.length === 0 && key === "secret") {
    return restored(content);
  }
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, restored(field)]));
}
