import { expect } from "chai";
import type { Fault } from "../../rehearsal/cloud/faults";
import { Faults } from "../../rehearsal/cloud/faults";
import { textOf } from "../../rehearsal/interpreter/values";
import { refusal, rehearsedAws, type Made, type RehearsedProvider } from "../support/rehearsed-cloud";

const bucketType = "aws:s3/bucket:Bucket";
const queueType = "aws:sqs/queue:Queue";

describe("rehearsal: faults", () => {
  const clouds: RehearsedProvider<unknown>[] = [];
  const cloudWith = (...faults: Fault[]): RehearsedProvider<unknown> => {
    const made = rehearsedAws({ faults });
    clouds.push(made);
    return made;
  };
  afterEach(() => {
    for (const cloud of clouds.splice(0)) cloud.remove();
  });

  const bucket = (cloud: RehearsedProvider<unknown>, name: string): Promise<Made> =>
    cloud.create(bucketType, name, { bucket: name });

  it("hit the nth matching call, as many times as they say, and no other", () => {
    const faults = new Faults([
      { match: { type: bucketType, method: "create" }, nth: 2, times: 2, fault: "error" },
    ]);
    const hits = [1, 2, 3, 4].map(
      () => faults.next({ type: bucketType, name: "b", method: "create" })?.fault,
    );
    expect(hits).to.deep.equal([undefined, "error", "error", undefined]);
    expect(faults.next({ type: bucketType, name: "b", method: "delete" })).to.equal(undefined);
    expect(faults.next({ type: queueType, name: "b", method: "create" })).to.equal(undefined);
  });

  it("match by patterns of type and name", () => {
    const faults = new Faults([
      { match: { type: "aws:s3/*", name: "reports-*", method: "update" }, fault: "error" },
    ]);
    expect(faults.next({ type: bucketType, name: "b", method: "update" })).to.equal(undefined);
    expect(faults.next({ type: bucketType, name: "reports-bucket", method: "update" })?.fault).to.equal(
      "error",
    );
  });

  it("leave behind what was made when the caller is told of a timeout", async () => {
    const cloud = cloudWith({ match: { type: bucketType, method: "create" }, fault: "timeout-after-done" });
    expect(await refusal(bucket(cloud, "reports"))).to.equal(
      "1 error occurred:\n\t* creating S3 Bucket (reports): timeout while waiting for state to become 'available' " +
        "(last state: 'pending', timeout: 20m0s)\n\n",
    );
    expect(cloud.records().map(({ id }) => id)).to.deep.equal(["reports"]);
    const [line] = cloud.log();
    expect(line).to.deep.include({
      package: "aws",
      method: "create",
      type: bucketType,
      id: "reports",
      ok: false,
    });
    expect(line?.error).to.include("timeout while waiting");
  });

  it("leave behind what was made when nobody hears of it", async () => {
    const cloud = cloudWith({ match: { type: bucketType, method: "create" }, fault: "unanswered" });
    let answered = false;
    void bucket(cloud, "reports").finally(() => (answered = true));
    while (cloud.records().length === 0) await new Promise(setImmediate);
    expect(answered).to.equal(false);
    cloud.cloud.clock.wakeAll();
  });

  it("keep nobody waiting once they have done what they were asked for, heard or unheard", async () => {
    const cloud = cloudWith({
      match: { type: bucketType, name: "reports", method: "create" },
      fault: "unanswered",
    });
    const full = await bucket(cloud, "full");
    await cloud.create("aws:s3/bucketObject:BucketObject", "one", {
      bucket: "full",
      key: "one",
      content: "1",
    });
    void bucket(cloud, "reports");
    while (!cloud.records().some(({ id }) => id === "reports")) await new Promise(setImmediate);
    // What is in the way may go while something else is under way; nothing is.
    expect(await refusal(cloud.delete(full))).to.include("BucketNotEmpty");
    cloud.cloud.clock.wakeAll();
  });

  it("leave nothing behind when nothing was done", async () => {
    for (const fault of ["timeout", "throttle", "error"] as const) {
      const cloud = cloudWith({ match: { type: "*", method: "create" }, fault });
      await refusal(bucket(cloud, "reports"));
      expect(cloud.records(), fault).to.deep.equal([]);
      await bucket(cloud, "reports");
      expect(
        cloud.log().map(({ ok }) => ok),
        fault,
      ).to.deep.equal([false, true]);
    }
  });

  it("speak the cloud's words, or those that were asked for", async () => {
    const throttled = cloudWith({ match: { type: bucketType, method: "create" }, fault: "throttle" });
    expect(await refusal(bucket(throttled, "a"))).to.include("api error ThrottlingException: Rate exceeded");
    const own = cloudWith({
      match: { type: bucketType, method: "create" },
      fault: "error",
      message: "no more disks",
    });
    expect(await refusal(bucket(own, "a")))
      .to.include("StatusCode: 500")
      .and.to.include("InternalFailure: no more disks");
    const coded = cloudWith({
      match: { type: bucketType, method: "create" },
      fault: "error",
      message: "AccessDenied: not you",
    });
    expect(await refusal(bucket(coded, "a")))
      .to.include("StatusCode: 400")
      .and.to.include("api error AccessDenied: not you");
  });

  it("delete what the caller believes was not deleted", async () => {
    const cloud = cloudWith({ match: { type: bucketType, method: "delete" }, fault: "timeout-after-done" });
    const made = await bucket(cloud, "reports");
    await refusal(cloud.delete(made));
    expect(cloud.records()).to.deep.equal([]);
    // And the next attempt finds nothing to do.
    await cloud.delete(made);
    expect(cloud.log().map(({ method, ok }) => [method, ok])).to.deep.equal([
      ["create", true],
      ["delete", false],
      ["delete", true],
    ]);
  });
});

