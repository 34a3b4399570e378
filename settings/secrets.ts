import { z } from "zod";
import { isMapping } from "./schema-walk";

/** A secret that the program needs, kept encrypted in the stack file under `groundwork:<name>`. */
export interface SecretDeclaration {
  /** What it is. */
  readonly description: string;
  readonly usedBy: string;
  /** What a person does to get one. */
  readonly howToGet: string;
  /** What it looks like. Nonsense is refused before it becomes a pod that cannot log in. */
  readonly format: z.ZodString;
  readonly allowed: string;
  /** Stands in for it in a rehearsal: of the right form, opening nothing. */
  readonly placeholder: string;
  /** Where in the settings it is asked for; undefined where these settings need none. */
  readonly neededBy: (sections: Readonly<Record<string, unknown>>) => string | undefined;
}

/** Every secret of the program, by the name of its configuration key. */
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
} as const satisfies Readonly<Record<string, SecretDeclaration>>;

export type SecretName = keyof typeof secrets;
export const secretNames = Object.keys(secrets) as readonly SecretName[];

export function secretOf(name: SecretName): SecretDeclaration {
  return secrets[name];
}

/** The line that puts a secret into a stack file; it asks for the value, so that no shell keeps it. */
export function setSecretCommand(name: SecretName, stack: string): string {
  return `pulumi config set --secret groundwork:${name} --stack ${stack}`;
}
