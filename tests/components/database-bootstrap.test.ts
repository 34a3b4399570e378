import { expect } from "chai";
import { pbkdf2Sync } from "node:crypto";
import type * as pulumi from "@pulumi/pulumi";
import { DatabaseBootstrap } from "../../components/database-bootstrap/database-bootstrap";
import { rdsAuthorities } from "../../settings/rds-authorities";
import { homeDatabase } from "../../components/database-bootstrap/role-secrets";
import { scramVerifier } from "../../components/database-bootstrap/scram";
import type { GuardLevel } from "../../guard/level";
import { bootstrapSettings } from "../../settings/sections/bootstrap";
import { record, type Recording, type RecordedResource, UNKNOWN } from "../support/mocks";
import { stackContext } from "../support/settings";

const JOB = "kubernetes:batch/v1:Job";
const CONFIG_MAP = "kubernetes:core/v1:ConfigMap";
const SECRET = "aws:secretsmanager/secret:Secret";
const VERSION = "aws:secretsmanager/secretVersion:SecretVersion";

const wanted = {
  databases: { users: { owner: "users_owner", extensions: ["citext"] } },
  roles: { users_owner: { login: false }, users_app: { memberOf: ["users_owner"] }, reader: {} },
  grants: [{ role: "reader", database: "users", on: "tables", privileges: ["SELECT"] }],
};
const masterSecret = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:rds!db-1a2b-AbCdEf";
const key = "arn:aws:kms:eu-west-1:111122223333:key/1234";
const output = <T>(value: T): pulumi.Output<T> => value as unknown as pulumi.Output<T>;

function recordBootstrap(
  settings: unknown = wanted,
  {
    guardLevel = "development",
    preview = false,
    serving = "groundwork-dev-database",
  }: { guardLevel?: GuardLevel; preview?: boolean; serving?: string } = {},
): Promise<Recording<DatabaseBootstrap>> {
  return record(
    () =>
      new DatabaseBootstrap("database-bootstrap", {
        context: stackContext({ guardLevel }),
        settings: bootstrapSettings.parse(settings),
        clusterName: "groundwork-dev-cluster",
        database: {
          identifier: "groundwork-dev-database",
          servingIdentifier: serving,
          address: output("db.example.com"),
          port: output(5432),
          secretArn: output(masterSecret),
          keyArn: output(key),
        },
      }),
    { preview },
  );
}

interface Container {
  readonly image: string;
  readonly command: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: unknown }[];
  readonly securityContext: unknown;
}
interface PodSpec {
  readonly initContainers: readonly [Container];
  readonly containers: readonly [Container];
  readonly [key: string]: unknown;
}
const podOf = (job: RecordedResource): PodSpec =>
  (job.inputs["spec"] as { template: { spec: PodSpec } }).template.spec;
const nameOf = ({ inputs }: RecordedResource): string => (inputs["metadata"] as { name: string }).name;
const environmentOf = ({ env }: Container): Record<string, unknown> =>
  Object.fromEntries(env.map(({ name, value }) => [name, value]));
const secretValue = (version: RecordedResource): Record<string, unknown> =>
  JSON.parse((version.inputs["secretString"] as { secret: string }).secret) as Record<string, unknown>;

