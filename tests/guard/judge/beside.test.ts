import { expect } from "chai";
import { judgeSteps } from "../../../guard/judge/judge";
import { statefulType } from "../../../guard/catalogue/stateful-types";
import type { ResourceState, Step } from "../../../guard/step";
import { create, deletion as deletionOf, QUEUE, same, state, UNKNOWN_TEXT, update, urn } from "../steps";

type Inputs = Readonly<Record<string, unknown>>;

const KEY = "aws:kms/key:Key";
const KEY_POLICY = "aws:kms/keyPolicy:KeyPolicy";
const QUEUE_POLICY = "aws:sqs/queuePolicy:QueuePolicy";
const REDRIVE = "aws:sqs/redrivePolicy:RedrivePolicy";
const BUCKET_POLICY = "aws:s3/bucketPolicy:BucketPolicy";
const VAULT_POLICY = "aws:backup/vaultPolicy:VaultPolicy";
const VOLUME = "kubernetes:core/v1:PersistentVolume";
const CLASS_PATCH = "kubernetes:storage.k8s.io/v1:StorageClassPatch";
const SET_PATCH = "kubernetes:apps/v1:StatefulSetPatch";

const document = (...statements: readonly Inputs[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });
const owner = { Effect: "Allow", Principal: { AWS: "arn:aws:iam::111122223333:root" }, Action: "sqs:*" };
const sender = { Effect: "Allow", Principal: { Service: "sns.amazonaws.com" }, Action: "sqs:SendMessage" };
const stays = { Effect: "Deny", Principal: "*", Action: ["sqs:DeleteQueue", "sqs:PurgeQueue"] };
const deniesAll = (service: string): Inputs => ({
  Effect: "Deny",
  Principal: "*",
  Action: `${service}:*`,
  Resource: "*",
});

const url = "https://sqs.eu-west-1.amazonaws.com/111122223333/mail";
const locked = state({ name: "mail", policy: document(owner, stays) }, { id: url });
const queue = same(QUEUE, locked, locked);
const ofQueue = (policy: unknown, queueUrl: unknown = url): Inputs => ({ queueUrl, policy });
const metadata = { name: "disk" };
const volume = (spec: Inputs): Step => {
  const had = state({ metadata, spec });
  return same(VOLUME, had, had);
};
const patch = (spec: Inputs): Step => create(`${VOLUME}Patch`, { metadata, spec });

/** Of something that nobody has protected, as what is beside a store needs not be. */
function deletion(type: string, old: ResourceState = state()): Step {
  return deletionOf(type, { ...old, protect: false });
}

function rules(...steps: readonly Step[]): string[] {
  return judgeSteps(steps, { level: "production" }).map(({ rule }) => rule);
}

