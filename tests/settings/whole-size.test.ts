import { spawnSync } from "node:child_process";
import { platform } from "node:os";
import { expect } from "chai";
import { mostBytes, wholeSize } from "../../settings/whole-size";

/** JSON's own characters around one key and its value. */
const around = '{"groundwork:users":""}'.length;
const key = "groundwork:users";

describe("all settings together", () => {
  it("pass up to what one variable of the environment may hold", () => {
    expect(wholeSize({})).to.deep.equal([]);
    expect(wholeSize({ [key]: "x".repeat(mostBytes - around) })).to.deep.equal([]);
  });

  it("are refused beyond that, by the longest of them", () => {
    const values = { "aws:region": "eu-west-1", [key]: "x".repeat(mostBytes) };
    const bytes = JSON.stringify(values).length;
    expect(wholeSize(values)).to.deep.equal([
      {
        key,
        path: [],
        message:
          `is 131057 bytes long; all settings together are ${bytes} as the engine hands them to the program, ` +
          "and Linux would not start it",
        allowed: "131057 bytes for all settings together",
        suggestion: "Put a part of it into a stack of its own.",
        aboutKey: true,
      },
    ]);
  });

  it("are counted as the engine writes them: in bytes, some characters as six", () => {
    expect(wholeSize({ [key]: "<".repeat(mostBytes / 6) })).to.have.length(1);
    expect(wholeSize({ [key]: "é".repeat(mostBytes / 2) })).to.have.length(1);
  });

  it("would keep a program from being started in Linux if they were longer", function () {
    if (platform() !== "linux") this.skip();
    const start = (bytes: number): unknown =>
      spawnSync(process.execPath, ["--version"], { env: { PULUMI_CONFIG: "x".repeat(bytes) } }).error;
    expect(start(mostBytes)).to.equal(undefined);
    expect(start(mostBytes + 1)).to.have.property("code", "E2BIG");
  });
});
