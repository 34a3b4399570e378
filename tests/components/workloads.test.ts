import { expect } from "chai";
import {
  CERTIFICATE,
  IMAGE,
  leastWorkload,
  recordWorkloads,
  sectionsOf,
  workloadsConfig,
} from "../kubernetes/support/workloads-program";
import type { Config } from "../settings/support";
import type { RecordedResource, Recording } from "../support/recording";

const DEPLOYMENT = "kubernetes:apps/v1:Deployment";
const SERVICE = "kubernetes:core/v1:Service";
const SECRET = "kubernetes:core/v1:Secret";
const BUDGET = "kubernetes:policy/v1:PodDisruptionBudget";
const AUTOSCALER = "kubernetes:autoscaling/v2:HorizontalPodAutoscaler";
const POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
const NAMESPACE = "kubernetes:core/v1:Namespace";

const recorded = (change: Config = {}, others: Config = {}, mail?: Config): Promise<Recording> =>
  recordWorkloads(sectionsOf(workloadsConfig({ frontend: leastWorkload(change), ...others }, mail)));

const name = "workloads-frontend";
const spec = (resource: RecordedResource): Record<string, unknown> =>
  resource.inputs["spec"] as Record<string, unknown>;
interface Container {
  readonly env: unknown;
  readonly envFrom: readonly { readonly secretRef: { readonly name: string } }[];
  readonly [field: string]: unknown;
}
interface PodSpec {
  readonly containers: readonly Container[];
  readonly [field: string]: unknown;
}
const podOf = (recording: Recording, deployment = name): PodSpec =>
  (spec(recording.one(DEPLOYMENT, deployment))["template"] as { readonly spec: PodSpec }).spec;
const containerOf = (recording: Recording, deployment = name): Container =>
  podOf(recording, deployment).containers[0] as Container;

const labels = {
  "app.kubernetes.io/name": "frontend",
  "app.kubernetes.io/part-of": "groundwork",
  "app.kubernetes.io/instance": "dev",
  "app.kubernetes.io/managed-by": "groundwork",
};
const metadata = { name: "frontend", namespace: "workloads", labels };
const selector = { "app.kubernetes.io/name": "frontend" };

describe("the namespace of workloads", () => {
  it("takes restricted pods only, and lets nothing in or out but questions of names", async () => {
    const recording = await recorded();
    const namespace = recording.one(NAMESPACE, "workloads");
    expect(namespace.inputs["metadata"]).to.deep.equal({
      name: "workloads",
      labels: {
        ...labels,
        "app.kubernetes.io/name": "workloads",
        "pod-security.kubernetes.io/enforce": "restricted",
        "pod-security.kubernetes.io/enforce-version": "latest",
        "pod-security.kubernetes.io/warn": "restricted",
        "pod-security.kubernetes.io/audit": "restricted",
      },
    });
    expect(spec(recording.one(POLICY, "workloads-default"))).to.deep.equal({
      podSelector: {},
      policyTypes: ["Ingress", "Egress"],
      egress: [
        {
          to: [
            {
              namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
              podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
            },
          ],
          ports: [
            { protocol: "UDP", port: 53 },
            { protocol: "TCP", port: 53 },
          ],
        },
      ],
    });
  });

  it("is there with its policies before any workload, and goes after them", async () => {
    const recording = await recorded();
    for (const resource of [recording.one(DEPLOYMENT, name), recording.one(POLICY, `${name}-traffic`)]) {
      expect(recording.dependencies(resource)).to.include.members(["workloads", "workloads-default"]);
    }
  });
});

