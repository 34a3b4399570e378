import * as semver from "semver";
import { dayOf } from "../../settings/release-days";
import type { Pin, PinKind, Start } from "../../settings/pins";
import type { StackSettings } from "../../settings/load";
import { ubuntuImages } from "../../settings/sections/releases";
import type { Answer, Source } from "./answer";
import type { MachineImage, ReleasesApi } from "./aws-api";

/** Kinds that AWS is asked about. */
type AwsKind = Extract<
  PinKind,
  "postgresql" | "kubernetes" | "nodes" | "addons" | "amazon-linux" | "ubuntu" | "machine-images"
>;

/** Versions with two numbers, such as those of PostgreSQL and of Kubernetes, as numbers to compare. */
const order = (version: string): number =>
  version.split(".").reduce((sum, part, index) => sum + Number(part) * 1000 ** (2 - index), 0);
const newestOf = (versions: readonly string[]): string | undefined =>
  [...versions].sort((a, b) => order(a) - order(b)).at(-1);
const day = (at: Date | undefined): string | undefined => at?.toISOString().slice(0, 10);

/**
 * What AWS says of pins.
 *
 * @param kubernetes the version of Kubernetes that nodes and add-ons are to go with. Default: that of the settings.
 */
export function awsSources(
  api: ReleasesApi,
  { context, sections }: StackSettings,
  kubernetes = sections.cluster?.version ?? "",
): Readonly<Record<AwsKind, Source>> {
  return {
    postgresql: ({ value }) => postgres(api, value ?? ""),
    kubernetes: async ({ value = "" }) => kubernetesAnswer(await api.kubernetesVersions(), value),
    nodes: (pin) => nodes(api, pin, kubernetes),
    addons: async ({ path, value }) => {
      const name = path.at(-1) ?? "";
      const offered = await api.addonVersions(name, kubernetes);
      const held =
        value ??
        (await api.parameter(`/${context.project}/${context.stack}/cluster/add-ons/${name}/${kubernetes}`));
      return addonAnswer(name, offered, value, held, kubernetes);
    },
    "amazon-linux": (pin) => publishedImage(api, pin, amazonLinux),
    ubuntu: (pin) => publishedImage(api, pin, ubuntu((pin.value ?? "").split("-")[0] ?? "")),
    "machine-images": async ({ value = "", starts = [] }) => {
      const [{ region } = { region: context.region }] = starts;
      const image = await api.image(region, value);
      return image === undefined
        ? { withdrawn: `${region} has no such image, or shows this account none` }
        : {
            ...(image.created !== undefined && { published: image.created }),
            note: `${image.name}${image.deprecated === undefined ? "" : `; deprecated from ${image.deprecated} on`}. One of your own: a newer one is yours to name.`,
          };
    },
  };
}

async function postgres(api: ReleasesApi, value: string): Promise<Answer> {
  const made = await api.postgresVersions();
  const [major = ""] = value.split(".");
  const ofMajor = newestOf(made.filter((one) => one.startsWith(`${major}.`)));
  const newest = newestOf(made);
  const further = newest !== undefined && !newest.startsWith(`${major}.`) ? { newest } : {};
  if (value === major) {
    return {
      ...further,
      ...(ofMajor === undefined
        ? { withdrawn: `RDS makes no ${major} any more` }
        : { note: `names no minor: RDS moves it in maintenance windows; the newest is ${ofMajor}` }),
    };
  }
  return {
    ...further,
    ...(ofMajor !== undefined && order(ofMajor) > order(value) && { next: ofMajor }),
    ...(!made.includes(value) && { withdrawn: `RDS makes no ${value} any more` }),
  };
}

function kubernetesAnswer(
  offered: Awaited<ReturnType<ReleasesApi["kubernetesVersions"]>>,
  value: string,
): Answer {
  const versions = offered.flatMap(({ clusterVersion }) => clusterVersion ?? []);
  const own = offered.find(({ clusterVersion }) => clusterVersion === value);
  const next = versions.filter((one) => order(one) > order(value)).sort((a, b) => order(a) - order(b))[0];
  const newest = newestOf(versions);
  const [published, ends] = [day(own?.releaseDate), day(own?.endOfStandardSupportDate)];
  return {
    ...(next !== undefined && { next, isStep: true }),
    ...(newest !== undefined && newest !== next && newest !== value && { newest }),
    ...(published !== undefined && { published }),
    ...(ends !== undefined && { ends }),
    ...(own === undefined && { withdrawn: `EKS offers no ${value} any more` }),
  };
}

