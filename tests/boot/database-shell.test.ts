import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { Kubectl } from "../../operations/cluster/kubectl";
import type { DatabaseServer } from "../../operations/database/server";
import { psqlInPod, shellPod } from "../../operations/database/shell-pod";
import { psqlThroughMachine } from "../../operations/database/shell-tunnel";
import { StandInKubectl } from "../support/kubectl";
import { postgres, PostgresServer } from "../support/postgres-server";
import { describeWith } from "../support/real-parts";
import { stackContext } from "../support/settings";

/** What a password file and a shell could stumble over. */
const password = `p:a\\ss "$(id)' word`;
const login = { username: "ann", password, database: "postgres", createdAt: new Date() };
const psqlArguments = (sql: string): readonly string[] => [
  "--no-psqlrc",
  "--no-password",
  "--quiet",
  `--command=${sql}`,
];

/** Not counting what has ended and nobody has asked for. */
function isAlive(pid: string): boolean {
  const { stdout } = spawnSync("ps", ["-o", "stat=", "-p", pid], { encoding: "utf8" });
  return stdout.trim() !== "" && !stdout.startsWith("Z");
}

describeWith("a shell on the database, against a real PostgreSQL", postgres, (bin) => {
  let server: PostgresServer;
  let kubectl: StandInKubectl;
  before(async () => {
    server = await PostgresServer.create(bin());
    await server.start();
    server.query(
      `CREATE ROLE ann LOGIN PASSWORD '${password.replaceAll("'", "''")}'; CREATE TABLE calls (line text)`,
    );
    server.query("GRANT INSERT ON calls TO ann");
  });
  after(async () => {
    await server.stop();
    server.remove();
  });
  beforeEach(() => {
    server.query("TRUNCATE calls");
    kubectl = new StandInKubectl();
  });
  afterEach(() => {
    kubectl.remove();
  });
  const authorities = (): string => readFileSync(server.authority, "utf8");
  const written = (): string => server.query("SELECT line FROM calls");
  const inPod = (sql: string, given: Partial<typeof login> = {}): Promise<number> => {
    const pod = shellPod(stackContext(), undefined, {
      endpoint: `localhost:${String(server.port)}`,
      login,
      name: "database-shell-1",
    });
    return psqlInPod(new Kubectl("/dev/null", kubectl.variables), pod, {
      ...{ login: { ...login, ...given }, authorities: authorities(), psql: psqlArguments(sql) },
      ...{ isTerminal: false, signal: new AbortController().signal, live: () => undefined },
    });
  };

  it("in a pod talks to the server that proves itself, by a password that is in a file of the pod alone", async () => {
    expect(
      await inPod(
        "INSERT INTO calls SELECT current_user || ssl::text FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
      ),
    ).to.equal(0);
    expect(written()).to.equal("anntrue");
    expect(kubectl.calls().map((call) => call.split(" ")[0])).to.deep.equal([
      "create",
      "create",
      "get",
      "exec",
      "exec",
      "delete",
    ]);
    expect(kubectl.calls().join("\n")).not.to.contain("p:a");
    expect(statSync(path.join(kubectl.memory, "password-file")).mode & 0o777).to.equal(0o600);
    expect(kubectl.objects()).to.deep.equal([]);
  });

  it("leaves no pod when psql fails, and tells its code", async () => {
    expect(await inPod("SELECT 1", { password: "another" })).to.equal(2);
    expect(kubectl.objects()).to.deep.equal([]);
  });

  it("leaves no pod when the pod does not come to run, and says why it does not", async () => {
    kubectl.holdPods({
      phase: "Failed",
      containerStatuses: [{ state: { waiting: { reason: "ImagePullBackOff", message: "no such image" } } }],
    });
    const error = await inPod("SELECT 1").then(String, String);
    expect(error).to.contain("does not run after").and.to.contain("Failed: ImagePullBackOff, no such image.");
    expect(kubectl.objects()).to.deep.equal([]);
  });

  const throughMachine = (aws: string, sql: string): Promise<number> => {
    writeFileSync(path.join(kubectl.bin, "aws"), `#!${process.execPath}\n${aws}`, { mode: 0o755 });
    const endpoint = `localhost:${String(server.port)}`;
    const context = stackContext();
    const scene = {
      endpoint,
      aws: () => Promise.resolve({ region: "eu-west-1" }),
      stack: { settings: { context } },
    };
    return psqlThroughMachine(scene as unknown as DatabaseServer, "i-0123", {
      ...{ login, authorities: authorities(), psql: psqlArguments(sql), variables: kubectl.variables },
    });
  };
  const left = (): readonly string[] =>
    readdirSync(tmpdir()).filter((name) => name.startsWith("groundwork-psql-"));

  it("through a machine talks to the same name by a port of this machine, and leaves no file and no session", async () => {
    const before = left();
    // As the session manager's plugin, it is another process that forwards.
    const aws = (plugin: string): string =>
      `require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(plugin)}, "--", ...process.argv.slice(2)], { stdio: "inherit" });`;
    const forwards = `
      const net = require("node:net"), fs = require("node:fs"), given = process.argv.slice(1);
      fs.writeFileSync(${JSON.stringify(path.join(kubectl.memory, "aws"))}, [process.pid, ...given].join("\\n"));
      const { host: [host], portNumber: [port], localPortNumber: [local] } = JSON.parse(given[given.indexOf("--parameters") + 1]);
      net.createServer((from) => { const to = net.connect(port, host === "localhost" ? "127.0.0.1" : "");
        from.pipe(to).pipe(from); from.on("error", () => to.destroy()); to.on("error", () => from.destroy());
      }).listen(local, "127.0.0.1");`;
    expect(await throughMachine(aws(forwards), "INSERT INTO calls VALUES (current_user)")).to.equal(0);
    expect(written()).to.equal("ann");
    const [pid, ...given] = readFileSync(path.join(kubectl.memory, "aws"), "utf8").split("\n");
    expect(given.slice(0, 8)).to.deep.equal([
      ...["ssm", "start-session", "--target", "i-0123", "--region", "eu-west-1"],
      ...["--document-name", "AWS-StartPortForwardingSessionToRemoteHost"],
    ]);
    expect(given.join(" ")).not.to.contain("p:a");
    while (isAlive(pid ?? "")) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(left()).to.deep.equal(before);
  });

  it("through a machine says what the session manager said when it opens no way", async () => {
    const before = left();
    const error = await throughMachine(
      `console.error("TargetNotConnected: i-0123 is not connected."); process.exit(254)`,
      "SELECT 1",
    ).then(String, String);
    expect(error).to.contain("opened no way through i-0123: TargetNotConnected: i-0123 is not connected.");
    expect(left()).to.deep.equal(before);
  });
});
