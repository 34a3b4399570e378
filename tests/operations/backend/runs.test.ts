import { expect } from "chai";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { FileStore } from "../../../operations/backend/file-store";
import { historyPrefix } from "../../../operations/backend/layout";
import { pastRuns, runIn } from "../../../operations/backend/runs";

describe("a run in the engine's history", () => {
  const told = {
    ...{ kind: "update", result: "succeeded", startTime: 1796106519, endTime: 1796106533 },
    ...{ message: "Add a queue\n\nIt is for mail.", resourceChanges: { create: 2, same: 9 } },
    environment: {
      "git.head": "b1fbd137b54b4dfad57998b824addfeaa7028ed9",
      "pulumi.env.PULUMI_ACCESS_TOKEN": "set",
    },
    config: { "groundwork:sendgridApiKey": { secure: "v1:abc" } },
  };

  const plain = Buffer.from(JSON.stringify(told));

  it("is read packed and unpacked, and is empty where the file is half", () => {
    const run = runIn(plain);
    expect(run).to.deep.include({ commit: "b1fbd137b54b", isWhole: true, config: told.config });
    expect(runIn(gzipSync(plain))).to.deep.equal(run);
    expect(runIn(Buffer.from("half a fi"))).to.deep.include({ kind: "", result: "", config: {} });
  });

  it("is shown without settings and environment, the newest first, and no more than were asked for", async () => {
    const expected = {
      ...{ kind: "update", result: "succeeded", at: "2026-12-01T06:28:39.000Z", seconds: 14 },
      ...{ changes: { create: 2, same: 9 }, commit: "b1fbd137b54b", message: "Add a queue" },
    };
    const directory = mkdtempSync(path.join(tmpdir(), "groundwork-runs-"));
    try {
      const store = new FileStore(pathToFileURL(directory).href, {});
      const ref = { project: "groundwork", stack: "dev" };
      for (const [moment, data] of [
        ["1", Buffer.from("half a fi")],
        ["2", Buffer.from("half a fi")],
        ["3", gzipSync(plain)],
      ] as const) {
        const name = `dev-179610651900000000${moment}.history.json${moment === "3" ? ".gz" : ""}`;
        await store.write(`${historyPrefix(ref)}${name}`, data);
      }
      const [newest, ...others] = await pastRuns(store, ref, 2);
      expect(newest).to.deep.equal(expected);
      expect(others).to.have.length(1);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
