import * as pulumi from "@pulumi/pulumi";
import { Job } from "@pulumi/kubernetes/batch/v1/job";
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap";
import type { BootstrapSettings } from "../../settings/sections/bootstrap";
import type { Database } from "../database/database";
import { objectLabels } from "../kubernetes/labels";
import { restrictedContainerSecurityContext, restrictedPodSecurityContext } from "../kubernetes/restricted";
import type { StackContext } from "../../settings/stack-context";
import { authoritiesFile, bootstrapFiles, fingerprint, settingsFile } from "./files";

/** Seconds that the scripts wait for the server, and for another bootstrap to end. Together under the Job's deadline. */
const WAIT_SECONDS = 600;
/** Seconds for all attempts together. */
const DEADLINE_SECONDS = 1800;
/** Attempts after the first, each in a new pod, 10, 20, 40 … seconds apart. */
const RETRIES = 4;
/** What holds secrets and the scripts' own files: in memory, gone with the pod. */
const MEMORY_FOLDER = "/run/bootstrap";
const SCRIPTS_FOLDER = "/opt/bootstrap";

export interface BootstrapJobArgs {
  readonly context: StackContext;
  readonly settings: BootstrapSettings;
  readonly database: Pick<Database, "identifier" | "servingIdentifier" | "address" | "port" | "secretArn">;
  readonly namespace: string;
  readonly serviceAccount: string;
  /** Name of the secret that the Job reads verifiers from. */
  readonly verifiersSecret: string;
  readonly parent: pulumi.Resource;
  /** What has to be there before a pod runs. */
  readonly dependsOn: readonly pulumi.Resource[];
}

/**
 * The Job and its files. Both carry a fingerprint of what they do in their names: a change makes another Job, which runs,
 * and takes the old one away; nothing changed, nothing runs. A Job's pods cannot be changed.
 *
 * Jobs are not cleaned up after a time (ttlSecondsAfterFinished): the next refresh would miss this one, and run it again.
 */
export function createBootstrapJob(name: string, args: BootstrapJobArgs): Job {
  const { context, settings, database, namespace, serviceAccount, parent } = args;
  const key = "database-bootstrap";
  const labels = objectLabels(context, key);
  const data = bootstrapFiles(settings, context.region);
  // Another server is another Job: the one that has run on the first says nothing of it.
  const { identifier, servingIdentifier } = database;
  const server = servingIdentifier === identifier ? [] : [servingIdentifier];
  const fullName = `${key}-${fingerprint([data, settings.images, ...server])}`;

  const files = new ConfigMap(
    name,
    { metadata: { name: fullName, namespace, labels }, immutable: true, data },
    { parent, dependsOn: [...args.dependsOn] },
  );
  const container = {
    securityContext: restrictedContainerSecurityContext(),
    resources: {
      requests: { cpu: "50m", memory: "192Mi" },
      limits: { memory: "384Mi", "ephemeral-storage": "64Mi" },
    },
    volumeMounts: [
      { name: "scripts", mountPath: SCRIPTS_FOLDER, readOnly: true },
      { name: "memory", mountPath: MEMORY_FOLDER },
    ],
    // The end of a failed container's log is in the pod's status, and so in the engine's error.
    terminationMessagePolicy: "FallbackToLogsOnError",
  };
  const env = (variables: Readonly<Record<string, pulumi.Input<string>>>) =>
    Object.entries({ HOME: MEMORY_FOLDER, SECRETS_DIRECTORY: MEMORY_FOLDER, ...variables }).map(
      ([variable, value]) => ({ name: variable, value }),
    );
  return new Job(
    name,
    {
      metadata: {
        name: fullName,
        namespace,
        labels,
        annotations: {
          // One that failed stays failed: the next run makes it anew in place of waiting for it.
          "pulumi.com/replaceUnready": "true",
        },
      },
      spec: {
        backoffLimit: RETRIES,
        activeDeadlineSeconds: DEADLINE_SECONDS,
        template: {
          metadata: { labels },
          spec: {
            serviceAccountName: serviceAccount,
            // EKS mounts the token that it wants by itself; that of the Kubernetes API is for nobody here.
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            // A new pod for each attempt: only a new one gets credentials that its first one came too early for.
            restartPolicy: "Never",
            securityContext: restrictedPodSecurityContext(),
            initContainers: [
              {
                name: "fetch",
                image: settings.images.awsCli,
                command: ["/bin/sh", `${SCRIPTS_FOLDER}/fetch-secrets.sh`],
                env: env({
                  AWS_REGION: context.region,
                  // The node's own credentials are for the node.
                  AWS_EC2_METADATA_DISABLED: "true",
                  MASTER_SECRET_ID: database.secretArn,
                  VERIFIERS_SECRET_ID: args.verifiersSecret,
                }),
                ...container,
              },
            ],
            containers: [
              {
                name: "bootstrap",
                image: settings.images.psql,
                command: ["/bin/sh", `${SCRIPTS_FOLDER}/bootstrap.sh`],
                env: env({
                  PGHOST: database.address,
                  PGPORT: pulumi.output(database.port).apply(String),
                  PGSSLMODE: "verify-full",
                  PGSSLROOTCERT: `${SCRIPTS_FOLDER}/${authoritiesFile}`,
                  SCRIPTS_DIRECTORY: SCRIPTS_FOLDER,
                  BOOTSTRAP_SETTINGS: `${SCRIPTS_FOLDER}/${settingsFile}`,
                  WAIT_SECONDS: String(WAIT_SECONDS),
                  LOCK_SECONDS: String(WAIT_SECONDS),
                  LOGS_COMMAND: `kubectl logs --namespace ${namespace} --selector batch.kubernetes.io/job-name=${fullName} --all-containers --prefix --tail=-1`,
                }),
                ...container,
              },
            ],
            volumes: [
              { name: "scripts", configMap: { name: files.metadata.name, defaultMode: 0o444 } },
              { name: "memory", emptyDir: { medium: "Memory", sizeLimit: "16Mi" } },
            ],
          },
        },
      },
    },
    {
      parent,
      dependsOn: [...args.dependsOn],
      // The engine waits for the Job's end; a little longer than the Job gives itself.
      customTimeouts: { create: "35m", update: "35m" },
    },
  );
}
