import { expect } from "chai";
import { clusterConfig, walkOf } from "./support/cluster-stack";
import { documentOf, type LoggedCall, type Result, type Walk } from "./support/walk";

const keyType = "aws:iam/accessKey:AccessKey";
const secretType = "kubernetes:core/v1:Secret";
const user = "sqs_readwriter";
const config = {
  ...clusterConfig,
  "groundwork:guard": { level: "development" },
  "groundwork:messaging": {},
  "groundwork:users": {},
  "groundwork:workloads": {
    control: {
      image: `registry.example.com/app@sha256:${"a".repeat(64)}`,
      port: 8080,
      resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "256Mi" } },
      secrets: { QUEUES_URL: { user, url: "sqs" } },
    },
  },
};

interface Document {
  readonly result: string;
  readonly keys: readonly {
    readonly accessKeyId: string;
    readonly slot: string | null;
    readonly status: string;
  }[];
}

/** Whether the key that pods have last been given was active after each call, from the log alone. */
function wasAlwaysActive(log: readonly LoggedCall[], first: string): readonly boolean[] {
  const active = new Set([first]);
  let [published, made] = [first, first];
  return log.map(({ error, id, method, ok, type }) => {
    const isDone = ok || /timeout|timed out/i.test(error ?? "");
    if (type === keyType && isDone && method === "create") {
      active.add(id ?? "");
      made = id ?? "";
    } else if (type === keyType && isDone && method !== "read") {
      active.delete(id ?? "");
    } else if (type === secretType && method === "create" && ok) {
      published = made;
    }
    return active.has(published);
  });
}

