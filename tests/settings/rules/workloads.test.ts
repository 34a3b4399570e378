import { expect } from "chai";
import { stackSections } from "../../../settings/schema";
import {
  CERTIFICATE,
  IMAGE,
  leastWorkload,
  workloadsConfig,
} from "../../kubernetes/support/workloads-program";
import { problemsOf, settingsOf, type Config } from "../support";

const at = "groundwork:workloads.frontend";
const problems = (change: Config, others: Config = {}): ReturnType<typeof problemsOf> =>
  problemsOf(workloadsConfig({ frontend: leastWorkload(change), ...others }));
const one = (path: string, message: string, allowed: string): unknown => [
  { path: path === "" ? at : `${at}.${path}`, message, allowed },
];

describe("settings rules: workloads", () => {
  it("take the least with defaults that are right by themselves", () => {
    const { workloads } = settingsOf(workloadsConfig({ frontend: leastWorkload() })).sections;
    expect(workloads?.["frontend"]).to.deep.equal({
      image: IMAGE,
      port: 8080,
      ports: {},
      udpPorts: {},
      replicas: 2,
      resources: { requests: { cpu: "100m", memory: "64Mi" }, limits: { memory: "128Mi" } },
      probes: {
        readiness: { initialDelaySeconds: 0, periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 3 },
      },
      environment: {},
      secrets: {},
      initContainers: [],
      sidecars: [],
      mail: false,
      grants: [],
      permissions: [],
      files: {},
      volumes: {},
      writablePaths: {},
      runAsUser: 65532,
      disruption: {},
      rollingUpdate: { maxSurge: 1, maxUnavailable: 0 },
      minReadySeconds: 10,
      progressDeadlineSeconds: 600,
      preStopSeconds: 15,
      terminationGracePeriodSeconds: 60,
      spread: "prefer",
      allowFrom: [],
      annotations: {},
      nodeSelector: {},
      tolerations: [],
      imagePullSecrets: {},
    });
  });

  it("are optional", () => {
    expect(stackSections.shape.workloads.safeParse(undefined).success).to.equal(true);
  });

  for (const [image, message] of Object.entries({
    "ghcr.io/example/a": "is not pinned",
    "ghcr.io/example/a:latest": "is not pinned",
    "ghcr.io/example/a@sha256:abc": "has no digest of 64",
    [`ghcr.io/Example/a@sha256:${"a".repeat(64)}`]: "is not the name of an image",
    [`@sha256:${"a".repeat(64)}`]: "is not the name of an image",
    [`ghcr.io/a@sha256:${"A".repeat(64)}`]: "has no digest of 64",
    [`ghcr.io/${"a".repeat(250)}@sha256:${"a".repeat(64)}`]: "has a name of more than 255",
  })) {
    it(`refuse the image ${image.slice(0, 40)}: it ${message}`, () => {
      const found = problems({ image });
      expect(found.map(({ path }) => path)).to.deep.equal([`${at}.image`]);
      expect(found[0]?.message).to.contain(message);
    });
  }

  it("take an image of a registry with a port, with and without a tag", () => {
    const digest = `@sha256:${"a".repeat(64)}`;
    for (const name of ["localhost:5000/a", "a", "registry.example.com:443/a/b_c/d-e:V1.0"]) {
      expect(problems({ image: `${name}${digest}` }), name).to.deep.equal([]);
    }
  });

  it("need a cluster", () => {
    const config = workloadsConfig({ frontend: leastWorkload() });
    delete config["groundwork:cluster"];
    expect(problemsOf(config).map(({ path, message }) => [path, message])).to.deep.include.members([
      ["groundwork:mail", "there is no cluster for it"],
      ["groundwork:workloads", "there is no cluster for them"],
    ]);
  });

  it("refuse a name that another object has", () => {
    expect(problemsOf(workloadsConfig({ mail: leastWorkload() }))).to.deep.equal([
      {
        path: "groundwork:workloads.mail",
        message: '"mail" is the mail catcher\'s name',
        allowed: "another name",
      },
    ]);
    expect(problems({ loadBalancer: {} }, { "frontend-network": leastWorkload() })).to.deep.equal([
      {
        path: "groundwork:workloads.frontend-network",
        message: '"frontend-network" is the name of the service before "frontend"',
        allowed: "another name, or no load balancer of this type there",
      },
    ]);
    expect(
      problems({ loadBalancer: { type: "classic" } }, { "frontend-network": leastWorkload() }),
    ).to.deep.equal([]);
  });

  it("refuse one port twice, ports of root, and names of ports that are not there", () => {
    expect(problems({ ports: { metrics: 8080 } })).to.deep.equal(
      one("ports.metrics", "8080 is port already", "each number once"),
    );
    expect(problems({ port: 80 })).to.deep.equal(
      one(
        "port",
        "found 80, which only root may listen on",
        "a port from 1024 to 65535; loadBalancer.listeners may have lower ones",
      ),
    );
    expect(problems({ probes: { readiness: { port: "grpc" } } })).to.deep.equal(
      one(
        "probes.readiness.port",
        '"grpc" is no port of the workload',
        "a name of the workload's ports: http",
      ),
    );
    expect(problems({ loadBalancer: { listeners: [{ port: 80, target: "grpc" }] } })).to.deep.equal(
      one(
        "loadBalancer.listeners[0].target",
        '"grpc" is no port of the workload',
        "a name of the workload's ports: http",
      ),
    );
  });

  it("refuse a limit below what is requested, in whatever units", () => {
    const resources = (request: string, limit: string): Config => ({
      resources: { requests: { cpu: "1", memory: request }, limits: { memory: limit } },
    });
    expect(problems(resources("1Gi", "1G"))).to.deep.equal(
      one("resources.limits.memory", 'found "1G", with requests.memory "1Gi"', "at least what is requested"),
    );
    expect(problems(resources("1G", "1Gi"))).to.deep.equal([]);
    expect(problems(resources("128m", "1Gi")).map(({ message }) => message)).to.deep.equal([
      '"128m" counts thousandths of a byte: Mi is meant, or M',
    ]);
  });

  it("tell what is wrong inside of replicas, and that it may be a number", () => {
    expect(problems({ replicas: { min: 4, max: 2 } })).to.deep.equal(
      one("replicas.max", "found 2, with min 4", "at least min, 4"),
    );
    expect(problems({ replicas: { min: 1, max: 2, cpu: 3 } })).to.deep.equal([
      {
        path: `${at}.replicas.cpu`,
        message: '"cpu" is not a known key here',
        allowed: "the keys min, max, cpuPercent",
      },
    ]);
    expect(problems({ replicas: "many" })).to.deep.equal(
      one(
        "replicas",
        'found "many"',
        "a whole number from 1 to 1000, or a mapping with the keys min, max, cpuPercent",
      ),
    );
  });

  it("refuse budgets under which no node could be drained", () => {
    const paths = (disruption: Config, replicas: unknown = 2): readonly string[] =>
      problems({ disruption, replicas }).map(({ path }) => path.slice(at.length + 1));
    expect(paths({ minAvailable: 2 })).to.deep.equal(["disruption.minAvailable"]);
    expect(paths({ minAvailable: 1 })).to.deep.equal([]);
    expect(paths({ minAvailable: "51%" })).to.deep.equal(["disruption.minAvailable"]);
    expect(paths({ minAvailable: "50%" })).to.deep.equal([]);
    expect(paths({ minAvailable: 1 }, 1)).to.deep.equal(["disruption.minAvailable"]);
    expect(paths({ minAvailable: 2 }, { min: 2, max: 9 })).to.deep.equal(["disruption.minAvailable"]);
    expect(paths({ maxUnavailable: 0 })).to.deep.equal(["disruption.maxUnavailable"]);
    expect(paths({ maxUnavailable: "0%" })).to.deep.equal(["disruption.maxUnavailable"]);
    expect(paths({ maxUnavailable: "1%" })).to.deep.equal([]);
    expect(paths({ minAvailable: 1, maxUnavailable: 1 })).to.deep.equal(["disruption"]);
  });

  it("refuse updates that cannot move and pods that have no time to end", () => {
    const paths = (change: Config): readonly string[] =>
      problems(change).map(({ path }) => path.slice(at.length + 1));
    expect(paths({ rollingUpdate: { maxSurge: 0 } })).to.deep.equal(["rollingUpdate"]);
    expect(paths({ rollingUpdate: { maxSurge: "0%", maxUnavailable: "0%" } })).to.deep.equal([
      "rollingUpdate",
    ]);
    expect(paths({ minReadySeconds: 60, progressDeadlineSeconds: 60 })).to.deep.equal([
      "progressDeadlineSeconds",
    ]);
    expect(paths({ preStopSeconds: 60 })).to.deep.equal(["terminationGracePeriodSeconds"]);
    expect(paths({ loadBalancer: { externalTrafficPolicy: "Local" } })).to.deep.equal(["preStopSeconds"]);
    expect(paths({ preStopSeconds: 30, loadBalancer: { externalTrafficPolicy: "Local" } })).to.deep.equal([]);
  });

  it("refuse users that are not there, and URLs of what they may not use", () => {
    const secrets = (user: string, url: string): Config => ({ secrets: { A: { user, url } } });
    expect(problems(secrets("somebody", "sqs"))).to.deep.equal(
      one(
        "secrets.A.user",
        '"somebody" is no service user of this stack',
        "one of report_writer, report_reader, sqs_readwriter",
      ),
    );
    expect(problems(secrets("report_writer", "sqs"))).to.deep.equal(
      one(
        "secrets.A.url",
        '"report_writer" may not use sqs',
        "a user with queues:all, or a URL of what it may use",
      ),
    );
    expect(problems(secrets("sqs_readwriter", "sqs"))).to.deep.equal([]);
  });

  it("refuse a variable that is set twice, and mail that there is none of", () => {
    const secrets = { A: { user: "sqs_readwriter", url: "sqs" } };
    expect(problems({ environment: { A: "b" }, secrets })).to.deep.equal(
      one("secrets.A", "A is set in environment too", "each variable once"),
    );
    expect(problems({ mail: true, environment: { SMTP_HOST: "b" } })).to.deep.equal(
      one("environment.SMTP_HOST", "SMTP_HOST is what mail: true gives", "another name, or mail: false"),
    );
    const config = workloadsConfig({ frontend: leastWorkload({ mail: true }) });
    delete config["groundwork:mail"];
    expect(problemsOf(config)).to.deep.equal(
      one("mail", "there is no section groundwork:mail", "false, or a section groundwork:mail"),
    );
  });

  it("refuse callers that are no workloads, and folders of the system", () => {
    expect(problems({ allowFrom: ["backend"] })).to.deep.equal(
      one("allowFrom[0]", '"backend" is no workload', "keys of groundwork:workloads other than frontend"),
    );
    expect(problems({ writablePaths: { "/proc/x": "1Mi" } }).map(({ message }) => message)).to.deep.equal([
      '"/proc/x" is the system\'s own',
    ]);
    expect(problems({ writablePaths: { "/a/../etc": "1Mi" } }).map(({ message }) => message)).to.deep.equal([
      '"/a/../etc" goes through . or ..',
    ]);
  });

  it("refuse more text than Linux or the API server take", () => {
    // So much is more than all settings together may be, too.
    const inside = (environment: Config): ReturnType<typeof problems> =>
      problems({ environment }).filter(({ path }) => path !== "groundwork:workloads");
    expect(inside({ A: "x".repeat(131072) })).to.deep.equal(
      one("environment.A", "has 131075 bytes", "up to 131072 bytes, as Linux has it"),
    );
    const many = Object.fromEntries(
      Array.from({ length: 5 }, (_, index) => [`V${index}`, "x".repeat(120000)]),
    );
    expect(inside(many).map(({ path }) => path)).to.deep.equal([`${at}.environment`]);
  });
});

