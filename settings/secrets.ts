import { z } from "zod";
import { groundworkCommand } from "../guard/printed-command";
import { isMapping } from "./schema-walk";
import { isPrivateKey, rehearsalPrivateKey } from "./private-key";

/** A secret that the program needs, kept encrypted in the stack file under `groundwork:<name>`. */
export interface SecretDeclaration {
  /** What it is. */
  readonly description: string;
  readonly usedBy: string;
  /** What a person does to get one. */
  readonly howToGet: string;
  /** What it looks like. Nonsense is refused before it becomes a pod that cannot log in. */
  readonly format: z.ZodType<string>;
  readonly allowed: string;
  /**
   * Whether it has several lines, as a private key has. Default: no. It is kept without the line end behind its last
   * line; what wants one adds it.
   */
  readonly lines?: "several";
  /** Stands in for it in a rehearsal: of the right form, opening nothing. */
  readonly placeholder: string;
  /** Where in the settings it is asked for; undefined where these settings need none. */
  readonly neededBy: (sections: Readonly<Record<string, unknown>>) => string | undefined;
}

/** The secrets that the program itself knows, by the name of their configuration key. */
export const secrets = {
  sendgridApiKey: {
    description: "API key of SendGrid, the password of its SMTP user.",
    usedBy: "groundwork:mail.sendgrid: workloads with mail: true get it as SMTP_PASSWORD.",
    howToGet: 'SendGrid, Settings, API Keys, Create API Key, "Restricted Access" with Mail Send only.',
    format: z.string().regex(/^SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}$/),
    allowed: "SG., 22 characters, a dot and 43 characters, each a letter, digit, _ or -",
    placeholder: `SG.${"rehearsal-".padEnd(22, "0")}.${"opens-nothing-".padEnd(43, "0")}`,
    neededBy: ({ mail }) =>
      isMapping(mail) && isMapping(mail["sendgrid"]) ? "groundwork:mail.sendgrid" : undefined,
  },
  workerSshKey: {
    description: "Private key that logs in to the Docker workers' machines.",
    usedBy: "groundwork:metalWorkers: the steps that build a machine go over SSH.",
    howToGet:
      '`ssh-keygen -t ed25519 -N "" -f KEY`; its public half goes to the machines, the file KEY in here.',
    // What @pulumi/command reads: golang.org/x/crypto/ssh, ParsePrivateKey.
    format: z.string().refine(isPrivateKey),
    allowed:
      "a private key without a passphrase, as ssh-keygen writes it (OpenSSH, or PEM of RSA, EC, PKCS 8)",
    lines: "several",
    placeholder: rehearsalPrivateKey,
    neededBy: ({ metalWorkers }) => (isMapping(metalWorkers) ? "groundwork:metalWorkers" : undefined),
  },
  workerAccessToken: {
    description: "Access token of the Taskcluster client that the Docker workers claim their tasks as.",
    usedBy: "groundwork:metalWorkers: the worker's configuration on each machine.",
    howToGet:
      "Taskcluster, Clients, the workers' client (or Create Client, with scopes for this worker type alone), Reset Access Token.",
    // `accessToken` in the schemas of Taskcluster's auth service.
    format: z.string().regex(/^[A-Za-z0-9_-]{22,66}$/),
    allowed: "22 to 66 characters, each a letter, digit, _ or -",
    placeholder: "rehearsal-worker-opens-nothing-".padEnd(44, "0"),
    neededBy: ({ metalWorkers }) => (isMapping(metalWorkers) ? "groundwork:metalWorkers" : undefined),
  },
  equinixApiToken: {
    description: "API key of the Equinix Metal project, read and write.",
    usedBy: "groundwork:metalWorkers.source.equinix: makes, finds and deletes machines.",
    howToGet: "Equinix Metal console, the project, Project Settings, API Keys, Add, Read/Write.",
    // The API names no form; keys so far are letters and digits.
    format: z.string().regex(/^[A-Za-z0-9_-]{20,128}$/),
    allowed: "20 to 128 characters, each a letter, digit, _ or -",
    placeholder: "rehearsal-equinix-opens-nothing-".padEnd(40, "0"),
    neededBy: ({ metalWorkers }) =>
      isMapping(metalWorkers) &&
      isMapping(metalWorkers["source"]) &&
      isMapping(metalWorkers["source"]["equinix"])
        ? "groundwork:metalWorkers.source.equinix"
        : undefined,
  },
} as const satisfies Readonly<Record<string, SecretDeclaration>>;