describe("rotation of a service user's key, broken off at each call", () => {
  let walk: Walk;
  let first: string;
  let began: number;

  before(async () => {
    walk = walkOf(config);
    await walk.done("rehearse", "dev");
    first = publishedKey();
    began = walk.log().length;
  });

  const iam = (words: readonly string[], ...faults: readonly object[]): Promise<Result> =>
    walk.groundwork(
      ...["iam", "dev", user, ...words, "--rehearse", "--yes", "--json"],
      ...(faults.length > 0 ? ["--faults", walk.faults(...faults)] : []),
    );
  const fault = (type: string, method: string, name = "*", kind = "error"): object => ({
    match: { type, name, method },
    fault: kind,
  });
  const keys = (): Readonly<Record<string, string>> =>
    Object.fromEntries(
      walk
        .cloud()
        .filter(({ outputs, type }) => type === keyType && outputs.user === `groundwork-dev-${user}`)
        .map(({ id, outputs }) => [id, String(outputs.status)]),
    );
  /** The one in the object that the pods have it from. */
  const publishedKey = (): string => {
    const secrets = walk.cloud().filter(({ type }) => type === secretType);
    const [, id = ""] = /sqs:\/\/(AKIA\w+):/.exec(JSON.stringify(secrets.map(({ inputs }) => inputs))) ?? [];
    return id;
  };

  it("goes on to the end in the same call: made, tried, given to the pods, and the old one stays active", async () => {
    const lost = await iam(["rotate"], fault(keyType, "create", `users-${user}-key-b`, "timeout-after-done"));
    expect(lost.exitCode, lost.stderr).to.equal(1);
    expect([Object.keys(keys()).length, publishedKey()]).to.deep.equal([2, first]);

    const stuck = await iam(["rotate"], fault("kubernetes:apps/v1:Deployment", "update"));
    expect(stuck.exitCode, stuck.stderr).to.equal(1);
    expect(stuck.stderr).to.contain("a run that broke off has made it, and its secret is lost");

    const early = await iam(["retire", "--force", "the key has leaked"]);
    // By the stack's outputs, or by the plan, which would have the pods changed too: both are found before anything is touched.
    expect(early.exitCode).to.be.oneOf([2, 3]);
    expect(keys()[first], "a pod has the old one still").to.equal("Active");

    const done = await iam(["rotate"]);
    expect(done.exitCode, done.stderr).to.equal(0);
    const document = documentOf(done) as unknown as Document;
    expect(document.result).to.equal("rotated");
    expect(document.keys.map(({ slot, status }) => [slot, status])).to.deep.equal([
      ["a", "Active"],
      ["b", "Active"],
    ]);
    expect(publishedKey()).to.equal(document.keys[1]?.accessKeyId);
    const credentials = documentOf(await iam([])) as { readonly accessKeyId: string };
    expect(credentials.accessKeyId).to.equal(publishedKey());

    const calls = walk.log().slice(began);
    const made = calls.findIndex(({ id, method }) => method === "create" && id === publishedKey());
    const given = calls.findIndex(({ method, type }) => method === "create" && type === secretType);
    const tried = calls
      .slice(made, given)
      .filter(({ ok, type }) => ok && type === "aws:sts:GetCallerIdentity");
    expect(made).to.be.greaterThan(-1);
    expect(tried).to.have.lengthOf(3);
    const again = await iam(["rotate"]);
    expect([again.exitCode, documentOf(again).result]).to.deep.equal([0, "rotated already"]);
  });

  it("does not deactivate the old one while it may be needed, and does when nobody has used it for a day", async () => {
    const early = await iam(["retire"]);
    expect(early.exitCode).to.equal(3);
    expect(early.stderr).to.equal("");
    const day = 25 * 3_600_000;
    walk.move(keyType, { createDate: new Date(Date.now() - day).toISOString() }, `users-${user}-key-b`);
    walk.add({
      ...{ type: "aws:iam/accessKeyLastUsed:AccessKeyLastUsed", id: first },
      inputs: { date: new Date(Date.now() - 3_600_000).toISOString(), service: "sqs", region: "eu-west-1" },
    });
    const { error } = documentOf(await iam(["retire"])) as { readonly error: { readonly problems: unknown } };
    expect(error.problems).to.deep.equal(["it was used 1 h ago (sqs in eu-west-1)"]);
    expect((await iam(["retire", "--force", "test"])).exitCode).to.equal(2);
    walk.forget("aws:iam/accessKeyLastUsed:AccessKeyLastUsed");

    const refused = await iam(["retire"], fault(keyType, "update"));
    expect([refused.exitCode, keys()[first]]).to.deep.equal([1, "Active"]);
    const done = await iam(["retire"]);
    expect(done.exitCode, done.stderr).to.equal(0);
    expect([documentOf(done).result, keys()[first]]).to.deep.equal(["deactivated", "Inactive"]);
    expect((await iam(["rotate"])).exitCode).to.equal(2);
  });

  it("deletes it when it has been inactive for a week, and leaves nothing for a plain update to do", async () => {
    const { error } = documentOf(await iam(["retire"])) as { readonly error: { readonly message: string } };
    expect(error.message).to.match(
      /^The old key AKIA\w+ of sqs_readwriter is not deleted:\n {2}it was deactivated/,
    );
    const since = `${new Date(Date.now() - 8 * 86_400_000).toISOString().slice(0, 16)}Z`;
    walk.edit("dev", (settings) => settings.set("users", ["keys", user, "since"], since));
    const lost = await iam(["retire"], fault(keyType, "delete", "*", "timeout-after-done"));
    expect([lost.exitCode, Object.keys(keys()).length]).to.deep.equal([1, 1]);
    const done = await iam(["retire"]);
    expect(done.exitCode, done.stderr).to.equal(0);
    const nothing = await iam(["retire"]);
    expect([nothing.exitCode, documentOf(nothing).result]).to.deep.equal([0, "nothing to retire"]);
    await walk.pulumiDone("dev", "preview", "--expect-no-changes");
  });

  it("had an active key at every call, the one that the pods had", () => {
    const log = walk.log().slice(began);
    expect(
      log.filter(({ type, method }) => type === keyType && method !== "read").map(({ method }) => method),
    ).to.deep.equal(["create", "delete", "create", "update", "update", "delete", "delete"]);
    expect(wasAlwaysActive(log, first)).to.not.include(false);
  });
});
