import { expect } from "chai";
import { gzipSync } from "node:zlib";
import { runIn } from "../../../operations/backend/runs";

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

  it("is read packed and unpacked, and of settings and environment nothing", () => {
    const expected = {
      ...{ kind: "update", result: "succeeded", at: "2026-12-01T06:28:39.000Z", seconds: 14 },
      ...{ changes: { create: 2, same: 9 }, commit: "b1fbd137b54b", message: "Add a queue" },
    };
    const plain = Buffer.from(JSON.stringify(told));
    expect(runIn(plain)).to.deep.equal(expected);
    expect(runIn(gzipSync(plain))).to.deep.equal(expected);
    expect(runIn(Buffer.from("half a fi"))).to.equal(undefined);
  });
});
