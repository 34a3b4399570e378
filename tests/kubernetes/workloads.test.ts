import { expect } from "chai";
import type { Config } from "../settings/support";
import { describeWithApiServer, said } from "./support/api-server";
import {
  CERTIFICATE,
  IMAGE,
  leastWorkload,
  workloadObjects,
  workloadsConfig,
} from "./support/workloads-program";

/** A name as long as settings allow. */
const longest = (letter: string): string => letter.repeat(40);

const everySecret = {
  DATABASE_URL: { databaseRole: "users_app" },
  KEY: { user: "report_writer", field: "secretAccessKey" },
  TOKEN: { stackSecret: "token" },
};

/** Every setting of a workload, each as far as it goes. */
function everything(change: Config = {}): Config {
  return leastWorkload({
    ports: Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [
        `port-${index}-abcdefg`.slice(0, 15).replace(/-$/, "a"),
        9000 + index,
      ]),
    ),
    replicas: { min: 1000, max: 1000, cpuPercent: 500 },
    resources: {
      requests: { cpu: "0.001", memory: "8Mi", "ephemeral-storage": "1Ki" },
      limits: { cpu: "1000", memory: "64Ti", "ephemeral-storage": "64Ti" },
    },
    probes: {
      readiness: {
        path: `/${"p".repeat(1023)}`,
        initialDelaySeconds: 86400,
        periodSeconds: 86400,
        timeoutSeconds: 86400,
        failureThreshold: 1000,
      },
      liveness: { path: "/%7Eok?with=query&more=1#end" },
      startup: { initialDelaySeconds: 0, periodSeconds: 1, timeoutSeconds: 1, failureThreshold: 1 },
    },
    command: Array.from({ length: 100 }, () => "c".repeat(10)),
    args: ["$(HOME)", "", "--flag=\n\t\u00e9\u{1f600}"],
    environment: {
      ["E".repeat(253)]: "",
      _: "$(UNSET) $$",
      // Twice in one stack: all settings together are 131,057 bytes at most.
      LARGE: "x".repeat(55_000),
    },
    secrets: {
      DYNAMODB_URL: { user: "report_writer", url: "dynamodb" },
      S3_URL: { user: "report_reader", url: "s3" },
      SQS_URL: { user: "sqs_readwriter", url: "sqs" },
    },
    mail: true,
    udpPorts: { "udp-port": 9000, "other-udp-port": 65535 },
    grants: ["reports:write", "reports:read", "queues:all", "queues:send", "queues:receive"],
    initContainers: [
      { name: "i".repeat(30), secrets: everySecret, environment: { A: "" } },
      { name: "i", image: IMAGE, resources: leastWorkload()["resources"], command: ["/bin/sh"] },
    ],
    sidecars: [
      {
        name: "s".repeat(30),
        resources: leastWorkload()["resources"],
        secrets: everySecret,
        probes: {
          readiness: { grpc: {} },
          liveness: { exec: ["/bin/true", ""] },
          startup: { path: "/", port: "http" },
        },
      },
    ],
    files: {
      "/etc/frontend/config.yaml": { content: "a: \u00e9\u{1f600}\n" },
      "/etc/empty": { content: "" },
      [`/${"f".repeat(511)}`]: { secret: { stackSecret: "token" } },
    },
    nodeSelector: { "kubernetes.io/arch": "arm64", "topology.kubernetes.io/zone": "eu-west-1a" },
    tolerations: [{ key: "example.com/a" }, { key: "a", value: "", effect: "NoExecute" }],
    imagePullSecrets: {
      "docker.io": { username: "a", password: { stackSecret: "token" } },
      "registry.example.com:5000": {
        username: "a",
        password: { databaseRole: "users_app", field: "password" },
      },
    },
    writablePaths: { "/tmp": "1Ki", "/var/cache/nginx": "64Ti", [`/${"d".repeat(511)}`]: "1G" },
    runAsUser: 2147483647,
    disruption: { minAvailable: 999 },
    rollingUpdate: { maxSurge: "100%", maxUnavailable: "100%" },
    minReadySeconds: 3600,
    progressDeadlineSeconds: 7200,
    preStopSeconds: 3600,
    terminationGracePeriodSeconds: 7200,
    spread: "require",
    annotations: {
      "prometheus.io/scrape": "true",
      [`${"a".repeat(63)}.example/${"A".repeat(63)}`]: "\u00e9".repeat(256),
      b: "",
    },
    egressCidrBlocks: ["0.0.0.0/0", "169.254.0.0/16", "169.254.169.254/32", "10.0.0.0/8"],
    loadBalancer: {
      type: "network",
      internal: true,
      listeners: [{ port: 443, tls: true }, { port: 80 }, { port: 65535, target: "port-0-abcdefg" }],
      certificateArn: CERTIFICATE,
      allowedCidrBlocks: ["10.0.0.0/8", "203.0.113.7/32"],
      crossZone: false,
      externalTrafficPolicy: "Local",
    },
    ...change,
  });
}

