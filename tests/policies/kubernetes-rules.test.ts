import { imagesByDigest } from "../../policies/rules/kubernetes/images-by-digest";
import { loadBalancersBounded } from "../../policies/rules/kubernetes/load-balancers-bounded";
import { noWildcards } from "../../policies/rules/kubernetes/no-wildcards";
import { resourceLimits } from "../../policies/rules/kubernetes/resource-limits";
import { restrictedNamespaces } from "../../policies/rules/kubernetes/restricted-namespaces";
import { restrictedPods } from "../../policies/rules/kubernetes/restricted-pods";
import { UNKNOWN, type Subject } from "./harness";
import { describeRule, notKnown } from "./table";

const DEPLOYMENT = "kubernetes:apps/v1:Deployment";
const CRON_JOB = "kubernetes:batch/v1:CronJob";
const POD = "kubernetes:core/v1:Pod";
const SERVICE = "kubernetes:core/v1:Service";
const NAMESPACE = "kubernetes:core/v1:Namespace";
const ROLE = "kubernetes:rbac.authorization.k8s.io/v1:Role";
const BINDING = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding";

const IMAGE = `example.com/a@sha256:${"0123456789abcdef".repeat(4)}`;
const AT = "spec.template.spec.containers[0]";

type Props = Record<string, unknown>;

const restricted = {
  allowPrivilegeEscalation: false,
  runAsNonRoot: true,
  seccompProfile: { type: "RuntimeDefault" },
  capabilities: { drop: ["ALL"] },
};
const container = (change: Props = {}): Props => ({
  name: "a",
  image: IMAGE,
  securityContext: restricted,
  resources: { requests: { cpu: "10m", memory: "16Mi" }, limits: { memory: "32Mi" } },
  ...change,
});
const deployment = (spec: Props): Subject => ({
  type: DEPLOYMENT,
  props: { spec: { template: { spec } } },
});
const running = (change: Props = {}): Subject => deployment({ containers: [container(change)] });
const context = (change: Props): Subject => running({ securityContext: { ...restricted, ...change } });
const configMap: Subject = { type: "kubernetes:core/v1:ConfigMap", props: { data: { image: "a:latest" } } };

/** A patch of a stateful set that sets this of its pods. */
const patched = (spec?: Props): Subject => ({
  type: "kubernetes:apps/v1:StatefulSetPatch",
  props: {
    metadata: { name: "store", namespace: "shop", labels: { owner: "shop" } },
    ...(spec && { spec: { template: { spec } } }),
  },
});
const patchedContainer = (change: Props): Subject => patched({ containers: [{ name: "a", ...change }] });

describeRule(imagesByDigest, {
  passes: [
    { title: "a patch without pods", ...patched() },
    { title: "a patch that leaves the image", ...patchedContainer({ env: [] }) },
    { title: "an image by digest", ...running() },
    { title: "a pod of its own", type: POD, props: { spec: { containers: [container()] } } },
  ],
  refuses: [
    {
      title: "a patch with a tag",
      ...patchedContainer({ image: "example.com/a:1.2.3" }),
      says: [`${AT}.image is something else. Name it by its digest: REPOSITORY@sha256:…`],
    },
    {
      title: "a tag",
      ...running({ image: "example.com/a:1.2.3" }),
      says: [`${AT}.image is something else. Name it by its digest: REPOSITORY@sha256:…`],
    },
    {
      title: "no image",
      ...running({ image: undefined }),
      says: [`${AT}.image is not set. Name it by its digest: REPOSITORY@sha256:…`],
    },
    {
      title: "a tag of an init container",
      ...deployment({ initContainers: [container({ image: "a:1" })], containers: [container()] }),
      says: [
        "spec.template.spec.initContainers[0].image is something else. Name it by its digest: REPOSITORY@sha256:…",
      ],
    },
    {
      title: "a tag in a job that comes again",
      type: CRON_JOB,
      props: {
        spec: { jobTemplate: { spec: { template: { spec: { containers: [container({ image: "a" })] } } } } },
      },
      says: [
        "spec.jobTemplate.spec.template.spec.containers[0].image is a. Name it by its digest: REPOSITORY@sha256:…",
      ],
    },
  ],
  unknown: [
    { title: "an image", ...running({ image: UNKNOWN }), says: [notKnown(`${AT}.image`)] },
    {
      title: "the containers",
      ...deployment({ containers: UNKNOWN }),
      says: [notKnown("spec.template.spec.containers")],
    },
    {
      title: "the pod",
      type: DEPLOYMENT,
      props: { spec: { template: UNKNOWN } },
      says: [notKnown("spec.template.spec")],
    },
  ],
  ignores: [{ title: "a config map", ...configMap }],
});

