import {
  DeleteAccessKeyCommand,
  GetAccessKeyLastUsedCommand,
  IAMClient,
  ListAccessKeysCommand,
} from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { startRehearsal, type Rehearsal } from "../../rehearsal";
import { rehearsalAccessKeyId } from "../../rehearsal/environment";

const account = "111122223333";
const minuteAgo = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();

describe("access keys in the rehearsal", () => {
  let directory: string;
  let rehearsal: Rehearsal;
  afterEach(async () => {
    await rehearsal.stop();
    rmSync(directory, { recursive: true });
  });

  const begin = async (speed?: number): Promise<void> => {
    directory = mkdtempSync(path.join(tmpdir(), "groundwork-keys-"));
    rehearsal = await startRehearsal({
      directory,
      accountId: account,
      ...(speed !== undefined && { speed }),
    });
    put({ type: "aws:iam/user:User", id: "ann", inputs: { name: "ann" } });
  };
  const put = (record: Readonly<Record<string, unknown>> & { readonly id: string }): void =>
    writeFileSync(
      path.join(directory, "cloud", `${record.id}.json`),
      JSON.stringify({ package: "aws", scope: account, ...record }),
    );
  const key = (id: string, more: Readonly<Record<string, unknown>> = {}): void =>
    put({
      ...{ type: "aws:iam/accessKey:AccessKey", id, createdAt: minuteAgo(60), inputs: {} },
      ...{ outputs: { user: "ann", status: "Active", createDate: minuteAgo(60), ...more } },
    });
  const config = (accessKeyId = rehearsalAccessKeyId): object => ({
    ...{ region: "eu-west-1", endpoint: rehearsal.environment.AWS_ENDPOINT_URL ?? "", maxAttempts: 1 },
    credentials: { accessKeyId, secretAccessKey: "any" },
  });
  const callWith = async (accessKeyId: string): Promise<string> => {
    const sts = new STSClient(config(accessKeyId));
    return sts
      .send(new GetCallerIdentityCommand({}))
      .then(({ Arn }) => Arn ?? "")
      .catch((error: Error) => error.name)
      .finally(() => sts.destroy());
  };

  it("lists a user's own, refuses one that is deactivated, and tells who used which when", async () => {
    await begin();
    key("AKIAANNFIRST00000000");
    key("AKIAANNSECOND0000000", { status: "Inactive" });
    key("AKIABOB0000000000000", { user: "bob" });
    const iam = new IAMClient(config());
    const { AccessKeyMetadata: listed = [] } = await iam.send(new ListAccessKeysCommand({ UserName: "ann" }));
    expect(listed.map(({ AccessKeyId, Status }) => [AccessKeyId, Status])).to.deep.equal([
      ["AKIAANNFIRST00000000", "Active"],
      ["AKIAANNSECOND0000000", "Inactive"],
    ]);
    const use = async (): Promise<object> => {
      const command = new GetAccessKeyLastUsedCommand({ AccessKeyId: "AKIAANNFIRST00000000" });
      const { AccessKeyLastUsed: last } = await iam.send(command);
      return { at: last?.LastUsedDate !== undefined, by: last?.ServiceName, region: last?.Region };
    };
    expect(await use()).to.deep.equal({ at: false, by: "N/A", region: "N/A" });
    expect(await callWith("AKIAANNFIRST00000000")).to.equal(`arn:aws:iam::${account}:user/ann`);
    expect(await callWith("AKIAANNSECOND0000000")).to.equal("InvalidClientTokenId");
    expect(await use()).to.deep.equal({ at: true, by: "sts", region: "eu-west-1" });
    await iam.send(new DeleteAccessKeyCommand({ UserName: "ann", AccessKeyId: "AKIAANNFIRST00000000" }));
    expect(await callWith("AKIAANNFIRST00000000")).to.equal("InvalidClientTokenId");
    const nobody = iam.send(new ListAccessKeysCommand({ UserName: "nobody" }));
    expect(await nobody.catch((error: Error) => error.name)).to.match(/^NoSuchEntity/);
    iam.destroy();
  });

  it("does not know a new one at once, and is hours behind with the last use, as slow as the cloud is", async () => {
    await begin(1);
    key("AKIAANNFIRST00000000");
    put({
      ...{ type: "aws:iam/accessKey:AccessKey", id: "AKIAANNSECOND0000000", createdAt: minuteAgo(0) },
      ...{ inputs: {}, outputs: { user: "ann", status: "Active" } },
    });
    expect(await callWith("AKIAANNSECOND0000000")).to.equal("InvalidClientTokenId");
    expect(await callWith("AKIAANNFIRST00000000")).to.equal(`arn:aws:iam::${account}:user/ann`);
    const iam = new IAMClient(config());
    const command = new GetAccessKeyLastUsedCommand({ AccessKeyId: "AKIAANNFIRST00000000" });
    expect((await iam.send(command)).AccessKeyLastUsed?.ServiceName).to.equal("N/A");
    iam.destroy();
  });
});
