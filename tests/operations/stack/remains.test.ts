import { expect } from "chai";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { planOf, type PlannedStep } from "../../../operations/plan/plan";
import type { OpenStack } from "../../../operations/plan/workspace";
import { outlasting, priceText } from "../../../operations/stack/kept";
import { billable, madeBefore, remains, type Remains } from "../../../operations/stack/remains";
import { startRehearsal, type Rehearsal } from "../../../rehearsal";
import { devStack } from "../fixtures";

type Values = Readonly<Record<string, unknown>>;

const { accountId } = devStack.settings.context;
const tags = { project: "groundwork", environment: "dev", "managed-by": "groundwork" };
const arnOf = (service: string, rest: string): string => `arn:aws:${service}:eu-west-1:${accountId}:${rest}`;

const step = (
  type: string,
  id: string,
  inputs: Values,
  outputs: Values = inputs,
  more: Values = {},
): PlannedStep =>
  ({
    ...{ type, op: "delete", name: id, urn: `urn:pulumi:dev::groundwork::${type}::${id}` },
    old: { id, inputs, outputs, ...more },
  }) as unknown as PlannedStep;

describe("what a destroy keeps", () => {
  const keptOf = (
    ...steps: readonly PlannedStep[]
  ): readonly (readonly [string, string | null, number | null])[] =>
    outlasting(planOf(steps, []), Date.parse("2026-12-01T00:00:00Z")).map(
      ({ what, until, dollarsAMonth }) => [what, until, dollarsAMonth],
    );

  it("is said with the day on which it goes and its price: copies, volumes, keys, secrets, log groups", () => {
    const inputs = {
      finalSnapshotIdentifier: "users-final",
      deleteAutomatedBackups: false,
      backupRetentionPeriod: 7,
    };
    const table = { pointInTimeRecovery: { enabled: true } };
    expect(
      keptOf(
        step("aws:rds/instance:Instance", "db-1", inputs, { allocatedStorage: 100 }),
        step(
          "aws:rds/cluster:Cluster",
          "docs",
          { finalSnapshotIdentifier: "docs-final" },
          { allocatedStorage: 1 },
        ),
        step("aws:ebs/volume:Volume", "vol-1", { finalSnapshot: true }, { size: 20 }),
        step("aws:dynamodb/table:Table", "reports", table),
        step("kubernetes:storage.k8s.io/v1:StorageClass", "kept", { reclaimPolicy: "Retain" }),
        step("kubernetes:core/v1:PersistentVolumeClaim", "shop/data", {
          spec: { storageClassName: "kept", resources: { requests: { storage: "10Gi" } } },
        }),
        step("aws:kms/key:Key", "key-1", { deletionWindowInDays: 14 }),
        step("aws:secretsmanager/secret:Secret", "secret-1", { recoveryWindowInDays: 7 }),
        step("aws:secretsmanager/secret:Secret", "secret-2", { recoveryWindowInDays: 0 }),
        step("aws:ec2/eip:Eip", "eipalloc-1", {}, {}, { retainOnDelete: true }),
        step("aws:cloudwatch/logGroup:LogGroup", "/aws/eks/dev/cluster", {}),
        step("aws:cloudwatch/logGroup:LogGroup", "/dev/flow-log", {}),
      ),
    ).to.deep.equal([
      ["the final snapshot users-final of aws:rds:Instance db-1", null, 9.5],
      ["the automated backups of aws:rds:Instance db-1", "2026-12-08", 9.5],
      ["the final snapshot docs-final of aws:rds:Cluster docs", null, null],
      ["the final snapshot of aws:ebs:Volume vol-1 (vol-1)", null, 1],
      ["the last backup of aws:dynamodb:Table reports, which DynamoDB takes by itself", "2027-01-05", 0],
      ["the volume of claim shop/data", null, 0.88],
      ["aws:kms:Key key-1 (key-1), for 14 days", "2026-12-15", 0],
      ["aws:secretsmanager:Secret secret-1 (secret-1)", "2026-12-08", 0],
      ["aws:ec2:Eip eipalloc-1 (eipalloc-1)", null, 3.65],
      ["log groups that may come back: /aws/eks/dev/cluster", null, 0],
    ]);
    expect([9.5, 0, null].map((dollarsAMonth) => priceText({ dollarsAMonth }))).to.deep.equal([
      "About $9.50 a month.",
      "It costs nothing.",
      "What it costs hangs on its size (docs/prices.md).",
    ]);
  });

  it("is of little use without its key, and that is said", () => {
    const arn = arnOf("kms", "key/key-1");
    const inputs = { finalSnapshotIdentifier: "users-final" };
    const steps = [
      step("aws:rds/instance:Instance", "db-1", inputs, { allocatedStorage: 100, kmsKeyId: arn }),
      step("aws:kms/key:Key", "key-1", { deletionWindowInDays: 14 }, { arn }),
    ];
    expect(outlasting(planOf(steps, []), Date.parse("2026-12-01T00:00:00Z"))[0]?.why).to.equal(
      "It is the last copy of the data. It costs storage until it is deleted by hand. Its key is deleted on 2026-12-15, and nobody can read it from then " +
        "on: call the key back before, or copy the snapshot under another.",
    );
  });

  it("is nothing of what is deleted with all that it has", () => {
    expect(
      keptOf(
        step("aws:rds/instance:Instance", "db-1", { skipFinalSnapshot: true, finalSnapshotIdentifier: "x" }),
        step("aws:dynamodb/table:Table", "reports", {}),
        step("aws:ec2/eip:Eip", "eipalloc-1", {}),
      ),
    ).to.deep.equal([]);
  });
});

