import type { CloudResource, Walk } from "../../engine/support/walk";
import type { Attempt, ExpectedRefusal, Mutation } from "../mutation";
import {
  claim,
  claimSpec,
  clusterParts,
  handMadeDisk,
  kubeconfig,
  namespace,
  persistentVolume,
  putClusterInCloud,
  resourceDefinition,
  setSpec,
  statefulSet,
  storageClass,
} from "../program/cluster-parts";
import { volume } from "../settings-change";
import { editPart, partsStage, removePart, setParts } from "../stages";
import { refusedByTheGate, refusedEverywhere } from "../ways";

/** A cluster in which claims have disks of AWS, some of which go with their claims. */
export const claims = partsStage("claims", clusterParts, undefined, putClusterInCloud);

function clusterChange(
  name: string,
  change: (walk: Walk) => void,
  refusals: readonly ExpectedRefusal[],
  attempts: readonly Attempt[] = refusedEverywhere(...refusals),
): Mutation {
  return { name, area: "types", stage: claims, change, attempts, still: disksStay };
}

/** What is on the disks is what counts: each is there, and stays when its claim goes where it would have. */
function disksStay(walk: Walk, before: readonly CloudResource[]): void {
  const now = walk.cloud();
  const disks = now.filter(({ type }) => type === volume).map(({ id }) => id);
  const had = before.filter(({ type }) => type === volume).map(({ id }) => id);
  if (had.length !== 5 || had.some((id) => !disks.includes(id))) {
    throw new Error(`The disks were ${had.join(", ")}, and are ${disks.join(", ")}.`);
  }
  const policyOf = (name: string): unknown => {
    const record = now.find(({ type, id }) => type === persistentVolume && id === name);
    return (record?.outputs["spec"] as { persistentVolumeReclaimPolicy?: string } | undefined)
      ?.persistentVolumeReclaimPolicy;
  };
  for (const { type, id, outputs } of before) {
    const spec = outputs["spec"] as { persistentVolumeReclaimPolicy?: string } | undefined;
    if (type === persistentVolume && policyOf(id) !== spec?.persistentVolumeReclaimPolicy) {
      throw new Error(`${id} was to be ${String(spec?.persistentVolumeReclaimPolicy)}.`);
    }
  }
}

const files = { type: claim, name: "files", id: "shop/files" };
const store = { type: statefulSet, name: "store", id: "shop/store" };
const disk = { type: persistentVolume, name: "disk", id: "disk" };
const shop = { type: namespace, name: "shop", id: "shop" };

/** Classes hold nothing, and volumes keep the policy that they were made with: plain pulumi may make one anew. */
function classRefused(...refusals: readonly ExpectedRefusal[]): readonly Attempt[] {
  return refusedByTheGate(...refusals).map((attempt) => ({
    ...attempt,
    ...(attempt.way.through === "engine" && {
      mayChange: ({ type }: CloudResource) => type === storageClass,
    }),
  }));
}

