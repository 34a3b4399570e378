import { expect } from "chai";
import execa from "execa";
import { cpSync, existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { readState } from "../../operations/backend/layout";
import { openStore } from "../../operations/backend/open-store";
import { startRehearsal } from "../../rehearsal";
import { Azurite } from "../support/azurite";
import { standing } from "./support/standing";
import type { Result } from "./support/walk";

// `state init` as a person calls it, not rehearsed: the rehearsal's Azure answers for the resource manager, and the
// emulator, under the account's own name, for the blobs.
describe("groundwork state init, with a real container", () => {
  it("begins in a local backend, ends in the container, and goes on from there", async () => {
    const walk = await standing("stores");
    const local = pathToFileURL(path.join(walk.rehearsal, "state")).href;
    const remote = "azblob://state?storage_account=weaveworksdevstate";
    const file = path.join(walk.project, "Pulumi.dev.yaml");
    cpSync(path.join(walk.rehearsal, "project", "Pulumi.dev.yaml"), file);
    const settings = readFileSync(file, "utf8");
    const azurite = await Azurite.start("weaveworksdevstate");
    const rehearsal = await startRehearsal({ directory: walk.rehearsal, accountId: "482913067251" });
    const environment = {
      ...rehearsal.environment,
      ...azurite.environment,
      AZURE_STORAGE_DOMAIN: `127.0.0.1:${String(azurite.port)}`,
      AZURE_STORAGE_PROTOCOL: "http",
      AZURE_STORAGE_IS_LOCAL_EMULATOR: "true",
    };
    const groundwork = async (backend: string, ...args: string[]): Promise<Result> => {
      const script = path.join(walk.project, "bin", "groundwork.js");
      const result = await execa(process.execPath, [script, ...args], {
        cwd: walk.project,
        env: { ...environment, PULUMI_BACKEND_URL: backend },
        reject: false,
        stdin: "ignore",
      });
      expect(result.exitCode, `${result.stdout}\n${result.stderr}`).to.equal(0);
      return result;
    };
    try {
      const state = async (url: string, project: string): Promise<Buffer | undefined> =>
        (await readState(openStore(url, environment), { project, stack: "dev" }))?.data;
      const before = await state(local, "groundwork");

      // Made while the command waits for it, as Azure makes it visible some time after it has answered.
      const container = azurite.container("state");
      const late = setTimeout(() => void container.createIfNotExists(), 15_000);
      const first = await groundwork(local, "state", "init", "dev", "--yes");
      clearTimeout(late);
      expect(first.stdout).to.include(`./groundwork exec -- pulumi login '${remote}'`);
      expect(await state(remote, "groundwork")).to.deep.equal(before);
      expect(await state(remote, "groundwork-state")).to.not.equal(undefined);
      expect(await state(local, "groundwork")).to.equal(undefined);
      expect(await state(local, "groundwork-state")).to.equal(undefined);
      expect(readFileSync(file, "utf8")).to.equal(settings);
      expect(existsSync(path.join(walk.project, "state", "Pulumi.dev.yaml"))).to.equal(false);

      const second = await groundwork(remote, "state", "init", "dev", "--yes", "--json");
      expect(JSON.parse(second.stdout)).to.include({ result: "nothing to change", backend: remote });
      await groundwork(remote, "preview", "dev", "--expect-no-changes");
      // A colleague whose login is still the local backend finds the container all the same.
      const colleague = await groundwork(local, "state", "init", "dev", "--yes", "--json");
      expect(JSON.parse(colleague.stdout)).to.include({ result: "nothing to change" });
    } finally {
      await rehearsal.stop();
      await azurite.stop();
    }
  });
});
