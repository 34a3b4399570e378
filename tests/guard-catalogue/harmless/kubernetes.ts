import { harmlessOn } from "../harmless-change";
import type { Harmless } from "../mutation";
import { claims } from "../mutations/kubernetes";
import {
  claim,
  claimSpec,
  classPart,
  namespacePart,
  setSpec,
  statefulSet,
  storageClass,
  persistentVolume,
} from "../program/cluster-parts";
import { editPart, removePart, setParts } from "../stages";
import { plainUpWithPack, up } from "../ways";

const harmlessForClaims = harmlessOn(claims);

const note = { labels: { owner: "shop" }, annotations: { "example.com/contact": "shop@example.com" } };

/** What is done on any day to what holds data in a cluster. */
export const harmlessKubernetesChanges: readonly Harmless[] = [
  harmlessForClaims(
    "A claim asks for more, and its disk grows",
    (walk) => {
      editPart(walk, "files", { props: { spec: claimSpec("quick", "30Gi") } });
    },
    { update: 1 },
    [claim],
    { ways: [up, plainUpWithPack] },
  ),
  harmlessForClaims(
    "A claim, a persistent volume and a storage class get labels and annotations, and a stateful set by a patch",
    (walk) => {
      editPart(walk, "files", { props: { metadata: { name: "files", namespace: "shop", ...note } } });
      editPart(walk, "disk", { props: { metadata: { name: "disk", ...note } } });
      editPart(walk, "class-kept", { props: { metadata: { name: "kept", ...note } } });
      setParts(walk, (parts) => [
        ...parts,
        {
          name: "store-patch",
          type: `${statefulSet}Patch`,
          provider: "cluster",
          props: { metadata: { name: "store", namespace: "shop", ...note } },
        },
      ]);
    },
    { create: 1, update: 3 },
    [claim, persistentVolume, storageClass],
  ),
  harmlessForClaims(
    "A storage class, a namespace and a claim come beside those that there are",
    (walk) => {
      setParts(walk, (parts) => [
        ...parts,
        classPart("slow", "Delete"),
        namespacePart("market"),
        {
          name: "stalls",
          type: claim,
          provider: "cluster",
          props: { metadata: { name: "stalls", namespace: "market" }, spec: claimSpec("slow", "5Gi") },
          options: { dependsOn: ["market", "class-slow"] },
        },
      ]);
    },
    { create: 3 },
  ),
  harmlessForClaims(
    "A stateful set gets another image and one more replica",
    (walk) => {
      editPart(walk, "store", { props: { spec: setSpec({ replicas: 3 }, "b") } });
    },
    { update: 1 },
    [statefulSet],
  ),
  harmlessForClaims(
    "A storage class is taken out whose claims have their disks, and keep them",
    (walk) => {
      removePart(walk, "class-kept");
      editPart(walk, "archive", { options: { dependsOn: ["shop"] } });
    },
    { delete: 1 },
  ),
];
