import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Policies } from "@pulumi/policy";
import {
  AnalyzeRequest,
  AnalyzerResourceOptions,
  type AnalyzeResponse,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { expect } from "chai";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { encryptedTypes } from "../../guard/rules/encryption";
import { policyContext, type PolicyStack } from "../../policies/context";
import { rules } from "../../policies/rules";
import { contextOf, UNKNOWN } from "./harness";

const policies = join(__dirname, "..", "..", "policies");
const ruleDirectory = join(policies, "rules");

describe("the policy pack", () => {
  it("has the rules that are in its folder, each named as its path", () => {
    const files = readdirSync(ruleDirectory, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts") && file !== "index.ts")
      .map((file) => relative(ruleDirectory, join(ruleDirectory, file)).replace(/\.ts$/, ""));
    expect(rules.map((rule) => rule.name)).to.deep.equal(files.sort());
  });

  it("makes every rule mandatory, with a description that ends as a sentence", () => {
    for (const rule of rules) {
      const policy = rule.bind(contextOf());
      expect(policy).to.deep.include({ name: rule.name, enforcementLevel: "mandatory" });
      expect(policy.description).to.match(/^[A-Z].*\.$/);
    }
  });

  it("has one rule for each type that can be unencrypted", () => {
    const bound = rules.filter((rule) => rule.name.endsWith("/encrypted")).map((rule) => rule.name);
    for (const type of encryptedTypes) {
      const service = type.split(":")[1]?.split("/")[0] ?? "";
      expect(bound, type).to.include(`${service}/encrypted`);
    }
  });

  it("is made in pack.ts and nowhere else: a pack that is made keeps its process alive", () => {
    const makers = readdirSync(policies, { recursive: true, encoding: "utf8" })
      .filter((file) => /\.(ts|js)$/.test(file))
      .filter((file) => readFileSync(join(policies, file), "utf8").includes("new PolicyPack("));
    expect(makers).to.deep.equal(["pack.ts"]);
  });

  it("says in its files what the engine wants to know", () => {
    const { version, main } = JSON.parse(readFileSync(join(policies, "package.json"), "utf8")) as Record<
      string,
      string
    >;
    expect(version).to.match(/^\d+\.\d+\.\d+$/);
    expect(existsSync(join(policies, main ?? ""))).to.equal(true);
    expect(readFileSync(join(policies, "PulumiPolicy.yaml"), "utf8")).to.contain("runtime: nodejs");
  });
});

describe("a rule under the policy SDK", () => {
  /** What the SDK answers the engine for one resource. */
  async function analyze(
    type: string,
    properties: Record<string, unknown>,
  ): Promise<[string, number, string][]> {
    // Loaded here: it brings all of the Pulumi SDK.
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded by path: it has no types of its own
    const { makeAnalyzeRpcFun } = require("@pulumi/policy/server") as PolicyServer;
    const request = new AnalyzeRequest();
    request.setType(type);
    request.setUrn(`urn:pulumi:dev::groundwork::${type}::subject`);
    request.setName("subject");
    request.setProperties(Struct.fromJavaScript(properties as Parameters<typeof Struct.fromJavaScript>[0]));
    request.setOptions(new AnalyzerResourceOptions());
    const bound = rules.map((rule) => rule.bind(contextOf()));
    const response = await new Promise<AnalyzeResponse>((resolve, reject) => {
      void makeAnalyzeRpcFun(
        "groundwork",
        "0.1.0",
        "mandatory",
        bound,
      )({ request }, (error, answer) => {
        if (error === null || error === undefined) {
          resolve(answer);
        } else {
          reject(error);
        }
      });
    });
    return response
      .getDiagnosticsList()
      .map((diagnostic) => [
        diagnostic.getPolicyname(),
        diagnostic.getEnforcementlevel(),
        diagnostic.getMessage(),
      ]);
  }

  type AnalyzeFunction = (
    call: { readonly request: AnalyzeRequest },
    callback: (error: Error | null | undefined, response: AnalyzeResponse) => void,
  ) => Promise<void>;

  /** What the SDK's declarations leave out. */
  interface PolicyServer {
    readonly makeAnalyzeRpcFun: (
      name: string,
      version: string,
      level: string,
      policies: Policies,
    ) => AnalyzeFunction;
  }

  const MANDATORY = 1;

  it("refuses what is unknown as mandatory, where the SDK itself would make it advisory", async () => {
    const diagnostics = await analyze("aws:kinesis/stream:Stream", {
      encryptionType: UNKNOWN,
      retentionPeriod: 48,
    });
    expect(diagnostics.filter(([name]) => name === "kinesis/encrypted")).to.deep.equal([
      [
        "kinesis/encrypted",
        MANDATORY,
        "Streams are encrypted at rest.\nencryptionType is not known before the run, so it is refused. Give it a value that does not depend on a resource that is still to be made.",
      ],
    ]);
    expect(diagnostics.map(([, level]) => level)).to.not.include(0);
  });

  it("never meets an unknown value as an error, whatever is unknown", async () => {
    for (const type of [
      "aws:rds/instance:Instance",
      "aws:dynamodb/table:Table",
      "aws:ec2/securityGroup:SecurityGroup",
      "aws:iam/role:Role",
      "aws:s3/bucket:Bucket",
    ]) {
      for (const properties of [
        { tags: UNKNOWN },
        { ingress: [UNKNOWN], inlinePolicies: [UNKNOWN], pointInTimeRecovery: { enabled: UNKNOWN } },
      ]) {
        for (const [name, level, message] of await analyze(type, properties)) {
          expect(level, `${name}: ${message}`).to.equal(MANDATORY);
        }
      }
    }
  });
});

describe("what the pack knows of a stack", () => {
  const stack: PolicyStack = {
    project: "groundwork",
    stack: "dev",
    config: {
      "aws:region": "eu-west-1",
      "aws:allowedAccountIds": '["482913067251"]',
      "groundwork:guard": '{"level":"development"}',
      "groundwork:tags": '{"team":"platform"}',
      "groundwork:database": '{"nonsense":true}',
    },
  };

  it("comes from the stack's configuration", () => {
    const today = new Date("2026-06-15");
    expect(policyContext(stack, today)).to.deep.equal({
      today,
      advisory: new Set(),
      exceptions: [],
      level: "development",
      place: { accountId: "482913067251", region: "eu-west-1" },
      requiredTags: {
        team: "platform",
        project: "groundwork",
        environment: "dev",
        "managed-by": "groundwork",
      },
    });
  });

  it("is the strictest where nothing is configured", () => {
    const today = new Date("2026-06-15");
    expect(policyContext({ ...stack, config: {} }, today)).to.deep.equal({
      today,
      advisory: new Set(),
      exceptions: [],
      level: "production",
      place: { accountId: undefined, region: undefined },
      requiredTags: { project: "groundwork", environment: "dev", "managed-by": "groundwork" },
    });
  });

  it("is the strictest where what is configured cannot be read", () => {
    for (const guard of [
      '{"level":"lax"}',
      '{"level":"disposable","more":1}',
      "disposable",
      '"',
      "[secret]",
    ]) {
      expect(
        policyContext({ ...stack, config: { ...stack.config, "groundwork:guard": guard } }).level,
      ).to.equal("production");
    }
    for (const accounts of [
      "482913067251",
      '["1"]',
      "[482913067251]",
      '["482913067251","482913067252"]',
      "[]",
    ]) {
      const config = { ...stack.config, "aws:allowedAccountIds": accounts, "aws:region": "moon-1" };
      expect(policyContext({ ...stack, config }).place).to.deep.equal({
        accountId: undefined,
        region: undefined,
      });
    }
  });
});
