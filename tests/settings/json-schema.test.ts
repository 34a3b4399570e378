import Ajv from "ajv";
import { expect } from "chai";
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { stackFileJsonSchema, type JsonSchema } from "../../settings/json-schema";
import { changed, existingNetwork, rightConfig, type Config } from "./support";

const projectDirectory = path.join(__dirname, "..", "..");
// Strict: a keyword that is no JSON Schema would be an error.
const validate = new Ajv({ strict: true, strictTypes: false, allErrors: true }).compile(
  stackFileJsonSchema(),
);

/** Where the schema finds something wrong. */
function wrongIn(content: unknown): readonly string[] {
  validate(content);
  return [...new Set((validate.errors ?? []).map(({ instancePath }) => instancePath))];
}
const wrongInConfig = (config: Config): readonly string[] => wrongIn({ config });

describe("the schema for editors", () => {
  for (const stack of ["dev", "prod"]) {
    it(`takes Pulumi.${stack}.yaml, which names it in its first line`, () => {
      const text = fs.readFileSync(path.join(projectDirectory, `Pulumi.${stack}.yaml`), "utf8");
      expect(text.split("\n", 1)).to.deep.equal(["# yaml-language-server: $schema=schema/stack.schema.json"]);
      expect(wrongIn(parse(text))).to.deep.equal([]);
    });
  }

  it("takes both forms of a network, and what Pulumi and other packages write", () => {
    expect(wrongInConfig(rightConfig())).to.deep.equal([]);
    expect(wrongInConfig({ ...rightConfig(), "groundwork:network": existingNetwork() })).to.deep.equal([]);
    expect(
      wrongIn({
        encryptionsalt: "v1:x",
        secretsprovider: "passphrase",
        encryptedkey: "x",
        config: { ...rightConfig(), "kubernetes:context": "dev", "a:token": { secure: "v1:x" } },
      }),
    ).to.deep.equal([]);
  });

  for (const [mistake, config, where] of [
    ["a misspelt key", changed({ "groundwork:guard": { levl: "production" } }), "/config/groundwork:guard"],
    ["a misspelt section", { ...rightConfig(), "groundwork:databse": {} }, "/config"],
    ["a key without the namespace", { ...rightConfig(), network: {} }, "/config"],
    ["another key of the AWS provider", { ...rightConfig(), "aws:maxRetries": "3" }, "/config"],
    ["a missing region", { "aws:allowedAccountIds": ["123456789012"] }, "/config"],
    ["an unknown region", { ...rightConfig(), "aws:region": "eu-west-9" }, "/config/aws:region"],
    [
      "an account id that is a number",
      { ...rightConfig(), "aws:allowedAccountIds": [123456789012] },
      "/config/aws:allowedAccountIds/0",
    ],
    [
      "two accounts",
      { ...rightConfig(), "aws:allowedAccountIds": ["123456789012", "210987654321"] },
      "/config/aws:allowedAccountIds",
    ],
    [
      "a version that is a number",
      changed({ "groundwork:database": { engineVersion: 16 } }),
      "/config/groundwork:database/engineVersion",
    ],
    [
      "a number out of its bounds",
      changed({ "groundwork:database": { allocatedStorage: 5 } }),
      "/config/groundwork:database/allocatedStorage",
    ],
    [
      "an unknown guard level",
      changed({ "groundwork:guard": { level: "prod" } }),
      "/config/groundwork:guard/level",
    ],
    [
      "a table without a key",
      changed({ "groundwork:reports": { tables: { t: {} } } }),
      "/config/groundwork:reports/tables/t",
    ],
    [
      "a queue's name with a dot",
      changed({ "groundwork:messaging": { queues: { "a.b": {} } } }),
      "/config/groundwork:messaging/queues",
    ],
    [
      "a bucket's name in capitals",
      changed({ "groundwork:reports": { bucket: { name: "Reports" } } }),
      "/config/groundwork:reports/bucket/name",
    ],
    [
      "a network of both forms",
      changed({ "groundwork:network": { vpcId: "vpc-0a1b2c3d" } }),
      "/config/groundwork:network",
    ],
  ] as const) {
    it(`refuses ${mistake}`, () => {
      expect(wrongInConfig(config)).to.include(where);
    });
  }

  it("refuses unknown keys beside the configuration", () => {
    expect(wrongIn({ config: rightConfig(), confg: {} })).to.deep.equal([""]);
  });

  it("describes every setting, with what is allowed", () => {
    const bare = [...properties(stackFileJsonSchema())].filter(
      ([, schema]) => schema.description === undefined && schema.const === undefined,
    );
    expect(bare.map(([name]) => name)).to.deep.equal([]);
  });

  it("says of a setting what it is, its unit, bounds, default and why", () => {
    const found = new Map(properties(stackFileJsonSchema())).get(
      "/config/groundwork:reports/bucket/lifecycle/noncurrentVersionDays",
    );
    expect(found).to.deep.equal({
      type: "integer",
      minimum: 1,
      default: 90,
      description:
        "How long overwritten and deleted versions are kept. At least 30 at guard level production, 7 at development." +
        "\n\nAllowed: a whole number, at least 1, in days." +
        "\n\nWhy: A quarter of a year to notice that something was overwritten.",
    });
  });
});

/** Every property with its path, those of unions and of mappings' entries too. */
function* properties(schema: JsonSchema, at = ""): Iterable<readonly [string, JsonSchema]> {
  for (const [name, child] of Object.entries(schema.properties ?? {})) {
    yield [`${at}/${name}`, child as JsonSchema];
    yield* properties(child as JsonSchema, `${at}/${name}`);
  }
  for (const option of [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]) {
    yield* properties(option, at);
  }
  if (typeof schema.additionalProperties === "object") {
    yield* properties(schema.additionalProperties, `${at}/*`);
  }
}
