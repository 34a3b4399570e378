import { expect } from "chai";
import {
  leastWorkload,
  recordWorkloads,
  sectionsOf,
  workloadsConfig,
} from "../kubernetes/support/workloads-program";
import type { Config } from "../settings/support";
import type { RecordOptions } from "../support/mocks";
import type { RecordedResource, Recording } from "../support/recording";

const DEPLOYMENT = "kubernetes:apps/v1:Deployment";
const SECRET = "kubernetes:core/v1:Secret";
const CONFIG_MAP = "kubernetes:core/v1:ConfigMap";
const CLAIM = "kubernetes:core/v1:PersistentVolumeClaim";
const CLASS = "kubernetes:storage.k8s.io/v1:StorageClass";
const POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
const SNAPSHOTS = "aws:dlm/lifecyclePolicy:LifecyclePolicy";
const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";

const name = "workloads-frontend";
const recorded = (change: Config = {}, options: RecordOptions = {}): Promise<Recording> =>
  recordWorkloads(
    sectionsOf(workloadsConfig({ frontend: JSON.parse(JSON.stringify(leastWorkload(change))) as Config })),
    options,
  );
const spec = (resource: RecordedResource): Config => resource.inputs["spec"] as Config;
interface PodSpec extends Config {
  readonly containers: readonly Config[];
  readonly initContainers?: readonly Config[];
  readonly volumes: readonly Config[];
}
const templateOf = (recording: Recording): { readonly metadata: Config; readonly spec: PodSpec } =>
  spec(recording.one(DEPLOYMENT, name))["template"] as never;
const podOf = (recording: Recording): PodSpec => templateOf(recording).spec;
const mainOf = (recording: Recording): Config => podOf(recording).containers[0] as Config;
/** What is in a secret, which is marked as one as a whole. */
const plain = (recording: Recording, resource: string): Config =>
  (recording.one(SECRET, resource).inputs["stringData"] as { readonly secret: Config }).secret;
const token = { stackSecret: "token" };

