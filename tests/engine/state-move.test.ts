import { expect } from "chai";
import { spawn } from "node:child_process";
import execa from "execa";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { moveSteps } from "../../operations/state/move-between-stores";
import { deploymentIn, readState, type StackRef } from "../../operations/backend/layout";
import { openStore } from "../../operations/backend/open-store";
import type { StateStore } from "../../operations/backend/store";
import { readEnvironment } from "../../settings/environment";
import { startRehearsal } from "../../rehearsal";
import { rehearsalPassphrase } from "../../rehearsal/environment";
import { Azurite } from "../support/azurite";
import { testEngine } from "../support/engine";
import { standing } from "./support/standing";
import { checkout, type Result, type Walk } from "./support/walk";

const dev: StackRef = { project: "groundwork", stack: "dev" };

/** A person with a stack in a local backend and a login to Azure Blob Storage, which is the emulator's. */
class Person {
  readonly local: string;

  private constructor(
    readonly walk: Walk,
    readonly azurite: Azurite,
    readonly remote: string,
  ) {
    this.local = pathToFileURL(path.join(walk.rehearsal, "state")).href;
    // With the salt that the stack's secrets are under.
    cpSync(
      path.join(walk.rehearsal, "project", "Pulumi.dev.yaml"),
      path.join(walk.project, "Pulumi.dev.yaml"),
    );
  }

  static async at(walk: Walk, azurite: Azurite, container: string): Promise<Person> {
    return new Person(walk, azurite, await azurite.backend(container));
  }

  get environment(): Record<string, string> {
    return {
      ...this.azurite.environment,
      PULUMI_HOME: path.join(this.walk.rehearsal, "home"),
      PULUMI_CONFIG_PASSPHRASE: rehearsalPassphrase,
    };
  }

  /** `groundwork`, logged in to one of the two. */
  async groundwork(backend: string, ...args: string[]): Promise<Result> {
    const script = path.join(this.walk.project, "bin", "groundwork.js");
    const { exitCode, stdout, stderr } = await execa(process.execPath, [script, ...args], {
      cwd: this.walk.project,
      env: { ...this.environment, PULUMI_BACKEND_URL: backend },
      reject: false,
      stdin: "ignore",
    });
    return { exitCode, stdout, stderr };
  }

  move(from: string, to: string): Promise<Result> {
    return this.groundwork(from, "state", "move", "dev", "--yes", "--to", to);
  }

  store(url: string): StateStore {
    return openStore(url, this.environment);
  }

  async state(url: string): Promise<Buffer | undefined> {
    return (await readState(this.store(url), dev))?.data;
  }

  async keys(url: string, prefix: string): Promise<string[]> {
    return (await this.store(url).list(prefix)).map(({ key }) => key);
  }
}

function resourcesIn(state: Buffer | undefined): number {
  const { checkpoint } = JSON.parse(String(state)) as { checkpoint: { latest: { resources: unknown[] } } };
  return checkpoint.latest.resources.length;
}

function good(result: Result): Result {
  expect(result.exitCode, `${result.stdout}\n${result.stderr}`).to.equal(0);
  return result;
}

