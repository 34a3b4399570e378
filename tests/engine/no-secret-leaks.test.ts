import { expect } from "chai";
import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { gzipSync } from "node:zlib";
import execa from "execa";
import { secretNames, secretOf } from "../../settings/secrets";
import { Search, searchFiles, secretsOf, type Secret } from "./support/leaks";
import { Walk, type Result } from "./support/walk";

const publicKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE5NKxT7VqUq+5/50YknuZaTKXiy497pnv+0JN0NFjtm";

/** Machines of a kind that needs every secret there is. */
const metalWorkers = {
  slots: [0, 3],
  source: {
    equinix: { projectId: "6a73cbe1-4f0c-4a0e-9d6a-2f1b7c1d8e90", metro: "sv", plan: "c3.small.x86" },
  },
  ssh: { publicKey, hostKeys: { "0": publicKey, "3": publicKey } },
  docker: { version: "28.5.2" },
  worker: {
    release: "106.0.0",
    checksums: {
      genericWorker: "9f".repeat(32),
      livelog: "8e".repeat(32),
      taskclusterProxy: "7d".repeat(32),
    },
    rootUrl: "https://taskcluster.example.net",
    clientId: "project/worker/packet",
    workerGroup: "packet-sv",
    workerType: "docker-worker",
  },
};