/** What a program may do to what holds data in a cluster. */
export const kubernetesMutations: readonly Mutation[] = [
  clusterChange(
    "A claim is taken out, whose disk would go with it",
    (walk) => {
      removePart(walk, "files");
    },
    [{ rule: "deletes-data", ...files, says: /volume behind it/ }],
  ),
  clusterChange(
    "A claim is renamed, in the program and in the cluster",
    (walk) => {
      editPart(walk, "files", {
        name: "documents",
        props: { metadata: { name: "documents", namespace: "shop" } },
      });
    },
    [{ rule: "deletes-data", ...files }],
  ),
  clusterChange(
    "A claim asks for less",
    (walk) => {
      editPart(walk, "files", { props: { spec: claimSpec("quick", "10Gi") } });
    },
    [{ rule: "shrinks", ...files, says: /20 GiB to 10 GiB/ }],
  ),
  clusterChange(
    "A claim is to be of another storage class, and another gets another access mode",
    (walk) => {
      editPart(walk, "files", { props: { spec: claimSpec("kept", "20Gi") } });
      editPart(walk, "archive", { props: { spec: claimSpec("kept", "40Gi", "ReadWriteOncePod") } });
    },
    [
      { rule: "replaces-data", ...files, says: /storageClassName/ },
      { rule: "replaces-data", type: claim, name: "archive", id: "shop/archive", says: /accessModes/ },
    ],
  ),
  clusterChange(
    "A persistent volume is taken out, and a custom resource definition with every object of its kind",
    (walk) => {
      removePart(walk, "disk", "widgets");
    },
    [
      { rule: "deletes-data", ...disk },
      { rule: "deletes-data", type: resourceDefinition, name: "widgets", id: "widgets.example.com" },
    ],
  ),
  clusterChange(
    "A persistent volume's disk is to be deleted with its claim",
    (walk) => {
      editPart(walk, "disk", { props: { spec: volumeSpec({ persistentVolumeReclaimPolicy: "Delete" }) } });
    },
    [{ rule: "loosened", ...disk, says: /persistentVolumeReclaimPolicy goes from Retain to Delete/ }],
  ),
  clusterChange(
    "A patch of a persistent volume lets its disk be deleted with its claim",
    (walk) => {
      const props = { metadata: { name: "disk" }, spec: { persistentVolumeReclaimPolicy: "Delete" } };
      setParts(walk, (parts) => [
        ...parts,
        { name: "disk-patch", type: `${persistentVolume}Patch`, provider: "cluster", props },
      ]);
    },
    [
      {
        rule: "loosened",
        name: "disk-patch",
        says: /persistentVolumeReclaimPolicy goes from Retain to Delete/,
      },
    ],
  ),
  clusterChange(
    "A persistent volume is pointed at another disk",
    (walk) => {
      const csi = { driver: "ebs.csi.aws.com", volumeHandle: "vol-0ffffffffffffffff", fsType: "ext4" };
      editPart(walk, "disk", { props: { spec: volumeSpec({ csi }) } });
    },
    [{ rule: "replaces-data", ...disk, says: /csi/ }],
  ),
  clusterChange(
    "Storage classes let disks go with their claims, and no longer encrypt them",
    (walk) => {
      editPart(walk, "class-kept", { props: { reclaimPolicy: "Delete" } });
      editPart(walk, "class-quick", { props: { parameters: { type: "gp3" } } });
    },
    [],
    classRefused(
      { rule: "loosened", type: storageClass, name: "class-kept", says: /reclaimPolicy goes from Retain/ },
      { rule: "loosened", type: storageClass, name: "class-quick", says: /parameters\.encrypted/ },
    ),
  ),
  clusterChange(
    "A stateful set makes larger claims from now on, for which it is replaced",
    (walk) => {
      const volumeClaimTemplates = [{ metadata: { name: "data" }, spec: claimSpec("quick", "16Gi") }];
      editPart(walk, "store", { props: { spec: setSpec({ volumeClaimTemplates }) } });
    },
    [{ rule: "replaces-data", ...store, says: /volumeClaimTemplates/ }],
  ),
  clusterChange(
    "A stateful set's claims are to go with it and with its pods",
    (walk) => {
      const policy = { whenDeleted: "Delete", whenScaled: "Delete" };
      editPart(walk, "store", { props: { spec: setSpec({ persistentVolumeClaimRetentionPolicy: policy }) } });
    },
    [
      { rule: "loosened", ...store, says: /whenDeleted/ },
      { rule: "loosened", ...store, says: /whenScaled/ },
    ],
  ),
  clusterChange(
    "A stateful set is taken out",
    (walk) => {
      removePart(walk, "store");
    },
    [{ rule: "deletes-data", ...store }],
  ),
  clusterChange(
    "A namespace that holds claims is taken out",
    (walk) => {
      removePart(walk, "shop");
      for (const name of ["files", "archive", "store"]) editPart(walk, name, { options: { dependsOn: [] } });
    },
    [{ rule: "deletes-data", ...shop, says: /claims/ }],
  ),
  clusterChange(
    "A namespace that holds claims is renamed, and all that is in it",
    (walk) => {
      setParts(
        walk,
        (parts) =>
          JSON.parse(
            JSON.stringify(parts)
              .replaceAll('"namespace":"shop"', '"namespace":"market"')
              .replace('"metadata":{"name":"shop"', '"metadata":{"name":"market"'),
          ) as typeof parts,
      );
    },
    [
      { rule: "replaces-data", ...shop, says: /metadata\.name/ },
      { rule: "replaces-data", ...files, says: /metadata\.namespace/ },
      { rule: "replaces-data", ...store },
    ],
  ),
  clusterChange(
    "Claims are looked for in another cluster",
    (walk) => {
      editPart(walk, "cluster", {
        props: { kubeconfig: kubeconfig("https://00000000000000000000.gr7.eu-west-1.eks.amazonaws.com") },
      });
    },
    [
      { rule: "replaces-data", ...files, says: /provider/ },
      { rule: "replaces-data", ...shop, says: /provider/ },
    ],
  ),
];

function volumeSpec(changes: Readonly<Record<string, unknown>>): object {
  return {
    capacity: { storage: "50Gi" },
    accessModes: ["ReadWriteOnce"],
    persistentVolumeReclaimPolicy: "Retain",
    storageClassName: "by-hand",
    csi: { driver: "ebs.csi.aws.com", volumeHandle: handMadeDisk, fsType: "ext4" },
    ...changes,
  };
}