describe("moving a stack's state", () => {
  let azurite: Azurite;
  let containers = 0;
  const person = async (): Promise<Person> =>
    Person.at(await standing("stores"), azurite, `state-${String(containers++)}`);
  before(async () => {
    azurite = await Azurite.start();
  });
  after(async () => {
    await azurite.stop();
  });

  it("takes it to Azure and back with nothing lost: same bytes, same history, nothing to change", async () => {
    const ann = await person();
    const before = await ann.state(ann.local);
    const history = await ann.keys(ann.local, ".pulumi/history/");
    expect(history).to.have.length.greaterThan(1);

    const there = good(await ann.move(ann.local, ann.remote));
    const count = resourcesIn(before);
    expect(there.stdout).to.include(`groundwork/dev has moved: ${count} resources, read back and compared.`);
    expect(there.stdout).to.include(`./groundwork exec -- pulumi login '${ann.remote}'`);
    expect(await ann.state(ann.remote)).to.deep.equal(before);
    expect(await ann.state(ann.local)).to.equal(undefined);
    expect(await ann.keys(ann.remote, ".pulumi/history/")).to.deep.equal(history);
    expect(before?.toString()).to.include("ciphertext");
    const [aside = ""] = await ann.keys(ann.local, ".pulumi/kept/groundwork/dev/");
    expect((await ann.store(ann.local).read(aside))?.data).to.deep.equal(before);

    const rehearsal = await startRehearsal({ directory: ann.walk.rehearsal, accountId: "482913067251" });
    try {
      const { pulumi } = await testEngine();
      const preview = await execa(pulumi, ["preview", "--stack", "dev", "--expect-no-changes"], {
        cwd: ann.walk.project,
        env: { ...rehearsal.environment, ...ann.environment, PULUMI_BACKEND_URL: ann.remote },
        reject: false,
        stdin: "ignore",
      });
      expect(preview.exitCode, preview.stdout + preview.stderr).to.equal(0);
    } finally {
      await rehearsal.stop();
    }

    good(await ann.move(ann.remote, ann.local));
    expect(await ann.state(ann.local)).to.deep.equal(before);
    expect(await ann.state(ann.remote)).to.equal(undefined);
    expect(await ann.keys(ann.local, ".pulumi/history/")).to.deep.equal(history);
    expect(await ann.keys(ann.local, ".pulumi/locks/")).to.deep.equal([]);
    expect(await ann.keys(ann.remote, ".pulumi/locks/")).to.deep.equal([]);
  });

  for (const direction of ["to Azure", "back from it"] as const) {
    it(`${direction}, killed after any step, is ended by the same call again`, async () => {
      for (const step of moveSteps) {
        const ann = await person();
        const before = await ann.state(ann.local);
        if (direction === "back from it") good(await ann.move(ann.local, ann.remote));
        const [from, to] = direction === "to Azure" ? [ann.local, ann.remote] : [ann.remote, ann.local];

        const script = path.join(checkout, "tests/engine/support/kill-at-step.ts");
        const args = ["--require", "tsx/cjs", script, ann.walk.project, from, to, "groundwork", "dev", step];
        const killed = await execa(process.execPath, args, {
          cwd: checkout,
          env: ann.environment,
          reject: false,
        });
        expect(killed.signal, `${step}: ${killed.stderr}`).to.equal("SIGKILL");
        const left = [await ann.state(from), await ann.state(to)].filter((state) => state !== undefined);
        expect(left, step).to.have.length.greaterThan(0);
        for (const state of left) expect(state.equals(before as Buffer), step).to.equal(true);

        good(await ann.move(from, to));
        expect((await ann.state(to))?.equals(before as Buffer), step).to.equal(true);
        expect(await ann.state(from), step).to.equal(undefined);
        expect(await ann.keys(from, ".pulumi/locks/"), step).to.deep.equal([]);
      }
    });
  }

  it("refuses where the other place has another state, and touches neither", async () => {
    const ann = await person();
    const mine = (await ann.state(ann.local)) as Buffer;
    const text = JSON.parse(mine.toString()) as { checkpoint: { latest: { resources: unknown[] } } };
    text.checkpoint.latest.resources.pop();
    const other = Buffer.from(JSON.stringify(text));
    await ann.store(ann.remote).write(".pulumi/stacks/groundwork/dev.json", other);
    const result = await ann.move(ann.local, ann.remote);
    expect(result.exitCode).to.equal(3);
    expect(result.stderr).to.include("has a state in both places, and they differ. Nothing was touched.");
    const count = resourcesIn(mine);
    expect(result.stderr).to.match(
      new RegExp(`: ${count} resources, written .*\n.*: ${count - 1} resources, written `),
    );
    expect(await ann.state(ann.local)).to.deep.equal(mine);
    expect(await ann.state(ann.remote)).to.deep.equal(other);
    expect(await ann.keys(ann.local, ".pulumi/locks/")).to.deep.equal([]);
  });

  it("writes over a stack that was only initialised there", async () => {
    const ann = await person();
    const mine = await ann.state(ann.local);
    const { pulumi } = await testEngine();
    await execa(pulumi, ["stack", "init", "dev"], {
      cwd: path.join(ann.walk.rehearsal, "project"),
      env: { ...ann.environment, PULUMI_BACKEND_URL: ann.remote },
    });
    good(await ann.move(ann.local, ann.remote));
    expect(await ann.state(ann.remote)).to.deep.equal(mine);
  });

  it("refuses without a terminal to ask on, a backend of another kind, and a stack that is nowhere", async () => {
    const ann = await person();
    const unasked = await ann.groundwork(ann.local, "state", "move", "dev", "--to", ann.remote);
    expect(unasked.exitCode).to.equal(2);
    expect((await ann.move(ann.local, "s3://somewhere")).exitCode).to.equal(2);
    expect((await ann.groundwork("https://api.pulumi.com", "state", "lock", "dev")).exitCode).to.equal(2);
    const nowhere = await ann.groundwork(ann.local, "state", "move", "prod", "--yes", "--to", ann.remote);
    expect(nowhere.exitCode).to.equal(1);
    expect(nowhere.stderr).to.include("has a stack prod. Nothing was touched.");
    const missing = await ann.groundwork(
      ann.remote.replace(/state-\d+/, "elsewhere"),
      "state",
      "lock",
      "dev",
    );
    expect(missing.exitCode).to.equal(1);
    expect(missing.stderr).to.include(
      "There is no container elsewhere of storage account devstoreaccount1. `./groundwork state init STACK` makes it.",
    );
  });

  it("finds the lock that a killed run left in Azure, and breaks it after a second word", async () => {
    const ann = await person();
    good(await ann.move(ann.local, ann.remote));
    const file = path.join(ann.walk.project, "Pulumi.dev.yaml");
    writeFileSync(
      file,
      readFileSync(file, "utf8").replace("      mail:\n", "      letters: {}\n      mail:\n"),
    );
    const rehearsal = await startRehearsal({
      directory: ann.walk.rehearsal,
      accountId: "482913067251",
      faults: [
        {
          match: { type: "aws:sqs/queue:Queue", method: "create" },
          fault: "slow",
          seconds: 600,
        },
      ],
    });
    try {
      const { pulumi } = await testEngine();
      const up = spawn(pulumi, ["up", "--stack", "dev", "--yes", "--skip-preview", "--non-interactive"], {
        cwd: ann.walk.project,
        env: {
          ...readEnvironment(checkout).variables,
          ...rehearsal.environment,
          ...ann.environment,
          PULUMI_BACKEND_URL: ann.remote,
        },
        stdio: "ignore",
      });
      const pending = async (): Promise<boolean> =>
        (deploymentIn((await ann.state(ann.remote)) as Buffer, "dev").pending_operations ?? []).length > 0;
      while (!(await pending())) await new Promise((resolve) => setTimeout(resolve, 200));
      const held = JSON.parse(
        good(await ann.groundwork(ann.remote, "state", "lock", "dev", "--json")).stdout,
      ) as LockDocument;
      expect(held.locks[0]).to.include({ pid: up.pid, host: os.hostname(), process: "alive", fresh: true });
      const ended = new Promise((resolve) => up.once("exit", resolve));
      up.kill("SIGKILL");
      await ended;

      const shown = good(await ann.groundwork(ann.remote, "state", "lock", "dev"));
      expect(shown.stdout).to.match(
        new RegExp(`process +${String(up.pid)}: does not run on this machine any more`),
      );
      expect(shown.stdout).to.include("creating aws:sqs/queue:Queue messaging-letters-dead");
      const refused = await ann.groundwork(ann.remote, "state", "unlock", "dev", "--yes");
      expect(refused.exitCode).to.equal(3);
      expect(refused.stderr).to.match(/It is less than a minute old|It is \d min old/);
      expect((await ann.groundwork(ann.remote, "state", "unlock", "dev", "--force")).exitCode).to.equal(2);
      expect(await ann.keys(ann.remote, ".pulumi/locks/")).to.have.length(1);

      const broken = good(await ann.groundwork(ann.remote, "state", "unlock", "dev", "--force", "--yes"));
      expect(broken.stdout).to.include("dev is not locked any more.");
      expect(broken.stdout).to.include("looks in the cloud first what became of it");
      expect(await ann.keys(ann.remote, ".pulumi/locks/")).to.deep.equal([]);
      const none = good(await ann.groundwork(ann.remote, "state", "unlock", "dev", "--force", "--yes"));
      expect(none.stdout).to.include("dev is not locked");
    } finally {
      await rehearsal.stop();
    }
  });
});

interface LockDocument {
  readonly locks: readonly Readonly<Record<string, unknown>>[];
}