describe("a workload", () => {
  it("is a deployment with account, network policy, budget and service, and nothing else", async () => {
    const recording = await recorded();
    const own = recording.resources.filter((resource) => resource.name.startsWith("workloads-frontend"));
    expect(own.map((resource) => `${resource.type} ${resource.name}`).sort()).to.deep.equal([
      "groundwork:workloads:Workload workloads-frontend",
      "kubernetes:apps/v1:Deployment workloads-frontend",
      "kubernetes:core/v1:Service workloads-frontend-service",
      "kubernetes:core/v1:ServiceAccount workloads-frontend-account",
      "kubernetes:networking.k8s.io/v1:NetworkPolicy workloads-frontend-traffic",
      "kubernetes:policy/v1:PodDisruptionBudget workloads-frontend-budget",
    ]);
  });

  it("is restricted in full, and pinned", async () => {
    const recording = await recorded();
    const { containers, ...pod } = podOf(recording);
    expect(pod).to.deep.include({
      serviceAccountName: "frontend",
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 65532,
        runAsGroup: 65532,
        fsGroup: 65532,
        fsGroupChangePolicy: "OnRootMismatch",
        seccompProfile: { type: "RuntimeDefault" },
      },
      terminationGracePeriodSeconds: 60,
    });
    expect(containers).to.deep.equal([
      {
        name: "frontend",
        image: IMAGE,
        imagePullPolicy: "IfNotPresent",
        ports: [{ name: "http", containerPort: 8080, protocol: "TCP" }],
        env: [],
        envFrom: [],
        resources: { requests: { cpu: "100m", memory: "64Mi" }, limits: { memory: "128Mi" } },
        readinessProbe: {
          tcpSocket: { port: "http" },
          initialDelaySeconds: 0,
          periodSeconds: 5,
          timeoutSeconds: 2,
          failureThreshold: 3,
        },
        lifecycle: { preStop: { sleep: { seconds: 15 } } },
        securityContext: {
          allowPrivilegeEscalation: false,
          privileged: false,
          readOnlyRootFilesystem: true,
          runAsNonRoot: true,
          capabilities: { drop: ["ALL"] },
          seccompProfile: { type: "RuntimeDefault" },
        },
        volumeMounts: [],
      },
    ]);
  });

  it("is updated one more, one less, and its selector says no more than its name", async () => {
    const deployment = (await recorded()).one(DEPLOYMENT, name);
    const { template } = spec(deployment);
    expect(spec(deployment)).to.deep.equal({
      template,
      replicas: 2,
      selector: { matchLabels: selector },
      minReadySeconds: 10,
      progressDeadlineSeconds: 600,
      revisionHistoryLimit: 5,
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    });
    expect(deployment.inputs["metadata"]).to.deep.equal({
      ...metadata,
      annotations: { "pulumi.com/patchForce": "true" },
    });
    expect(deployment.options.ignoreChanges).to.deep.equal([]);
  });

  it("leaves its number to the autoscaler, where it has one, and begins with the least", async () => {
    const recording = await recorded({ replicas: { min: 3, max: 9 } });
    const deployment = recording.one(DEPLOYMENT, name);
    expect(spec(deployment)["replicas"]).to.equal(3);
    expect(deployment.options.ignoreChanges).to.deep.equal(["spec.replicas"]);
    expect(spec(recording.one(AUTOSCALER))).to.deep.equal({
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "frontend" },
      minReplicas: 3,
      maxReplicas: 9,
      metrics: [
        {
          type: "Resource",
          resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } },
        },
      ],
    });
    expect((await recorded()).ofType(AUTOSCALER)).to.deep.equal([]);
  });

  it("lets one pod at a time be drained, unless settings say otherwise", async () => {
    const budget = async (disruption: Config): Promise<unknown> =>
      spec((await recorded({ disruption, replicas: 4 })).one(BUDGET, `${name}-budget`));
    const always = { selector: { matchLabels: selector }, unhealthyPodEvictionPolicy: "AlwaysAllow" };
    expect(await budget({})).to.deep.equal({ ...always, maxUnavailable: 1 });
    expect(await budget({ minAvailable: "50%" })).to.deep.equal({ ...always, minAvailable: "50%" });
  });

  it("has no service and no probe without a port", async () => {
    const recording = await recorded({ port: undefined });
    expect(recording.ofType(SERVICE).map((service) => service.name)).to.deep.equal(["mail-catcher-service"]);
    expect(containerOf(recording)).to.not.have.any.keys("readinessProbe", "livenessProbe", "startupProbe");
  });

  it("writes where settings let it, and nowhere else", async () => {
    const recording = await recorded({ writablePaths: { "/var/cache": "1Gi", "/tmp": "64Mi" } });
    expect(containerOf(recording)["volumeMounts"]).to.deep.equal([
      { name: "writable-0", mountPath: "/tmp" },
      { name: "writable-1", mountPath: "/var/cache" },
    ]);
    expect(podOf(recording)["volumes"]).to.deep.equal([
      { name: "writable-0", emptyDir: { sizeLimit: "64Mi" } },
      { name: "writable-1", emptyDir: { sizeLimit: "1Gi" } },
    ]);
  });

  it("gets URLs with credentials from a secret of its own, never in clear", async () => {
    const recording = await recorded({ secrets: { QUEUES_URL: { user: "sqs_readwriter", url: "sqs" } } });
    const secret = recording.one(SECRET, `${name}-environment`);
    expect(secret.inputs["immutable"]).to.equal(true);
    expect(secret.inputs["metadata"]).to.not.have.property("name");
    const { secret: data } = secret.inputs["stringData"] as { secret: { QUEUES_URL: string } };
    expect(data.QUEUES_URL).to.match(/^sqs:\/\/AKIA[^/]+@eu-west-1\/dev_control_$/);
    expect(containerOf(recording).envFrom).to.have.lengthOf(1);
    expect(containerOf(recording).envFrom[0]?.secretRef.name).to.match(/^workloads-frontend-environment-/);
    expect(JSON.stringify(recording.one(DEPLOYMENT, name).inputs)).to.not.contain("AKIA");
  });
});

