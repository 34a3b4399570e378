import { notKnown, shown, type Finding } from "../../../guard/rules/inputs";
import { isRecord, isUnknown, read } from "../../../guard/unknown";
import { resourceRule } from "../../rule";
import { inPods, makesPods, type Part } from "../../../guard/rules/pod-specs";

export const restrictedPods = resourceRule({
  name: "kubernetes/restricted-pods",
  description:
    "Pods are restricted: no root, no privileges, no capabilities but NET_BIND_SERVICE, and nothing of the node (its network, processes or files).",
  why: "Whoever breaks into a container is else soon on the node, and from there in all others.",
  reference: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted",
  types: makesPods,
  check: ({ wanted }) => inPods(wanted, { pod: checkPod, container: checkContainer }),
});

const ofTheNode = ["hostNetwork", "hostPID", "hostIPC"] as const;

/** Kinds of volumes that the profile "restricted" allows. */
const volumeKinds: ReadonlySet<string> = new Set([
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "persistentVolumeClaim",
  "projected",
  "secret",
]);

function checkPod({ path, values }: Part): Finding[] {
  return [
    ...ofTheNode.flatMap((name) => expect(`${path}.${name}`, read(values, name), [undefined, false])),
    ...checkVolumes({ path, values }),
  ];
}

function checkVolumes({ path, values }: Part): Finding[] {
  const volumes = read(values, "volumes");
  if (volumes === undefined) {
    return [];
  }
  if (!Array.isArray(volumes)) {
    return [notKnown(`${path}.volumes`)];
  }
  return (volumes as readonly unknown[]).flatMap((volume, index) => {
    const place = `${path}.volumes[${index}]`;
    if (!isRecord(volume) || isUnknown(volume)) {
      return [notKnown(place)];
    }
    if (volume["hostPath"] !== undefined) {
      return [
        {
          property: `${place}.hostPath`,
          message: `${place} is a folder of the node. Use another kind of volume.`,
        },
      ];
    }
    return Object.keys(volume)
      .filter((kind) => kind !== "name" && volume[kind] !== undefined && !volumeKinds.has(kind))
      .map((kind) => ({
        property: `${place}.${kind}`,
        message: `${place} is of the kind ${kind}, which restricted pods may not have. Use a persistent volume and a claim.`,
      }));
  });
}

/** Nothing of a container is reached by a port of the node, past services and network policies. */
function checkPorts({ path, values }: Part): Finding[] {
  const ports = read(values, "ports");
  if (ports === undefined) {
    return [];
  }
  if (!Array.isArray(ports)) {
    return [notKnown(`${path}.ports`)];
  }
  return (ports as readonly unknown[]).flatMap((port, index) => {
    const property = `${path}.ports[${index}].hostPort`;
    const found = isRecord(port) && !isUnknown(port) ? port["hostPort"] : port;
    if (isUnknown(found) || isRecord(found)) {
      return [notKnown(property)];
    }
    return found === undefined || found === 0
      ? []
      : [{ property, message: `${property} is ${shown(found)}, a port of the node. Take it away.` }];
  });
}

function checkContainer({ path, values }: Part, pod: Part): Finding[] {
  const own = (name: string): unknown => read(values, `securityContext.${name}`);
  // What a container does not say, its pod says.
  const either = (name: string): unknown => own(name) ?? read(pod.values, `securityContext.${name}`);
  const at = (name: string): string => `${path}.securityContext.${name}`;
  return [
    ...expect(at("runAsNonRoot"), either("runAsNonRoot"), [true]),
    ...notRoot(at("runAsUser"), either("runAsUser")),
    ...expect(at("seccompProfile.type"), either("seccompProfile.type"), ["RuntimeDefault", "Localhost"]),
    ...expect(at("allowPrivilegeEscalation"), own("allowPrivilegeEscalation"), [false]),
    ...expect(at("privileged"), own("privileged"), [undefined, false]),
    ...includesAll(at("capabilities.drop"), own("capabilities.drop")),
    ...onlyBinding(at("capabilities.add"), own("capabilities.add")),
    ...checkPorts({ path, values }),
  ];
}

function expect(property: string, found: unknown, allowed: readonly unknown[]): Finding[] {
  if (isUnknown(found)) {
    return [notKnown(property)];
  }
  const named = allowed.filter((value) => value !== undefined).map(shown);
  return allowed.includes(found)
    ? []
    : [{ property, message: `${property} is ${shown(found)}. Set it to ${named.join(" or ")}.` }];
}

function notRoot(property: string, found: unknown): Finding[] {
  if (isUnknown(found)) {
    return [notKnown(property)];
  }
  return found === 0 ? [{ property, message: `${property} is 0, which is root. Name another user.` }] : [];
}

function includesAll(property: string, found: unknown): Finding[] {
  if (isUnknown(found) || (Array.isArray(found) && found.some(isUnknown))) {
    return [notKnown(property)];
  }
  return Array.isArray(found) && found.includes("ALL")
    ? []
    : [{ property, message: `${property} is ${shown(found)}. Drop ALL.` }];
}

function onlyBinding(property: string, found: unknown): Finding[] {
  if (isUnknown(found) || (Array.isArray(found) && found.some(isUnknown))) {
    return [notKnown(property)];
  }
  const more = (Array.isArray(found) ? (found as unknown[]) : []).filter(
    (name) => name !== "NET_BIND_SERVICE",
  );
  return more.length === 0
    ? []
    : [
        {
          property,
          message: `${property} has others than NET_BIND_SERVICE. Take them away.`,
        },
      ];
}
