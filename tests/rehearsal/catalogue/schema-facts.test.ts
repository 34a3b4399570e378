import { expect } from "chai";
import { parsePackageSchema, renewFacts } from "../../../rehearsal/catalogue/package-schema";
import { withSchema } from "../../../rehearsal/catalogue/schema-facts";

describe("a provider schema's facts beside a type's declarations", () => {
  const declared = {
    in: { "engine!": "s", identifier: "s" },
    out: { arn: "s" },
    filled: ["identifier"],
    secret: ["arn"],
  };

  it("leave out what the declarations say already", () => {
    expect(
      withSchema(declared, {
        required: ["engine", "identifier"],
        computed: ["arn"],
        sensitive: ["arn", "engine"],
        replaces: [],
        neverUpdates: false,
      }).schema,
    ).to.deep.equal({ required: ["identifier"], sensitive: ["engine"] });
  });

  it("take the place of what could only be guessed from the declarations", () => {
    expect(withSchema(declared, { optionalComputed: [] }).filled).to.equal(undefined);
    expect(withSchema(declared, undefined).filled).to.deep.equal(["identifier"]);
  });

  it("lose names that are not declared, with a note, once", () => {
    const schema = {
      replaces: ["engine", "zone"],
      replacesNested: ["block[].field"],
      defaults: { port: 1, engine: "a" },
    };
    const line = withSchema(declared, schema);
    const expected = {
      defaults: { engine: "a" },
      replaces: ["engine"],
      unsure: ["The provider's schema has block, port, zone, which the package does not declare."],
    };
    expect(line.schema).to.deep.equal(expected);
    expect(withSchema(declared, line.schema).schema).to.deep.equal(expected);
  });
});

describe("a Pulumi package schema", () => {
  const schema = {
    name: "aws",
    version: "7.21.0",
    resources: {
      "aws:rds/instance:Instance": {
        inputProperties: {
          engine: { type: "string", willReplaceOnChanges: true },
          password: { type: "string", secret: true },
          port: { type: "integer", default: 5432 },
        },
        properties: { endpoint: { type: "string" }, token: { type: "string", secret: true } },
        requiredInputs: ["engine"],
      },
      "aws:ec2/vpc:Vpc": { inputProperties: { cidrBlock: { type: "string" } } },
    },
  };

  it("says what is required, replaces, is a default and is secret", () => {
    const { package: name, facts } = parsePackageSchema(JSON.stringify(schema));
    expect(name).to.equal("aws");
    expect(facts.get("aws:rds/instance:Instance")).to.deep.equal({
      required: ["engine"],
      replaces: ["engine"],
      defaults: { port: 5432 },
      sensitive: ["password", "token"],
    });
  });

  it("renews what it says, and keeps what it is silent about", () => {
    const { facts } = parsePackageSchema(JSON.stringify(schema));
    const kept = {
      required: ["identifier"],
      replaces: ["zone"],
      timeouts: { create: "1m0s" },
      optionalComputed: ["port"],
    };
    expect(renewFacts(kept, facts.get("aws:rds/instance:Instance") ?? {})).to.deep.equal({
      required: ["engine", "identifier"],
      replaces: ["engine"],
      defaults: { port: 5432 },
      sensitive: ["password", "token"],
      timeouts: { create: "1m0s" },
      optionalComputed: ["port"],
    });
    expect(renewFacts(kept, facts.get("aws:ec2/vpc:Vpc") ?? {})).to.deep.equal(kept);
  });

  it("is refused when it is something else", () => {
    expect(() => parsePackageSchema('{"resources": []}')).to.throw(
      /^This is not the output of `pulumi package get-schema`: /,
    );
  });
});
