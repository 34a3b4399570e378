import { expect } from "chai";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describeWith } from "../support/real-parts";
import { scriptTools, type Stage } from "./support/stage";
import { GROUP, HASH, INSTANCE, inGroup, machine, REPORT, reportOf } from "./support/static-machine";

const portMap = { runtimePortMap: { udp: { "53": 53 } } };
const outcome = [
  "aws ec2 associate-address",
  "aws ssm put-parameter",
  "aws autoscaling complete",
  "aws autoscaling suspend",
];
const complete = (result: string): string =>
  `aws autoscaling complete-lifecycle-action --lifecycle-hook-name boot --auto-scaling-group-name ${GROUP} ` +
  `--instance-id ${INSTANCE} --lifecycle-action-result ${result}`;
const suspend = `aws autoscaling suspend-processes --auto-scaling-group-name ${GROUP} --scaling-processes Launch`;
const associate = `aws ec2 associate-address --allocation-id eipalloc-0123 --instance-id ${INSTANCE} --allow-reassociation`;

/** Calls without what differs from run to run, each as short as says which it is. */
const brief = (calls: readonly string[]): string[] =>
  calls.map((call) =>
    call.startsWith("aws ssm put-parameter") ? `report ${/"status":"(\w+)"/.exec(call)?.[1] ?? ""}` : call,
  );

