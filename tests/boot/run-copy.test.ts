import { expect } from "chai";
import { readFileSync } from "node:fs";
import { describeWith } from "../support/real-parts";
import { scriptTools, type Stage } from "./support/stage";
import { HASH, INSTANCE, machine } from "./support/static-machine";

const ARN = "arn:aws:secretsmanager:us-west-2:123456789012:secret:dns-key-a1B2c3";
const PARAMETER = "arn:aws:ssm:eu-west-1:123456789012:parameter/dns/token";
const SECRET = 's3cret=with "quotes" and $signs';

describeWith("one copy of a static service", scriptTools, () => {
  const stages: Stage[] = [];
  const on = (changes: Record<string, unknown> = {}): Stage => {
    const stage = machine(changes);
    stages.push(stage);
    return stage;
  };
  afterEach(() => {
    for (const stage of stages.splice(0)) stage.end();
  });

  it("runs the digest with its ports, its command and its logs, and cannot gain privileges", async () => {
    const stage = on({
      runtimePortMap: { tcp: { "443": 8443 }, udp: { "53": 53 } },
      runtimeCommand: ["serve", "--name", "two words"],
      logHost: "logs.example.com",
      logPort: 6514,
    });
    const { exitCode, output } = await stage.run("static-service/run-copy.sh", "1");
    expect(exitCode, output).to.equal(0);
    expect(
      stage
        .calls("docker")
        .map((call) =>
          call.replace(/--env-file \S+/, "--env-file FILE").replace(/--memory \d+k/, "--memory Nk"),
        ),
    ).to.deep.equal([
      "docker rm --force dns-1",
      "docker run --log-driver journald --log-opt tag=dns-1 --detach --name dns-1 --pull never --env-file FILE " +
        "--security-opt no-new-privileges --user 65532:65532 --cap-drop ALL --pids-limit 512 --read-only --tmpfs /tmp --memory Nk " +
        `--publish 127.0.0.1:443:8443/tcp --publish 127.0.0.1:53:53/udp example/dns:1.4.0@sha256:${HASH} serve --name two words`,
      "docker wait dns-1",
    ]);
    expect(output).to.contain("the container has ended with exit code 0");
  });

  it("writes to CloudWatch where no host is named, each copy of each machine to a stream of its own", async () => {
    const stage = on({ serviceCopiesPerInstance: 2 });
    await stage.run("static-service/run-copy.sh", "2");
    const [call = ""] = stage.calls("docker run");
    expect(call).to.contain("--log-driver awslogs ");
    expect(call).to.contain("--log-opt awslogs-group=/groundwork/dev/static-services/dns ");
    expect(call).to.contain(`--log-opt awslogs-stream=${INSTANCE}/dns-2 `);
  });

  it("gives secrets in a file that only root reads, that is gone afterwards, and nowhere else", async () => {
    const stage = on({
      environment: { DOMAIN: "example.net" },
      secrets: { SIGNING_KEY: { arn: ARN }, TOKEN: { arn: PARAMETER } },
    });
    stage.answers("aws secretsmanager get-secret-value", `${SECRET}\n`);
    stage.answers("aws ssm get-parameter", "a-parameter's-value\n");
    const { exitCode, output } = await stage.run("static-service/run-copy.sh", "1");
    expect(exitCode, output).to.equal(0);
    expect(stage.kept("env-file")).to.equal(
      `400\nDOMAIN=example.net\nSIGNING_KEY=${SECRET}\nTOKEN=a-parameter's-value\n`,
    );
    expect(stage.exists("run/groundwork/copy-1.env")).to.equal(false);
    expect(stage.calls("aws secretsmanager", "aws ssm")).to.deep.equal([
      `aws secretsmanager get-secret-value --region us-west-2 --secret-id ${ARN} --query SecretString --output text`,
      `aws ssm get-parameter --region eu-west-1 --name ${PARAMETER} --with-decryption --query Parameter.Value --output text`,
    ]);
    for (const text of [output, ...stage.calls()]) {
      expect(text).not.to.contain(SECRET);
      expect(text).not.to.contain("a-parameter's-value");
    }
  });

  it("takes one key of a secret that is a JSON object", async () => {
    const stage = on({ secrets: { SIGNING_KEY: { arn: ARN, jsonKey: "key" } } });
    stage.answers("aws secretsmanager get-secret-value", JSON.stringify({ key: SECRET, other: "x" }));
    expect((await stage.run("static-service/run-copy.sh", "1")).exitCode).to.equal(0);
    expect(stage.kept("env-file")).to.equal(`400\nSIGNING_KEY=${SECRET}\n`);
  });

  const unusable: readonly (readonly [string, (stage: Stage) => void, string])[] = [
    [
      "cannot be fetched",
      (stage) => stage.fails("aws secretsmanager get-secret-value", "AccessDeniedException"),
      "AccessDeniedException",
    ],
    [
      "has not the key",
      (stage) => stage.answers("aws secretsmanager get-secret-value", "top-secret-text"),
      `${ARN} holds no JSON object with the key key`,
    ],
    [
      "has several lines",
      (stage) =>
        stage.answers("aws secretsmanager get-secret-value", JSON.stringify({ key: "top-secret\ntext" })),
      `${ARN} holds several lines, and an environment variable here can hold one`,
    ],
  ];
  for (const [title, spoil, message] of unusable) {
    it(`does not start with a secret that ${title}, and shows nothing of it`, async () => {
      const stage = on({ secrets: { SIGNING_KEY: { arn: ARN, jsonKey: "key" } } });
      spoil(stage);
      const { exitCode, output } = await stage.run("static-service/run-copy.sh", "1");
      expect(exitCode).to.equal(1);
      expect(output).to.contain(`the value of SIGNING_KEY could not be fetched: ${message}`);
      expect(output).not.to.contain("top-secret");
      expect(stage.calls("docker")).to.deep.equal([]);
      expect(stage.exists("run/groundwork/copy-1.env")).to.equal(false);
    });
  }

  it("leaves the image's user, its files and some capabilities where the settings say so, and shares the memory out", async () => {
    const limits = {
      user: "image",
      capabilities: ["NET_RAW"],
      readOnly: false,
      memoryPercent: 50,
      processes: 64,
    };
    const stage = on({ limits, serviceCopiesPerInstance: 4 });
    expect((await stage.run("static-service/run-copy.sh", "3")).exitCode).to.equal(0);
    const [call = ""] = stage.calls("docker run");
    expect(call).to.contain(" --cap-drop ALL --pids-limit 64 --cap-add NET_RAW --memory ");
    expect(call).not.to.contain("--user").and.not.to.contain("--read-only");
    const kilobytes = Number(/MemTotal:\s+(\d+)/.exec(readFileSync("/proc/meminfo", "utf8"))?.[1]);
    expect(call).to.contain(` --memory ${Math.floor(Math.floor((kilobytes * 50) / 100) / 4)}k `);
  });

  it("starts with the journal where Docker cannot open the log, and says so", async () => {
    const stage = on();
    stage.fails("docker run", "failed to initialize logging driver: dial tcp: connection refused", 1);
    const { exitCode, output } = await stage.run("static-service/run-copy.sh", "1");
    expect(exitCode, output).to.equal(0);
    expect(output).to.contain("failed to initialize logging driver: dial tcp: connection refused");
    expect(output).to.contain("its log goes to the journal of this machine until it starts anew");
    expect(stage.calls("docker").map((call) => call.replace(/ --(?!log)\S+ .*/, ""))).to.deep.equal([
      "docker rm",
      "docker run --log-driver awslogs --log-opt awslogs-stream=i-0000000000000000a/dns-1 --log-opt mode=non-blocking " +
        "--log-opt max-buffer-size=4m --log-opt awslogs-region=eu-west-1 --log-opt awslogs-group=/groundwork/dev/static-services/dns",
      "docker rm",
      "docker run --log-driver journald --log-opt tag=dns-1",
      "docker wait dns-1",
    ]);
  });

  it("says what Docker said when the container cannot be started", async () => {
    const stage = on();
    stage.fails("docker run", "port is already allocated");
    const { exitCode, output } = await stage.run("static-service/run-copy.sh", "1");
    expect(exitCode).to.equal(1);
    expect(output).to.contain("port is already allocated");
    expect(stage.calls("docker run")).to.have.length(1);
    expect(stage.calls("docker wait")).to.deep.equal([]);
  });

  it("starts anew after a reboot: secrets fetched again, the container of before taken away", async () => {
    const stage = on({ secrets: { SIGNING_KEY: { arn: ARN } } });
    stage.answers("aws secretsmanager get-secret-value", "old\n");
    await stage.run("static-service/run-copy.sh", "1");
    stage.answers("aws secretsmanager get-secret-value", "rotated\n");
    stage.forgetCalls();
    expect((await stage.run("static-service/run-copy.sh", "1")).exitCode).to.equal(0);
    expect(stage.kept("env-file")).to.equal("400\nSIGNING_KEY=rotated\n");
    expect(stage.calls("docker")[0]).to.equal("docker rm --force dns-1");
  });
});
