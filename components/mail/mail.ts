import * as pulumi from "@pulumi/pulumi";
import { Secret } from "@pulumi/kubernetes/core/v1/secret";
import type { MailSettings, SendgridSettings } from "../../settings/sections/mail";
import { objectLabels } from "../kubernetes/labels";
import type { RestrictedNamespace } from "../kubernetes/restricted-namespace";
import type { StackContext } from "../../settings/stack-context";
import { Workload } from "../workloads/workload";
import { catcherName, catcherSmtpPort, catcherWorkload } from "./catcher";

export interface MailArgs {
  readonly context: StackContext;
  readonly settings: MailSettings;
  /** Where the workloads are that send mail: a pod reads secrets of its own namespace only. */
  readonly namespace: RestrictedNamespace;
  /** SendGrid's API key; needed with `sendgrid`. */
  readonly sendgridApiKey?: pulumi.Input<string>;
}

/** What programs send mail by, as their environment has it. */
interface Smtp {
  readonly SMTP_HOST: string;
  readonly SMTP_PORT: string;
  readonly SMTP_USERNAME: string;
  readonly SMTP_PASSWORD: pulumi.Input<string>;
  readonly SMTP_FROM: string;
}

/**
 * How workloads send mail: a secret with SMTP_HOST, SMTP_PORT, SMTP_USERNAME, SMTP_PASSWORD and SMTP_FROM, for SendGrid or for
 * a pod that catches everything. Programs see no difference but the values.
 */
export class Mail extends pulumi.ComponentResource {
  /** Of the secret. Another one with each change, so that what uses it starts again with it. */
  readonly secretName: pulumi.Output<string>;
  /** The mail server's port, where it is outside the cluster. */
  readonly outsidePort: number | undefined;

  constructor(name: string, args: MailArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:mail:Mail", name, {}, opts);
    const { context, settings, namespace } = args;
    const { sendgrid, catcher } = settings;

    const smtp = sendgrid === undefined ? this.catch(name, args) : sendgridSmtp(sendgrid, args);
    if (catcher !== undefined && sendgrid !== undefined) {
      throw new Error("mail: exactly one of sendgrid and catcher.");
    }
    this.outsidePort = sendgrid?.port;
    const secret = new Secret(
      name,
      {
        metadata: { namespace: namespace.namespaceName, labels: objectLabels(context, catcherName) },
        immutable: true,
        stringData: { ...smtp },
      },
      { parent: this, dependsOn: [namespace] },
    );
    this.secretName = secret.metadata.name;
    this.registerOutputs({ secretName: this.secretName });
  }

  private catch(name: string, { context, settings, namespace }: MailArgs): Smtp {
    if (settings.catcher === undefined) {
      throw new Error("mail: exactly one of sendgrid and catcher.");
    }
    new Workload(
      `${name}-catcher`,
      {
        context,
        key: catcherName,
        namespace,
        settings: catcherWorkload(settings.catcher),
        callers: "namespace",
      },
      { parent: this },
    );
    return {
      SMTP_HOST: `${catcherName}.${namespace.namespaceName}.svc.cluster.local`,
      SMTP_PORT: String(catcherSmtpPort),
      // It takes any. Programs that insist on logging in need no other code.
      SMTP_USERNAME: "catcher",
      SMTP_PASSWORD: "catcher",
      SMTP_FROM: settings.catcher.from,
    };
  }
}

function sendgridSmtp(settings: SendgridSettings, { sendgridApiKey }: MailArgs): Smtp {
  if (sendgridApiKey === undefined) {
    throw new Error("mail: sendgrid needs the secret groundwork:sendgridApiKey.");
  }
  return {
    SMTP_HOST: settings.host,
    SMTP_PORT: String(settings.port),
    SMTP_USERNAME: settings.username,
    SMTP_PASSWORD: pulumi.secret(sendgridApiKey),
    SMTP_FROM: settings.from,
  };
}
