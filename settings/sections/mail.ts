import { z } from "zod";
import { format, setting } from "../describe";
import { imageReference } from "../formats";

/** Enough for what mail programs take: no quotes, no comments, no address literals. */
const address = format(
  z
    .string()
    .regex(
      /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$/,
    )
    .max(254),
  { allowed: "a mail address", examples: ["noreply@example.com"] },
);

/**
 * Mailpit 1.27 by the digest that its tag had when it was chosen. Another registry or architecture: set image.
 */
export const catcherImage =
  "docker.io/axllent/mailpit:v1.27@sha256:e22dce5b36f93c77082e204a3942fb6b283b7896e057458400a4c88344c3df68";

const sendgrid = z.strictObject({
  from: setting(address, {
    description: "What mails are sent from: an address that SendGrid knows as a verified sender.",
  }),
  host: setting(
    z
      .string()
      .regex(/^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/)
      .max(253)
      .default("smtp.sendgrid.net"),
    {
      description: "SMTP server.",
      allowed: "a host name in lower case",
      examples: ["smtp.eu.sendgrid.net"],
    },
  ),
  port: setting(z.union([z.literal(587), z.literal(2525), z.literal(465), z.literal(25)]).default(587), {
    description: "465 begins with TLS; the others turn to it by STARTTLS. EC2 blocks port 25 by default.",
    allowed: "587, 2525, 465 or 25",
  }),
  username: setting(
    z
      .string()
      .regex(/^[\x21-\x7e]{1,255}$/)
      .default("apikey"),
    {
      description: "SMTP user.",
      allowed: "1 to 255 visible ASCII characters",
      why: "SendGrid's user for every API key.",
    },
  ),
});

const catcher = z.strictObject({
  image: setting(imageReference.default(catcherImage), {
    description: "Mailpit, by digest.",
  }),
  from: setting(address.default("noreply@example.com"), { description: "What mails are sent from." }),
  maxMessages: setting(z.number().int().min(1).max(100000).default(500), {
    description: "How many mails are kept; older ones are deleted. All are lost with the pod.",
    unit: "mails",
  }),
  retentionHours: setting(z.number().int().min(1).max(8760).default(168), {
    description: "How long a mail is kept at most.",
    unit: "hours",
    why: "A week: caught mails have addresses of people in them.",
  }),
});

export const mailSettings = setting(
  z.strictObject({
    sendgrid: setting(sendgrid.optional(), {
      description: "Mails go out through SendGrid, with the secret groundwork:sendgridApiKey.",
    }),
    catcher: setting(catcher.optional(), {
      description:
        "Mails go nowhere: a pod catches them and shows them on a page. Without authentication, and not exposed.",
    }),
  }),
  { description: "How workloads send mail: exactly one of sendgrid and catcher." },
);
export type MailSettings = z.infer<typeof mailSettings>;
export type SendgridSettings = z.infer<typeof sendgrid>;
export type CatcherSettings = z.infer<typeof catcher>;
