import { expect } from "chai";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { killedWhileItMadeOne } from "./support/killed";
import { standing } from "./support/standing";
import { documentOf, type Result, type Walk } from "./support/walk";

const stateFile = (directory: string, project = "groundwork"): string =>
  path.join(directory, ".pulumi", "stacks", project, "dev.json");

function exits(result: Result, code: number): Result {
  expect(result.exitCode, `${result.stdout}\n${result.stderr}`).to.equal(code);
  return result;
}

describe("groundwork state init", () => {
  it("makes the container and moves the state there; broken off, it goes on when it is called again", async () => {
    const walk = await standing("stores");
    const local = path.join(walk.rehearsal, "state");
    const container = path.join(walk.rehearsal, "containers", "weaveworksdevstate", "state");
    const before = readFileSync(stateFile(local));

    const faults = path.join(walk.rehearsal, "faults.yaml");
    writeFileSync(
      faults,
      "- match: { type: azure-native:storage:BlobContainer, method: create }\n  fault: error\n",
    );
    const broken = await walk.groundwork("state", "init", "dev", "--rehearse", "--yes", "--faults", faults);
    exits(broken, 1);
    expect(readFileSync(stateFile(local))).to.deep.equal(before);
    expect(existsSync(container)).to.equal(false);

    // Another run makes the container, and is killed before it hears of it.
    const inputs = {
      accountName: "weaveworksdevstate",
      containerName: "state",
      publicAccess: "None",
      resourceGroupName: "",
    };
    const type = "azure-native:storage:BlobContainer";
    killedWhileItMadeOne(walk, "groundwork-state", (resources) => {
      const account = resources.find((one) => one.type === "azure-native:storage:StorageAccount");
      const { resourceGroupName } = account?.["inputs"] as { readonly resourceGroupName: string };
      const [parent, provider] = [account?.["parent"], account?.["provider"]];
      Object.assign(inputs, { resourceGroupName });
      const id = `${String(account?.["id"])}/blobServices/default/containers/state`;
      writeFileSync(path.join(walk.rehearsal, "cloud", "made.json"), JSON.stringify({ type, id, inputs }));
      const urn = `urn:pulumi:dev::groundwork-state::groundwork:state:StateBackend$${type}::state-container`;
      return { urn, type, inputs, parent, provider, protect: true };
    });

    const taken = exits(await walk.groundwork("state", "init", "dev", "--rehearse", "--yes", "--json"), 0);
    expect(taken.stderr).to.match(
      /made +azure-native:storage:BlobContainer +state-container \(\/subscriptions\//,
    );
    expect(
      walk.changes().filter((call) => call.type === type && call.method === "create" && call.ok),
    ).to.deep.equal([]);
    const document = documentOf(taken);
    expect(document).to.include({ stack: "dev", result: "changed", backend: pathToFileURL(container).href });
    expect(
      (document["moves"] as { project: string; result: string }[]).map(({ project, result }) => [
        project,
        result,
      ]),
    ).to.deep.equal([
      ["groundwork-state", "moved"],
      ["groundwork", "moved"],
    ]);
    expect(readFileSync(stateFile(container))).to.deep.equal(before);
    expect(existsSync(stateFile(container, "groundwork-state"))).to.equal(true);
    expect(existsSync(stateFile(local))).to.equal(false);
    expect(existsSync(stateFile(local, "groundwork-state"))).to.equal(false);
    const [kept = ""] = readdirSync(path.join(local, ".pulumi", "kept", "groundwork", "dev"));
    expect(readFileSync(path.join(local, ".pulumi", "kept", "groundwork", "dev", kept))).to.deep.equal(
      before,
    );
    expect(walk.cloud().filter((it) => it.package === "azure-native")).to.have.length(11);

    const again = documentOf(
      exits(await walk.groundwork("state", "init", "dev", "--rehearse", "--yes", "--json"), 0),
    );
    expect(again).to.include({ result: "nothing to change" });
    await walk.done("preview", "dev", "--rehearse", "--expect-no-changes");

    const back = ["state", "move", "dev", "--rehearse", "--yes", "--to", pathToFileURL(local).href];
    await walk.done(...back);
    expect(readFileSync(stateFile(local))).to.deep.equal(before);
    expect(existsSync(stateFile(container))).to.equal(false);
    await walk.done("preview", "dev", "--rehearse", "--expect-no-changes");
  });

  it("asks before it makes anything, and refuses a stack that says nothing of its state", async () => {
    const walk = await standing("stores");
    exits(await walk.groundwork("state", "init", "dev", "--rehearse"), 2);
    expect(walk.cloud().filter((it) => it.package === "azure-native")).to.deep.equal([]);
    walk.edit("dev", (settings) => settings.remove("state"));
    const refused = exits(await walk.groundwork("state", "init", "dev", "--rehearse", "--yes"), 2);
    expect(refused.stderr).to.include("Pulumi.dev.yaml has no section groundwork:state");
  });

  it("refuses to give the state's own container up, or to move it to another account", async () => {
    const walk = await standing("stores");
    await walk.done("state", "init", "dev", "--rehearse", "--yes");
    const refused = async (
      keys: readonly string[],
      value: unknown,
    ): Promise<readonly { readonly rule: string; readonly type: string }[]> => {
      walk.edit("dev", (settings) => settings.set("state", keys, value));
      const result = await walk.groundwork("state", "init", "dev", "--rehearse", "--yes", "--json");
      return documentOf(exits(result, 3))["refusals"] as { rule: string; type: string }[];
    };
    const refusals = async (keys: readonly string[], value: unknown): Promise<string[]> =>
      (await refused(keys, value)).map(({ rule }) => rule);
    expect(await refusals(["softDeleteDays"], 7)).to.deep.equal(["lowered-retention", "lowered-retention"]);
    walk.edit("dev", (settings) => settings.set("state", ["softDeleteDays"], 14));
    expect(await refusals(["versionDays"], 89)).to.deep.equal(["shortened-lifecycle"]);
    walk.edit("dev", (settings) => settings.set("state", ["versionDays"], 90));
    // Another name is another container, which knows nothing of this one: this one stays in charge, and says no.
    const moved = await refused(["storageAccount"], "weaveworksanother");
    expect(moved.map(({ rule, type }) => `${rule} ${type}`)).to.have.members([
      "replaces-data azure-native:authorization:ManagementLockByScope",
      "replaces-data azure-native:storage:BlobContainer",
      "replaces-data azure-native:storage:BlobServiceProperties",
      "replaces-data azure-native:storage:StorageAccount",
    ]);
  });
});

describe("earlier states", () => {
  async function changed(): Promise<{ walk: Walk; id: string }> {
    const walk = await standing("stores");
    const backup = documentOf(await walk.done("state", "backup", "dev", "--rehearse", "--json"));
    expect(backup).to.include({ file: null });
    expect(backup.resources).to.be.greaterThan(80);
    walk.edit("dev", (settings) => settings.set("messaging", ["queues", "letters"], {}));
    await walk.done("up", "dev", "--rehearse", "--yes");
    return { walk, id: String(backup["id"]) };
  }

  it("are listed, and had back with a second word where something would be lost sight of", async () => {
    const { walk, id } = await changed();
    const { versions } = documentOf(await walk.done("state", "history", "dev", "--rehearse", "--json")) as {
      versions: { id: string; kind: string; note: string }[];
    };
    expect(versions.map(({ kind }) => kind).sort()).to.deep.equal([
      "backup",
      "backup",
      "history",
      "history",
      "kept",
    ]);
    expect(versions.find(({ kind }) => kind === "kept")).to.include({
      id,
      note: "by groundwork state backup",
    });
    expect(versions.find(({ kind }) => kind === "history")?.note).to.match(/^after: update, succeeded/);

    const restore = ["state", "restore", "dev", "--rehearse", "--yes", "--version"];
    exits(await walk.groundwork(...restore, "kept/nothing"), 2);
    const refused = exits(await walk.groundwork(...restore, id), 3);
    expect(refused.stderr).to.include("nothing would manage, guard or find any more");
    expect(refused.stderr).to.match(/messaging-letters \(https:.*dev_letters\): /);
    await walk.done("preview", "dev", "--rehearse", "--expect-no-changes");

    const restored = documentOf(await walk.done(...restore, id, "--force", "--json"));
    expect(restored).to.include({ result: "restored" });
    expect((restored["vanishing"] as { type: string }[]).map(({ type }) => type)).to.include(
      "aws:sqs/queue:Queue",
    );
    // The guard remembers what this state does not know, and lets nobody make it anew.
    const anew = exits(await walk.groundwork("preview", "dev", "--rehearse", "--json"), 3);
    const { refusals } = documentOf(anew) as { refusals: readonly { rule: string; id: string }[] };
    expect(refusals.map(({ rule }) => rule)).to.include("recreates-data");
    expect(refusals.every(({ id }) => id.includes("dev_letters"))).to.equal(true);

    // And the other way, to what the restore has kept: nothing is lost sight of.
    await walk.done(...restore, String(restored["kept"]));
    await walk.done("preview", "dev", "--rehearse", "--expect-no-changes");
    const same = documentOf(await walk.done(...restore, String(restored["kept"]), "--json"));
    expect(same).to.include({ result: "nothing to change" });
  });

  it("are not put back while somebody holds the lock", async () => {
    const { walk, id } = await changed();
    const locks = path.join(walk.rehearsal, "state", ".pulumi", "locks", "organization", "groundwork", "dev");
    mkdirSync(locks, { recursive: true });
    const lock = { pid: 1, username: "bob", hostname: "elsewhere", timestamp: "2026-01-02T03:04:05Z" };
    writeFileSync(path.join(locks, "5f2c.json"), JSON.stringify(lock));
    const refused = exits(
      await walk.groundwork("state", "restore", "dev", "--rehearse", "--yes", "--force", "--version", id),
      3,
    );
    expect(refused.stderr).to.include("dev is locked by bob on elsewhere (process 1)");
    const stopped = exits(await walk.groundwork("up", "dev", "--rehearse", "--yes"), 1);
    expect(stopped.stderr).to.match(
      /Another run holds the lock of dev: bob on elsewhere since 2026-01-02 03:04 UTC \(\d+ days\), process 1, /,
    );
    // Old, of a machine that nobody can ask: broken after one word.
    const unlocked = documentOf(await walk.done("state", "unlock", "dev", "--rehearse", "--yes", "--json"));
    expect(unlocked).to.include({ result: "unlocked" });
    expect(readdirSync(locks)).to.deep.equal([]);
  });
});
