import type { Policies } from "@pulumi/policy";
import {
  AnalyzeRequest,
  AnalyzerProviderResource,
  AnalyzerResourceOptions,
  type AnalyzeResponse,
  type RemediateResponse,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { expect } from "chai";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { createRequire } from "node:module";
import { rules } from "../../policies/rules";
import { remediateNothing, unpackOnce } from "../../policies/unpack-once";
import { contextOf, providerSettings, UNKNOWN } from "./harness";

const load = createRequire(__filename);
type Answer<T> = (
  call: { readonly request: AnalyzeRequest },
  callback: (error: Error | null | undefined, response: T) => void,
) => Promise<void>;
type Making<T> = (name: string, version: string, level: string, policies: Policies) => Answer<T>;

/** What the SDK's declarations leave out. */
const server = load("@pulumi/policy/server") as {
  readonly makeAnalyzeRpcFun: Making<AnalyzeResponse>;
  readonly makeRemediateRpcFun: Making<RemediateResponse>;
};
const sdk = load("@pulumi/policy/deserialize") as Parameters<typeof unpackOnce>[0] & object;

function answerOf<T>(make: Making<T>, request: AnalyzeRequest): Promise<T> {
  const bound = rules.map((rule) => rule.bind(contextOf()));
  return new Promise((resolve, reject) => {
    void make(
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
}

function requestFor(type: string, properties: Record<string, unknown>): AnalyzeRequest {
  const struct = (of: object): Struct =>
    Struct.fromJavaScript(of as Parameters<typeof Struct.fromJavaScript>[0]);
  const request = new AnalyzeRequest();
  request.setType(type);
  request.setUrn(`urn:pulumi:dev::groundwork::${type}::subject`);
  request.setName("subject");
  request.setProperties(struct(properties));
  request.setOptions(new AnalyzerResourceOptions());
  const provider = new AnalyzerProviderResource();
  provider.setProperties(struct(providerSettings));
  request.setProvider(provider);
  return request;
}

const bucket = {
  bucket: "dev-reports",
  forceDestroy: true,
  tags: UNKNOWN,
  policy: { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: "{}" },
  grants: [{ permissions: ["READ"], uri: UNKNOWN }],
};

describe("what the engine tells the pack of a resource", () => {
  const original = sdk.deserializeProperties;
  afterEach(() => (sdk.deserializeProperties = original));

  it("is unpacked once for all rules, and its provider's settings too, and rules find the same in it", async () => {
    let unpackings = 0;
    sdk.deserializeProperties = (properties, proxySecrets) => {
      unpackings += 1;
      return original(properties, proxySecrets);
    };
    const judge = async (): Promise<unknown> =>
      (await answerOf(server.makeAnalyzeRpcFun, requestFor("aws:s3/bucket:Bucket", bucket))).toObject();

    const byEachRule = await judge();
    expect(unpackings).to.be.greaterThan(2);
    unpackings = 0;
    unpackOnce();
    expect(await judge()).to.deep.equal(byEachRule);
    expect(unpackings).to.equal(2);
    // Another message is another resource, whatever is in it.
    await judge();
    expect(unpackings).to.equal(4);
  });

  it("shows rules unknown and secret values as the SDK alone does", () => {
    const properties = requestFor("aws:s3/bucket:Bucket", bucket).getProperties() as Struct;
    const before = original(properties, false);
    unpackOnce();
    expect(sdk.deserializeProperties(properties, false)).to.deep.equal(before);
    expect(sdk.deserializeProperties(properties, false)).to.deep.include({ tags: UNKNOWN, policy: "{}" });
  });

  it("is not unpacked to ask what the rules would change, since none changes anything", async () => {
    const call = { requestDeserialize: (bytes: Buffer): unknown => AnalyzeRequest.deserializeBinary(bytes) };
    remediateNothing(call);
    const request = call.requestDeserialize(
      Buffer.from(requestFor("aws:s3/bucket:Bucket", bucket).serializeBinary()),
    ) as AnalyzeRequest;
    expect(request.getProperties()?.toJavaScript()).to.deep.equal({});
    const answer = await answerOf(server.makeRemediateRpcFun, request);
    expect(answer.toObject()).to.deep.equal({ remediationsList: [], notApplicableList: [] });
  });

  it("would be asked for if a rule changed anything: none does", () => {
    for (const rule of rules) {
      expect(rule.bind(contextOf())).to.not.have.property("remediateResource");
      expect(rule.bind(contextOf()).enforcementLevel).to.equal("mandatory");
    }
  });
});
