import { eksVersion } from "./eks-versions";
import { architectureOf, type Architecture } from "./instance-types";
import type { StackSettings } from "./load";
import { rdsMajor, rdsRetirement } from "./rds-versions";
import { dayOf } from "./release-days";
import { isMapping } from "./schema-walk";
import type { AddonName } from "./sections/add-ons";

/** Kinds of what a stack file holds fast, by the words that a person names them with. */
export const pinKinds = [
  "postgresql",
  "kubernetes",
  "nodes",
  "addons",
  "amazon-linux",
  "ubuntu",
  "machine-images",
  "containers",
  "concourse",
  "docker",
  "taskcluster-worker",
] as const;
export type PinKind = (typeof pinKinds)[number];

/** Where a machine starts, and what it is. */
export interface Start {
  readonly region: string;
  readonly architecture: Architecture;
}

/** A version, a release or an image that a stack file holds fast, or could. */
export interface Pin {
  readonly kind: PinKind;
  /** The setting: section, and keys down from there. */
  readonly path: readonly string[];
  /** Undefined where the file leaves it open. */
  readonly value: string | undefined;
  /** Of a container: the image with its tag, as far as the file tells one. */
  readonly image?: string;
  /** Of machines: where they start from it. */
  readonly starts?: readonly Start[];
  /** Settings that hold for this one value alone, and move with it: checksums, an image's tag. */
  readonly along?: readonly (readonly string[])[];
}

/** Every pin of a stack, in the order of its sections. */
export function pinsOf(settings: StackSettings): readonly Pin[] {
  const { cluster, database, metalWorkers, workerGroups } = settings.sections;
  return [
    ...(database
      ? [pin("postgresql", ["groundwork:database", "engineVersion"], database.engineVersion)]
      : []),
    ...(cluster ? clusterPins(cluster) : []),
    ...machinePins(settings),
    ...containerPins(settings),
    ...Object.entries(workerGroups ?? {}).flatMap(([key, { workerVersion, workerSha256 }]) =>
      workerVersion === undefined
        ? []
        : [
            {
              ...pin("concourse", ["groundwork:workerGroups", key, "workerVersion"], workerVersion),
              along: Object.keys(workerSha256 ?? {}).map((architecture) => [
                "groundwork:workerGroups",
                key,
                "workerSha256",
                architecture,
              ]),
            },
          ],
    ),
    ...(metalWorkers
      ? [
          pin("docker", ["groundwork:metalWorkers", "docker", "version"], metalWorkers.docker.version),
          taskclusterPin(metalWorkers.worker),
        ]
      : []),
  ];
}

/** A release with what its files are known by. */
function taskclusterPin(worker: NonNullable<StackSettings["sections"]["metalWorkers"]>["worker"]): Pin {
  const at = ["groundwork:metalWorkers", "worker"];
  const keysOf = (key: "checksums" | "binary"): readonly (readonly string[])[] =>
    Object.entries(worker[key] ?? {}).flatMap(([inner, value]) =>
      value === undefined ? [] : [[...at, key, inner]],
    );
  return {
    ...pin("taskcluster-worker", [...at, "release"], worker.release),
    along: [...keysOf("checksums"), ...keysOf("binary")],
  };
}

/** The day a pin's value was published on, ISO, where it says so itself or a table has it. */
export function publishedOn({ kind, value = "" }: Pin): string | undefined {
  switch (kind) {
    case "kubernetes":
      return eksVersion(value)?.released;
    case "nodes":
    case "amazon-linux":
    case "ubuntu":
      return dayOf(value);
    default:
      return undefined;
  }
}

/**
 * The last day of its support, before more is paid or it is moved by somebody else; undefined where no table has it. Of Amazon Linux
 * 2023 the end of its maintenance: https://docs.aws.amazon.com/linux/al2023/ug/release-cadence.html. Of Ubuntu: Debian's distro-info-data.
 */
export function supportEnds({ kind, value = "" }: Pin): string | undefined {
  switch (kind) {
    case "postgresql":
      return rdsRetirement(value)?.endOfSupport ?? rdsMajor(value)?.endOfStandardSupport;
    case "kubernetes":
    case "nodes":
      return eksVersion(value.split(".").slice(0, 2).join("."))?.endOfStandardSupport;
    case "amazon-linux":
      return "2029-06-30";
    case "ubuntu":
      return value.startsWith("22.04-") ? "2027-06-01" : "2029-05-31";
    default:
      return undefined;
  }
}

function pin(kind: PinKind, path: readonly string[], value: string | undefined): Pin {
  return { kind, path, value };
}

const addonNames: readonly AddonName[] = [
  "vpc-cni",
  "kube-proxy",
  "eks-pod-identity-agent",
  "coredns",
  "aws-ebs-csi-driver",
  "metrics-server",
];