describe("what AWS has left of a stack that is down", () => {
  let directory: string;
  let rehearsal: Rehearsal;
  let stack: OpenStack;
  beforeEach(async () => {
    directory = mkdtempSync(path.join(tmpdir(), "groundwork-remains-"));
    mkdirSync(path.join(directory, "cloud"), { recursive: true });
    rehearsal = await startRehearsal({ directory, accountId });
    stack = { ...devStack, session: rehearsal } as unknown as OpenStack;
  });
  afterEach(async () => {
    await rehearsal.stop();
    rmSync(directory, { recursive: true });
  });

  let files = 0;
  function put(type: string, id: string, values: Values): void {
    const inputs = { tags, ...values };
    files += 1;
    writeFileSync(
      path.join(directory, "cloud", `${String(files)}.json`),
      JSON.stringify({ type, id, inputs, outputs: inputs, scope: `${accountId}/eu-west-1` }),
    );
  }
  /** What AWS's index still shows of something that is gone. */
  const shown = (arn: string, its: Values = tags): void => {
    put("aws:tag/shown:Shown", arn, { arn, tags: its });
  };
  const kinds = ({ left }: Remains): readonly string[] => left.map(({ kind }) => kind);

  it("is each thing with its tags that costs money and that its own service still has, and no other", async () => {
    for (const [type, id, rest] of [
      ["aws:ebs/volume:Volume", "vol-1", "volume/vol-1"],
      ["aws:ec2/eip:Eip", "eipalloc-1", "elastic-ip/eipalloc-1"],
      ["aws:ec2/natGateway:NatGateway", "nat-1", "natgateway/nat-1"],
      ["aws:ec2/securityGroup:SecurityGroup", "sg-1", "security-group/sg-1"],
    ] as const) {
      put(type, id, { arn: arnOf("ec2", rest) });
    }
    put("aws:ebs/volume:Volume", "vol-2", {
      arn: arnOf("ec2", "volume/vol-2"),
      tags: { ...tags, environment: "prod" },
    });
    put("aws:dynamodb/table:Table", "reports", { name: "reports", arn: arnOf("dynamodb", "table/reports") });
    put("aws:rds/instance:Instance", "db-1", { identifier: "users", arn: arnOf("rds", "db:users") });
    put("aws:iam/role:Role", "web", { arn: `arn:aws:iam::${accountId}:role/web` });
    const found = await remains(stack, [], []);
    expect(kinds(found)).to.have.members([
      "ec2:volume",
      "ec2:elastic-ip",
      "ec2:natgateway",
      "dynamodb:table",
      "rds:db",
    ]);
    expect(found.stillShown).to.equal(0);
    expect(found.left[0]?.why).to.contain("find out who uses it");
  });

  it("is nothing that the run has deleted, or that its own service has no longer, though the index shows it", async () => {
    shown(arnOf("eks", "cluster/dev-cluster"));
    shown(arnOf("ec2", "volume/vol-9"));
    shown(arnOf("ec2", "natgateway/nat-9"));
    shown(arnOf("ec2", "instance/i-9"));
    shown(arnOf("rds", "db:users"));
    shown(arnOf("dynamodb", "table/reports"));
    const cluster = step("aws:eks/cluster:Cluster", "dev-cluster", {});
    expect(await remains(stack, [cluster], [])).to.deep.equal({ left: [], kept: [], stillShown: 6 });
  });

  it("is told as perhaps gone where nobody here can ask its service", async () => {
    shown(arnOf("eks", "cluster/dev-cluster"));
    const { left } = await remains(stack, [], []);
    expect(left).to.deep.equal([
      {
        arn: arnOf("eks", "cluster/dev-cluster"),
        kind: "eks:cluster",
        why: "AWS's index of tags shows it. It may be gone: the index is some minutes behind. Look whether it is there.",
      },
    ]);
  });

  it("is not what was said to stay: copies, what waits for its day, and volumes of claims that the cluster's tags show", async () => {
    const snapshot = arnOf("rds", "snapshot:users-final");
    put("aws:rds/snapshot:Snapshot", "users-final", { dbSnapshotIdentifier: "users-final", arn: snapshot });
    put("aws:ec2/ami:Ami", "ami-1", { arn: arnOf("ec2", "image/ami-1") });
    put("aws:kms/key:PendingDeletion", "key-1", {
      arn: arnOf("kms", "key/key-1"),
      keyState: "PendingDeletion",
    });
    put("aws:kms/key:Key", "key-2", { arn: arnOf("kms", "key/key-2"), keyState: "Enabled" });
    const ofCluster = {
      "kubernetes.io/cluster/dev-cluster": "owned",
      "kubernetes.io/created-for/pvc/namespace": "shop",
      "kubernetes.io/created-for/pvc/name": "data",
    };
    const volume = arnOf("ec2", "volume/vol-1");
    put("aws:ebs/volume:Volume", "vol-1", { arn: volume, tags: ofCluster });
    const claim = { what: "", why: "", until: null, dollarsAMonth: null, ids: ["shop/data"] };
    const cluster = step("aws:eks/cluster:Cluster", "dev-cluster", {});
    const found = await remains(stack, [cluster], [claim]);
    expect(kinds(found)).to.deep.equal(["kms:key"]);
    expect(found.kept).to.have.members([
      snapshot,
      volume,
      arnOf("ec2", "image/ami-1"),
      arnOf("kms", "key/key-1"),
    ]);
    const before = madeBefore(await billable(stack, [cluster]), [cluster]);
    expect(before.map(({ what }) => what)).to.have.members(["rds:snapshot users-final", "ec2:image ami-1"]);
  });
});
