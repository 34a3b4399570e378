import { readFileSync } from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { guarded, kept, registerGuard } from "../../../components/guard/guarded";
import { createProvider } from "../../../components/provider";
import type { StackContext } from "../../../settings/stack-context";
import { isKnownStateful } from "../../../guard/catalogue/stateful-types";
import { loadSettings } from "../../../settings/from-pulumi";
import { component, type Part } from "./parts";

class AnyResource extends pulumi.CustomResource {}
class AnyComponent extends pulumi.ComponentResource {}
class AnyProvider extends pulumi.ProviderResource {}

/** Registers every part that `parts.json` in the project's folder lists, in its order, as the real program does its own. */
export function registerParts(project: string): void {
  const parts = JSON.parse(readFileSync(path.join(project, "parts.json"), "utf8")) as readonly Part[];
  const { context, sections } = loadSettings();
  registerGuard(context);
  const aws = createProvider(context, sections.tags);
  const made = new Map<string, pulumi.Resource>();
  const referred = references(parts);
  for (const part of parts) {
    made.set(part.name, register(part, context, made, aws, referred.get(part.name) ?? []));
  }
}

function register(
  part: Part,
  context: StackContext,
  made: ReadonlyMap<string, pulumi.Resource>,
  aws: pulumi.ProviderResource,
  referred: readonly string[],
): pulumi.Resource {
  const options = optionsOf(part, context, made, aws);
  if (part.type === component) {
    return new AnyComponent(part.type, part.name, {}, options);
  }
  const props = resolve(part.props ?? {}, made) as pulumi.Inputs;
  if (part.type.startsWith("pulumi:providers:")) {
    return new AnyProvider(part.type.slice("pulumi:providers:".length), part.name, props, options);
  }
  const outputs = Object.fromEntries(referred.filter((key) => key !== "id").map((key) => [key, undefined]));
  return new AnyResource(part.type, part.name, { ...outputs, ...props }, options);
}

function optionsOf(
  part: Part,
  context: StackContext,
  made: ReadonlyMap<string, pulumi.Resource>,
  aws: pulumi.ProviderResource,
): pulumi.CustomResourceOptions {
  const find = (name: string): pulumi.Resource => {
    const found = made.get(name);
    if (found === undefined)
      throw new Error(`parts.json: ${part.name} names ${name}, which is not before it.`);
    return found;
  };
  const isProvider = part.type.startsWith("pulumi:providers:");
  const ownProvider = part.type.startsWith("aws:") ? aws : undefined;
  const provider =
    part.provider === undefined ? ownProvider : (find(part.provider) as pulumi.ProviderResource);
  const plain: pulumi.CustomResourceOptions = {
    ...(part.parent !== undefined && { parent: find(part.parent) }),
    ...(provider !== undefined && !isProvider && part.type !== component && { provider }),
  };
  const isGuarded = part.guarded ?? isKnownStateful(part.type);
  const base = isGuarded
    ? guarded(part.type, context, plain)
    : part.kept === true
      ? kept(context, plain)
      : plain;
  const {
    noHooks = false,
    aliases,
    dependsOn,
    deletedWith,
    replaceWith,
    hideDiffs,
    additionalSecretOutputs,
    ignoreChanges,
    replaceOnChanges,
    ...rest
  } = part.options ?? {};
  return {
    ...base,
    ...rest,
    ...(noHooks && { hooks: {} }),
    ...(ignoreChanges !== undefined && { ignoreChanges: [...ignoreChanges] }),
    ...(replaceOnChanges !== undefined && { replaceOnChanges: [...replaceOnChanges] }),
    ...(dependsOn !== undefined && { dependsOn: dependsOn.map(find) }),
    ...(deletedWith !== undefined && { deletedWith: find(deletedWith) }),
    ...(replaceWith !== undefined && { replaceWith: replaceWith.map(find) }),
    ...(hideDiffs !== undefined && { hideDiffs: [...hideDiffs] }),
    ...(additionalSecretOutputs !== undefined && { additionalSecretOutputs: [...additionalSecretOutputs] }),
    ...(aliases !== undefined && {
      aliases: aliases.map((alias) => {
        if (typeof alias === "string") return { name: alias };
        const { atRoot = false, parent, ...old } = alias;
        if (atRoot) return { ...old, parent: pulumi.rootStackResource };
        return { ...old, ...(parent !== undefined && { parent: find(parent) }) };
      }),
    }),
  };
}

/** Which properties of which part others refer to: a resource without a class of its own hands out only what it was given. */
function references(parts: readonly Part[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  const look = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    const { $ref: reference } = value as { readonly $ref?: unknown };
    if (typeof reference === "string") {
      const [name = "", property = "id"] = reference.split(".");
      found.set(name, [...(found.get(name) ?? []), property]);
      return;
    }
    Object.values(value).forEach(look);
  };
  look(parts.map(({ props }) => props));
  return found;
}

function resolve(value: unknown, made: ReadonlyMap<string, pulumi.Resource>): unknown {
  if (Array.isArray(value)) return value.map((one) => resolve(one, made));
  if (typeof value !== "object" || value === null) return value;
  const { $ref: reference, $secret: secret, $unknown: unknown } = value as Readonly<Record<string, unknown>>;
  if (typeof reference === "string") {
    const [name = "", property = "id"] = reference.split(".");
    const resource = made.get(name) as Readonly<Record<string, unknown>> | undefined;
    if (resource === undefined)
      throw new Error(`parts.json: ${reference} refers to nothing that is before it.`);
    return resource[property];
  }
  if (secret !== undefined) return pulumi.secret(resolve(secret, made));
  if (unknown === true) return pulumi.output(pulumi.runtime.isDryRun() ? pulumi.unknown : "known-now");
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolve(inner, made)]));
}
