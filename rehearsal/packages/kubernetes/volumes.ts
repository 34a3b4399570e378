import type { CloudRecord } from "../../cloud/store";
import type { CloudHands, CloudView, UpdateRule } from "../../interpreter/entry";
import type { Random } from "../../interpreter/random";
import { recordOf, textOf, type Values } from "../../interpreter/values";
import { hasAddon, inAccount, nodeSubnets, type EksCluster } from "./eks";
import { annotationsOf, placeOf, specOf, uidOf } from "./objects";

// What the EBS CSI driver does with a claim: it makes a volume when the claim's class says so, tags it with the claim
// (docs/tagging.md of aws-ebs-csi-driver; the EKS add-on sets the cluster's id), and removes it by the reclaim policy.

const classType = "kubernetes:storage.k8s.io/v1:StorageClass";
const volumeType = "aws:ebs/volume:Volume";
const persistentType = "kubernetes:core/v1:PersistentVolume";
const driver = "aws-ebs-csi-driver";
const provisioners = ["ebs.csi.aws.com", "kubernetes.io/aws-ebs"];
const defaultAnnotation = "storageclass.kubernetes.io/is-default-class";

interface StorageClass {
  readonly provisioner: string;
  readonly reclaimPolicy: string;
  readonly waitsForPod: boolean;
  readonly expands: boolean;
  readonly parameters: Values;
}

/** The class that EKS brings; since Kubernetes 1.30 not as the default. */
const gp2: StorageClass = {
  provisioner: "kubernetes.io/aws-ebs",
  reclaimPolicy: "Delete",
  waitsForPod: true,
  expands: false,
  parameters: { type: "gp2" },
};

function classOf(
  claim: Pick<CloudRecord, "outputs">,
  cloud: CloudView,
): StorageClass | { readonly problem: string } {
  const wanted = recordOf(claim.outputs, "spec")["storageClassName"];
  const classes = cloud.ofType(classType);
  const found =
    typeof wanted === "string"
      ? classes.find(({ id }) => id === wanted)
      : classes.find(({ outputs }) => annotationsOf(outputs)[defaultAnnotation] === "true");
  if (!found) {
    if (wanted === "gp2") return gp2;
    return {
      problem:
        typeof wanted === "string"
          ? `[ProvisioningFailed] storageclass.storage.k8s.io "${wanted}" not found`
          : "[FailedBinding] no persistent volumes available for this claim and no storage class is set",
    };
  }
  const { outputs } = found;
  return {
    provisioner: textOf(outputs, "provisioner"),
    reclaimPolicy: textOf(outputs, "reclaimPolicy") || "Delete",
    waitsForPod: textOf(outputs, "volumeBindingMode") === "WaitForFirstConsumer",
    expands: outputs["allowVolumeExpansion"] === true,
    parameters: recordOf(outputs, "parameters"),
  };
}

export function isBound(claim: CloudRecord): boolean {
  return textOf(recordOf(claim.outputs, "status"), "phase") === "Bound";
}

/**
 * Binds a claim to a new volume where everything is there that this needs.
 *
 * @param forPod a pod that wants it is about to run.
 * @returns Why it stays pending; undefined when it is bound.
 */
export function bindClaim(
  claim: CloudRecord,
  forPod: boolean,
  cluster: EksCluster,
  cloud: CloudHands,
  random: Random,
): { readonly waitsForPod: boolean; readonly problem: string } | undefined {
  if (isBound(claim)) return undefined;
  const storage = classOf(claim, cloud);
  if ("problem" in storage) return { waitsForPod: false, problem: storage.problem };
  if (storage.waitsForPod && !forPod) {
    const problem = "[WaitForFirstConsumer] waiting for first consumer to be created before binding";
    return { waitsForPod: true, problem };
  }
  if (!provisioners.includes(storage.provisioner) || !hasAddon(cluster, driver, cloud)) {
    return {
      waitsForPod: storage.waitsForPod,
      problem:
        `[ExternalProvisioning] Waiting for a volume to be created either by the external provisioner ` +
        `'${provisioners.includes(storage.provisioner) ? "ebs.csi.aws.com" : storage.provisioner}' or manually by the system administrator. ` +
        "If volume creation is delayed, please verify that the provisioner is running and correctly registered.",
    };
  }
  const name = `pvc-${uidOf(claim)}`;
  makeVolume(claim, name, storage, cluster, cloud, random);
  const outputs = {
    ...claim.outputs,
    spec: { ...specOf(claim), volumeName: name },
    status: { phase: "Bound" },
  };
  cloud.keep({ ...claim, outputs });
  return undefined;
}