/** What stands before the name that settings call a secret of workloads by. */
const ofWorkloads = "workload.";
export type WorkloadSecretName = `${typeof ofWorkloads}${string}`;
type OwnSecretName = keyof typeof secrets;
export type SecretName = OwnSecretName | WorkloadSecretName;
export const secretNames = Object.keys(secrets) as readonly OwnSecretName[];

/** The name of a secret of workloads, as a regular expression. */
export const workloadSecretPattern = "workload\\.[A-Za-z][A-Za-z0-9-]{0,62}";

/** What settings may call a secret of workloads. */
export function isWorkloadSecretLabel(label: string): boolean {
  return new RegExp(`^${workloadSecretPattern}$`).test(ofWorkloads + label);
}

/** `workload.grafana-admin`, as the stack file and the commands call it. */
export function workloadSecretName(label: string): WorkloadSecretName {
  return `${ofWorkloads}${label}`;
}

export function isSecretName(name: string): name is SecretName {
  return Object.hasOwn(secrets, name) || new RegExp(`^${workloadSecretPattern}$`).test(name);
}

/** The secrets that there are in a stack: the program's own, those that its workloads name, and those that it has. */
export function secretNamesIn(sections: Readonly<Record<string, unknown>>): readonly SecretName[] {
  const named = [...stackSecretsIn(sections["workloads"])].map(([label]) => workloadSecretName(label));
  const there = Object.keys(sections).filter(isSecretName);
  return [...new Set([...secretNames, ...[...named, ...there].sort()])];
}

/** Everywhere that workloads name a secret of the stack: its label and the path. */
function* stackSecretsIn(value: unknown, path: readonly string[] = []): Iterable<readonly [string, string]> {
  if (!isMapping(value) && !Array.isArray(value)) {
    return;
  }
  for (const [key, inner] of Object.entries(value)) {
    if (key === "stackSecret" && typeof inner === "string" && isWorkloadSecretLabel(inner)) {
      yield [inner, path.join(".")];
    }
    yield* stackSecretsIn(inner, [...path, key]);
  }
}

export function secretOf(name: SecretName): SecretDeclaration {
  return Object.hasOwn(secrets, name) ? secrets[name as OwnSecretName] : workloadSecret(name);
}

function workloadSecret(name: string): SecretDeclaration {
  const label = name.slice(ofWorkloads.length);
  return {
    description: `The secret ${label} of workloads.`,
    usedBy: `groundwork:workloads, where stackSecret is ${label}.`,
    howToGet: "Wherever the workload's owner has it from.",
    format: z.string().min(1).max(65_536),
    allowed: "a text of up to 65,536 characters",
    placeholder: `rehearsal-${label}-opens-nothing`,
    neededBy: ({ workloads }) => {
      const found = [...stackSecretsIn(workloads)].find(([named]) => named === label);
      return found === undefined ? undefined : `groundwork:workloads.${found[1]}`;
    },
  };
}

/** The line that puts a secret into a stack file; it asks for the value, so that no shell keeps it. */
export function setSecretCommand(name: SecretName, stack: string): string {
  const { lines } = secretOf(name);
  const command = groundworkCommand`secrets ${stack} set ${name}`;
  return lines === "several" ? `${command} --stdin < FILE` : command;
}
