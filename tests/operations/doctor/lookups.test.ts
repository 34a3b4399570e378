import { ACMClient, RequestCertificateCommand } from "@aws-sdk/client-acm";
import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { CreateKeyCommand, KMSClient, ScheduleKeyDeletionCommand } from "@aws-sdk/client-kms";
import { CreateHostedZoneCommand, Route53Client } from "@aws-sdk/client-route-53";
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { CreateTopicCommand, SNSClient } from "@aws-sdk/client-sns";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import {
  hostedZone,
  bucketExists,
  publicZones,
  saysAbsent,
  services,
} from "../../../operations/doctor/checks/lookups";
import { Moto, motoAccount, motoPart } from "../../support/moto";
import { describeWith } from "../../support/real-parts";

describeWith("what a stack file names, looked up at moto", motoPart, (python) => {
  let moto: Moto;
  before(async () => {
    moto = await Moto.start(python());
  });
  after(() => moto?.stop());

  const now = new Date("2026-12-01T12:00:00Z");
  /** What is wrong with it; `absent` where there is none. */
  async function look(service: string, arn: string, id: string): Promise<readonly string[] | "absent"> {
    try {
      const flaws = await services[service]?.look(arn, id, moto.config, now);
      return (flaws ?? []).map(({ severity, what }) => `${severity}: ${what}`);
    } catch (error) {
      if (saysAbsent(error)) return "absent";
      throw error;
    }
  }
  const arnOf = (service: string, rest: string): string =>
    `arn:aws:${service}:eu-west-1:${motoAccount}:${rest}`;

  it("says of each service's things that there is none", async () => {
    const certificate = "certificate/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9";
    const key = "key/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9";
    expect({
      acm: await look("acm", arnOf("acm", certificate), ""),
      sns: await look("sns", arnOf("sns", "nobody"), "nobody"),
      secret: await look("secretsmanager", arnOf("secretsmanager", "secret:none-a1B2c3"), "none-a1B2c3"),
      ssm: await look("ssm", arnOf("ssm", "parameter/none"), "/none"),
      kms: await look("kms", arnOf("kms", key), key),
      role: await look("iam", `arn:aws:iam::${motoAccount}:role/none`, "role/none"),
      user: await look("iam", `arn:aws:iam::${motoAccount}:user/none`, "user/none"),
      policy: await look("iam", `arn:aws:iam::${motoAccount}:policy/none`, "policy/none"),
      bucket: await bucketExists("none", moto.config),
      zone: await hostedZone("Z0NE", moto.config).catch((error: unknown) => saysAbsent(error)),
      zones: await publicZones("none.example.com", moto.config),
    }).to.deep.equal({
      ...{ acm: "absent", sns: "absent", secret: "absent", ssm: "absent", kms: "absent" },
      ...{ role: "absent", user: "absent", policy: "absent", bucket: false, zone: true, zones: [] },
    });
  });

  it("finds nothing wrong with what is there and fit", async () => {
    const { ARN: secret = "" } = await new SecretsManagerClient(moto.config).send(
      new CreateSecretCommand({ Name: "key", SecretString: "x" }),
    );
    expect(await look("secretsmanager", secret, "key")).to.deep.equal([]);

    // Both are told by ARNs that have one slash before the name.
    for (const Name of ["/scheduler/host-key", "host-key"]) {
      const parameter = { Name, Type: "String", Value: "x" } as const;
      await new SSMClient(moto.config).send(new PutParameterCommand(parameter));
      const arn = arnOf("ssm", `parameter/${Name.replace(/^\//, "")}`);
      expect(await look("ssm", arn, "")).to.deep.equal([]);
    }

    const { KeyMetadata: key } = await new KMSClient(moto.config).send(new CreateKeyCommand({}));
    expect(await look("kms", key?.Arn ?? "", "")).to.deep.equal([]);

    const trust = JSON.stringify({ Version: "2012-10-17", Statement: [] });
    const role = { RoleName: "deploy", Path: "/teams/", AssumeRolePolicyDocument: trust };
    await new IAMClient(moto.config).send(new CreateRoleCommand(role));
    expect(await look("iam", "", "role/teams/deploy")).to.deep.equal([]);

    await fetch(`${moto.endpoint}/releases`, { method: "PUT" });
    expect(await bucketExists("releases", moto.config)).to.equal(true);

    const { HostedZone: zone } = await new Route53Client(moto.config).send(
      new CreateHostedZoneCommand({ Name: "dev.example.com", CallerReference: "1" }),
    );
    const id = (zone?.Id ?? "").replace("/hostedzone/", "");
    expect(await publicZones("dev.example.com", moto.config)).to.deep.equal([id]);
    const found = await hostedZone(id, moto.config);
    expect(found.name).to.equal("dev.example.com");
    expect(found.nameServers).to.have.length(4);
  });

  it("says what is there and not fit", async () => {
    const { CertificateArn: certificate = "" } = await new ACMClient(moto.config).send(
      new RequestCertificateCommand({ DomainName: "api.example.com", ValidationMethod: "DNS" }),
    );
    expect(await look("acm", certificate, "")).to.deep.equal([
      "error: the certificate of api.example.com is PENDING_VALIDATION, not ISSUED: no load balancer takes it",
    ]);

    // moto counts no subscribers; a topic that has some is among what the rehearsal has.
    const { TopicArn: topic = "" } = await new SNSClient(moto.config).send(
      new CreateTopicCommand({ Name: "mute" }),
    );
    expect(await look("sns", topic, "mute")).to.deep.equal([
      "warning: nobody has subscribed to it: no alarm reaches anybody",
    ]);

    const secrets = new SecretsManagerClient(moto.config);
    const { ARN: going = "" } = await secrets.send(
      new CreateSecretCommand({ Name: "going", SecretString: "x" }),
    );
    await secrets.send(new DeleteSecretCommand({ SecretId: going }));
    expect(await look("secretsmanager", going, "going")).to.deep.equal([
      "error: the secret is being deleted, and nobody can read it",
    ]);
    const { ARN: empty = "" } = await secrets.send(new CreateSecretCommand({ Name: "empty" }));
    expect(await look("secretsmanager", empty, "empty")).to.deep.equal(["error: the secret has no value"]);

    const keys = new KMSClient(moto.config);
    const { KeyMetadata: key } = await keys.send(new CreateKeyCommand({}));
    await keys.send(new ScheduleKeyDeletionCommand({ KeyId: key?.KeyId ?? "" }));
    expect(await look("kms", key?.Arn ?? "", "")).to.deep.equal([
      "error: the key is PendingDeletion: nothing can be encrypted or read with it",
    ]);
  });
});
