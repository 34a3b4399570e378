import { expect } from "chai";
import execa from "execa";
import { keyScan } from "../../components/metal-workers/host-key";
import { openSsh, Sshd, type RemoteCommand } from "../support/sshd";
import { both, describeWith } from "../support/real-parts";
import { dockerWorker, metalMachine, OLD_WORKER, stepsOver, TOKEN } from "./support/metal-machine";
import { scriptTools, type Stage } from "./support/stage";

const order = [
  "packages",
  "devices",
  "docker",
  "binary",
  "configuration",
  "service",
  "verification",
] as const;

interface Ran {
  readonly exitCode: number;
  readonly output: string;
}

describeWith("the steps of a worker, over real SSH", both(openSsh, scriptTools), (programs) => {
  let machine: Stage;
  let sshd: Sshd;

  beforeEach(async function () {
    this.timeout(60_000);
    machine = metalMachine();
    sshd = await Sshd.start(programs()[0], machine.environment);
  });
  afterEach(() => {
    sshd.end();
    machine.end();
  });

  async function run(command: RemoteCommand | undefined): Promise<Ran> {
    if (command === undefined) {
      throw new Error("no such step");
    }
    const { exitCode, all = "" } = await sshd.begin(command);
    return { exitCode, output: all };
  }

  /** As the engine does: one after the other, no further than the first that fails. */
  async function build(steps: Readonly<Record<string, RemoteCommand>>): Promise<readonly string[]> {
    const said: string[] = [];
    for (const step of order) {
      const { exitCode, output } = await run(steps[step]);
      said.push(output);
      if (exitCode !== 0) {
        break;
      }
    }
    return said;
  }

  const done = (step: string): string => `docker-worker-3, step ${step}: done on try 1`;
  const before = (step: string): string => `docker-worker-3, step ${step}: done before`;
  const log = (step: string): string => machine.read(`var/log/groundwork/${step}.log`);

  it("build it, in their order", async () => {
    expect(await build(await stepsOver(sshd))).to.deep.equal(order.map(done));
    expect(machine.calls("hostnamectl")).to.deep.equal([
      "hostnamectl set-hostname groundwork-dev-docker-worker-3",
    ]);
    expect(machine.read("etc/modprobe.d/groundwork-worker.conf")).to.equal(
      "options snd-aloop enable=1 index=0\n",
    );
    expect(machine.calls("modprobe")).to.deep.equal(["modprobe -r snd-aloop", "modprobe snd-aloop"]);
    expect(machine.calls("apt-get").at(-1)).to.contain(
      "install --yes --no-install-recommends --allow-downgrades --allow-change-held-packages " +
        "docker-ce=5:28.5.2-1~ubuntu.24.04~noble docker-ce-cli=5:28.5.2-1~ubuntu.24.04~noble containerd.io",
    );
    expect(machine.calls("apt-mark")).to.deep.equal(["apt-mark hold docker-ce docker-ce-cli containerd.io"]);
    for (const name of ["generic-worker", "livelog", "taskcluster-proxy"]) {
      expect(machine.mode(`opt/generic-worker/current/${name}`), name).to.equal(0o755);
    }
    expect(JSON.parse(machine.read("etc/generic-worker/config.json"))).to.deep.equal({
      rootURL: "https://taskcluster.example.net",
      clientId: "project/worker",
      accessToken: TOKEN,
      provisionerId: "terraform-packet",
      workerGroup: "here",
      workerType: "docker-worker",
      workerId: "machine-3",
      capacity: 1,
      headlessTasks: true,
      disableReboots: true,
      ed25519SigningKeyLocation: "/etc/generic-worker/ed25519_key",
      livelogExecutable: "/opt/generic-worker/current/livelog",
      taskclusterProxyExecutable: "/opt/generic-worker/current/taskcluster-proxy",
      taskclusterProxyPort: 8080,
      cachesDir: "/var/lib/generic-worker/caches",
      downloadsDir: "/var/lib/generic-worker/downloads",
      tasksDir: "/home",
      requiredDiskSpaceMegabytes: 28_611,
      idleTimeoutSecs: 0,
      shutdownMachineOnIdle: false,
      enableInteractive: false,
      enableRunTaskAsCurrentUser: false,
      enableLoopbackVideo: false,
      enableLoopbackAudio: true,
      loopbackVideoDeviceNumber: 0,
      loopbackAudioDeviceNumber: 0,
      disableNativePayloads: true,
      d2gConfig: {
        enableD2G: true,
        allowChainOfTrust: true,
        allowTaskclusterProxy: true,
        allowGPUs: false,
        allowInteractive: false,
        allowKVM: true,
        allowLoopbackVideo: false,
        allowLoopbackAudio: true,
        allowPrivileged: true,
        allowDisableSeccomp: true,
        allowHostSharedMemory: true,
        allowPtrace: true,
      },
      sentryProject: "",
    });
    expect(machine.mode("etc/generic-worker/config.json")).to.equal(0o600);
    expect(machine.read("etc/generic-worker/ed25519_key")).to.equal("the private half\n");
    expect(machine.mode("etc/generic-worker/ed25519_key")).to.equal(0o600);
    expect(log("configuration")).to.contain("the public half");
    expect(machine.read("etc/hosts")).to.equal("127.0.0.1 localhost\n127.0.0.1 taskcluster\n");
    expect(machine.read("etc/systemd/system/generic-worker.service"))
      .to.contain(
        "ExecStart=/opt/generic-worker/current/generic-worker run --config /etc/generic-worker/config.json\n",
      )
      // Interrupted it finishes its tasks; told to end it would give them up.
      .and.to.contain("\nKillSignal=SIGINT\nTimeoutStopSec=7200\n")
      // With a kernel that has no modules yet it takes no tasks.
      .and.to.contain("\nExecStartPre=/usr/bin/test -e /dev/snd/controlC0\n")
      .and.not.to.contain("/dev/video0");
    expect(machine.calls("systemctl restart generic-worker")).to.have.length(1);
    expect(machine.calls("curl").at(-1)).to.contain(
      "https://taskcluster.example.net/api/worker-manager/v1/provisioners/terraform-packet/worker-types/docker-worker/workers/here/machine-3",
    );
    expect(log("verification")).to.match(/\npolling\n$/);
  });

  it("do nothing when they are run again, and show the token nowhere but in its file", async () => {
    const steps = await stepsOver(sshd);
    const first = await build(steps);
    machine.forgetCalls();
    const second = await build(steps);
    expect(second).to.deep.equal(order.map(before));
    expect(machine.calls()).to.deep.equal([]);
    const commands = Object.values(steps).map(({ create }) => create);
    for (const text of [...first, ...second, ...commands, ...order.map(log)]) {
      expect(text).not.to.contain(TOKEN);
    }
    expect(machine.filesWith(TOKEN)).to.deep.equal(["etc/generic-worker/config.json"]);
  });

  it("say at a failure which machine, which step and why, and go on from there", async () => {
    const steps = await stepsOver(sshd, { steps: { tries: 2 } });
    machine.fails("apt-cache madison", "E: the mirror is not there", 2);
    const said = await build(steps);
    expect(said).to.have.length(3);
    expect(said[2]).to.contain("E: the mirror is not there");
    expect(said[2]).to.contain(
      "docker-worker-3, step docker: failed, exit code 1, on try 2 of 2. Run again when the cause is mended: it goes on from this step.",
    );
    expect(said[2]).to.contain("The end of /var/log/groundwork/docker.log on the machine:");
    machine.forgetCalls();
    expect(await build(steps)).to.deep.equal([
      before("packages"),
      before("devices"),
      ...order.slice(2).map(done),
    ]);
    expect(machine.calls("hostnamectl", "modprobe")).to.deep.equal([]);
  });

  it("try again what fails by chance, with a pause before it", async () => {
    const steps = await stepsOver(sshd, { steps: { backOffSeconds: 20 } });
    machine.fails("apt-mark hold", "E: somebody has the lock", 2);
    const said = await build(steps);
    expect(said[2]).to.equal("docker-worker-3, step docker: done on try 3");
    const [first, second, ...more] = machine.calls("sleep").map((call) => Number(call.split(" ")[1]));
    expect(first).to.be.within(10, 30);
    expect(second).to.be.within(20, 60);
    expect(more).to.deep.equal([]);
  });

  it("do not try again what is hopeless: a download with another checksum is not installed", async () => {
    machine.keep("taskcluster-proxy-linux-amd64", "something else");
    const said = await build(await stepsOver(sshd));
    expect(said).to.have.length(4);
    expect(said[3]).to.match(/gives something with the checksum [0-9a-f]{64}, wanted [0-9a-f]{64}/);
    expect(said[3]).to.contain("failed, exit code 78, on try 1 of 4.");
    expect(machine.exists("opt/generic-worker/current")).to.equal(false);
  });

  it("do not try again a download that the server refuses", async () => {
    machine.keep("refuses", "404");
    const said = await build(await stepsOver(sshd));
    expect(said[3])
      .to.contain("The requested URL returned error: 404")
      .and.to.contain("failed, exit code 78, on try 1 of 4.");
    machine.keep("refuses", "429");
    expect((await run((await stepsOver(sshd, { steps: { tries: 2 } }))["binary"])).output).to.contain(
      "failed, exit code 22, on try 2 of 2.",
    );
  });

  it("know Docker's key whatever else is told of it, and take no other", async () => {
    const own = "fpr:::::::::9DC858229FC7DD38854AE2D88D81803C0EBFCD88:\n";
    // More than a pipe holds.
    machine.answers("gpg --show-keys", `${own}${"uid:-::::1::somebody::\n".repeat(20_000)}`);
    const said = await build(await stepsOver(sshd));
    expect(said[2]).to.equal(done("docker"));
    machine.remove("var/lib/groundwork/steps/docker");
    machine.forgetCalls();
    machine.answers("gpg --show-keys", own.replace("9DC8", "9DC9"));
    const { output } = await run((await stepsOver(sshd))["docker"]);
    expect(output).to.contain("is not Docker's").and.to.contain("failed, exit code 78, on try 1 of 4.");
  });

  it("end a try that takes too long, with all that it started", async () => {
    machine.script("dpkg", '#!/bin/bash\n/bin/sleep 3600 &\necho $! >"$STAND_INS/sleeper"\nwait\n');
    const said = await build(
      await stepsOver(sshd, { steps: { tries: 1, timeoutSeconds: { packages: 10 } } }),
    );
    expect(said).to.have.length(1);
    expect(said[0]).to.contain("step packages: failed, not done within 10 seconds, on try 1 of 1.");
    const sleeper = Number(machine.kept("sleeper"));
    await until(() => !isRunning(sleeper));
  }).timeout(300_000);

  it("go on to their end when the connection breaks; the next run waits for them and finds them done", async () => {
    const steps = await stepsOver(sshd);
    await run(steps["packages"]);
    await run(steps["devices"]);
    machine.keep("hold", "");
    const cut = sshd.begin(steps["docker"] as RemoteCommand);
    await until(() => machine.calls("apt-get").some((call) => call.includes("docker-ce=")));
    cut.kill("SIGKILL");
    await cut;
    const next = sshd.begin(steps["docker"] as RemoteCommand);
    machine.drop("hold");
    expect((await next).all).to.equal(before("docker"));
    expect(machine.calls("apt-get").filter((call) => call.includes("docker-ce="))).to.have.length(1);
  }).timeout(120_000);

  it("are not run on a machine with another host key", async () => {
    const steps = await stepsOver(sshd, { hostKey: sshd.strangersKey });
    const { exitCode, output } = await run(steps["packages"]);
    expect(exitCode).to.equal(255);
    expect(output).to.contain("Host key verification failed");
    expect(machine.calls()).to.deep.equal([]);
    expect(machine.exists("var/lib/groundwork")).to.equal(false);
  });

  it("are told a new machine's key, the one that the connection will ask for, or that it shows none", async () => {
    const scan = (port: number, seconds: number): Promise<execa.ExecaReturnValue> =>
      execa("/bin/sh", ["-c", keyScan("docker-worker-3", "127.0.0.1", port, seconds)], { reject: false });
    expect((await scan(sshd.port, 60)).stdout).to.equal(sshd.hostKey("ecdsa"));
    // Nobody listens at a port that is reserved.
    const { exitCode, stdout, stderr } = await scan(1, 0);
    expect({ exitCode, stdout, stderr }).to.deep.equal({
      exitCode: 1,
      stdout: "",
      stderr: "docker-worker-3, step host-key: SSH at 127.0.0.1 port 1 showed no key within 0 seconds.",
    });
  });

  it("run again from the one whose settings change, and not before", async () => {
    await build(await stepsOver(sshd));
    machine.forgetCalls();
    const said = await build(await stepsOver(sshd, { worker: { allowPrivileged: false } }));
    expect(said).to.deep.equal([...order.slice(0, 4).map(before), ...order.slice(4).map(done)]);
    expect(machine.calls("apt-get", "hostnamectl", "modprobe")).to.deep.equal([]);
    expect(JSON.parse(machine.read("etc/generic-worker/config.json"))).to.deep.nested.include({
      "d2gConfig.allowPrivileged": false,
      "d2gConfig.allowDisableSeccomp": false,
    });
    // Who checked a signature of this machine's goes on doing so.
    expect(log("configuration")).not.to.contain("the public half");
    expect(machine.calls("systemctl restart generic-worker")).to.have.length(1);
  });

  it("build a docker-worker for those who pin a release that has one, and leave nothing of it when it goes", async () => {
    await build(await stepsOver(sshd, { worker: { ...dockerWorker, capacity: 4 } }));
    expect(machine.read("opt/docker-worker/current/docker-worker")).to.equal(OLD_WORKER);
    expect(JSON.parse(machine.read("etc/docker-worker/config.json"))).to.deep.equal({
      rootUrl: "https://taskcluster.example.net",
      taskcluster: { clientId: "project/worker", accessToken: TOKEN },
      provisionerId: "terraform-packet",
      workerGroup: "here",
      workerType: "docker-worker",
      workerId: "machine-3",
      capacity: 4,
      capacityManagement: { diskspaceThreshold: 30_000_000_000 },
      shutdown: { enabled: false, afterIdleSeconds: 0 },
      dockerConfig: { allowPrivileged: true },
      deviceManagement: {
        cpu: { enabled: false },
        loopbackVideo: { enabled: false },
        loopbackAudio: { enabled: true },
      },
    });
    expect(machine.read("etc/systemd/system/docker-worker.service"))
      .to.contain("ExecStart=/opt/docker-worker/current/docker-worker /etc/docker-worker/config.json\n")
      .and.to.contain("\nKillSignal=SIGTERM\n");
    expect(machine.calls("curl").at(-1)).to.contain("/api/queue/v1/provisioners/");

    machine.forgetCalls();
    await build(await stepsOver(sshd));
    const [stop, restart] = ["systemctl disable --now docker-worker", "systemctl restart generic-worker"];
    expect(machine.calls(stop, restart).map((call) => call.replace(".service", ""))).to.deep.equal([
      stop,
      restart,
    ]);
    expect(machine.filesWith(TOKEN)).to.deep.equal(["etc/generic-worker/config.json"]);
    expect(machine.exists("etc/systemd/system/docker-worker.service")).to.equal(false);
  });

  it("tell at once of a worker that refuses what it was given, with its own words", async () => {
    machine.answersFor("systemctl show", "ActiveState", "failed\n");
    machine.answers("journalctl --unit", "Invalid config\n");
    const said = await build(await stepsOver(sshd));
    expect(said.at(-1))
      .to.contain("generic-worker.service has ended and is not started again. It says:\nInvalid config")
      .and.to.contain("failed, exit code 78, on try 1 of 4.");
  });
});

/** Waits for what a machine does by itself. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function isRunning(pid: number): boolean {
  try {
    // Asks, and stops nothing.
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
