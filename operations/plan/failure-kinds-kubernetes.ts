import { groundworkCommand, pulumiCommand } from "../../guard/printed-command";
import { corrected, settings, then, type Failure, type FailureKind } from "./failure";

/** How pods of a stack are looked at. */
const look = ({ stack }: Failure): string =>
  `\`${groundworkCommand`kubeconfig ${stack}`}\` makes the file for kubectl.`;

/** What a cluster, and the provider that waits for its objects, end a run with. */
export const kubernetesKinds: readonly FailureKind[] = [
  {
    name: "no room for pods",
    said: /FailedScheduling|\bUnschedulable\b|\d+ nodes? (are |is )?available|insufficient (cpu|memory)/i,
    means: "No node takes the pod: none has room for what it requests, or none has the labels that it wants.",
    wayOn: (failure) =>
      `Give the cluster more or larger nodes, or ask for less, in ${settings(failure)}; ${then(failure)}`,
    runbook: "runbooks/nodes.md#add-or-remove",
  },
  {
    name: "image cannot be pulled",
    said: /ImagePullBackOff|ErrImagePull|Back-off pulling image|failed to pull (and unpack )?image|manifest unknown/i,
    means:
      "No node gets the image: there is no such tag or digest, or the registry does not let the nodes in.",
    wayOn: (failure) => `What served before still does. ${corrected(failure, ["image"])}`,
    runbook: "runbooks/releases.md",
  },
  {
    name: "crashes",
    said: /CrashLoopBackOff|back-off .*restarting failed container/i,
    means: "The container starts and ends, again and again. Its own log says why.",
    wayOn: (failure) =>
      `${look(failure)} \`kubectl logs --previous POD\` shows the log. Correct what it says; ${then(failure)}`,
    runbook: "runbooks/workloads.md",
  },
  {
    name: "probe fails",
    said: /(readiness|liveness|startup) probe failed|unready status/i,
    means:
      "The container runs, and its probe gets no good answer: the path, the port, or what it waits for is wrong.",
    wayOn: (failure) =>
      `${look(failure)} \`kubectl describe pod POD\` shows the answer. ${corrected(failure)}`,
    runbook: "runbooks/workloads.md",
  },
  {
    name: "pod security",
    said: /violates PodSecurity/,
    means: "The namespace takes only pods of a security standard, and the error names what this one lacks.",
    wayOn: (failure) => corrected(failure),
    runbook: "runbooks/kubernetes-debugging.md",
  },
  {
    name: "admission denied",
    said: /admission webhook .*denied|ValidatingAdmissionPolicy .*denied|failed calling webhook/i,
    means:
      "A rule that others have put into the cluster refuses the object, or what should judge it does not answer.",
    wayOn: (failure) =>
      `Ask whose rule it is (the error names it). ${corrected(failure)} If it does not answer, repair it; ${then(failure)}`,
    runbook: "runbooks/kubernetes-debugging.md",
  },
  {
    name: "not known to the cluster",
    said: /has asked for the client to provide credentials|must be logged in to the server|\bis forbidden: User "|: Unauthorized\b/i,
    means:
      "The cluster does not know these credentials, or does not let them do this. AWS may know them all the same: a cluster has entries of its own.",
    wayOn: (failure) =>
      `See who calls (\`aws sts get-caller-identity\`), and who may (accessEntries in ${failure.settingAt("cluster")}). ` +
      `Use credentials that may, or let one who may call \`${groundworkCommand`up ${failure.stack}`}\` with an entry for yours; ${then(failure)}`,
    runbook: "runbooks/cluster.md#reach-it",
  },
  {
    name: "API server out of reach",
    said: /(eks\.amazonaws\.com|API server).{0,200}(i\/o timeout|context deadline exceeded|connection timed out|client\.timeout)/is,
    means:
      "The cluster's API server does not answer from here: its endpoint is private, or open to other addresses only.",
    wayOn: (failure) =>
      `Call from a network that reaches it, or let this one in (${failure.settingAt("cluster")}); ${then(failure)}`,
    runbook: "runbooks/cluster.md#reach-it",
  },
  {
    name: "cluster unreachable",
    said: /cluster is unreachable|unable to load schema information from the API server/i,
    means: "The cluster of these objects does not answer.",
    wayOn: (failure) =>
      `If it stands (\`aws eks list-clusters\`), correct the way to it or the login; ` +
      `${then(failure)} If it was deleted outside, its objects went along: with PULUMI_K8S_DELETE_UNREACHABLE=true in the environment ` +
      `\`${pulumiCommand`refresh --stack ${failure.stack}`}\` takes them out of the state.`,
    runbook: "runbooks/destroy.md",
  },
];

/** What is only said when nothing says more. */
export const notHealthy: FailureKind = {
  name: "not healthy",
  said: /did not become live|minimum number of (live )?Pods|not become healthy|Timed out waiting for .*(ready|available|rollout)|has not become/i,
  means: "It was made, and does not become healthy: the reason is in its own events and log.",
  wayOn: (failure) => `Correct that; ${then(failure)}`,
  runbook: "runbooks/kubernetes-debugging.md",
};