describe("a workload's secrets", () => {
  it("are a database role's connection, with the authorities as a file and in the URL, and the way to the server", async () => {
    const recording = await recorded({
      secrets: {
        DATABASE_URL: { databaseRole: "users_app" },
        PGHOST: { databaseRole: "users_app", field: "host" },
        PGPORT: { databaseRole: "users_app", field: "port" },
        PGUSER: { databaseRole: "users_app", field: "username" },
        PGPASSWORD: { databaseRole: "users_app", field: "password" },
        PGDATABASE: { databaseRole: "users_app", field: "dbname" },
      },
      egressCidrBlocks: [],
    });
    const values = plain(recording, `${name}-environment`);
    const password = String(values["PGPASSWORD"]);
    expect(values).to.deep.equal({
      DATABASE_URL: `postgres://users_app:${password}@db.example.com:5432/users?sslmode=verify-full&sslrootcert=%2Fetc%2Fgroundwork%2Fdatabase-authorities.pem`,
      PGHOST: "db.example.com",
      PGPORT: "5432",
      PGUSER: "users_app",
      PGPASSWORD: password,
      PGDATABASE: "users",
    });
    expect(mainOf(recording)["volumeMounts"]).to.deep.equal([
      {
        name: "files",
        mountPath: "/etc/groundwork/database-authorities.pem",
        subPath: "database-authorities",
        readOnly: true,
      },
    ]);
    const files = recording.one(CONFIG_MAP, `${name}-files`);
    expect((files.inputs["data"] as Config)["database-authorities"]).to.match(/^-----BEGIN CERTIFICATE-----/);
    expect(spec(recording.one(POLICY, `${name}-traffic`))["egress"]).to.deep.equal([
      { to: [{ podSelector: {} }] },
      {
        to: [{ ipBlock: { cidr: "0.0.0.0/0", except: ["169.254.169.254/32"] } }],
        ports: [{ protocol: "TCP", port: 5432 }],
      },
    ]);
    expect(recording.dependencies(recording.one(DEPLOYMENT, name))).to.include("database-bootstrap");
  });

  it("are the same role's at a read replica, in host and URL", async () => {
    const recording = await recorded({
      secrets: {
        READ_URL: { databaseRole: "users_app", replica: "reports" },
        READ_HOST: { databaseRole: "users_app", replica: "reports", field: "host" },
        PGHOST: { databaseRole: "users_app", field: "host" },
      },
    });
    const { READ_URL: url, ...hosts } = plain(recording, `${name}-environment`);
    expect(hosts).to.deep.equal({ READ_HOST: "reports.example.com", PGHOST: "db.example.com" });
    expect(url).to.match(
      /^postgres:\/\/users_app:[^@]+@reports\.example\.com:5432\/users\?sslmode=verify-full&sslrootcert=/,
    );
  });

  it("are parts of a service user's key, what the stack's own file has, and what Secrets Manager answers", async () => {
    const asked: unknown[] = [];
    const recording = await recorded(
      {
        secrets: {
          AWS_ACCESS_KEY_ID: { user: "report_writer", field: "accessKeyId" },
          TOKEN: token,
          API: { secretsManager: "frontend/api", jsonKey: "key" },
        },
      },
      {
        invokes: {
          "aws:secretsmanager/getSecretVersion:getSecretVersion": (inputs) => {
            asked.push(inputs["secretId"]);
            return { ...inputs, secretString: '{"key":"of-secrets-manager"}' };
          },
        },
      },
    );
    const { AWS_ACCESS_KEY_ID: key, ...others } = plain(recording, `${name}-environment`);
    expect(others).to.deep.equal({ TOKEN: "of-the-stacks-own-file", API: "of-secrets-manager" });
    expect(key).to.be.a("string").and.match(/^AKIA/);
    expect(asked).to.deep.equal(["frontend/api"]);
    expect(JSON.stringify(podOf(recording)))
      .to.not.contain("of-secrets-manager")
      .and.not.contain("stacks-own");
  });

  it("are refused where Secrets Manager has bytes, and no text", async () => {
    const refusal: unknown = await recorded(
      { secrets: { API: { secretsManager: "frontend/api" } } },
      {
        invokes: {
          "aws:secretsmanager/getSecretVersion:getSecretVersion": (inputs) => ({
            ...inputs,
            secretString: "",
          }),
        },
      },
    ).catch((error: unknown) => error);
    expect(String(refusal)).to.contain(
      "workloads.frontend: secrets.API: the secret holds no text: what is binary cannot be given to a program so.",
    );
  });

  it("are an object that is never changed, so that another value is another name and other pods", async () => {
    const recording = await recorded({ secrets: { TOKEN: token }, files: { "/etc/a": { secret: token } } });
    for (const resource of [`${name}-environment`, `${name}-files`]) {
      const { inputs } = recording.one(SECRET, resource);
      expect(inputs["immutable"], resource).to.equal(true);
      expect((inputs["metadata"] as Config)["name"], resource).to.equal(undefined);
    }
  });

  it("are logins of registries, which the kubelet takes", async () => {
    const recording = await recorded({
      imagePullSecrets: { "docker.io": { username: "bot", password: token } },
    });
    const { inputs } = recording.one(SECRET, `${name}-logins`);
    expect(inputs["type"]).to.equal("kubernetes.io/dockerconfigjson");
    expect(JSON.parse(String(plain(recording, `${name}-logins`)[".dockerconfigjson"]))).to.deep.equal({
      auths: {
        "https://index.docker.io/v1/": {
          username: "bot",
          password: "of-the-stacks-own-file",
          auth: Buffer.from("bot:of-the-stacks-own-file").toString("base64"),
        },
      },
    });
    expect(podOf(recording)["imagePullSecrets"]).to.have.length(1);
  });
});

describe("a workload's files", () => {
  it("are each at its path, for its user alone, in containers of every kind", async () => {
    const recording = await recorded({
      files: { "/etc/b/config.yaml": { content: "b\n" }, "/etc/a": { secret: token } },
      sidecars: [{ name: "proxy", resources: leastWorkload()["resources"] }],
      initContainers: [{ name: "migrate" }],
    });
    const mounts = [
      { name: "files", mountPath: "/etc/a", subPath: "file-0", readOnly: true },
      { name: "files", mountPath: "/etc/b/config.yaml", subPath: "file-1", readOnly: true },
    ];
    const pod = podOf(recording);
    for (const container of [...pod.containers, ...(pod.initContainers ?? [])]) {
      expect(container["volumeMounts"], String(container["name"])).to.deep.equal(mounts);
    }
    expect(recording.one(CONFIG_MAP, `${name}-files`).inputs["data"]).to.deep.equal({ "file-1": "b\n" });
    expect(plain(recording, `${name}-files`)).to.deep.equal({ "file-0": "of-the-stacks-own-file" });
    expect((pod.volumes[0] as { projected: Config }).projected["defaultMode"]).to.equal(0o440);
  });
});

