import { expect } from "chai";
import { leastWorkload, workloadsConfig } from "../../kubernetes/support/workloads-program";
import { problemsOf, type Config } from "../support";

const token = { stackSecret: "token" };
const resources = leastWorkload()["resources"];
const disk = { data: { mountPath: "/data", size: "20Gi" } };
const [general, batch] = [
  { instanceTypes: ["m7g.large"], minSize: 2, maxSize: 4, desiredSize: 2 },
  {
    instanceTypes: ["c7i.large"],
    minSize: 0,
    maxSize: 4,
    desiredSize: 1,
    labels: { purpose: "batch" },
    taints: [{ key: "purpose", value: "batch", effect: "NO_SCHEDULE" }],
  },
];

/** Paths below the workload, with what is wrong there. */
function found(change: Config): readonly (readonly [string, string])[] {
  const workload = JSON.parse(JSON.stringify(leastWorkload(change))) as Config;
  const config = workloadsConfig({ frontend: workload });
  const cluster = config["groundwork:cluster"] as Config;
  return problemsOf({
    ...config,
    "groundwork:workload.token": "of-the-stacks-own-file",
    "groundwork:cluster": { ...cluster, nodeGroups: { general, batch } },
  })
    .filter(({ path }) => !path.startsWith("groundwork:workload.token"))
    .map(({ path, message }) => [path.replace(/^groundwork:workloads\.frontend\.?/, ""), message] as const);
}

const refused: Readonly<Record<string, readonly [Config, ...(readonly [string, string])[]]>> = {
  "a secret of no place, and of two": [
    { secrets: { A: {}, B: { ...token, secretsManager: "b" } } },
    ["secrets.A", "says not where the value comes from"],
    ["secrets.B", "has secretsManager and stackSecret"],
  ],
  "what is of another place": [
    { secrets: { A: { ...token, field: "host" }, B: { databaseRole: "users_app", jsonKey: "b" } } },
    ["secrets.A.field", "stackSecret has none"],
    ["secrets.B.jsonKey", "databaseRole has none"],
  ],
  "a role that is not there, or does not log in, and a field of somebody else": [
    {
      secrets: {
        A: { databaseRole: "nobody" },
        B: { databaseRole: "users_owner" },
        C: { databaseRole: "users_app", field: "accessKeyId" },
      },
    },
    ["secrets.A.databaseRole", '"nobody" is no role of database.bootstrap that logs in'],
    ["secrets.B.databaseRole", '"users_owner" is no role of database.bootstrap that logs in'],
    ["secrets.C.field", "a database role has no accessKeyId"],
  ],
  "a replica that is not there, and one of what is no database role": [
    { secrets: { A: { databaseRole: "users_app", replica: "search" }, B: { ...token, replica: "reports" } } },
    ["secrets.A.replica", '"search" is no replica of the database'],
    ["secrets.B.replica", "stackSecret has none"],
  ],
  "a user without a word of which value, and with two": [
    {
      secrets: {
        A: { user: "report_reader" },
        B: { user: "report_reader", url: "s3", field: "accessKeyId" },
        C: { user: "report_reader", field: "host" },
      },
    },
    ["secrets.A", "says not which value of the user it is"],
    ["secrets.B", "has both url and field"],
    ["secrets.C.field", "a user has no host"],
  ],
  "the same in files, logins, init containers and sidecars": [
    {
      files: { "/etc/a": { secret: {} } },
      imagePullSecrets: { "ghcr.io": { username: "a", password: {} } },
      initContainers: [{ name: "a", secrets: { A: {} } }],
      sidecars: [{ name: "b", resources, secrets: { A: {} }, environment: { A: "" } }],
    },
    ['files["/etc/a"].secret', "says not where the value comes from"],
    ['imagePullSecrets["ghcr.io"].password', "says not where the value comes from"],
    ["initContainers[0].secrets.A", "says not where the value comes from"],
    ["sidecars[0].secrets.A", "A is set in environment too"],
    ["sidecars[0].secrets.A", "says not where the value comes from"],
  ],
  "a file with two contents, and with none": [
    { files: { "/etc/a": {}, "/etc/b": { content: "", secret: token } } },
    ['files["/etc/a"]', "has neither content nor secret"],
    ['files["/etc/b"]', "has both content and secret"],
  ],
  "one path twice, and paths of the system": [
    {
      replicas: 1,
      writablePaths: { "/data": "1Mi" },
      volumes: disk,
      files: { "/etc/groundwork/a": { content: "" }, "/proc/a": { content: "" }, "/a/../b": { content: "" } },
    },
    ['files["/a/../b"]', '"/a/../b" goes through . or ..'],
    ['files["/etc/groundwork/a"]', '"/etc/groundwork/a" is where the database\'s authorities are put'],
    ['files["/proc/a"]', '"/proc/a" is the system\'s own'],
    ["volumes.data.mountPath", '"/data" is of writablePaths already'],
  ],
  "what would be below a file": [
    {
      writablePaths: { "/etc/a/b": "1Mi" },
      files: { "/etc/a": { content: "" }, "/etc/ab": { content: "" } },
    },
    ['writablePaths["/etc/a/b"]', '"/etc/a/b" is below "/etc/a", which is a file'],
  ],
  "limits of other containers below what they request": [
    {
      initContainers: [
        { name: "a", resources: { requests: { cpu: "1", memory: "2Gi" }, limits: { memory: "1Gi" } } },
      ],
      sidecars: [
        {
          name: "b",
          resources: { requests: { cpu: "2", memory: "1Gi" }, limits: { cpu: "1", memory: "1Gi" } },
        },
      ],
    },
    ["initContainers[0].resources.limits.memory", 'found "1Gi", with requests.memory "2Gi"'],
    ["sidecars[0].resources.limits.cpu", 'found "1", with requests.cpu "2"'],
  ],
  "disks for several pods, and for an update that keeps the old one": [
    { volumes: disk, strategy: "RollingUpdate" },
    ["replicas", "found 2, with volumes, which one pod alone can have"],
    ["strategy", "the new pod would wait for the disks that the old one has until it is there"],
  ],
  "a job that serves": [
    { replicas: 3, strategy: "Recreate", udpPorts: { a: 5000 }, loadBalancer: {}, job: { suspend: true } },
    ["job.suspend", "the job has no schedule"],
    ["loadBalancer", "a job serves nobody: it runs to its end"],
    ["port", "a job serves nobody: it runs to its end"],
    ["replicas", "a job serves nobody: it runs to its end"],
    ["strategy", "a job serves nobody: it runs to its end"],
    ["udpPorts", "a job serves nobody: it runs to its end"],
  ],
  "a schedule that is none, or never comes": [
    { port: undefined, job: { schedule: "@daily" } },
    ["job.schedule", '"@daily" is no cron expression that Kubernetes takes'],
  ],
  "probes that ask twice, or nobody": [
    {
      probes: { readiness: { path: "/", exec: ["a"] }, liveness: { exec: ["a"], port: "http" } },
      sidecars: [{ name: "a", resources, probes: { readiness: { port: "nowhere" } } }],
    },
    ["probes.liveness.port", "a command asks no port"],
    ["probes.readiness.exec", "path and exec are two questions"],
    ["sidecars[0].probes.readiness.port", '"nowhere" is no port of the workload'],
  ],
  "a sidecar's start that would wait for the program, which waits for it": [
    { sidecars: [{ name: "a", resources, probes: { startup: { grpc: {} }, liveness: { path: "/" } } }] },
    [
      "sidecars[0].probes.startup.port",
      "the program is not there before this probe has succeeded, and the port may be its own",
    ],
  ],
  "a probe of gRPC without a port": [
    { port: undefined, probes: { readiness: { grpc: {} }, liveness: {} } },
    ["probes.liveness", "the workload has no port to ask"],
    ["probes.readiness", "the workload has no port to ask"],
  ],
  "containers of one name": [
    { initContainers: [{ name: "frontend" }, { name: "a" }], sidecars: [{ name: "a", resources }] },
    ["initContainers[0].name", '"frontend" is the program\'s own container'],
    ["initContainers[1].name", '"a" is a container already'],
  ],
  "ports of UDP by a name that is taken, of one number, or of root": [
    { ports: { a: 9000 }, udpPorts: { a: 9000, b: 9000, http: 53 } },
    ["udpPorts.a", '"a" is a name of ports already'],
    ["udpPorts.b", "9000 is udpPorts.a already"],
    ["udpPorts.http", '"http" is the name of port'],
    ["udpPorts.http", "found 53, which only root may listen on"],
  ],
  "a selector of no group": [
    { nodeSelector: { purpose: "ci" } },
    ["nodeSelector.purpose", "no group of nodes has purpose: ci"],
  ],
  "selectors of two groups": [
    { nodeSelector: { purpose: "batch", "kubernetes.io/arch": "arm64" } },
    ["nodeSelector", "no group of nodes has all of these labels"],
  ],
  "a tainted group without a toleration, or with another one's": [
    { nodeSelector: { purpose: "batch" }, tolerations: [{ key: "purpose", value: "ci" }] },
    [
      "tolerations",
      "the nodes that it may run on keep it away: batch has the taint purpose=batch:NoSchedule",
    ],
  ],
  "grants of what there is none of": [
    { grants: ["queues:send", "queues:send"] },
    ["grants[1]", '"queues:send" is listed twice'],
  ],
};