describe("a resource beside a store", () => {
  describe("that is a key's policy", () => {
    const keyId = "a3159fb1-0000-0000-0000-000000000000";
    const had = state({}, { id: keyId, outputs: { arn: `arn:aws:kms:eu-west-1:111122223333:key/${keyId}` } });
    const key = same(KEY, had, had);
    const policy = document({ Effect: "Allow", Principal: { AWS: "*" }, Action: "kms:*", Resource: "*" });

    it("does not shut everybody out, nor have KMS take a policy that does", () => {
      const shut = { keyId, policy: document(deniesAll("kms")) };
      expect(rules(key, create(KEY_POLICY, { ...shut, bypassPolicyLockoutSafetyCheck: true }))).to.deep.equal(
        ["loosened", "loosened"],
      );
      expect(rules(key, create(KEY_POLICY, shut))).to.deep.equal(["loosened"]);
      expect(rules(create(KEY_POLICY, { ...shut, keyId: "another" }))).to.deep.equal(["loosened"]);
      expect(rules(key, update(KEY_POLICY, { keyId, policy }, shut))).to.deep.equal(["loosened"]);
      expect(rules(update(KEY, { policy }, { policy: shut.policy }))).to.deep.equal(["loosened"]);
      expect(
        rules(key, create(KEY_POLICY, { keyId, policy, bypassPolicyLockoutSafetyCheck: UNKNOWN_TEXT })),
      ).to.deep.equal(["unknown-value"]);
    });

    it("may say who uses the key, deny it to all but some, and go: KMS then has its own again", () => {
      const allButSome = {
        ...deniesAll("kms"),
        Condition: { ArnNotLike: { "aws:PrincipalArn": "arn:aws:iam::111122223333:role/admin" } },
      };
      expect(rules(key, create(KEY_POLICY, { keyId, policy }))).to.deep.equal([]);
      expect(rules(key, create(KEY_POLICY, { keyId, policy: document(allButSome) }))).to.deep.equal([]);
      expect(rules(key, deletion(KEY_POLICY, state({ keyId, policy })))).to.deep.equal([]);
    });

    it("keeps the denial of the key's deletion", () => {
      const kept = document({ Effect: "Deny", Principal: "*", Action: "kms:Schedule*", Resource: "*" });
      expect(rules(update(KEY, { policy: kept }, { policy }))).to.deep.equal(["removes-part"]);
      expect(rules(key, update(KEY_POLICY, { keyId, policy: kept }, { keyId, policy }))).to.deep.equal([
        "removes-part",
      ]);
      expect(rules(key, deletion(KEY_POLICY, state({ keyId, policy: kept })))).to.deep.equal([
        "removes-part",
      ]);
    });
  });

  describe("that is a queue's policy", () => {
    it("keeps the denial that the queue's own has", () => {
      const [refusal] = judgeSteps([queue, create(QUEUE_POLICY, ofQueue(document(owner, sender)))], {
        level: "development",
      });
      expect(refusal?.rule).to.equal("removes-lock");
      expect(refusal?.why).to.equal(
        "policy is no longer one that denies everybody sqs:DeleteQueue and sqs:PurgeQueue.",
      );
      expect(rules(queue, create(QUEUE_POLICY, ofQueue(document(owner, sender, stays))))).to.deep.equal([]);
      expect(rules(queue, create(QUEUE_POLICY, ofQueue(UNKNOWN_TEXT)))).to.deep.equal([
        "removes-lock",
        "unknown-value",
      ]);
    });

    it("counts what the cloud says that the queue has", () => {
      const seen = state({ name: "mail" }, { id: url, outputs: { policy: document(owner, stays) } });
      const refusals = judgeSteps([same(QUEUE, seen, seen), create(QUEUE_POLICY, ofQueue(document(owner)))], {
        level: "production",
      });
      expect(refusals.map(({ rule, type }) => [rule, type])).to.deep.include(["removes-lock", QUEUE_POLICY]);
    });

    it("does not go, or to another queue, with the denial that it has", () => {
      const had = state(ofQueue(document(owner, stays)));
      expect(rules(deletion(QUEUE_POLICY, had))).to.deep.equal(["removes-lock"]);
      expect(rules(deletion(QUEUE_POLICY, state(ofQueue(document(owner)))))).to.deep.equal([]);
      const moved = update(QUEUE_POLICY, had.inputs, ofQueue(document(owner, stays), "other"));
      const old = { ...had, protect: false };
      expect(rules({ ...moved, old, op: "replace", replaceKeys: ["queueUrl"] })).to.deep.equal([
        "removes-lock",
      ]);
    });

    it("is of any queue while it is not known of which, and of a new one where the plan makes one", () => {
      const open = create(QUEUE_POLICY, ofQueue(document(owner), UNKNOWN_TEXT));
      expect(rules(queue, open)).to.deep.equal(["removes-lock"]);
      expect(rules(queue, open, create(QUEUE, { name: "new" }, "new"))).to.deep.equal([]);
    });

    it("may do what is approved for the queue", () => {
      const approval = { urn: urn(QUEUE), id: url, operation: "delete", phase: "unlock" } as const;
      const steps = [queue, create(QUEUE_POLICY, ofQueue(document(owner)))];
      expect(judgeSteps(steps, { level: "production", approvals: [approval] })).to.deep.equal([]);
      expect(judgeSteps(steps, { level: "disposable" })).to.deep.equal([]);
    });

    it("may be imported, looked at and found gone: the queue has it, or does without, already", () => {
      const found = create(QUEUE_POLICY, ofQueue(document(owner)));
      expect(rules(queue, { ...found, op: "import" }, { ...found, op: "read" })).to.deep.equal([]);
      const gone = deletion(QUEUE_POLICY, state(ofQueue(document(owner, stays))));
      const again = create(QUEUE_POLICY, ofQueue(document(owner, stays)));
      expect(rules(queue, { ...gone, op: "refresh" }, again)).to.deep.equal([]);
    });

    it("needs no protection of its own", () => {
      expect(statefulType(QUEUE_POLICY)?.removable).to.equal(true);
    });
  });

  it("that says where failing messages go says what the queue's own property does", () => {
    const target = (name: string): string => JSON.stringify({ deadLetterTargetArn: `arn:${name}` });
    const had = state({ redrivePolicy: target("dead") }, { id: url });
    const other = create(REDRIVE, { queueUrl: url, redrivePolicy: target("elsewhere") });
    expect(rules(same(QUEUE, had, had), other)).to.deep.equal(["exchanged"]);
    expect(
      rules(same(QUEUE, had, had), create(REDRIVE, { queueUrl: url, redrivePolicy: target("dead") })),
    ).to.deep.equal([]);
    expect(rules(deletion(REDRIVE))).to.deep.equal(["deletes-data"]);
  });

  it("keeps the denials that keep objects and recovery points from being deleted", () => {
    const worm = document({ Effect: "Deny", Principal: "*", Action: "s3:DeleteObject*", Resource: "*" });
    const plainHttp = document({
      ...deniesAll("s3"),
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    });
    const allButAdmins = document({
      Effect: "Deny",
      Principal: "*",
      NotAction: "backup:Describe*",
      Condition: { StringNotEquals: { "aws:PrincipalArn": "arn:aws:iam::111122223333:role/admin" } },
    });
    const bucket = (policy: string): Inputs => ({ bucket: "b", policy });
    const vault = (policy: string): Inputs => ({ backupVaultName: "v", policy });
    expect(rules(update(BUCKET_POLICY, bucket(worm), bucket(plainHttp)))).to.deep.equal(["removes-part"]);
    expect(rules(deletion(BUCKET_POLICY, state(bucket(plainHttp))))).to.deep.equal([]);
    expect(rules(create(BUCKET_POLICY, bucket(document(deniesAll("s3")))))).to.deep.equal(["loosened"]);
    expect(rules(deletion(VAULT_POLICY, state(vault(allButAdmins))))).to.include("removes-part");
    expect(rules(create(VAULT_POLICY, vault(allButAdmins)))).to.deep.equal([]);
  });
});

