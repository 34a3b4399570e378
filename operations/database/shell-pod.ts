import { databaseNamespace } from "../../components/database-bootstrap/names";
import { dnsEgress } from "../../components/kubernetes/dns-egress";
import { objectLabels } from "../../components/kubernetes/labels";
import {
  restrictedContainerSecurityContext,
  restrictedPodSecurityContext,
} from "../../components/kubernetes/restricted";
import { bootstrapSettings, type BootstrapSettings } from "../../settings/sections/bootstrap";
import type { StackContext } from "../../settings/stack-context";
import type { BesideJob, Kubectl, PassingJob } from "../cluster/kubectl";
import { psqlVariables, type Login } from "./login";

const label = "database-shell";
/** On pod and policy: which call they are of. */
const ofCall = "groundwork/shell";
/** In memory, gone with the pod. */
const folder = "/run/psql";
const passwordFile = `${folder}/password-file`;
const authoritiesFile = `${folder}/authorities.pem`;

/** Whoever forgets a session loses it after a working day. */
const mostSeconds = 8 * 3600;
/** After the pod's end the cluster removes Job and policy. */
const leftSeconds = 60;

/** Lives as long as there is a psql: two minutes for it to come, and then until none is left. It needs nothing but a shell. */
const script = `any() { for comm in /proc/[0-9]*/comm; do read -r name <"$comm" && [ "$name" = psql ] && return 0; done 2>/dev/null; return 1; }
left=60; until any || [ "$left" -eq 0 ]; do left=$((left - 1)); sleep 2; done
while any; do sleep 2; done`;

/** Reads the password file's line and the certificates from standard input, so that neither is an argument or a variable. */
const receive = `umask 077; IFS= read -r line; printf '%s\\n' "$line" >${passwordFile}; cat >${authoritiesFile}`;

export interface ShellPod {
  readonly job: PassingJob;
  /** The namespace lets nothing out by itself. */
  readonly policy: BesideJob;
}

/**
 * A pod of one use for a psql: restricted, without any token, let out to the database alone.
 *
 * @param name of this one call: no two may have the same.
 */
export function shellPod(
  context: StackContext,
  bootstrap: BootstrapSettings | undefined,
  { endpoint, login, name }: { readonly endpoint: string; readonly login: Login; readonly name: string },
): ShellPod {
  const [host = "", port = ""] = endpoint.split(":");
  const namespace = bootstrap === undefined ? "default" : databaseNamespace;
  const { images } = bootstrap ?? bootstrapSettings.parse({});
  const labels = { ...objectLabels(context, label), [ofCall]: name };
  const variables = {
    HOME: folder,
    PGHOST: host,
    PGPORT: port,
    ...psqlVariables(login, { password: passwordFile, authorities: authoritiesFile }),
  };
  const container = {
    name: "psql",
    image: images.psql,
    command: ["/bin/sh", "-c", script],
    env: Object.entries(variables).map(([variable, value]) => ({ name: variable, value })),
    securityContext: restrictedContainerSecurityContext(),
    resources: {
      requests: { cpu: "50m", memory: "64Mi" },
      limits: { memory: "384Mi", "ephemeral-storage": "64Mi" },
    },
    volumeMounts: [{ name: "memory", mountPath: folder }],
  };
  const spec = {
    backoffLimit: 0,
    activeDeadlineSeconds: mostSeconds,
    ttlSecondsAfterFinished: leftSeconds,
    template: {
      metadata: { labels },
      spec: {
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        restartPolicy: "Never",
        terminationGracePeriodSeconds: 1,
        securityContext: restrictedPodSecurityContext(),
        containers: [container],
        volumes: [{ name: "memory", emptyDir: { medium: "Memory", sizeLimit: "16Mi" } }],
      },
    },
  };
  const metadata = { name, namespace, labels };
  return {
    job: { apiVersion: "batch/v1", kind: "Job", metadata, spec },
    policy: {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata,
      spec: {
        podSelector: { matchLabels: { [ofCall]: name } },
        policyTypes: ["Ingress", "Egress"],
        // The server's address is a name to Kubernetes, and may be another one after a fail-over.
        egress: [{ ports: [{ protocol: "TCP", port: Number(port) }] }, dnsEgress],
      },
    },
  };
}

/** A line of libpq's password file, for any host: colons and backslashes have a backslash before them. */
export function passwordLine({ password, username }: Login): string {
  const escaped = (text: string): string => text.replaceAll(/[\\:]/g, "\\$&");
  return `*:*:*:${escaped(username)}:${escaped(password)}`;
}

/** Runs psql in the pod, with this process's own input and output. Returns its exit code; nothing is left then. */
export async function psqlInPod(
  kubectl: Kubectl,
  { job, policy }: ShellPod,
  {
    login,
    psql,
    ...how
  }: {
    readonly login: Login;
    /** Who signs the certificates of RDS in the region. */
    readonly authorities: string;
    /** Arguments of psql. */
    readonly psql: readonly string[];
    readonly isTerminal: boolean;
    readonly signal: AbortSignal;
    readonly live: (text: string) => void;
  },
): Promise<number> {
  try {
    await kubectl.create(job, [policy]);
    const pod = await kubectl.running(job, how.signal, how.live);
    how.live("");
    const exec = (flag: string): string[] => [
      "exec",
      flag,
      pod,
      `--namespace=${job.metadata.namespace}`,
      "--container=psql",
      "--",
    ];
    const given = `${passwordLine(login)}\n${how.authorities}`;
    await kubectl.call([...exec("--stdin"), "/bin/sh", "-c", receive], given);
    return await kubectl.attached([...exec(how.isTerminal ? "-it" : "--stdin"), "psql", ...psql]);
  } finally {
    how.live("");
    await kubectl.remove(job);
  }
}
