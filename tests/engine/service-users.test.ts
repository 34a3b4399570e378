import { expect } from "chai";
import { standing } from "./support/standing";
import { documentOf, type Walk } from "./support/walk";

interface Credentials {
  readonly user: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly urls: Readonly<Record<string, string>>;
}

describe("groundwork iam", () => {
  let walk: Walk;
  const secrets: string[] = [];
  before(async () => {
    walk = await standing("stores");
  });
  after(() => {
    expect(secrets.join(), "a secret with the characters that URLs trip over").to.match(/\/.*\+/);
  });

  for (const [user, urls] of [
    ["report_writer", { dynamodb: "dev_reports", s3: "weaveworks-dev-reports" }],
    ["report_reader", { dynamodb: "dev_reports", s3: "weaveworks-dev-reports" }],
    ["sqs_readwriter", { sqs: "dev_control_" }],
  ] as const) {
    it(`prints ${user}'s URLs, which parse back to the exact key and secret, those that the cloud has`, async () => {
      const result = await walk.groundwork("iam", "dev", user, "--rehearse", "--json");
      expect(result.exitCode, result.stderr).to.equal(0);
      const printed = documentOf(result) as unknown as Credentials;
      expect(Object.keys(printed)).to.deep.equal(["user", "accessKeyId", "secretAccessKey", "urls"]);
      expect(printed.user).to.equal(user);

      const key = walk
        .cloud()
        .find(({ type, id }) => type === "aws:iam/accessKey:AccessKey" && id === printed.accessKeyId);
      expect(key?.outputs.user).to.equal(`groundwork-dev-${user}`);
      expect(printed.secretAccessKey).to.equal(key?.outputs.secret);
      secrets.push(printed.secretAccessKey);

      expect(Object.keys(printed.urls)).to.have.members(Object.keys(urls));
      for (const [service, path] of Object.entries(urls)) {
        const url = new URL(printed.urls[service] ?? "");
        expect(url.protocol).to.equal(`${service}:`);
        expect(decodeURIComponent(url.username)).to.equal(printed.accessKeyId);
        expect(decodeURIComponent(url.password)).to.equal(printed.secretAccessKey);
        expect(url.host).to.equal("eu-west-1");
        expect(url.pathname).to.equal(`/${path}`);
      }
    });
  }

  it("does not know a user that is not there, and names those that are", async () => {
    const result = await walk.groundwork("iam", "dev", "nobody", "--rehearse");
    expect(result.exitCode).to.equal(2);
    expect(result.stdout).to.equal("");
    expect(result.stderr.trim()).to.equal(
      'dev has no service user "nobody". Known: report_reader, report_writer or sqs_readwriter.',
    );
  });

  it("says that a stack is not up yet", async () => {
    const result = await walk.groundwork("iam", "prod", "report_writer", "--rehearse");
    expect(result.exitCode).to.equal(1);
    expect(result.stderr).to.contain("prod is not up yet");
    expect(result.stderr).to.contain("./groundwork up prod --rehearse");
  });
});
