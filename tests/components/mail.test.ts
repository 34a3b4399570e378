import { expect } from "chai";
import { catcherImage } from "../../settings/sections/mail";
import { secrets } from "../../settings/secrets";
import {
  leastWorkload,
  recordWorkloads,
  sectionsOf,
  workloadsConfig,
} from "../kubernetes/support/workloads-program";
import type { Config } from "../settings/support";
import type { Recording } from "../support/recording";

const SECRET = "kubernetes:core/v1:Secret";
const DEPLOYMENT = "kubernetes:apps/v1:Deployment";

const recorded = (mail: Config, workloads: Config = {}): Promise<Recording> =>
  recordWorkloads(sectionsOf(workloadsConfig(workloads, mail)));

interface Pod {
  readonly containers: readonly Readonly<Record<string, unknown>>[];
}
const podOf = (recording: Recording, deployment: string): Pod =>
  (recording.one(DEPLOYMENT, deployment).inputs["spec"] as { template: { spec: Pod } }).template.spec;

describe("mail by SendGrid", () => {
  it("is a secret with all that a mailer needs, the key never in clear", async () => {
    const recording = await recorded({ sendgrid: { from: "noreply@example.com" } });
    const { stringData, immutable, metadata } = recording.one(SECRET, "mail").inputs;
    expect(stringData).to.deep.equal({
      secret: {
        SMTP_HOST: "smtp.sendgrid.net",
        SMTP_PORT: "587",
        SMTP_USERNAME: "apikey",
        SMTP_PASSWORD: secrets.sendgridApiKey.placeholder,
        SMTP_FROM: "noreply@example.com",
      },
    });
    expect(immutable).to.equal(true);
    expect(metadata).to.deep.include({ namespace: "workloads" });
    // A name for each content: what uses it starts again with the new one.
    expect(metadata).to.not.have.property("name");
    expect(recording.ofType(DEPLOYMENT)).to.deep.equal([]);
  });

  it("is what workloads with mail take as environment, and others do not", async () => {
    const recording = await recorded(
      { sendgrid: { from: "noreply@example.com" } },
      { sender: leastWorkload({ mail: true }), other: leastWorkload() },
    );
    const [sender] = podOf(recording, "workloads-sender").containers;
    const [other] = podOf(recording, "workloads-other").containers;
    const [from] = sender?.["envFrom"] as readonly { readonly secretRef: { readonly name: string } }[];
    expect(from?.secretRef.name).to.match(/^mail-[0-9a-f]{8}$/);
    expect(other?.["envFrom"]).to.deep.equal([]);
  });
});

describe("the mail catcher", () => {
  it("is one restricted pod with its page, which everything in the namespace may call", async () => {
    const recording = await recorded({ catcher: { maxMessages: 7, retentionHours: 2 } });
    const [container] = podOf(recording, "mail-catcher").containers;
    expect(container).to.deep.include({
      image: catcherImage,
      ports: [
        { name: "http", containerPort: 8025, protocol: "TCP" },
        { name: "smtp", containerPort: 1025, protocol: "TCP" },
      ],
      env: [
        { name: "MP_DATABASE", value: "/data/mails.db" },
        { name: "MP_DISABLE_VERSION_CHECK", value: "true" },
        { name: "MP_MAX_AGE", value: "2h" },
        { name: "MP_MAX_MESSAGES", value: "7" },
        { name: "MP_SMTP_AUTH_ACCEPT_ANY", value: "true" },
        { name: "MP_SMTP_AUTH_ALLOW_INSECURE", value: "true" },
        { name: "MP_SMTP_BIND_ADDR", value: "0.0.0.0:1025" },
        { name: "MP_UI_BIND_ADDR", value: "0.0.0.0:8025" },
      ],
    });
    const policy = recording.one("kubernetes:networking.k8s.io/v1:NetworkPolicy", "mail-catcher-traffic");
    expect(policy.inputs["spec"]).to.deep.include({
      ingress: [
        {
          from: [{ podSelector: {} }],
          ports: [
            { protocol: "TCP", port: 8025 },
            { protocol: "TCP", port: 1025 },
          ],
        },
      ],
      egress: [{ to: [{ podSelector: {} }] }],
    });
  });

  it("is inside the cluster only", async () => {
    const recording = await recorded({ catcher: {} });
    const types = recording
      .ofType("kubernetes:core/v1:Service")
      .map(({ inputs }) => (inputs["spec"] as { readonly type: string }).type);
    expect(types).to.deep.equal(["ClusterIP"]);
  });

  it("is found by the same variables as SendGrid", async () => {
    const recording = await recorded({ catcher: {} });
    // The SDK takes all of a secret's content for secret.
    expect(recording.one(SECRET, "mail").inputs["stringData"]).to.deep.equal({
      secret: {
        SMTP_HOST: "mail.workloads.svc.cluster.local",
        SMTP_PORT: "1025",
        SMTP_USERNAME: "catcher",
        SMTP_PASSWORD: "catcher",
        SMTP_FROM: "noreply@example.com",
      },
    });
  });
});