describe("who may call a workload", () => {
  const traffic = async (change: Config, others: Config = {}, mail?: Config): Promise<unknown> =>
    spec((await recorded(change, others, mail)).one(POLICY, `${name}-traffic`));
  const everywhere = { ipBlock: { cidr: "0.0.0.0/0", except: ["169.254.169.254/32"] } };

  it("is nobody by itself, and it may connect to everything but the node's metadata", async () => {
    expect(await traffic({})).to.deep.equal({
      podSelector: { matchLabels: selector },
      policyTypes: ["Ingress", "Egress"],
      ingress: [],
      egress: [{ to: [{ podSelector: {} }] }, { to: [everywhere] }],
    });
  });

  it("is whom settings name, on its ports", async () => {
    const policy = await traffic({ allowFrom: ["api"], ports: { metrics: 9090 } }, { api: leastWorkload() });
    expect(policy).to.have.deep.property("ingress", [
      {
        from: [{ podSelector: { matchLabels: { "app.kubernetes.io/name": "api" } } }],
        ports: [
          { protocol: "TCP", port: 8080 },
          { protocol: "TCP", port: 9090 },
        ],
      },
    ]);
  });

  it("is everybody behind a load balancer, on the port that it sends to", async () => {
    expect(await traffic({ loadBalancer: {}, ports: { metrics: 9090 } })).to.have.deep.property("ingress", [
      { from: [{ ipBlock: { cidr: "0.0.0.0/0" } }], ports: [{ protocol: "TCP", port: 8080 }] },
    ]);
  });

  it("leaves a workload with few places to go the way to its mail server", async () => {
    const policy = await traffic(
      { egressCidrBlocks: ["10.0.0.0/8", "169.254.0.0/16"], mail: true },
      {},
      { sendgrid: { from: "a@example.com" } },
    );
    expect(policy).to.have.deep.property("egress", [
      { to: [{ podSelector: {} }] },
      {
        to: [
          { ipBlock: { cidr: "10.0.0.0/8" } },
          { ipBlock: { cidr: "169.254.0.0/16", except: ["169.254.169.254/32"] } },
        ],
      },
      { to: [everywhere], ports: [{ protocol: "TCP", port: 587 }] },
    ]);
  });
});