describe("a database bootstrap", () => {
  it("consists of exactly these resources", async () => {
    expect((await recordBootstrap()).counts()).to.deep.equal({
      "aws:eks/podIdentityAssociation:PodIdentityAssociation": 1,
      "aws:iam/role:Role": 1,
      "aws:iam/rolePolicy:RolePolicy": 1,
      [SECRET]: 3,
      [VERSION]: 3,
      "groundwork:cluster:WorkloadIdentity": 1,
      "groundwork:database:DatabaseBootstrap": 1,
      "groundwork:kubernetes:RestrictedNamespace": 1,
      [JOB]: 1,
      [CONFIG_MAP]: 1,
      "kubernetes:core/v1:Namespace": 1,
      "kubernetes:core/v1:ServiceAccount": 1,
      "kubernetes:networking.k8s.io/v1:NetworkPolicy": 2,
      "random:index/randomId:RandomId": 2,
      "random:index/randomPassword:RandomPassword": 2,
    });
  });

  it("runs another Job when another instance serves, which may read that one's master secret and no other's", async () => {
    const first = await recordBootstrap();
    const second = await recordBootstrap(wanted, { serving: "groundwork-dev-database-night" });
    expect(nameOf(second.one(JOB))).not.to.equal(nameOf(first.one(JOB)));
    const policies = second
      .ofType("aws:iam/rolePolicy:RolePolicy")
      .map(({ inputs }) => String(inputs["policy"]));
    expect(policies.join("")).to.include(':db:groundwork-dev-database-night"');
    expect(policies.join("")).not.to.include(':db:groundwork-dev-database"');
    const descriptions = (recording: typeof first): readonly unknown[] =>
      recording.ofType(SECRET).map(({ inputs }) => inputs["description"]);
    expect(descriptions(second)).to.deep.equal(descriptions(first));
  });

  it("keeps a secret for each role that logs in, and verifiers for the Job", async () => {
    const recording = await recordBootstrap();
    expect(recording.one(SECRET, "database-bootstrap-reader").inputs).to.deep.equal({
      name: "groundwork-dev-database/reader",
      description: "PostgreSQL role reader of groundwork-dev-database",
      kmsKeyId: key,
      recoveryWindowInDays: 30,
      tags: { Name: "groundwork-dev-database/reader" },
    });
    const value = secretValue(recording.one(VERSION, "database-bootstrap-reader"));
    const password = String(value["password"]);
    expect(value).to.deep.equal({
      engine: "postgres",
      host: "db.example.com",
      port: 5432,
      username: "reader",
      password,
      dbname: "users",
      url: `postgres://reader:${password}@db.example.com:5432/users?sslmode=verify-full`,
    });
    const verifiers = secretValue(recording.one(VERSION, "database-bootstrap-verifiers"));
    expect(Object.keys(verifiers)).to.deep.equal(["users_app", "reader"]);
    const salt = /^SCRAM-SHA-256\$4096:([^$]+)\$/.exec(String(verifiers["reader"]))?.[1] ?? "";
    expect(verifiers["reader"]).to.equal(scramVerifier(password, salt));
  });

  it("marks everything secret that the engine keeps", async () => {
    const recording = await recordBootstrap();
    for (const version of recording.ofType(VERSION)) {
      expect(Object.keys(version.inputs["secretString"] as object), version.name).to.deep.equal(["secret"]);
    }
  });

  it("puts nothing secret into Job and ConfigMap", async () => {
    const recording = await recordBootstrap();
    const open = JSON.stringify([recording.one(JOB).inputs, recording.one(CONFIG_MAP).inputs]);
    const secrets = [
      ...recording.ofType(VERSION).flatMap((version) => Object.values(secretValue(version)).map(String)),
    ].filter((text) => /^[0-9a-f]{32}$|SCRAM|postgres:/.test(text));
    expect(secrets).to.have.length(6);
    for (const secret of secrets) {
      expect(open.includes(secret), secret).to.equal(false);
    }
    expect(open).not.to.contain('"secret":');
  });

  it("runs two containers, restricted, with the secrets' names and not their values", async () => {
    const recording = await recordBootstrap();
    const pod = podOf(recording.one(JOB));
    const { initContainers, containers, volumes, ...rest } = pod;
    expect(rest).to.deep.equal({
      serviceAccountName: "database-bootstrap",
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      restartPolicy: "Never",
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 65532,
        runAsGroup: 65532,
        fsGroup: 65532,
        fsGroupChangePolicy: "OnRootMismatch",
        seccompProfile: { type: "RuntimeDefault" },
      },
    });
    expect(environmentOf(initContainers[0])).to.deep.equal({
      HOME: "/run/bootstrap",
      SECRETS_DIRECTORY: "/run/bootstrap",
      AWS_REGION: "eu-west-1",
      AWS_EC2_METADATA_DISABLED: "true",
      MASTER_SECRET_ID: masterSecret,
      VERIFIERS_SECRET_ID: "groundwork-dev-database-bootstrap",
    });
    expect(environmentOf(containers[0])).to.include({
      PGHOST: "db.example.com",
      PGPORT: "5432",
      PGSSLMODE: "verify-full",
      PGSSLROOTCERT: "/opt/bootstrap/authorities.pem",
    });
    for (const { securityContext } of [...initContainers, ...containers]) {
      expect(securityContext).to.include({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true });
    }
    expect(volumes).to.deep.equal([
      { name: "scripts", configMap: { name: nameOf(recording.one(CONFIG_MAP)), defaultMode: 0o444 } },
      { name: "memory", emptyDir: { medium: "Memory", sizeLimit: "16Mi" } },
    ]);
    expect(recording.one(JOB).inputs["spec"]).not.to.have.property("ttlSecondsAfterFinished");
    expect(recording.one(JOB).inputs["metadata"]).to.have.nested.property("annotations").that.deep.equals({
      "pulumi.com/replaceUnready": "true",
    });
  });

  it("carries certificate authorities of its own region only", () => {
    const pem = rdsAuthorities("eu-west-1") ?? "";
    expect(pem.match(/BEGIN CERTIFICATE/g)).to.have.length(3);
    expect(rdsAuthorities("xx-nowhere-1")).to.equal(undefined);
    expect(rdsAuthorities("eu-west-2")).not.to.equal(pem);
  });

  it("is another Job when what it does is another thing, and the same one otherwise", async () => {
    const name = async (settings: unknown): Promise<string> =>
      nameOf((await recordBootstrap(settings)).one(JOB));
    const first = await name(wanted);
    expect(first).to.match(/^database-bootstrap-[0-9a-f]{10}$/);
    const { users_owner, users_app, reader } = wanted.roles;
    expect(
      await name({ ...wanted, roles: { reader, users_app, users_owner } }),
      "order in the file",
    ).to.equal(first);
    const others = [
      { ...wanted, databases: { users: { owner: "users_owner", extensions: ["citext", "hstore"] } } },
      { ...wanted, roles: { ...wanted.roles, reader: { passwordRevision: 2 } } },
      { ...wanted, grants: [] },
      { ...wanted, images: { psql: `postgres@sha256:${"a".repeat(64)}` } },
    ];
    const names = new Set<string>([first]);
    for (const other of others) {
      names.add(await name(other));
    }
    expect(names.size).to.equal(others.length + 1);
  });

  it("may read exactly its two secrets, with a policy that is known before anything exists", async () => {
    for (const preview of [false, true]) {
      const { policy } = (await recordBootstrap(wanted, { preview })).one(
        "aws:iam/rolePolicy:RolePolicy",
      ).inputs;
      expect(policy).not.to.equal(UNKNOWN);
      const { Statement } = JSON.parse(String(policy)) as { Statement: unknown[] };
      const arn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret";
      expect(Statement).to.deep.equal([
        {
          Sid: "ReadTheMasterUsersSecret",
          Effect: "Allow",
          Action: ["secretsmanager:GetSecretValue"],
          Resource: [`${arn}:rds!db-*`],
          Condition: {
            StringEquals: {
              "aws:ResourceTag/aws:rds:primaryDBInstanceArn":
                "arn:aws:rds:eu-west-1:111122223333:db:groundwork-dev-database",
            },
          },
        },
        {
          Sid: "ReadTheVerifiers",
          Effect: "Allow",
          Action: ["secretsmanager:GetSecretValue"],
          Resource: [`${arn}:groundwork-dev-database-bootstrap-??????`],
        },
        {
          Sid: "DecryptThem",
          Effect: "Allow",
          Action: ["kms:Decrypt"],
          Resource: ["arn:aws:kms:eu-west-1:111122223333:key/*"],
          Condition: {
            "ForAnyValue:StringEquals": { "kms:ResourceAliases": "alias/groundwork-dev-database" },
            StringEquals: { "kms:ViaService": "secretsmanager.eu-west-1.amazonaws.com" },
          },
        },
      ]);
    }
  });

  it("reaches the database, Secrets Manager and the agent that hands out credentials, and nothing else", async () => {
    const policy = (await recordBootstrap()).one(
      "kubernetes:networking.k8s.io/v1:NetworkPolicy",
      "database-bootstrap",
    );
    expect(policy.inputs["spec"]).to.deep.equal({
      podSelector: { matchLabels: { "app.kubernetes.io/name": "database-bootstrap" } },
      policyTypes: ["Ingress", "Egress"],
      egress: [
        { ports: [{ protocol: "TCP", port: 5432 }] },
        { ports: [{ protocol: "TCP", port: 443 }] },
        { to: [{ ipBlock: { cidr: "169.254.170.23/32" } }], ports: [{ protocol: "TCP", port: 80 }] },
      ],
    });
  });

  it("runs when secrets, identity and network are there", async () => {
    const recording = await recordBootstrap();
    const { dependencies } = recording.one(JOB).options;
    const needed = [
      ...recording.ofType(VERSION),
      recording.one("aws:eks/podIdentityAssociation:PodIdentityAssociation"),
      recording.one("kubernetes:networking.k8s.io/v1:NetworkPolicy", "database-bootstrap"),
      recording.one("kubernetes:core/v1:ServiceAccount"),
      recording.one(CONFIG_MAP),
    ];
    expect(dependencies).to.include.members(needed.map(({ urn }) => urn));
  });

  it("protects the secrets but on a disposable stack, where their names are free again at once", async () => {
    const guarded = await recordBootstrap();
    expect(guarded.ofType(SECRET).map(({ options }) => options.protect)).to.deep.equal([true, true, true]);
    const disposable = await recordBootstrap(wanted, { guardLevel: "disposable" });
    expect(disposable.ofType(SECRET).map(({ options }) => options.protect)).to.deep.equal([
      false,
      false,
      false,
    ]);
    expect(disposable.one(SECRET, "database-bootstrap-reader").inputs["recoveryWindowInDays"]).to.equal(0);
  });

  it("names each role the database that it connects to", () => {
    const settings = bootstrapSettings.parse({
      databases: { first: { owner: "a" }, second: { owner: "b" } },
      roles: {
        a: {},
        b: {},
        member: { memberOf: ["b"] },
        granted: {},
        told: { memberOf: ["a"], database: "second" },
        idle: { login: false },
      },
      grants: [{ role: "granted", database: "second", on: "database", privileges: ["CONNECT"] }],
    });
    const homes = ["a", "b", "member", "granted", "told", "idle"].map((role) => homeDatabase(role, settings));
    expect(homes).to.deep.equal(["first", "second", "second", "second", "second", undefined]);
  });
});

describe("a SCRAM verifier", () => {
  it("is what RFC 5803 says, and PostgreSQL stores", () => {
    // RFC 7677, section 3: user "user", password "pencil", 4096 iterations.
    const verifier = scramVerifier("pencil", "W22ZaJ0SNY7soEsUEjb6gQ==");
    expect(verifier).to.equal(
      "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
    );
    const salted = pbkdf2Sync(
      "pencil",
      Buffer.from("W22ZaJ0SNY7soEsUEjb6gQ==", "base64"),
      4096,
      32,
      "sha256",
    );
    expect(salted.toString("hex")).to.equal(
      "c4a49510323ab4f952cac1fa99441939e78ea74d6be81ddf7096e87513dc615d",
    );
  });

  it("is refused for a password that would have to be normalised first", () => {
    expect(() => scramVerifier("ü", "c2FsdA==")).to.throw("printable ASCII");
  });
});