describeRule(restrictedPods, {
  passes: [
    { title: "a patch without pods", ...patched() },
    { title: "a patch of an image", ...patchedContainer({ image: IMAGE }) },
    {
      title: "a patch of replicas",
      type: "kubernetes:apps/v1:DeploymentPatch",
      props: { spec: { replicas: 3 } },
    },
    { title: "a restricted container", ...running() },
    {
      title: "what the pod says for its containers",
      ...deployment({
        securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: "RuntimeDefault" } },
        containers: [
          container({
            securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
          }),
        ],
      }),
    },
    {
      title: "volumes that restricted pods may have, and ports of its own",
      ...deployment({
        volumes: [
          { name: "a", emptyDir: {} },
          { name: "b", persistentVolumeClaim: { claimName: "b" } },
          { name: "c", projected: { sources: [] } },
        ],
        containers: [container({ ports: [{ containerPort: 80, hostPort: 0 }, { containerPort: 81 }] })],
      }),
    },
    {
      title: "the one capability that restricted pods may have",
      ...context({ capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE"] } }),
    },
  ],
  refuses: [
    {
      title: "a patch with privileges",
      ...patchedContainer({ securityContext: { privileged: true } }),
      says: [`${AT}.securityContext.privileged is true. Set it to false.`],
    },
    {
      title: "a patch that says for all containers that they may be root, and takes a folder of the node",
      ...patched({
        securityContext: { runAsNonRoot: false },
        volumes: [{ name: "host", hostPath: { path: "/" } }],
      }),
      says: [
        "spec.template.spec.volumes[0] is a folder of the node. Use another kind of volume.",
        "spec.template.spec.securityContext.runAsNonRoot is false. Set it to true.",
      ],
    },
    {
      title: "a patch whose pods are not known",
      type: "kubernetes:apps/v1:StatefulSetPatch",
      props: { spec: { template: UNKNOWN } },
      says: [notKnown("spec.template.spec")],
    },
    {
      title: "a container that says nothing",
      ...running({ securityContext: undefined }),
      says: [
        `${AT}.securityContext.runAsNonRoot is not set. Set it to true.`,
        `${AT}.securityContext.seccompProfile.type is not set. Set it to RuntimeDefault or Localhost.`,
        `${AT}.securityContext.allowPrivilegeEscalation is not set. Set it to false.`,
        `${AT}.securityContext.capabilities.drop is not set. Drop ALL.`,
      ],
    },
    {
      title: "root",
      ...context({ runAsUser: 0 }),
      says: [`${AT}.securityContext.runAsUser is 0, which is root. Name another user.`],
    },
    {
      title: "a privileged container",
      ...context({ privileged: true }),
      says: [`${AT}.securityContext.privileged is true. Set it to false.`],
    },
    {
      title: "more capabilities",
      ...context({ capabilities: { drop: ["ALL"], add: ["SYS_ADMIN"] } }),
      says: [`${AT}.securityContext.capabilities.add has others than NET_BIND_SERVICE. Take them away.`],
    },
    {
      title: "the node's network",
      ...deployment({ hostNetwork: true, containers: [container()] }),
      says: ["spec.template.spec.hostNetwork is true. Set it to false."],
    },
    {
      title: "the node's files",
      ...deployment({ volumes: [{ name: "a", hostPath: { path: "/" } }], containers: [container()] }),
      says: ["spec.template.spec.volumes[0] is a folder of the node. Use another kind of volume."],
    },
    {
      title: "a volume that the pod mounts past claims",
      ...deployment({
        volumes: [{ name: "a", nfs: { server: "a", path: "/" } }],
        containers: [container()],
      }),
      says: [
        "spec.template.spec.volumes[0] is of the kind nfs, which restricted pods may not have. Use a persistent volume and a claim.",
      ],
    },
    {
      title: "a port of the node",
      ...running({ ports: [{ containerPort: 80 }, { containerPort: 80, hostPort: 80 }] }),
      says: [`${AT}.ports[1].hostPort is 80, a port of the node. Take it away.`],
    },
  ],
  unknown: [
    {
      title: "who it runs as",
      ...context({ runAsNonRoot: UNKNOWN }),
      says: [notKnown(`${AT}.securityContext.runAsNonRoot`)],
    },
    {
      title: "which port of the node",
      ...running({ ports: [{ containerPort: 80, hostPort: UNKNOWN }] }),
      says: [notKnown(`${AT}.ports[0].hostPort`)],
    },
    {
      title: "its volumes",
      ...deployment({ volumes: UNKNOWN, containers: [container()] }),
      says: [notKnown("spec.template.spec.volumes")],
    },
  ],
  ignores: [{ title: "a config map", ...configMap }],
});

