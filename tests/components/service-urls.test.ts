import { expect } from "chai";
import { serviceUrl } from "../../components/service-users/urls";
import { parseServiceUrl } from "../support/service-url";
import { schemes } from "../../settings/url-schemes";

/** The characters that mean something in a URL or in base64, and some that mean nothing. */
const alphabet = "/+%=@:?#&;,!*'()~ -._abcXYZ019\u00e9\u{1F511}";

/** The same numbers every time (mulberry32), so that a failure can be repeated. */
function* numbers(seed: number): Generator<number, never> {
  let state = seed;
  for (;;) {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    yield ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }
}

function text(random: Generator<number, never>, length: number): string {
  const characters = [...alphabet];
  return Array.from({ length }, () => characters[Math.floor(random.next().value * characters.length)]).join(
    "",
  );
}

const credentials = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalr/XUtnFEMI+K7MDENG==" };

describe("a service URL", () => {
  it("has the form that the application knows, both parts percent-encoded", () => {
    expect(
      serviceUrl({ scheme: "dynamodb", credentials, region: "eu-west-1", resource: "dev_reports" }),
    ).to.equal("dynamodb://AKIAIOSFODNN7EXAMPLE:wJalr%2FXUtnFEMI%2BK7MDENG%3D%3D@eu-west-1/dev_reports");
    expect(serviceUrl({ scheme: "s3", credentials, region: "us-east-1", resource: "a-bucket" })).to.equal(
      "s3://AKIAIOSFODNN7EXAMPLE:wJalr%2FXUtnFEMI%2BK7MDENG%3D%3D@us-east-1/a-bucket",
    );
    expect(
      serviceUrl({ scheme: "sqs", credentials, region: "us-east-1", resource: "dev_control_" }),
    ).to.equal("sqs://AKIAIOSFODNN7EXAMPLE:wJalr%2FXUtnFEMI%2BK7MDENG%3D%3D@us-east-1/dev_control_");
  });

  it("has no user information without credentials: the default chain is used", () => {
    const url = serviceUrl({ scheme: "dynamodb", region: "eu-west-1", resource: "dev_reports" });
    expect(url).to.equal("dynamodb://eu-west-1/dev_reports");
    expect(parseServiceUrl(url)).to.deep.equal({
      scheme: "dynamodb",
      region: "eu-west-1",
      resource: "dev_reports",
    });
  });

  it("parses back to exactly what went in, for any secret and every scheme", () => {
    const random = numbers(20);
    for (let round = 0; round < 2000; round += 1) {
      const parts = {
        scheme: schemes[round % schemes.length] ?? "s3",
        credentials: {
          accessKeyId: text(random, 1 + (round % 20)),
          secretAccessKey: text(random, 1 + (round % 40)),
        },
        region: "eu-west-1",
        resource: "dev_reports",
      };
      expect(parseServiceUrl(serviceUrl(parts))).to.deep.equal(parts);
    }
  });

  it("keeps each single character that URLs or base64 give a meaning to", () => {
    for (const character of alphabet) {
      const parts = {
        scheme: "sqs",
        credentials: { accessKeyId: `A${character}`, secretAccessKey: `${character}b${character}` },
        region: "eu-west-1",
        resource: "dev_control_",
      } as const;
      expect(parseServiceUrl(serviceUrl(parts)), JSON.stringify(character)).to.deep.equal(parts);
    }
  });
});

describe("parsing a service URL", () => {
  const wrong: readonly (readonly [string, string, string])[] = [
    ["an unencoded slash in the secret", "s3://KEY:hunter2/@eu-west-1/bucket", "Not a URL."],
    ["no URL at all", "KEY:hunter2", "Unknown scheme key: Known are dynamodb:, s3:, sqs:"],
    ["an unknown scheme", "https://KEY:hunter2@eu-west-1/bucket", "Unknown scheme https:"],
    ["no resource", "s3://KEY:hunter2@eu-west-1", "Not of the form s3://[KEY:SECRET@]region/name."],
    ["more than one part of a path", "s3://KEY:hunter2@eu-west-1/bucket/key", "Not of the form"],
    ["a query", "s3://KEY:hunter2@eu-west-1/bucket?x=1", "Not of the form"],
    ["a key without a secret", "s3://KEY@eu-west-1/bucket", "one part of the credentials is missing"],
  ];

  for (const [what, url, message] of wrong) {
    it(`refuses ${what}, without repeating the secret`, () => {
      let failure = "";
      try {
        parseServiceUrl(url);
      } catch (error) {
        failure = String(error);
      }
      expect(failure).to.include(message);
      expect(failure).to.not.include("hunter2");
    });
  }
});