function clusterPins(cluster: NonNullable<StackSettings["sections"]["cluster"]>): readonly Pin[] {
  const section = "groundwork:cluster";
  const groups = Object.entries(cluster.nodeGroups);
  const startsOf = (group: (typeof groups)[number][1]): Start => ({
    region: "",
    architecture: architectureOf(group.instanceTypes[0] ?? "") ?? "x86_64",
  });
  const common = groups.filter(([, { releaseVersion }]) => releaseVersion === undefined);
  return [
    pin("kubernetes", [section, "version"], cluster.version),
    {
      ...pin("nodes", [section, "nodeReleaseVersion"], cluster.nodeReleaseVersion),
      starts: common.map(([, group]) => startsOf(group)),
    },
    ...groups.flatMap(([key, group]) =>
      group.releaseVersion === undefined
        ? []
        : [
            {
              ...pin("nodes", [section, "nodeGroups", key, "releaseVersion"], group.releaseVersion),
              starts: [startsOf(group)],
            },
          ],
    ),
    ...addonNames.map((name) => pin("addons", [section, "addons", name], cluster.addons[name])),
  ];
}

/** Machines of one entry of a section: what they say of their image, and where they start. */
interface Machines {
  readonly path: readonly string[];
  readonly release: string | undefined;
  readonly starts: readonly Start[];
  /** Images of one's own: keys below the entry, id, region. */
  readonly images: readonly (readonly [keys: readonly string[], id: string, region: string])[];
}

function machinePins(settings: StackSettings): readonly Pin[] {
  const all = machinesOf(settings);
  const release = settings.sections.releases?.amazonLinux;
  const common = all.filter(
    ({ images, path, release: own }) =>
      own === undefined && images.length === 0 && path[0] !== "groundwork:metalWorkers",
  );
  return [
    ...(release === undefined
      ? []
      : [
          {
            ...pin("amazon-linux", ["groundwork:releases", "amazonLinux"], release),
            starts: common.flatMap(({ starts }) => starts),
          },
        ]),
    ...(settings.sections.releases?.ubuntu === undefined
      ? []
      : [
          {
            ...pin("ubuntu", ["groundwork:releases", "ubuntu"], settings.sections.releases.ubuntu),
            starts: [{ region: settings.context.region, architecture: "x86_64" as const }],
          },
        ]),
    ...all.flatMap(({ path, release: own, starts }) =>
      own === undefined ? [] : [{ ...pin("amazon-linux", [...path, "amazonLinuxRelease"], own), starts }],
    ),
    ...all.flatMap(({ path, images, starts: [start] }) =>
      images.map(([keys, id, region]) => ({
        ...pin("machine-images", [...path, ...keys], id),
        starts: [{ region, architecture: start?.architecture ?? "x86_64" }],
      })),
    ),
  ];
}

function machinesOf({ context: { region }, sections }: StackSettings): readonly Machines[] {
  const at = (regions: readonly string[], type = ""): readonly Start[] =>
    regions.map((one) => ({ region: one, architecture: architectureOf(type) ?? "x86_64" }));
  const one = (key: string, id: string | undefined): Machines["images"] =>
    id === undefined ? [] : [[[key], id, region]];
  const metal = sections.metalWorkers?.source.ec2;
  return [
    ...Object.entries(sections.staticServices ?? {}).map(([key, service]) => ({
      path: ["groundwork:staticServices", key],
      release: service.amazonLinuxRelease,
      starts: at(
        service.regions === undefined ? [region] : Object.keys(service.regions),
        service.instanceType,
      ),
      images: Object.entries(service.amiIds ?? {}).map(
        ([place, id]) => [["amiIds", place], id, place] as const,
      ),
    })),
    ...Object.entries(sections.workerGroups ?? {}).map(([key, group]) => ({
      path: ["groundwork:workerGroups", key],
      release: group.amazonLinuxRelease,
      starts: at([region], group.instanceType),
      images: one("workerAmiId", group.workerAmiId),
    })),
    ...Object.entries(sections.fleets ?? {}).map(([key, fleet]) => ({
      path: ["groundwork:fleets", key],
      release: fleet.amazonLinuxRelease,
      starts: at([region], fleet.instanceTypes[0]),
      images: one("amiId", fleet.amiId),
    })),
    ...(metal
      ? [
          {
            path: ["groundwork:metalWorkers", "source", "ec2"],
            release: undefined,
            starts: at([region], metal.instanceType),
            images: one("amiId", metal.amiId),
          },
        ]
      : []),
  ];
}

const digest = /@(sha256:[0-9a-f]{64})$/;

/** Whatever is named by digest, wherever it stands, and static services, whose tag and digest stand apart. */
function containerPins({ sections }: StackSettings): readonly Pin[] {
  const found: Pin[] = [];
  const look = (value: unknown, path: readonly string[]): void => {
    if (typeof value === "string" && digest.test(value)) {
      found.push({ ...pin("containers", path, value), image: value.replace(digest, "") });
    }
    if (isMapping(value)) {
      for (const [key, inner] of Object.entries(value)) {
        look(inner, [...path, key]);
      }
    }
  };
  for (const [section, value] of Object.entries(sections)) {
    look(value, [`groundwork:${section}`]);
  }
  return [
    ...found,
    ...Object.entries(sections.staticServices ?? {}).map(([key, { imageHash, imageTag }]) => ({
      ...pin("containers", ["groundwork:staticServices", key, "imageHash"], imageHash),
      image: imageTag,
      along: [["groundwork:staticServices", key, "imageTag"]],
    })),
  ];
}
