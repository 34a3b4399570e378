import { expect } from "chai";
import { both, describeWith, installed } from "../support/real-parts";
import { BootedMachine, ownMachine } from "./support/booted-machine";
import { Registry } from "./support/registry";
import { scriptTools } from "./support/stage";
import { machine as staticMachine, reportOf } from "./support/static-machine";

const parts = both(
  installed(
    ["dockerd", "docker", "containerd", "iptables", "rsyslogd"],
    "Docker and rsyslog (Debian: apt-get install docker.io iptables rsyslog rsyslog-openssl)",
  ),
  scriptTools,
);

/** What a container says of itself; then it goes on. */
const introduce = [
  'while read -r line; do case $line in Uid* | CapEff* | NoNewPrivs*) echo "$line" ;; esac; done </proc/self/status',
  '{ echo x >/x; } 2>/dev/null || echo "cannot write its files"',
  'echo x >/tmp/x && echo "can write to memory"',
  'echo "$GREETING"',
  "trap exit TERM; while sleep 1; do :; done",
].join("; ");

describeWith("a static service's machine that systemd runs", both(ownMachine, parts), () => {
  let registry: Registry;
  let machine: BootedMachine | undefined;
  before(async () => {
    registry = await Registry.start();
  });
  after(() => registry.end());
  afterEach(async () => {
    await machine?.end();
  });

  it("serves from Docker with its limits while its log host is down, keeps its logs, and starts again what ends", async () => {
    const stage = staticMachine({
      imageTag: `127.0.0.1:${String(registry.port)}/dns:1.4.0`,
      imageHash: registry.digest,
      runtimeCommand: ["sh", "-c", introduce],
      runtimePortMap: { udp: { "5353": 53 } },
      environment: { GREETING: "hello $you" },
      healthCheck: { steadySeconds: 5 },
      logHost: "logs.example.com",
      logPort: 6514,
    });
    stage.says("network/interfaces/macs/0a:1b:2c:3d:4e:5f/vpc-ipv4-cidr-blocks", "172.17.0.0/16");
    const on = (machine = await BootedMachine.start(stage, {
      scripts: "static-service",
      real: ["systemctl", "journalctl", "sleep", "docker"],
      ports: [registry.port],
      // A layer of a layer cannot be: Docker's are in memory. The rest is where Amazon Linux has it.
      setup: `
        mkdir -p var/lib/docker var/lib/rsyslog etc/pki/tls/certs
        mount -t tmpfs tmpfs var/lib/docker
        cp etc/ssl/certs/ca-certificates.crt etc/pki/tls/certs/ca-bundle.crt
        echo 127.0.0.1 logs.example.com >>etc/hosts`,
    }));
    const { exitCode, output } = await on.boot();
    expect(exitCode, output).to.equal(0);
    expect(reportOf(stage)).to.include({ status: "healthy", reason: "" });
    expect(await on.ask("ip", "-4", "-brief", "address", "show", "docker0")).to.contain(" 172.30.0.1/16");

    const said = ["journalctl", "--no-pager", "--output", "cat", "--identifier", "dns-1"] as const;
    await on.until("journalctl --identifier dns-1 | grep -q hello");
    expect((await on.ask(...said)).split("\n").map((line) => line.replaceAll(/\s+/g, " "))).to.deep.equal([
      "Uid: 65532 65532 65532 65532",
      "CapEff: 0000000000000000",
      "NoNewPrivs: 1",
      "cannot write its files",
      "can write to memory",
      "hello $you",
    ]);
    const inspect = "{{.HostConfig.PidsLimit}} {{.HostConfig.Memory}} {{json .NetworkSettings.Ports}}";
    expect(await on.ask("docker", "inspect", "dns-1", "--format", inspect)).to.match(
      /^512 [1-9]\d{7,} {"53\/udp":\[{"HostIp":"127.0.0.1","HostPort":"5353"}\]}$/,
    );

    // Lines for the host are kept on disk, where they can be read once the agent has ended.
    expect(await on.ask("systemctl", "is-active", "rsyslog.service")).to.equal("active");
    await on.ask("systemctl", "stop", "rsyslog.service");
    expect(await on.ask("bash", "-c", "cat /var/lib/rsyslog/containers.*")).to.contain("hello $you");

    const container = await on.ask("docker", "inspect", "dns-1", "--format", "{{.Id}}");
    await on.ask("docker", "kill", "dns-1");
    await on.until(
      `[[ $(docker inspect dns-1 --format '{{.State.Running}} {{.Id}}') == "true "!(${container}) ]]`,
    );
    expect(await on.ask("systemctl", "show", "static-service@1.service", "--property", "NRestarts")).to.equal(
      "NRestarts=1",
    );
    await on.ask("systemctl", "stop", "static-service@1.service");
    expect(await on.ask("docker", "ps", "--quiet")).to.equal("");
    expect(
      await on.ask("systemctl", "show", "static-service@1.service", "--property", "ActiveState"),
    ).to.equal("ActiveState=inactive");

    // What the stand-ins for Docker say elsewhere, from Docker itself.
    const image = await on.ask("docker", "images", "--quiet");
    const other = `127.0.0.1:${String(registry.port)}/dns:1.4.0@sha256:${"0".repeat(64)}`;
    expect(await on.ask("docker", "pull", "--quiet", other)).to.contain("manifest unknown");
    expect(
      await on.ask(
        "docker",
        "run",
        "--log-driver",
        "syslog",
        "--log-opt",
        "syslog-address=tcp://127.0.0.1:9",
        image,
        "sh",
      ),
    ).to.contain("failed to initialize logging driver: ");
    expect(
      await on.ask(
        ...([
          "docker",
          "run",
          "--log-driver",
          "awslogs",
          "--log-opt",
          "awslogs-region=eu-west-1",
          "--log-opt",
          "awslogs-group=g",
        ] as const),
        ...[
          "--log-opt",
          "awslogs-stream=s",
          "--log-opt",
          "mode=non-blocking",
          "--log-opt",
          "max-buffer-size=4m",
        ],
        ...[image, "sh", "-c", "echo it runs"],
      ),
    ).to.equal("it runs");
  });
});