function makeVolume(
  claim: CloudRecord,
  name: string,
  storage: StorageClass,
  cluster: EksCluster,
  cloud: CloudHands,
  random: Random,
): void {
  const id = `vol-${random.hex(17)}`;
  const place = placeOf(claim.id);
  const [subnet] = nodeSubnets(cluster, cloud);
  const zone = inAccount(cluster.scope, "aws:ec2/subnet:Subnet", cloud).find(
    (record) => record.id === subnet,
  );
  const tags = {
    Name: `${cluster.name}-dynamic-${name}`,
    CSIVolumeName: name,
    KubernetesCluster: cluster.name,
    "ebs.csi.aws.com/cluster": "true",
    [`kubernetes.io/cluster/${cluster.name}`]: "owned",
    "kubernetes.io/created-for/pv/name": name,
    "kubernetes.io/created-for/pvc/name": place.name,
    "kubernetes.io/created-for/pvc/namespace": place.namespace,
    ...classTags(storage.parameters, place, name),
  };
  const type = textOf(storage.parameters, "type") || "gp3";
  const size = sizeOf(specOf(claim));
  const createdAt = new Date().toISOString();
  const inputs = {
    availabilityZone: textOf(zone?.outputs ?? {}, "availabilityZone") || `${cluster.region}a`,
    size,
    type,
    encrypted: storage.parameters["encrypted"] === "true",
    ...(textOf(storage.parameters, "kmsKeyId") !== "" && {
      kmsKeyId: textOf(storage.parameters, "kmsKeyId"),
    }),
    tags,
    tagsAll: tags,
  };
  const outputs = {
    ...inputs,
    arn: `arn:aws:ec2:${cluster.region}:${cluster.account}:volume/${id}`,
    createTime: createdAt,
    iops: type === "gp3" ? 3000 : 100,
    throughput: type === "gp3" ? 125 : 0,
  };
  const { scope } = cluster;
  cloud.keep({ package: "aws", type: volumeType, id, name, inputs, outputs, createdAt, scope });
  const spec = {
    capacity: { storage: `${String(size)}Gi` },
    claimRef: { kind: "PersistentVolumeClaim", ...place },
    csi: { driver: "ebs.csi.aws.com", volumeHandle: id },
    persistentVolumeReclaimPolicy: storage.reclaimPolicy,
    storageClassName: textOf(specOf(claim), "storageClassName"),
  };
  const values = { metadata: { name }, spec, status: { phase: "Bound" } };
  cloud.put({ type: persistentType, id: name, inputs: values });
}

/** Those of the class, with the claim's names put in (docs/tagging.md, StorageClass Tagging). */
function classTags(
  parameters: Values,
  place: { readonly namespace: string; readonly name: string },
  volume: string,
): Readonly<Record<string, string>> {
  const texts: Readonly<Record<string, string>> = {
    PVCName: place.name,
    PVCNamespace: place.namespace,
    PVName: volume,
  };
  return Object.fromEntries(
    Object.keys(parameters)
      .filter((name) => name.startsWith("tagSpecification"))
      .map((name): [string, string] => {
        const [key = "", ...value] = textOf(parameters, name).split("=");
        return [
          key,
          value.join("=").replace(/\{\{ *\.(\w+) *\}\}/g, (whole, which: string) => texts[which] ?? whole),
        ];
      }),
  );
}

