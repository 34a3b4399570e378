import { expect } from "chai";
import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { stringify } from "yaml";
import { documentOf, Walk } from "./support/walk";

// The engine encrypts by AWS KMS with its own code (gocloud.dev/secrets/awskms); the rehearsal answers Encrypt and Decrypt over HTTP
// as the AWS KMS API reference has them. Azure Key Vault is not asked here: the engine reaches only the real one.

const small = {
  "pulumi:disable-default-providers": ["*"],
  "aws:region": "eu-west-1",
  "aws:allowedAccountIds": ["111122223333"],
  "groundwork:guard": { level: "development" },
  "groundwork:messaging": { queues: { mail: {} } },
  "groundwork:users": {},
};

function write(walk: Walk, config: Readonly<Record<string, unknown>>): void {
  writeFileSync(path.join(walk.project, "Pulumi.small.yaml"), stringify({ config }));
}

describe("what encrypts a stack", () => {
  it("is a key from the first run on, and another one after it was changed, and secrets stay what they are", async () => {
    const walk = Walk.create();
    write(walk, small);
    const copy = path.join(walk.rehearsal, "project", "Pulumi.small.yaml");
    const state = path.join(walk.rehearsal, "state", ".pulumi", "stacks", "groundwork", "small.json");
    const encryptedBy = (): unknown =>
      (
        JSON.parse(readFileSync(state, "utf8")) as {
          checkpoint: { latest: { secrets_providers: { state: { url: string } } } };
        }
      ).checkpoint.latest.secrets_providers.state.url;

    const none = await walk.groundwork("stack", "init", "small", "--rehearse");
    expect(none.exitCode).to.equal(2);
    expect(none.stderr).to.contain("Nothing says what encrypts the secrets of small");

    const first = "awskms:///alias/first?region=eu-west-1";
    await walk.done("stack", "init", "small", "--rehearse", "--secrets-provider", first);
    expect(readFileSync(copy, "utf8"))
      .to.contain(`secretsprovider: "${first}"`)
      .and.not.contain("encryptionsalt");
    await walk.done("up", "small", "--rehearse", "--yes");
    expect(encryptedBy()).to.equal(first);
    const user = documentOf(await walk.groundwork("iam", "small", "sqs_readwriter", "--rehearse", "--json"));

    const twice = await walk.groundwork("stack", "init", "small", "--rehearse", "--secrets-provider", first);
    expect(twice.exitCode).to.equal(2);
    expect(twice.stderr).to.contain("`./groundwork stack change-secrets-provider small --rehearse`");

    const vault = "azurekeyvault://small.vault.azure.net/keys/groundwork";
    const changed = documentOf(
      await walk.groundwork(
        ...["stack", "change-secrets-provider", "small", "--rehearse", "--yes", "--json"],
        ...["--secrets-provider", vault],
      ),
    );
    expect(changed).to.include({ result: "changed", from: first, secretsProvider: vault });
    expect(encryptedBy()).to.equal("awskms:///alias/groundwork-small?region=eu-west-1");
    expect(
      documentOf(await walk.groundwork("iam", "small", "sqs_readwriter", "--rehearse", "--json")),
    ).to.deep.equal(user);
    await walk.done("preview", "small", "--rehearse", "--expect-no-changes");

    // A changed file is copied anew, under the same key.
    write(walk, { ...small, "groundwork:messaging": { queues: { mail: {}, other: {} } } });
    await walk.done("up", "small", "--rehearse", "--yes");
    expect(readFileSync(copy, "utf8")).to.contain("awskms:///alias/groundwork-small");
  });

  it("is no passphrase at guard level production, nor what the engine does not take", async () => {
    const walk = Walk.create();
    write(walk, { ...small, "groundwork:guard": { level: "production" } });
    const call = (url: string): Promise<{ exitCode: number; stderr: string }> =>
      walk.groundwork("stack", "init", "small", "--rehearse", "--secrets-provider", url);
    const passphrase = await call("passphrase");
    expect([passphrase.exitCode, passphrase.stderr.includes("cannot be taken back")]).to.deep.equal([
      2,
      true,
    ]);
    const other = await call("file:///key");
    expect([
      other.exitCode,
      other.stderr.includes("the engine takes one of azurekeyvault://…"),
    ]).to.deep.equal([2, true]);
  });
});