describe("a list that says that there is nothing else", () => {
  const type = "aws:route53/recordsExclusive:RecordsExclusive";
  const records = { zoneId: "Z1", resourceRecordSets: [{ name: "www.example.com", type: "A" }] };

  it("does not come to a zone that has records already, and may come to a new one", () => {
    const zone = create("aws:route53/zone:Zone", { name: "example.com" });
    expect(rules(create(type, records))).to.deep.equal(["shortened-lifecycle"]);
    expect(rules(zone, create(type, { ...records, zoneId: UNKNOWN_TEXT }))).to.deep.equal([]);
    expect(rules(update(type, records, { ...records, resourceRecordSets: [] }))).to.deep.equal([]);
    expect(rules(deletion(type, state(records)))).to.deep.equal([]);
  });
});

describe("a patch of a Kubernetes object", () => {
  it("does not do what the object itself may not", () => {
    const kept = volume({ persistentVolumeReclaimPolicy: "Retain" });
    const [refusal] = judgeSteps([kept, patch({ persistentVolumeReclaimPolicy: "Delete" })], {
      level: "production",
    });
    expect(refusal?.rule).to.equal("loosened");
    expect(refusal?.why).to.equal("spec.persistentVolumeReclaimPolicy goes from Retain to Delete.");
    const dropped = volume({ persistentVolumeReclaimPolicy: "Delete" });
    expect(rules(dropped, patch({ persistentVolumeReclaimPolicy: "Delete" }))).to.deep.equal([]);
    expect(rules(kept, patch({ capacity: { storage: "1Gi" } }))).to.deep.equal([]);
  });

  it("of an object that the plan does not have counts as if that were safe until now", () => {
    expect(rules(patch({ persistentVolumeReclaimPolicy: "Delete" }))).to.deep.equal(["loosened"]);
    expect(rules(create(CLASS_PATCH, { metadata, reclaimPolicy: "Delete" }))).to.deep.equal(["loosened"]);
    const retention = { persistentVolumeClaimRetentionPolicy: { whenDeleted: "Delete" } };
    expect(rules(create(SET_PATCH, { metadata, spec: retention }))).to.deep.equal(["loosened"]);
    expect(rules(patch({ persistentVolumeReclaimPolicy: UNKNOWN_TEXT }))).to.deep.equal(["unknown-value"]);
    expect(rules(create(`${VOLUME}Patch`, { metadata, spec: UNKNOWN_TEXT }))).to.include("unknown-value");
  });

  it("changes nothing that it does not name", () => {
    const labels = { metadata: { name: "disk", labels: { owner: "shop" } } };
    for (const type of [
      `${VOLUME}Patch`,
      CLASS_PATCH,
      SET_PATCH,
      "kubernetes:core/v1:PersistentVolumeClaimPatch",
      "kubernetes:core/v1:NamespacePatch",
      "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinitionPatch",
    ]) {
      expect(statefulType(type)?.beside?.stores, type).to.deep.equal([type.replace(/Patch$/, "")]);
      expect(rules(create(type, labels)), type).to.deep.equal([]);
      expect(rules(update(type, labels, { metadata: { name: "disk" } })), type).to.deep.equal([]);
      expect(rules(deletion(type, state(labels))), type).to.deep.equal([]);
    }
    expect(rules(patch({ capacity: { storage: "100Gi" } }))).to.deep.equal([]);
    expect(rules(patch({ persistentVolumeReclaimPolicy: "Retain" }))).to.deep.equal([]);
  });

  it("gives up its fields when it goes: what Kubernetes takes then, or the object says itself, is judged", () => {
    const kept = { metadata, reclaimPolicy: "Retain" };
    expect(rules(deletion(CLASS_PATCH, state(kept)))).to.deep.equal(["loosened"]);
    const own = state(kept);
    const plain = same("kubernetes:storage.k8s.io/v1:StorageClass", own, own);
    expect(rules(plain, deletion(CLASS_PATCH, state(kept)))).to.deep.equal([]);
    const spec = { persistentVolumeReclaimPolicy: "Retain" };
    expect(rules(deletion(`${VOLUME}Patch`, state({ metadata, spec })))).to.deep.equal([]);
  });

  it("of a kind that the guard only guesses is judged by the names of what it sets", () => {
    const type = "kubernetes:postgresql.cnpg.io/v1:ClusterPatch";
    expect(statefulType(type)?.guessed).to.equal(true);
    expect(rules(create(type, { metadata, spec: { forceDelete: true } }))).to.deep.equal(["forces-deletion"]);
    expect(rules(create(type, { metadata, spec: { instances: 3 } }))).to.deep.equal([]);
    expect(rules(deletion(type))).to.deep.equal([]);
  });
});