describe("settings rules: load balancers", () => {
  const paths = (loadBalancer: Config): readonly string[] =>
    problems({ loadBalancer }).map(({ path }) => path.slice(`${at}.loadBalancer`.length + 1));

  it("take TLS with a certificate of the stack's region, and no certificate without", () => {
    expect(paths({ certificateArn: CERTIFICATE })).to.deep.equal([]);
    expect(paths({ certificateArn: CERTIFICATE.replace("eu-west-1", "us-east-1") })).to.deep.equal([
      "certificateArn",
    ]);
    expect(paths({ listeners: [{ port: 443, tls: true }] })).to.deep.equal(["listeners"]);
    expect(paths({ certificateArn: CERTIFICATE, listeners: [{ port: 80 }] })).to.deep.equal([
      "certificateArn",
    ]);
  });

  it("refuse what would be there twice", () => {
    expect(paths({ listeners: [{ port: 80 }, { port: 80 }] })).to.deep.equal(["listeners[1].port"]);
    expect(paths({ allowedCidrBlocks: ["10.0.0.0/8", "10.0.0.0/8"] })).to.deep.equal([
      "allowedCidrBlocks[1]",
    ]);
  });

  it("refuse more rules than a security group has", () => {
    const allowedCidrBlocks = Array.from({ length: 26 }, (_, index) => `10.${index}.0.0/16`);
    expect(paths({ allowedCidrBlocks, listeners: [{ port: 80 }] })).to.deep.equal([]);
    expect(paths({ allowedCidrBlocks, listeners: [{ port: 80 }, { port: 81 }] })).to.deep.equal([
      "allowedCidrBlocks",
    ]);
  });

  it("refuse an idle timeout where it cannot be set", () => {
    expect(paths({ idleTimeoutSeconds: 60 })).to.deep.equal(["idleTimeoutSeconds"]);
    expect(paths({ type: "classic", idleTimeoutSeconds: 60 })).to.deep.equal([]);
  });

  it("refuse to stand before a workload without a port", () => {
    expect(problems({ port: undefined, loadBalancer: {} }).map(({ path }) => path)).to.deep.equal([
      `${at}.loadBalancer`,
    ]);
  });
});