describe("settings rules: parts of workloads", () => {
  for (const [title, [change, ...problems]] of Object.entries(refused)) {
    it(`refuse ${title}`, () => {
      const sorted = [...found(change)].sort(([a, b], [c, d]) =>
        `${a} ${b}`.localeCompare(`${c} ${d}`, "en"),
      );
      expect(sorted).to.deep.equal(problems);
    });
  }

  it("take all of it where it is right", () => {
    expect(
      found({
        replicas: 1,
        udpPorts: { dns: 8080 },
        secrets: {
          DATABASE_URL: { databaseRole: "users_app" },
          KEY: { user: "report_writer", field: "secretAccessKey" },
          TOKEN: token,
          API: {
            secretsManager: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:api-a1B2c3",
            jsonKey: "key",
          },
        },
        volumes: disk,
        initContainers: [{ name: "migrate", secrets: { DATABASE_URL: { databaseRole: "users_app" } } }],
        probes: { readiness: { exec: ["/bin/ready"] }, liveness: { grpc: { service: "a" } } },
        nodeSelector: {
          purpose: "batch",
          "kubernetes.io/arch": "amd64",
          "topology.kubernetes.io/zone": "eu-west-1a",
        },
        tolerations: [{ key: "purpose", effect: "NoSchedule" }],
        grants: ["queues:all", "reports:read"],
      }),
    ).to.deep.equal([]);
    expect(found({ port: undefined, job: { schedule: "*/5 0-6 1,15 * mon" } })).to.deep.equal([]);
    expect(found({ port: undefined, probes: { liveness: { exec: ["/bin/alive"] } } })).to.deep.equal([]);
  });
});