describe("a workload's load balancer", () => {
  const annotation = (key: string): string => `service.beta.kubernetes.io/aws-load-balancer-${key}`;
  const common = {
    [annotation("cross-zone-load-balancing-enabled")]: "true",
    [annotation("healthcheck-interval")]: "10",
    [annotation("healthcheck-healthy-threshold")]: "2",
    [annotation("healthcheck-unhealthy-threshold")]: "2",
    [annotation("additional-resource-tags")]: "project=groundwork,environment=dev,managed-by=groundwork",
  };

  it("is a network one to port 80, said to be for everybody", async () => {
    const recording = await recorded({ loadBalancer: {} });
    const service = recording.one(SERVICE, `${name}-network`);
    expect(service.inputs["metadata"]).to.deep.equal({
      ...metadata,
      name: "frontend-network",
      annotations: { [annotation("type")]: "nlb", ...common },
    });
    expect(spec(service)).to.deep.equal({
      type: "LoadBalancer",
      selector,
      externalTrafficPolicy: "Cluster",
      loadBalancerSourceRanges: ["0.0.0.0/0"],
      ports: [{ name: "listener-80", port: 80, targetPort: "http", protocol: "TCP" }],
    });
    expect(recording.dependencies(service)).to.include(name);
  });

  it("ends TLS with the certificate, on port 443", async () => {
    const recording = await recorded({ loadBalancer: { certificateArn: CERTIFICATE } });
    const service = recording.one(SERVICE, `${name}-network-6d056`);
    expect(service.inputs["metadata"]).to.have.deep.property("annotations", {
      [annotation("type")]: "nlb",
      ...common,
      [annotation("ssl-cert")]: CERTIFICATE,
      [annotation("ssl-ports")]: "443",
      [annotation("ssl-negotiation-policy")]: "ELBSecurityPolicy-TLS13-1-2-2021-06",
    });
    expect(spec(service)["ports"]).to.deep.equal([
      { name: "listener-443", port: 443, targetPort: "http", protocol: "TCP" },
    ]);
  });

  it("has another service where other ports end TLS: AWS has one listener a port", async () => {
    const serviceName = async (loadBalancer: Record<string, unknown>): Promise<string | undefined> =>
      (await recorded({ loadBalancer: { certificateArn: CERTIFICATE, ...loadBalancer } }))
        .ofType(SERVICE)
        .find((service) => spec(service)["type"] === "LoadBalancer")?.name;
    const ports = (...tls: boolean[]): Record<string, unknown> => ({
      listeners: tls.map((ends, index) => ({ port: 8080 + index, tls: ends })),
    });
    const some = [ports(true, false), ports(false, true), ports(true, true), ports(false, true, false)];
    const names: (string | undefined)[] = [];
    for (const one of some) {
      names.push(await serviceName(one));
    }
    expect(new Set(names.slice(0, 3)).size).to.equal(3);
    // A port more that ends no TLS is one more listener.
    expect(names[3]).to.equal(names[1]);
    // Of a classic one the controller takes a listener away before it adds the other.
    expect(await serviceName({ type: "classic", ...ports(true, false) })).to.equal(`${name}-classic`);
  });

  it("has another service, by another name, for each type and scheme", async () => {
    const recording = await recorded({
      loadBalancer: { type: "classic", internal: true, idleTimeoutSeconds: 120 },
    });
    const service = recording.one(SERVICE, `${name}-classic-internal`);
    expect(service.inputs["metadata"]).to.deep.include({ name: "frontend-classic-internal" });
    expect(service.inputs["metadata"]).to.have.deep.property("annotations", {
      [annotation("internal")]: "true",
      ...common,
      [annotation("backend-protocol")]: "tcp",
      [annotation("connection-idle-timeout")]: "120",
      [annotation("connection-draining-enabled")]: "true",
      [annotation("connection-draining-timeout")]: "60",
    });
  });

  it("has its name among the outputs, of workloads that have one only", async () => {
    const recording = await recorded({ loadBalancer: {} }, { api: leastWorkload() });
    const outputs = recording.outputsOf(recording.one("groundwork:workloads:Workloads"));
    expect(Object.keys(outputs["loadBalancers"] as object)).to.deep.equal(["frontend"]);
    expect(outputs["loadBalancers"])
      .to.have.property("frontend")
      .that.matches(/\.elb\.eu-west-1\.amazonaws\.com$/);
  });
});