describe("no secret", () => {
  const walk = Walk.create();
  /** Of everything that there was at some time. */
  const secrets = new Map<string, Secret>();
  const remember = (): void => {
    for (const secret of secretsOf(walk.cloud())) secrets.set(secret.value, secret);
  };
  const said: { readonly place: string; readonly text: string }[] = [];

  const note = (place: string, { stdout, stderr }: Result): void => {
    said.push({ place, text: `${stdout}\n${stderr}` });
  };
  /** Runs a command, whatever becomes of it, and keeps what it said. */
  const run = async (exitCode: number, ...argv: string[]): Promise<Result> => {
    const result = await walk.process(...argv, "--rehearse");
    expect(result.exitCode, `${argv.join(" ")}\n${result.stdout}\n${result.stderr}`).to.equal(exitCode);
    note(`groundwork ${argv.join(" ")}`, result);
    return result;
  };
  /** Runs plain `pulumi` in the rehearsal. */
  const pulumi = async (...argv: string[]): Promise<Result> => {
    const result = await execa(
      process.execPath,
      [
        path.join(walk.project, "bin", "groundwork.js"),
        ...["exec", "--rehearse", "--", "pulumi", ...argv, "--stack", "prod"],
      ],
      {
        cwd: walk.project,
        // The second makes --event-log known.
        env: { GROUNDWORK_REHEARSAL_DIR: walk.rehearsal, PULUMI_DEBUG_COMMANDS: "true" },
        reject: false,
        stdin: "ignore",
      },
    );
    expect(result.exitCode, `pulumi ${argv.join(" ")}\n${result.stdout}\n${result.stderr}`).to.equal(0);
    note(`pulumi ${argv.join(" ")}`, result);
    return result;
  };
  const faults = (...types: string[]): string => {
    const file = path.join(walk.project, "faults.yaml");
    const lines = types.map(
      (type) =>
        `- { match: { type: '${type}', method: create }, fault: error, message: not now, times: 100 }\n`,
    );
    writeFileSync(file, lines.join(""));
    return file;
  };

  before(async () => {
    walk.edit("prod", (settings) => {
      settings.set("metalWorkers", [], metalWorkers);
    });
    // Runs that fail in the middle of what has secrets in it, then one that does not.
    const broken = faults(
      "command:*",
      "aws:iam/accessKey:AccessKey",
      "aws:secretsmanager/*",
      "kubernetes:core/v1:Secret",
    );
    await run(1, "up", "prod", "--yes", "--faults", broken);
    await run(1, "up", "prod", "--yes", "--json", "--faults", broken);
    const page = (name: string): string => path.join(walk.rehearsal, `${name}.html`);
    await run(0, "up", "prod", "--yes", "--page", page("up"));
    await run(0, "preview", "prod", "--json");
    remember();
    // Everything that has a secret in it changes or is replaced.
    walk.edit("prod", (settings) => {
      settings.set("database", ["bootstrap", "roles", "users_app", "passwordRevision"], 2);
      settings.set("metalWorkers", ["worker", "capacity"], 2);
    });
    await run(0, "preview", "prod", "--page", page("preview"));
    const events = (name: string): string => path.join(walk.rehearsal, `${name}-events.jsonl`);
    await pulumi("preview", "--diff", "--show-config", "--show-reads", "--show-sames");
    await pulumi("preview", "--json", "--event-log", events("preview"));
    await pulumi("up", "--yes", "--diff", "--skip-preview", "--event-log", events("up"));
    for (const argv of [
      ["stack", "export"],
      ["stack", "output", "--json"],
      ["stack"],
      ["stack", "history", "--json"],
      ["config", "--json"],
      ["refresh", "--yes", "--diff"],
    ]) {
      await pulumi(...argv);
    }
    for (const [exitCode, ...argv] of [
      [2, "iam", "prod", "nobody"],
      [0, "kubeconfig", "prod"],
      [0, "secrets", "prod", "list"],
      [0, "secrets", "prod", "check", "--json"],
      [2, "secrets", "prod", "set", secretOf("workerAccessToken").placeholder],
      [0, "nodes", "prod", "default", "+0"],
      [0, "state", "history", "prod"],
      [0, "state", "backup", "prod"],
      [3, "destroy", "prod", "--yes"],
    ] as const) {
      await run(exitCode, ...argv);
    }
    remember();
  });

  it("is forgotten by this search", () => {
    const kinds = [...secrets.values()].map(({ what }) => what.replace(/ .*/, ""));
    expect(kinds).to.include.members([
      ...secretNames.filter((name) => name !== "sendgridApiKey"),
      "kubernetes:core/v1:Secret",
      "aws:iam/accessKey:AccessKey",
      "aws:secretsmanager/secretVersion:SecretVersion",
    ]);
    expect(secrets.size).to.be.greaterThan(15);
    const { placeholder } = secretOf("workerSshKey");
    const packed = gzipSync(`#!/bin/sh\ntoken='${secretOf("workerAccessToken").placeholder}'\n`).toString(
      "base64",
    );
    const search = new Search([...secrets.values()]);
    expect(search.in("a file", JSON.stringify({ key: placeholder }))).to.deep.equal([
      "a file holds workerSshKey",
    ]);
    expect(search.in("a line", placeholder.split("\n")[2] ?? "")).to.deep.equal([
      "a line holds workerSshKey",
    ]);
    expect(search.in("user data", packed)).to.deep.equal(["user data holds workerAccessToken"]);
    const encoded = Buffer.from(secretOf("equinixApiToken").placeholder).toString("base64");
    expect(search.in("data", encoded)).to.deep.equal(["data holds equinixApiToken"]);
  });

  it("is said by a command, an engine's event, a log or an error", () => {
    const search = new Search([...secrets.values()]);
    expect(said.flatMap(({ place, text }) => search.in(place, text))).to.deep.equal([]);
  });
  it("is in clear in a file of the state, the log, or anything that exists and is not there to hold it", () => {
    const search = new Search([...secrets.values()]);
    expect(searchFiles(walk.rehearsal, search)).to.deep.equal([]);
  });

  it("is missing without being named, all at once, before plain pulumi has touched anything", async () => {
    const missing = ["sendgridApiKey", "workerSshKey"];
    for (const name of missing) {
      await pulumi("config", "rm", `groundwork:${name}`);
    }
    const before = walk.changes().length;
    const { exitCode, stdout, stderr } = await walk.process(
      ...["exec", "--rehearse", "--", "pulumi", "up", "--stack", "prod", "--yes", "--skip-preview"],
    );
    expect(exitCode).to.not.equal(0);
    for (const name of missing) {
      expect(stdout + stderr).to.contain(`./groundwork secrets prod set ${name}`);
    }
    expect(walk.changes()).to.have.length(before);
  });
});
