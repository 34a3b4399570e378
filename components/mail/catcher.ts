import type { CatcherSettings } from "../../settings/sections/mail";
import { workloadSettings, type WorkloadSettings } from "../../settings/sections/workloads";

/** Of all of the catcher's objects, and of its address. */
export const catcherName = "mail";
export const catcherSmtpPort = 1025;
/** Of its page. */
const catcherPagePort = 8025;

/** Mailpit as a workload. Its mails are gone with the pod: nothing here is worth keeping. */
export function catcherWorkload(settings: CatcherSettings): WorkloadSettings {
  return workloadSettings.parse({
    image: settings.image,
    port: catcherPagePort,
    ports: { smtp: catcherSmtpPort },
    // One: two would each have half of the mails.
    replicas: 1,
    resources: {
      requests: { cpu: "10m", memory: "64Mi" },
      limits: { memory: "256Mi", "ephemeral-storage": "512Mi" },
    },
    probes: { readiness: { path: "/readyz" }, liveness: { path: "/livez" } },
    environment: {
      MP_SMTP_BIND_ADDR: `0.0.0.0:${catcherSmtpPort}`,
      MP_UI_BIND_ADDR: `0.0.0.0:${catcherPagePort}`,
      MP_SMTP_AUTH_ACCEPT_ANY: "true",
      // Of the connection, which stays in the cluster.
      MP_SMTP_AUTH_ALLOW_INSECURE: "true",
      MP_DATABASE: "/data/mails.db",
      MP_MAX_MESSAGES: String(settings.maxMessages),
      MP_MAX_AGE: `${settings.retentionHours}h`,
      // It asks the internet otherwise, which it does not reach.
      MP_DISABLE_VERSION_CHECK: "true",
    },
    writablePaths: { "/data": "256Mi", "/tmp": "64Mi" },
    egressCidrBlocks: [],
    minReadySeconds: 0,
    preStopSeconds: 2,
    terminationGracePeriodSeconds: 10,
  } satisfies Parameters<typeof workloadSettings.parse>[0]);
}
