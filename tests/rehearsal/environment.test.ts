import { expect } from "chai";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { makeHome } from "../../rehearsal/environment";

describe("the engine's own folder in a rehearsal", () => {
  let directory: string;
  beforeEach(() => (directory = mkdtempSync(path.join(tmpdir(), "groundwork-home-"))));
  afterEach(() => rmSync(directory, { recursive: true }));

  it("has a file where the engine would make the folder for its logs", () => {
    makeHome(directory);
    expect(readdirSync(path.join(directory, "home"))).to.deep.equal(["logs"]);
    expect(statSync(path.join(directory, "home", "logs")).isFile()).to.equal(true);
  });

  it("keeps a folder of logs that is there", () => {
    mkdirSync(path.join(directory, "home", "logs"), { recursive: true });
    makeHome(directory);
    expect(statSync(path.join(directory, "home", "logs")).isDirectory()).to.equal(true);
  });
});