describe("a workload's permissions", () => {
  it("are its grants and its own statements, of its service account alone, in pods that ask for them even before EKS knows", async () => {
    const recording = await recorded({
      grants: ["queues:send"],
      permissions: [{ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::example-builds/*"] }],
      egressCidrBlocks: [],
    });
    const document = JSON.parse(String(recording.one(ROLE_POLICY, name).inputs["policy"])) as {
      Statement: unknown;
    };
    expect(document.Statement).to.deep.equal([
      {
        Sid: "SendMessages",
        Effect: "Allow",
        Action: ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"],
        Resource: ["arn:aws:sqs:eu-west-1:111122223333:dev_mail"],
      },
      {
        Sid: "Settings0",
        Effect: "Allow",
        Action: ["s3:GetObject"],
        Resource: ["arn:aws:s3:::example-builds/*"],
      },
    ]);
    expect(recording.one("aws:eks/podIdentityAssociation:PodIdentityAssociation", name).inputs).to.include({
      namespace: "workloads",
      serviceAccount: "frontend",
    });
    expect(mainOf(recording)["env"]).to.deep.equal([
      {
        name: "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
        value: "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount/eks-pod-identity-token",
      },
      { name: "AWS_CONTAINER_CREDENTIALS_FULL_URI", value: "http://169.254.170.23/v1/credentials" },
      { name: "AWS_REGION", value: "eu-west-1" },
    ]);
    expect(mainOf(recording)["volumeMounts"]).to.deep.equal([
      {
        name: "eks-pod-identity-token",
        mountPath: "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount",
        readOnly: true,
      },
    ]);
    const token = {
      audience: "pods.eks.amazonaws.com",
      expirationSeconds: 86400,
      path: "eks-pod-identity-token",
    };
    expect(podOf(recording).volumes).to.deep.equal([
      { name: "eks-pod-identity-token", projected: { sources: [{ serviceAccountToken: token }] } },
    ]);
    expect(spec(recording.one(POLICY, `${name}-traffic`))["egress"]).to.deep.include({
      to: [{ ipBlock: { cidr: "169.254.170.23/32" } }],
      ports: [{ protocol: "TCP", port: 80 }],
    });
    expect(recording.dependencies(recording.one(DEPLOYMENT, name))).to.include(name);
  });
});

describe("a workload's disks", () => {
  it("are guarded claims of a class that tags them, for one pod at a time", async () => {
    const recording = await recorded({
      replicas: 1,
      volumes: { data: { mountPath: "/data", size: "20Gi", snapshots: { everyHours: 12, keep: 30 } } },
    });
    const claim = recording.one(CLAIM, `${name}-data`);
    expect(claim.options.protect).to.equal(true);
    expect((claim.inputs["metadata"] as Config)["name"]).to.equal("frontend-data");
    expect(spec(claim)).to.deep.equal({
      accessModes: ["ReadWriteOnce"],
      storageClassName: "workloads",
      resources: { requests: { storage: "20Gi" } },
    });
    const { inputs } = recording.one(CLASS, "workloads-disks");
    expect(inputs).to.deep.include({
      reclaimPolicy: "Retain",
      volumeBindingMode: "WaitForFirstConsumer",
      allowVolumeExpansion: true,
    });
    expect(inputs["parameters"]).to.deep.equal({
      type: "gp3",
      encrypted: "true",
      tagSpecification_1: "project=groundwork",
      tagSpecification_2: "environment=dev",
      tagSpecification_3: "managed-by=groundwork",
      tagSpecification_4: "volume-claim=groundwork-dev/{{ .PVCName }}",
    });
    expect(recording.one(SNAPSHOTS, `${name}-data`).inputs["policyDetails"]).to.deep.equal({
      resourceTypes: ["VOLUME"],
      targetTags: { "volume-claim": "groundwork-dev/frontend-data" },
      schedules: [
        {
          name: "every-12-hours",
          createRule: { interval: 12, intervalUnit: "HOURS", times: "03:00" },
          retainRule: { count: 30 },
          copyTags: true,
        },
      ],
    });
    expect(spec(recording.one(DEPLOYMENT, name))["strategy"]).to.deep.equal({ type: "Recreate" });
    expect(podOf(recording).volumes).to.deep.equal([
      { name: "volume-data", persistentVolumeClaim: { claimName: "frontend-data" } },
    ]);
  });

  it("bring no class and no role where there are none", async () => {
    const recording = await recorded();
    expect(recording.ofType(CLASS)).to.deep.equal([]);
    expect(
      recording.ofType("aws:iam/role:Role").filter((role) => role.name.startsWith("workloads")),
    ).to.deep.equal([]);
  });
});

describe("a workload's other containers", () => {
  it("are native sidecars, and init containers that come after them", async () => {
    const recording = await recorded({
      initContainers: [{ name: "migrate", args: ["up"], secrets: { TOKEN: token } }],
      sidecars: [
        {
          name: "proxy",
          resources: leastWorkload()["resources"],
          probes: { startup: { port: "http" }, liveness: { exec: ["/bin/true"] } },
        },
      ],
    });
    const [proxy, migrate] = podOf(recording).initContainers ?? [];
    expect(proxy).to.deep.include({ name: "proxy", restartPolicy: "Always", envFrom: [] });
    expect(proxy?.["startupProbe"]).to.deep.include({ tcpSocket: { port: 8080 } });
    expect(proxy?.["livenessProbe"]).to.deep.include({ exec: { command: ["/bin/true"] } });
    expect(proxy).to.not.have.property("readinessProbe");
    expect(migrate).to.deep.include({ name: "migrate", args: ["up"] });
    expect(migrate).to.not.have.property("restartPolicy");
    expect(migrate?.["envFrom"]).to.have.length(1);
    expect(mainOf(recording)["envFrom"]).to.deep.equal([]);
  });
});

describe("a workload that is a job", () => {
  const objects = (recording: Recording): readonly string[] =>
    recording.resources
      .filter((one) => one.name.startsWith(name))
      .map(({ type }) => type.split(":").at(-1) ?? "");

  it("runs once, anew when anything of it changes, with neither service nor budget", async () => {
    const recording = await recorded({ port: undefined, job: { activeDeadlineSeconds: 600 } });
    expect([...objects(recording)].sort()).to.deep.equal([
      "Job",
      "NetworkPolicy",
      "ServiceAccount",
      "Workload",
    ]);
    const job = recording.one("kubernetes:batch/v1:Job", name);
    expect((job.inputs["metadata"] as Config)["name"]).to.equal(undefined);
    expect(spec(job)).to.deep.include({ backoffLimit: 3, activeDeadlineSeconds: 600 });
    expect(job.options.customTimeouts?.create).to.equal("15m");
  });

  it("runs by schedule, not beside itself", async () => {
    const recording = await recorded({
      port: undefined,
      job: { schedule: "30 2 * * *", timeZone: "Europe/London" },
    });
    expect([...objects(recording)].sort()).to.deep.equal([
      "CronJob",
      "NetworkPolicy",
      "ServiceAccount",
      "Workload",
    ]);
    expect(spec(recording.one("kubernetes:batch/v1:CronJob", name))).to.deep.include({
      schedule: "30 2 * * *",
      timeZone: "Europe/London",
      concurrencyPolicy: "Forbid",
      suspend: false,
    });
  });
});

describe("a workload's ports, probes and nodes", () => {
  it("take UDP, gRPC and commands, selectors and tolerations, in Kubernetes' own words", async () => {
    const recording = await recorded({
      udpPorts: { syslog: 5514 },
      probes: { readiness: { grpc: { service: "users" } }, liveness: { exec: ["/bin/alive"] } },
      nodeSelector: { "kubernetes.io/arch": "arm64" },
      tolerations: [{ key: "purpose", value: "batch", effect: "NoSchedule" }, { key: "spot" }],
      strategy: "Recreate",
    });
    const main = mainOf(recording);
    const ports = [
      { name: "http", protocol: "TCP" },
      { name: "syslog", protocol: "UDP" },
    ];
    expect(
      (main["ports"] as readonly Config[]).map(({ name: port, protocol }) => ({ name: port, protocol })),
    ).to.deep.equal(ports);
    expect(main["readinessProbe"]).to.deep.include({ grpc: { port: 8080, service: "users" } });
    expect(main["livenessProbe"]).to.deep.include({ exec: { command: ["/bin/alive"] } });
    expect(spec(recording.one("kubernetes:core/v1:Service", `${name}-service`))["ports"]).to.deep.include({
      name: "syslog",
      port: 5514,
      targetPort: "syslog",
      protocol: "UDP",
    });
    expect(podOf(recording)).to.deep.include({
      nodeSelector: { "kubernetes.io/arch": "arm64" },
      tolerations: [
        { key: "purpose", operator: "Equal", value: "batch", effect: "NoSchedule" },
        { key: "spot", operator: "Exists" },
      ],
    });
  });
});