describe("rehearsal: a cloud with a seed", () => {
  it("makes the same ids, keys and addresses each time, and others for others", async () => {
    const ids = async (seed: string): Promise<string[]> => {
      const cloud = rehearsedAws({ seed });
      const vpc = await cloud.create("aws:ec2/vpc:Vpc", "main", { cidrBlock: "10.0.0.0/16" });
      const address = await cloud.create("aws:ec2/eip:Eip", "nat", {});
      cloud.remove();
      return [vpc.id, address.id, textOf(address.outputs, "publicIp")];
    };
    expect(await ids("one")).to.deep.equal(await ids("one"));
    expect(await ids("one")).to.not.deep.equal(await ids("two"));
  });
});

describe("rehearsal: the log", () => {
  it("has a line a call that reaches the cloud, none for a preview, and no secret in any", async () => {
    const cloud = rehearsedAws();
    cloud.previewCreate(bucketType, "b", { bucket: "reports" });
    const made = await bucketOf(cloud);
    cloud.previewUpdate(made, { bucket: "reports", forceDestroy: true });
    await cloud.read(made);
    await cloud.invoke("aws:index/getCallerIdentity:getCallerIdentity", {});
    const lines = cloud.log();
    expect(
      lines.map(({ method, type, urn, id, ok, error }) => [method, type, urn, id, ok, error]),
    ).to.deep.equal([
      ["create", bucketType, made.target.urn, "reports", true, null],
      ["read", bucketType, made.target.urn, "reports", true, null],
      ["invoke", "aws:index/getCallerIdentity:getCallerIdentity", null, null, true, null],
    ]);
    expect(Object.keys(lines[0] ?? {})).to.deep.equal([
      "at",
      "package",
      "method",
      "type",
      "urn",
      "id",
      "ok",
      "error",
    ]);
    expect(lines[0]?.at).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    cloud.remove();
  });

  it("strikes out a secret that a refusal repeats", async () => {
    const cloud = rehearsedAws();
    const words = (): string => "the policy swordfish is wrong";
    const call = {
      package: "aws",
      method: "create",
      type: bucketType,
      name: "b",
      urn: "u",
      id: null,
    } as const;
    const fault = cloud.cloud.reach({ ...call, secrets: ["swordfish"] }, 0, words, () => {
      throw new Error(words());
    });
    await refusal(fault);
    expect(cloud.log()[0]?.error).to.equal("the policy [secret] is wrong");
    cloud.remove();
  });

  function bucketOf(cloud: RehearsedProvider<unknown>): Promise<Made> {
    return cloud.create(bucketType, "b", { bucket: "reports" });
  }
});
