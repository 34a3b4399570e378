"use strict";
/**
 * The least that a program can do which has as many resources as a stack: it registers each resource of the state that bench/floor.ts
 * has put beside Pulumi.yaml, with the inputs that are in it, in that order, and nothing else. Nothing to transpile, no settings, no
 * components' code, no guard, nothing that waits for anything else.
 */
const fs = require("node:fs");
const path = require("node:path");
const pulumi = require("@pulumi/pulumi");

const { resources } = JSON.parse(
  fs.readFileSync(path.join(pulumi.getRootDirectory(), "resources.json"), "utf8"),
);
/** What marks a value of the engine's protocol, and which marks there are. */
const mark = "4dabf18193072939515e22adb298388d";
const secret = "1b47061264138c4ac30d75fd1eb44270";
const asset = "c44067f5952c0a294b673a41bacd8c17";
/** What providers write into the inputs by themselves. */
const own = new Set(["__defaults", "__internal"]);
const made = new Map();

for (const { urn, type, custom, inputs = {}, ...state } of resources) {
  const name = urn.split("::").slice(3).join("::");
  const [, provider] = /^(.*)::[^:]*$/.exec(state.provider ?? "") ?? [];
  const options = {
    parent: made.get(state.parent),
    provider: made.get(provider),
    deletedWith: made.get(state.deletedWith),
    ...Object.fromEntries(
      ["protect", "retainOnDelete", "ignoreChanges", "replaceOnChanges", "additionalSecretOutputs"].map(
        (option) => [option, state[option]],
      ),
    ),
  };
  if (type === "pulumi:pulumi:Stack") {
    continue;
  }
  if (!custom) {
    const component = new pulumi.ComponentResource(type, name, {}, options);
    component.registerOutputs();
    made.set(urn, component);
  } else if (type.startsWith("pulumi:providers:")) {
    const { version, ...settings } = valueOf(inputs);
    made.set(urn, new pulumi.ProviderResource(type.split(":")[2], name, settings, { ...options, version }));
  } else {
    made.set(urn, new pulumi.CustomResource(type, name, valueOf(inputs), options));
  }
}

function valueOf(value) {
  if (Array.isArray(value)) {
    return value.map(valueOf);
  }
  if (value === null || typeof value !== "object") {
    return value;
  }
  if (value[mark] === secret) {
    return pulumi.secret(valueOf(JSON.parse(value.plaintext)));
  }
  if (value[mark] === asset) {
    return new pulumi.asset.StringAsset(value.text);
  }
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => (own.has(name) ? [] : [[name, valueOf(inner)]])),
  );
}