describeWith("a static service's machine at its first boot", scriptTools, () => {
  const stages: Stage[] = [];
  const on = (changes: Record<string, unknown> = {}): Stage => {
    const stage = machine(changes);
    stages.push(stage);
    return stage;
  };
  afterEach(() => {
    for (const stage of stages.splice(0)) stage.end();
  });

  it("runs the digest, closes ssh, takes the address when healthy, and only then enters service", async () => {
    const stage = on(portMap);
    const { exitCode, output } = await stage.run("static-service/boot.sh");
    expect(exitCode, output).to.equal(0);
    expect(stage.calls("docker pull")).to.deep.equal([
      `docker pull --quiet example/dns:1.4.0@sha256:${HASH}`,
    ]);
    expect(stage.calls("systemctl disable", "systemctl enable")).to.deep.equal([
      "systemctl disable --now sshd.service",
      "systemctl enable --now docker.service",
      "systemctl enable --now static-service@1.service",
    ]);
    expect(
      brief(stage.calls("docker inspect", ...outcome)).map((call) => call.replace(/ --format.*/, "")),
    ).to.deep.equal([
      "report starting",
      "docker inspect dns-1",
      associate,
      "report healthy",
      complete("CONTINUE"),
    ]);
    expect(reportOf(stage)).to.include({ group: GROUP, status: "healthy", instance: INSTANCE, reason: "" });
    expect(stage.calls("aws ssm put-parameter")[0]).to.contain(`--name ${REPORT} `);
    expect(stage.tokenless).to.equal(0);
  });

  it("starts every copy as a unit of its own", async () => {
    const stage = on({ serviceCopiesPerInstance: 3, runtimeDescription: "100 % of the jobs" });
    expect((await stage.run("static-service/boot.sh")).exitCode).to.equal(0);
    expect(stage.calls("systemctl enable --now static-service")).to.have.length(3);
    expect(stage.read("etc/systemd/system/static-service@.service")).to.contain("run-copy.sh %i");
    expect(stage.read("etc/systemd/system/static-service@.service.d/description.conf")).to.equal(
      "[Unit]\nDescription=100 %% of the jobs, copy %i\n",
    );
  });

  it("asks for no address without a port map", async () => {
    const stage = on();
    expect((await stage.run("static-service/boot.sh")).exitCode).to.equal(0);
    expect(stage.calls("aws ec2")).to.deep.equal([]);
  });

  it("finds its address by all of its tags", async () => {
    const stage = on(portMap);
    await stage.run("static-service/boot.sh");
    const [call = ""] = stage.calls("aws ec2 describe-addresses");
    const filters = JSON.parse(/--filters (\[.*\]) --output/.exec(call)?.[1] ?? "") as unknown;
    expect(filters).to.deep.equal(
      Object.entries({
        project: "groundwork",
        environment: "dev",
        "managed-by": "groundwork",
        service: "dns",
        slot: "0",
      }).map(([key, value]) => ({ Name: `tag:${key}`, Values: [value] })),
    );
  });

  it("installs Docker where there is none", async () => {
    const stage = on();
    stage.uninstall("docker");
    stage.hide("docker");
    expect((await stage.run("static-service/boot.sh")).exitCode).to.equal(0);
    expect(stage.calls("dnf")).to.deep.equal([
      "dnf install --assumeyes --quiet --setopt=skip_if_unavailable=False docker",
    ]);
  });

  it("signs in to ECR with its own role, the password nowhere in arguments", async () => {
    const stage = on({ imageTag: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/dns:1" });
    stage.answers("aws ecr get-login-password", "very-secret-password\n");
    expect((await stage.run("static-service/boot.sh")).exitCode).to.equal(0);
    expect(stage.calls("docker login")).to.deep.equal([
      "docker login --username AWS --password-stdin 123456789012.dkr.ecr.eu-west-1.amazonaws.com",
    ]);
    expect(stage.kept("password")).to.equal("very-secret-password\n");
    expect(stage.calls().join("\n")).not.to.contain("very-secret-password");
  });

  it("tries again what fails for a moment", async () => {
    const stage = on(portMap);
    stage.fails("docker pull", "connection reset", 2);
    stage.fails("aws ec2 associate-address", "throttled", 1);
    const { exitCode, output } = await stage.run("static-service/boot.sh");
    expect(exitCode, output).to.equal(0);
    expect(output).to.contain("fetch the image: pull, try 2 of 5: connection reset");
    expect(stage.calls("docker pull")).to.have.length(3);
  });

  it("waits for a group that is slower than the machine", async () => {
    const stage = on();
    inGroup(stage, "Pending");
    const { exitCode, output } = await stage.run("static-service/boot.sh");
    expect(exitCode, output).to.equal(0);
    expect(stage.calls("sleep 2")).to.have.length(60);
    expect(stage.calls("aws autoscaling complete")).to.deep.equal([complete("CONTINUE")]);
  });

  const failures: readonly {
    readonly title: string;
    readonly spoil: (stage: Stage) => void;
    readonly reason: RegExp;
    readonly settings?: Record<string, unknown>;
  }[] = [
    {
      title: "packages that cannot be had",
      spoil: (stage) => {
        stage.uninstall("docker");
        stage.hide("docker");
        stage.fails("dnf install", "Cannot download repomd.xml");
      },
      reason: /^install Docker: dnf_install failed 5 times: Cannot download repomd.xml/,
    },
    {
      title: "a Docker that does not start",
      spoil: (stage) => stage.fails("systemctl enable", "Job for docker.service failed."),
      reason: /^install Docker: systemctl failed 3 times: Job for docker.service failed./,
    },
    {
      title: "a digest that the registry has not",
      spoil: (stage) => stage.fails("docker pull", 'manifest for "example/dns" not found: manifest unknown'),
      reason:
        /^fetch the image: pull failed: manifest for {2}example\/dns {2}not found: manifest unknown The registry has no such image: correct imageTag or imageHash/,
    },
    {
      title: "containers that end",
      spoil: (stage) => {
        stage.answers("systemctl show", "5\n");
        stage.answers("docker inspect", "false 2020-01-01T00:00:00Z none 137\n");
      },
      reason: /^wait until healthy: copy 1 of 1 has ended 5 times, the last time with exit code 137/,
    },
    {
      title: "containers that never come to be",
      spoil: (stage) => {
        stage.answers("systemctl show", "7\n");
        stage.answers("journalctl --unit", "the value of KEY could not be fetched\n");
        stage.fails("docker inspect", "No such object");
      },
      reason: /^wait until healthy: copy 1 of 1 has no container yet: the value of KEY could not be fetched/,
    },
    {
      title: "an image whose own health check fails",
      spoil: (stage) => stage.answers("docker inspect", "true 2020-01-01T00:00:00Z unhealthy 0\n"),
      reason:
        /^wait until healthy: not healthy after 300 seconds: copy 1 of 1 is unhealthy by its image's health check/,
    },
    {
      title: "a container that has only just been restarted",
      spoil: (stage) => stage.answers("docker inspect", "true 2999-01-01T00:00:00Z none 0\n"),
      reason:
        /^wait until healthy: not healthy after 300 seconds: copy 1 of 1 has not run for 20 seconds yet/,
    },
    {
      title: "a port that nobody listens on",
      spoil: () => undefined,
      settings: {
        runtimePortMap: { tcp: { "1": 1 } },
        healthCheck: { tcp: { port: 1 }, timeoutSeconds: 30 },
      },
      reason: /^wait until healthy: not healthy after 30 seconds: nothing takes connections at TCP port 1/,
    },
    {
      title: "an address that is not there",
      spoil: (stage) => stage.answers("aws ec2 describe-addresses", ""),
      reason: /^take the address: there is not exactly one address with this service's tags, but 0/,
    },
    {
      title: "addresses that cannot be asked for",
      spoil: (stage) => stage.fails("aws ec2 describe-addresses", "AuthFailure"),
      reason: /^take the address: the address could not be looked up: AuthFailure/,
    },
    {
      title: "an address that it may not take",
      spoil: (stage) => stage.fails("aws ec2 associate-address", "UnauthorizedOperation"),
      reason: /^take the address: take_address failed 5 times: UnauthorizedOperation/,
    },
  ];
  for (const { title, spoil, reason, settings = portMap } of failures) {
    it(`gives up, says why, and stops its group: ${title}`, async () => {
      const stage = on(settings);
      spoil(stage);
      const { exitCode, output } = await stage.run("static-service/boot.sh");
      expect(exitCode, output).to.equal(1);
      expect(reportOf(stage).status).to.equal("failed");
      expect(reportOf(stage).reason).to.match(reason);
      expect(
        brief(stage.calls("aws ssm put", "aws autoscaling complete", "aws autoscaling suspend")),
      ).to.deep.equal(["report starting", "report failed", suspend, complete("ABANDON")]);
      if (!title.includes("may not take")) {
        expect(stage.calls("aws ec2 associate")).to.deep.equal([]);
      }
    });
  }

  it("leaves a group going that has been healthy before, and its report as it is", async () => {
    const stage = on(portMap);
    const before = JSON.stringify({ group: GROUP, status: "healthy", instance: "i-0000000000000000b" });
    stage.answers("aws ssm get-parameter", before);
    stage.fails("docker pull", "registry is down");
    expect((await stage.run("static-service/boot.sh")).exitCode).to.equal(1);
    expect(stage.calls(...outcome)).to.deep.equal([complete("ABANDON")]);
    expect(stage.kept("aws_ssm_get-parameter")).to.equal(before);
  });

  it("ends without a word to anybody when it cannot find out who it is", async () => {
    const stage = on();
    stage.givesTokens = false;
    const { exitCode, output } = await stage.run("static-service/boot.sh");
    expect(exitCode).to.equal(1);
    expect(output).to.contain("find out who I am: failed: the metadata service did not give the instance id");
    expect(stage.calls("aws")).to.deep.equal([]);
  });

  it("leaves the address to a machine of a newer generation", async () => {
    const stage = on(portMap);
    // Asked of itself and of the holder alike: both are told that they are of generation 2.
    inGroup(stage, "Pending:Wait", 2);
    expect((await stage.run("static-service/boot.sh")).exitCode).to.equal(0);
    expect(stage.calls("aws ec2 associate")).to.deep.equal([associate]);

    const older = on(portMap);
    older.answers("aws ec2 describe-addresses", "eipalloc-0123\ti-newer\n");
    older.answersFor(
      "aws autoscaling describe-auto-scaling-instances",
      "i-newer",
      `${GROUP}\t3\tInService\n`,
    );
    const { exitCode, output } = await older.run("static-service/boot.sh");
    expect(exitCode, output).to.equal(0);
    expect(output).to.contain("i-newer, of the newer generation 3, has the address; it keeps it");
    expect(older.calls("aws ec2 associate")).to.deep.equal([]);
  });

  it("asks a path over HTTP, and takes an error for no answer", async () => {
    let status = 503;
    const server = createServer((_request, response) => {
      response.writeHead(status).end();
      status = 200;
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    try {
      const stage = on({
        runtimePortMap: { tcp: { [port]: 8080 } },
        healthCheck: { http: { port, path: "/health" }, tcp: { port } },
      });
      const { exitCode, output } = await stage.run("static-service/boot.sh");
      expect(exitCode, output).to.equal(0);
      expect(stage.calls("sleep 5")).to.have.length(1);
    } finally {
      server.close();
    }
  });

  it("changes nothing when it is run again on a machine that serves", async () => {
    const stage = on(portMap);
    await stage.run("static-service/boot.sh");
    stage.forgetCalls();
    inGroup(stage, "InService");
    stage.answers("aws ec2 describe-addresses", `eipalloc-0123\t${INSTANCE}\n`);
    const { exitCode, output } = await stage.run("static-service/boot.sh");
    expect(exitCode, output).to.equal(0);
    expect(brief(stage.calls(...outcome))).to.deep.equal(["report healthy"]);
    expect(stage.calls("dnf")).to.deep.equal([]);
  });
});
