import { expect } from "chai";
import execa from "execa";
import { once } from "node:events";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { createServer, type Server } from "node:tls";
import type { AddressInfo } from "node:net";
import { both, describeWith, installed } from "../support/real-parts";
import { scriptTools, type Stage } from "./support/stage";
import { machine } from "./support/static-machine";

const configuration = path.join(__dirname, "../../boot/static-service/rsyslog.conf");
const tools = both(
  scriptTools,
  installed(
    ["rsyslogd", "openssl"],
    "rsyslogd with its OpenSSL driver, and openssl (Debian: apt-get install rsyslog rsyslog-openssl openssl)",
    "/usr/sbin:/usr/bin",
  ),
);
const logging = { logHost: "logs.example.com", logPort: 6514 };

describeWith("what ships the logs of a static service", tools, () => {
  const stages: Stage[] = [];
  const on = (changes: Record<string, unknown> = {}): Stage => {
    const stage = machine(changes);
    stages.push(stage);
    return stage;
  };
  afterEach(() => {
    for (const stage of stages.splice(0)) stage.end();
  });

  it("is installed and started after the containers, and only where a host is named", async () => {
    const stage = on(logging);
    stage.hide("rsyslogd");
    stage.uninstall("dnf");
    stage.install("dnf");
    const { exitCode, output } = await stage.run("static-service/boot.sh");
    expect(exitCode, output).to.equal(0);
    expect(stage.calls("dnf install", "systemctl enable", "systemctl restart")).to.deep.equal([
      "systemctl enable --now docker.service",
      "systemctl enable --now static-service@1.service",
      "dnf install --assumeyes --quiet --setopt=skip_if_unavailable=False rsyslog rsyslog-openssl",
      "systemctl enable rsyslog.service",
      "systemctl restart rsyslog.service",
    ]);
    expect(stage.read("etc/rsyslog.conf")).to.equal(readFileSync(configuration, "utf8"));
    expect(stage.read("etc/systemd/system/rsyslog.service.d/groundwork.conf")).to.equal(
      "[Service]\nEnvironment=LOG_HOST=logs.example.com LOG_PORT=6514 LOG_PREFIX=dns-\n" +
        "Environment=LOG_STATE=/var/lib/rsyslog LOG_AUTHORITIES=/etc/pki/tls/certs/ca-bundle.crt\nRestart=always\nRestartSec=10\n",
    );
    const without = on();
    expect((await without.run("static-service/boot.sh")).exitCode).to.equal(0);
    expect(without.calls("systemctl enable rsyslog.service")).to.deep.equal([]);
  });

  it("holds no service up where it cannot be had", async () => {
    const stage = on(logging);
    stage.hide("rsyslogd");
    stage.fails("dnf install", "Cannot download repomd.xml");
    const { exitCode, output } = await stage.run("static-service/boot.sh");
    expect(exitCode, output).to.equal(0);
    expect(output).to.contain("ship the logs: dnf_install failed 5 times: Cannot download repomd.xml");
    expect(output).to.contain("the logs stay in the journal of this machine");
  });

  // Assumes of Amazon Linux 2023's rsyslog 8.2204 what Debian's 8.2302 does. A file stands in for the journal, which needs systemd.
  it("keeps what is written while the host is down, sends it over TLS when it is up, and sends nobody else's lines", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "groundwork-logs-"));
    const at = (name: string): string => path.join(folder, name);
    await execa("openssl", [
      ...[
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "2",
      ],
      ...["-keyout", at("key"), "-out", at("certificate"), "-subj", "/CN=localhost"],
      ...["-addext", "subjectAltName=DNS:localhost"],
    ]);
    const inputs = ["dns-1", "other"].map(
      (name) => `input(type="imfile" File="${at(name)}" Tag="${name}" ruleset="RSYSLOG_DefaultRuleset")`,
    );
    const text = readFileSync(configuration, "utf8").replace(
      /^module\(load="imjournal".*$/m,
      ['module(load="imfile" mode="polling" pollingInterval="1")', ...inputs].join("\n"),
    );
    expect(text).not.to.contain("imjournal");
    writeFileSync(at("rsyslog.conf"), text.replaceAll('resumeInterval="5"', 'resumeInterval="1"'));
    for (const name of ["dns-1", "other"]) writeFileSync(at(name), "");

    const received: string[] = [];
    const serve = async (port: number): Promise<Server> => {
      const tls = { key: readFileSync(at("key")), cert: readFileSync(at("certificate")) };
      const server = createServer(tls, (socket) => {
        socket.on("data", (data: Buffer) => received.push(String(data))).on("error", () => undefined);
      });
      server.listen(port, "127.0.0.1");
      await once(server, "listening");
      return server;
    };
    const first = await serve(0);
    const { port } = first.address() as AddressInfo;
    first.close();
    const agent = execa("/usr/sbin/rsyslogd", ["-n", "-f", at("rsyslog.conf"), "-i", at("pid")], {
      reject: false,
      all: true,
      extendEnv: false,
      env: {
        PATH: "/usr/sbin:/usr/bin",
        LOG_HOST: "localhost",
        LOG_PORT: String(port),
        LOG_PREFIX: "dns-",
        LOG_STATE: folder,
        LOG_AUTHORITIES: at("certificate"),
      },
    });
    let server: Server | undefined;
    try {
      appendFileSync(at("dns-1"), "written while the host is down\n");
      appendFileSync(at("other"), "nobody's business\n");
      await new Promise((resolve) => setTimeout(resolve, 3000));
      server = await serve(port);
      for (let waited = 0; waited < 300 && !received.join("").includes("is down"); waited++) {
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    } finally {
      agent.kill();
      const { all } = await agent;
      server?.close();
      rmSync(folder, { recursive: true, force: true });
      // After an outage a line may come twice, and never not at all.
      const lines = received.join("").trimEnd().split("\n");
      for (const line of lines) {
        expect(line, all).to.match(
          /^\d+ <\d+>1 \d{4}-\d\d-\d\dT\S+ \S+ dns-1 - - - written while the host is down$/,
        );
      }
    }
  });
});
