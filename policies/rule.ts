import type {
  ResourceValidation,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationArgs,
  StackValidationPolicy,
} from "@pulumi/policy";
import { excuseFor, isUnconditional } from "../guard/approvals/exceptions";
import type { StackFinding, StackResource } from "../guard/rules/stack-resource";
import type { Finding, Wanted } from "../guard/rules/inputs";
import type { PolicyContext } from "./context";

/** One rule of the pack: bound to a stack it is a policy. */
export interface Rule {
  /** Service and rule, as the file's path under rules/: `rds/encrypted`. */
  readonly name: string;
  readonly description: string;
  /** What happens where it is not so, as a sentence. */
  readonly why: string;
  /** The cloud's, or the tool's, own words on it: an address. */
  readonly reference: string;
  /** Types of single resources that it looks at; none for a rule over whole stacks alone. */
  readonly types?: ResourceRule["types"];
  bind(context: PolicyContext): ResourceValidationPolicy | StackValidationPolicy;
}

/** What a rule is shown besides the resource itself. */
interface RuleInput {
  readonly urn: string;
  readonly wanted: Wanted;
  readonly context: PolicyContext;
  /** Settings of the resource's provider; undefined for components and providers. */
  readonly providerInputs: Readonly<Record<string, unknown>> | undefined;
}

export interface ResourceRule {
  readonly name: string;
  readonly description: string;
  readonly why: string;
  readonly reference: string;
  /** Types that it looks at: a list of tokens, or a test of one. */
  readonly types: readonly string[] | ((type: string) => boolean);
  readonly check: (input: RuleInput) => readonly Finding[];
}

/** A rule over single resources. */
export function resourceRule(rule: ResourceRule): Rule {
  return {
    name: rule.name,
    description: rule.description,
    why: rule.why,
    reference: rule.reference,
    types: rule.types,
    bind: (context) => ({
      name: rule.name,
      description: rule.description,
      enforcementLevel: levelOf(rule.name, context),
      validateResource: onlyFor(rule.types, (args, report) => {
        for (const finding of judgeResource(rule, args, context)) {
          tell(rule.name, args, finding.message, context, report);
        }
      }),
    }),
  };
}

function levelOf(rule: string, { advisory }: PolicyContext): "advisory" | "mandatory" {
  return advisory.has(rule) && !isUnconditional(rule) ? "advisory" : "mandatory";
}

/** Reports a finding, unless there is an exception that still holds. */
function tell(
  rule: string,
  about: { readonly type: string; readonly name: string } | undefined,
  message: string,
  { exceptions, today }: PolicyContext,
  report: (message: string) => void,
): void {
  const excuse = about === undefined ? undefined : excuseFor(rule, about, exceptions, today);
  if (excuse?.kind === "in-force") {
    return;
  }
  report(
    excuse?.kind === "expired"
      ? `${message} The exception that ${excuse.exception.who} answered for ended on ${excuse.exception.until} ` +
          `(${excuse.exception.why}): correct it, or set a new date in groundwork:guard.exceptions, which a review sees.`
      : message,
  );
}

/**
 * Tells the SDK of a rule over one type which that is, as its own validateResourceOfType does from a class: it then does
 * not unpack all other resources for this rule. Classes are not used here, because they bring their whole package.
 */
function onlyFor(types: ResourceRule["types"], validate: ResourceValidation): ResourceValidation {
  return typeof types === "function" || types.length > 1
    ? validate
    : Object.assign(validate, { __pulumiType: types[0] });
}

function judgeResource(
  rule: ResourceRule,
  args: ResourceValidationArgs,
  context: PolicyContext,
): readonly Finding[] {
  const applies = typeof rule.types === "function" ? rule.types(args.type) : rule.types.includes(args.type);
  return applies
    ? rule.check({
        urn: args.urn,
        wanted: wantedOf(args),
        context,
        providerInputs: args.provider && uncovered(args.provider.props),
      })
    : [];
}

export interface StackRule {
  readonly name: string;
  readonly description: string;
  readonly why: string;
  readonly reference: string;
  readonly check: (
    resources: readonly StackResource[],
    context: PolicyContext,
  ) => readonly StackFinding[] | Promise<readonly StackFinding[]>;
  /** A rule over single resources that goes with it under the same name: it stops a run before anything is touched. */
  readonly resource?: Pick<ResourceRule, "types" | "check">;
}

/**
 * A rule over all resources of a stack. The engine asks it at the end of a preview, which it then fails. In a run without
 * preview it is asked when everything is done: too late to keep anything from happening.
 */
export function stackRule(rule: StackRule): Rule {
  const { name, description, why, reference, resource } = rule;
  return {
    name,
    description,
    why,
    reference,
    types: resource?.types,
    bind: (context) => ({
      ...(resource === undefined
        ? {}
        : resourceRule({ name, description, why, reference, ...resource }).bind(context)),
      name,
      description,
      enforcementLevel: levelOf(name, context),
      validateStack: async (args, report) => {
        for (const finding of await rule.check(args.resources.map(stackResourceOf), context)) {
          const about = args.resources.find(({ urn }) => urn === finding.urn);
          tell(name, about, finding.message, context, (message) => report(message, finding.urn));
        }
      },
    }),
  };
}

function wantedOf(args: ResourceValidationArgs): Wanted {
  const { protect, ignoreChanges, deleteBeforeReplace } = args.opts;
  return {
    type: args.type,
    inputs: uncovered(args.props),
    options: { protect, ignoreChanges, deleteBeforeReplace },
  };
}

function stackResourceOf(resource: StackValidationArgs["resources"][number]): StackResource {
  return {
    type: resource.type,
    urn: resource.urn,
    name: resource.name,
    aliases: resource.opts.aliases,
    properties: uncovered(resource.props),
    dependencies: Object.fromEntries(
      Object.entries(resource.propertyDependencies).map(([property, sources]) => [
        property,
        sources.map((source) => source.urn),
      ]),
    ),
  };
}

/**
 * The properties as they came, unknown ones included.
 *
 * What the SDK gives to rules is covered by proxies that throw as soon as an unknown value is touched; it catches that
 * by itself and makes the whole rule advisory: a rule that met something unknown would no longer stop anything. The
 * cover is over reading only; a property's descriptor still has the engine's mark for what is unknown, and the rules
 * refuse by that.
 */
function uncovered(properties: unknown): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(Object.getOwnPropertyDescriptors(properties as Record<string, unknown>)).map(
      ([name, descriptor]): [string, unknown] => [name, descriptor.value],
    ),
  );
}