async function nodes(api: ReleasesApi, { value, starts = [] }: Pin, kubernetes: string): Promise<Answer> {
  const architectures = [...new Set(starts.map(({ architecture }) => architecture))];
  const recommended = await Promise.all(
    architectures.map((architecture) =>
      api.parameter(
        `/aws/service/eks/optimized-ami/${kubernetes}/amazon-linux-2023/${architecture}/standard/recommended/release_version`,
      ),
    ),
  );
  const [first] = recommended;
  if (first === undefined || recommended.some((one) => one !== first)) {
    return {
      note: `EKS recommends ${recommended.map((one, index) => `${one ?? "nothing"} for ${architectures[index] ?? ""}`).join(", ")}: nothing for all nodes`,
    };
  }
  return value === undefined ||
    (dayOf(first) ?? "") > (dayOf(value) ?? "") ||
    !value.startsWith(`${kubernetes}.`)
    ? { next: first }
    : {};
}

function addonAnswer(
  name: string,
  offered: readonly string[],
  value: string | undefined,
  held: string | undefined,
  kubernetes: string,
): Answer {
  const sorted = offered.filter((one) => semver.valid(one) !== null).sort(semver.compare);
  const newest = sorted.at(-1);
  // The network plug-in goes one minor version at a time: https://docs.aws.amazon.com/eks/latest/userguide/vpc-add-on-update.html.
  const reached =
    name === "vpc-cni" && held !== undefined
      ? sorted.filter((one) => semver.minor(one) <= semver.minor(held) + 1).at(-1)
      : newest;
  const isNewer = reached !== undefined && (held === undefined || semver.gt(reached, held));
  return {
    ...((isNewer || (value === undefined && reached !== undefined)) && { next: reached }),
    ...(newest !== undefined && newest !== reached && { newest }),
    ...(value === undefined && held !== undefined && { held }),
    ...(value !== undefined &&
      !offered.includes(value) && { withdrawn: `EKS offers no ${value} for Kubernetes ${kubernetes}` }),
  };
}

/** A family of images that somebody publishes, each with its release in its name. */
interface Family {
  readonly title: string;
  readonly owner: string;
  /** With stars for what is not known. */
  readonly nameFor: (start: Start) => string;
  readonly releaseOf: (image: MachineImage) => string;
}

const amazonLinux: Family = {
  title: "Amazon Linux 2023",
  owner: "amazon",
  nameFor: ({ architecture }) => `al2023-ami-2023.*-kernel-6.1-${architecture}`,
  releaseOf: ({ name }) => /al2023-ami-(2023\.[\d.]+)-kernel/.exec(name)?.[1] ?? "",
};

/** Canonical's, of one version. */
function ubuntu(version: string): Family {
  const series = ubuntuImages[version as keyof typeof ubuntuImages];
  return {
    title: `Ubuntu ${version}`,
    owner: "099720109477",
    nameFor: () => `ubuntu/images/${series}-${version}-amd64-server-*`,
    releaseOf: ({ name }) => `${version}-${/-server-([\d.]+)$/.exec(name)?.[1] ?? ""}`,
  };
}

/** The newest that all machines find where they start, whatever region and architecture that is. */
async function publishedImage(
  api: ReleasesApi,
  { value = "", starts = [] }: Pin,
  { nameFor, owner, releaseOf, title }: Family,
): Promise<Answer> {
  const places = [
    ...new Map(starts.map((start) => [`${start.architecture} in ${start.region}`, start])).entries(),
  ];
  const found = await Promise.all(
    places.map(async ([place, start]: readonly [string, Start]) => {
      const images = await api.publicImages(start.region, owner, nameFor(start));
      if (images.length === 0) {
        throw new Error(`EC2 shows no images of ${title} for ${place}`);
      }
      return { place, images };
    }),
  );
  const everywhere = (found[0]?.images ?? [])
    .map(releaseOf)
    .filter((release) => found.every(({ images }) => images.some((image) => releaseOf(image) === release)));
  const newest = everywhere
    .sort((a, b) => (dayOf(a) ?? "").localeCompare(dayOf(b) ?? "") || a.localeCompare(b))
    .at(-1);
  const missing = found.filter(({ images }) => !images.some((image) => releaseOf(image) === value));
  const deprecated = found
    .flatMap(({ images }) => images.find((image) => releaseOf(image) === value)?.deprecated ?? [])
    .sort()[0];
  return {
    ...(newest !== undefined && (dayOf(newest) ?? "") > (dayOf(value) ?? "") && { next: newest }),
    ...(missing.length > 0 && {
      withdrawn: `there is none for ${missing.map(({ place }) => place).join(", ")}`,
    }),
    ...(found.length === 0 && { note: "no machine runs it" }),
    ...(deprecated !== undefined && { note: `deprecated from ${deprecated} on: it can still be started` }),
  };
}