const classic = {
  type: "classic",
  idleTimeoutSeconds: 4000,
  listeners: Array.from({ length: 50 }, (_, index) => ({ port: 1 + index })),
};

const extremes: Readonly<Record<string, readonly [Config, Config?]>> = {
  "the least of everything": [{ a: leastWorkload() }],
  "no workload at all": [{}],
  "a workload without a port": [{ worker: leastWorkload({ port: undefined }) }],
  "every setting, as far as it goes": [{ frontend: everything() }],
  "the longest names": [
    {
      [longest("a")]: everything({ loadBalancer: { type: "network", internal: true } }),
      [longest("b")]: everything({
        loadBalancer: { ...classic, internal: true },
        allowFrom: [longest("a"), longest("b")],
      }),
    },
  ],
  "mail by SendGrid": [
    { frontend: leastWorkload({ mail: true, egressCidrBlocks: [] }) },
    { sendgrid: { from: "noreply@example.com", port: 465, username: "u".repeat(255) } },
  ],
  "a mail catcher that keeps much": [{}, { catcher: { maxMessages: 100000, retentionHours: 8760 } }],
  "disks, of the least and the largest size, with snapshots": [
    {
      [longest("d")]: leastWorkload({
        replicas: 1,
        volumes: {
          ["v".repeat(16)]: { mountPath: "/least", size: "1Gi" },
          w: {
            mountPath: "/largest",
            size: "16384Gi",
            snapshots: { everyHours: 1, at: "23:59", keep: 1000 },
          },
        },
      }),
    },
  ],
  "jobs, once and by schedule, with a sidecar and a disk": [
    {
      once: leastWorkload({
        port: undefined,
        job: { backoffLimit: 0, activeDeadlineSeconds: 604800 },
        sidecars: [{ name: "proxy", resources: leastWorkload()["resources"] }],
        grants: ["reports:read"],
      }),
      [longest("j")]: leastWorkload({
        port: undefined,
        job: {
          schedule: "*/5 0-6 1,15 jan-mar mon",
          timeZone: "Europe/London",
          concurrencyPolicy: "Replace",
          suspend: true,
        },
        replicas: 1,
        volumes: { data: { mountPath: "/data", size: "1Gi" } },
        secrets: everySecret,
      }),
    },
  ],
  "probes of every kind": [
    {
      grpc: leastWorkload({ probes: { readiness: { grpc: { service: "a.b" } }, startup: { grpc: {} } } }),
      exec: leastWorkload({
        port: undefined,
        probes: { readiness: { exec: ["/bin/ready"] }, liveness: { exec: ["/bin/alive"] } },
        strategy: "Recreate",
      }),
    },
  ],
  "one pod that may be away": [
    {
      one: leastWorkload({
        replicas: 1,
        disruption: { maxUnavailable: "1%" },
        rollingUpdate: { maxSurge: 0, maxUnavailable: 1 },
      }),
    },
  ],
  "no time at all": [
    {
      hasty: leastWorkload({
        minReadySeconds: 0,
        progressDeadlineSeconds: 1,
        preStopSeconds: 0,
        terminationGracePeriodSeconds: 1,
      }),
    },
  ],
  "as much text as fits": [
    {
      large: leastWorkload({
        environment: Object.fromEntries(
          // Seven bytes each, as the engine hands them to the program.
          Array.from({ length: 3 }, (_, index) => [`V${index}`, "\u0001".repeat(6000)]),
        ),
      }),
    },
  ],
  "many workloads that call each other": [
    Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [
        `w${index}`,
        leastWorkload({
          allowFrom: Array.from({ length: 30 }, (_value, other) => `w${other}`),
          affinity: { near: ["w0", "w1"], awayFrom: ["w2"] },
        }),
      ]),
    ),
  ],
};

describeWithApiServer("workloads before a real API server", (server) => {
  for (const [title, [workloads, mail]] of Object.entries(extremes)) {
    it(`accepts ${title}`, async () => {
      const objects = await workloadObjects(workloadsConfig(clean(workloads), mail));
      expect(said(await server().refusals(objects))).to.deep.equal([]);
    });
  }
});

/** A setting of undefined is one that is not there. */
function clean(workloads: Config): Config {
  return JSON.parse(JSON.stringify(workloads)) as Config;
}