function sizeOf(spec: Values): number {
  return gibibytes(textOf(recordOf(recordOf(spec, "resources"), "requests"), "storage"));
}

/**
 * Which other size a claim takes. Source: Kubernetes' ValidatePersistentVolumeClaimUpdate (pkg/apis/core/validation), and its
 * admission plugin PersistentVolumeClaimResize.
 */
export const claimResizes: UpdateRule = (claim, wanted, cloud) => {
  const [had, wants] = [sizeOf(recordOf(claim.outputs, "spec")), sizeOf(recordOf(wanted, "spec"))];
  const name = placeOf(claim.id).name;
  if (wants < had) {
    return {
      code: "Invalid",
      message:
        `PersistentVolumeClaim "${name}" is invalid: spec.resources.requests.storage: Forbidden: ` +
        "field can not be less than status.capacity",
    };
  }
  const storage = classOf({ outputs: claim.outputs }, cloud);
  if (wants === had || "problem" in storage || storage.expands) return undefined;
  return {
    code: "Forbidden",
    message:
      `persistentvolumeclaims "${name}" is forbidden: only dynamically provisioned pvc can be resized and the ` +
      "storageclass that provisions the pvc must support resize",
  };
};

/**
 * The driver makes the disk as large as the claim, while it is in use. That it does so at once is assumed: EBS takes minutes to hours, one
 * change after the other and four a day (Amazon EC2 API Reference, ModifyVolume), and a claim waits for that in silence.
 */
export function growVolume(claim: CloudRecord, cluster: EksCluster, cloud: CloudHands): void {
  const volumeName = textOf(specOf(claim), "volumeName");
  const persistent = cloud.ofType(persistentType).find(({ id }) => volumeName !== "" && id === volumeName);
  if (!persistent) return;
  const size = sizeOf(specOf(claim));
  const handle = textOf(recordOf(specOf(persistent), "csi"), "volumeHandle");
  const spec = { ...specOf(persistent), capacity: { storage: `${String(size)}Gi` } };
  cloud.keep({ ...persistent, outputs: { ...persistent.outputs, spec } });
  for (const volume of inAccount(cluster.scope, volumeType, cloud))
    if (volume.id === handle) cloud.keep({ ...volume, outputs: { ...volume.outputs, size } });
}

/** The claim is gone: its volume goes too, or (reclaim policy Retain) stays with what is on it. */
export function releaseClaim(claim: CloudRecord, cluster: EksCluster, cloud: CloudHands): void {
  const volumeName = textOf(specOf(claim), "volumeName");
  const persistent = cloud.ofType(persistentType).find(({ id }) => volumeName !== "" && id === volumeName);
  if (!persistent) return;
  if (textOf(specOf(persistent), "persistentVolumeReclaimPolicy") !== "Delete") {
    cloud.keep({ ...persistent, outputs: { ...persistent.outputs, status: { phase: "Released" } } });
    return;
  }
  const handle = textOf(recordOf(specOf(persistent), "csi"), "volumeHandle");
  for (const volume of inAccount(cluster.scope, volumeType, cloud))
    if (volume.id === handle) cloud.drop(volume);
  cloud.drop(persistent);
}

/** Whole GiB, as EBS counts, of a quantity such as `10Gi`. */
function gibibytes(quantity: string): number {
  const [, number = "1", unit = ""] = /^([\d.]+)([A-Za-z]*)$/.exec(quantity) ?? [];
  const bytes: Readonly<Record<string, number>> = {
    "": 1,
    k: 1e3,
    M: 1e6,
    G: 1e9,
    T: 1e12,
    Ki: 2 ** 10,
    Mi: 2 ** 20,
    Gi: 2 ** 30,
    Ti: 2 ** 40,
  };
  return Math.max(1, Math.ceil((Number(number) * (bytes[unit] ?? 1)) / 2 ** 30));
}