describeRule(resourceLimits, {
  passes: [{ title: "a container that says what it needs", ...running() }],
  refuses: [
    {
      title: "a container that does not",
      ...running({ resources: undefined }),
      says: ["requests.cpu", "requests.memory", "limits.memory"].map(
        (name) => `${AT}.resources.${name} is not set. Set it.`,
      ),
    },
  ],
  unknown: [
    {
      title: "its limit",
      ...running({ resources: { requests: { cpu: "1", memory: "1Gi" }, limits: { memory: UNKNOWN } } }),
      says: [notKnown(`${AT}.resources.limits.memory`)],
    },
  ],
  ignores: [{ title: "a config map", ...configMap }],
});

const service = (spec: Props): Subject => ({ type: SERVICE, props: { spec } });

describeRule(loadBalancersBounded, {
  passes: [
    { title: "a patch of an image", ...patchedContainer({ image: IMAGE }) },
    { title: "a service inside the cluster", ...service({ ports: [] }) },
    {
      title: "everybody, when it says so",
      ...service({ type: "LoadBalancer", loadBalancerSourceRanges: ["0.0.0.0/0"] }),
    },
  ],
  refuses: [
    {
      title: "a load balancer that does not say for whom",
      ...service({ type: "LoadBalancer" }),
      says: [
        "spec.loadBalancerSourceRanges is not set. Name the blocks that may reach it (0.0.0.0/0: everybody).",
      ],
    },
    {
      title: "ports of the nodes",
      ...service({ type: "NodePort" }),
      says: ["spec.type is NodePort. Use ClusterIP or LoadBalancer."],
    },
  ],
  unknown: [
    { title: "its type", ...service({ type: UNKNOWN }), says: [notKnown("spec.type")] },
    {
      title: "for whom it is",
      ...service({ type: "LoadBalancer", loadBalancerSourceRanges: UNKNOWN }),
      says: [notKnown("spec.loadBalancerSourceRanges")],
    },
  ],
  ignores: [{ title: "a deployment", ...running() }],
});

const ENFORCE = "pod-security.kubernetes.io/enforce";
const namespace = (labels: unknown): Subject => ({
  type: NAMESPACE,
  props: { metadata: { name: "a", labels } },
});

describeRule(restrictedNamespaces, {
  passes: [{ title: "a namespace that enforces it", ...namespace({ [ENFORCE]: "restricted" }) }],
  refuses: [
    {
      title: "a patch that lets pods do anything",
      type: `${NAMESPACE}Patch`,
      props: { metadata: { name: "shop", labels: { "pod-security.kubernetes.io/enforce": "privileged" } } },
      says: ['metadata.labels["pod-security.kubernetes.io/enforce"] is privileged. Set it to "restricted".'],
    },
    {
      title: "one that does not",
      ...namespace(undefined),
      says: [`metadata.labels["${ENFORCE}"] is not set. Set it to "restricted".`],
    },
    {
      title: "one that enforces less",
      ...namespace({ [ENFORCE]: "baseline" }),
      says: [`metadata.labels["${ENFORCE}"] is baseline. Set it to "restricted".`],
    },
  ],
  unknown: [
    { title: "its labels", ...namespace(UNKNOWN), says: [notKnown(`metadata.labels["${ENFORCE}"]`)] },
  ],
  ignores: [{ title: "a deployment", ...running() }],
});

const role = (rule: Props): Subject => ({ type: ROLE, props: { rules: [rule] } });

describeRule(noWildcards, {
  passes: [
    {
      title: "a patch that leaves it",
      type: `${NAMESPACE}Patch`,
      props: { metadata: { name: "shop", labels: { owner: "shop" } } },
    },
    { title: "what is named", ...role({ apiGroups: [""], resources: ["pods"], verbs: ["get"] }) },
    {
      title: "a binding to a role",
      type: BINDING,
      props: { roleRef: { kind: "ClusterRole", name: "view" } },
    },
  ],
  refuses: [
    {
      title: "any verb",
      ...role({ apiGroups: [""], resources: ["pods"], verbs: ["*"] }),
      says: ["rules[0].verbs has a wildcard. Name what is needed."],
    },
    {
      title: "a part of anything",
      ...role({ apiGroups: [""], resources: ["*/scale"], verbs: ["get"] }),
      says: ["rules[0].resources has a wildcard. Name what is needed."],
    },
    {
      title: "a binding to the role that may everything",
      type: BINDING,
      props: { roleRef: { kind: "ClusterRole", name: "cluster-admin" } },
      says: [
        "roleRef.name is cluster-admin. Bind a role that allows what is needed; people get access by cluster.accessEntries.",
      ],
    },
  ],
  unknown: [
    { title: "verbs", ...role({ verbs: [UNKNOWN] }), says: [notKnown("rules[0].verbs")] },
    { title: "rules", type: ROLE, props: { rules: UNKNOWN }, says: [notKnown("rules")] },
    {
      title: "the role",
      type: BINDING,
      props: { roleRef: { name: UNKNOWN } },
      says: [notKnown("roleRef.name")],
    },
  ],
  ignores: [{ title: "a deployment", ...running() }],
});
