import type { Answer, Ask } from "./answer";
import type { ReleasesApi } from "./aws-api";

/** A container image by its parts: `registry.example.com:5000/team/app:1.2`. */
interface ImageName {
  readonly registry: string;
  readonly repository: string;
  readonly tag: string | undefined;
}

/** What is written without a registry is Docker Hub's, and without a person or a company its library's. */
export function imageNameOf(image: string): ImageName {
  const [, name = "", tag] = /^(.+?)(?::([\w][\w.-]*))?$/.exec(image) ?? [];
  const [first = "", ...rest] = name.split("/");
  return rest.length > 0 && /[.:]|^localhost$/.test(first)
    ? { registry: first === "docker.io" ? "registry-1.docker.io" : first, repository: rest.join("/"), tag }
    : { registry: "registry-1.docker.io", repository: rest.length === 0 ? `library/${name}` : name, tag };
}

/** ECR's own of an account, in each partition: account and region. */
export const privateRegistry = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/;

/** A manifest's digest; undefined where the registry has none under that tag or digest. */
type DigestOf = (
  reference: string,
) => Promise<{ readonly digest: string; readonly pushed?: string } | undefined>;

/**
 * Whether a tag still has the digest that is pinned, and whether the registry still has the digest.
 *
 * @param pinned a digest, with or without `sha256:`, or an image with one.
 */
export async function containerAnswer(
  image: string,
  pinned: string,
  { ask, api }: { readonly ask: Ask | undefined; readonly api: ReleasesApi },
): Promise<Answer> {
  const name = imageNameOf(image);
  const digestOf = reader(name, ask, api);
  const hex = pinned.slice(-64);
  const own = `sha256:${hex}`;
  const tagged = name.tag === undefined ? undefined : await digestOf(name.tag);
  const there = tagged?.digest === own ? tagged : await digestOf(own);
  return {
    ...(tagged !== undefined &&
      tagged.digest !== own && { next: pinned.replace(hex, tagged.digest.slice(-64)) }),
    ...(there?.pushed !== undefined && { published: there.pushed }),
    ...(there === undefined && {
      withdrawn: `${name.registry} has no such digest of ${name.repository} any more`,
    }),
    ...(name.tag === undefined
      ? { note: "named by digest alone: which tag it was found under is not known" }
      : tagged === undefined
        ? { note: `${name.registry} has no tag ${name.tag}` }
        : {}),
  };
}

function reader(name: ImageName, ask: Ask | undefined, api: ReleasesApi): DigestOf {
  const [, registryId, region] = privateRegistry.exec(name.registry) ?? [];
  if (registryId !== undefined && region !== undefined) {
    return (reference) => fromEcr(api, { registryId, region, repositoryName: name.repository }, reference);
  }
  if (ask === undefined) {
    throw new Error("a rehearsal asks nobody outside");
  }
  return (reference) => fromRegistry(ask, name, reference);
}

async function fromEcr(
  api: ReleasesApi,
  { registryId, region, repositoryName }: { registryId: string; region: string; repositoryName: string },
  reference: string,
): ReturnType<DigestOf> {
  const imageIds = [reference.startsWith("sha256:") ? { imageDigest: reference } : { imageTag: reference }];
  const image = await api.registryImage(region, { registryId, repositoryName, imageIds });
  return (
    image && {
      digest: image.imageDigest ?? "",
      ...(image.imagePushedAt !== undefined && { pushed: image.imagePushedAt.toISOString().slice(0, 10) }),
    }
  );
}

const manifests = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

/** The registries' own API, with the token that they ask for: https://distribution.github.io/distribution/spec/auth/token/. */
async function fromRegistry(
  ask: Ask,
  { registry, repository }: ImageName,
  reference: string,
): ReturnType<DigestOf> {
  const url = `https://${registry}/v2/${repository}/manifests/${reference}`;
  const head = (headers: Readonly<Record<string, string>>): Promise<Response> =>
    ask(url, { method: "HEAD", headers: { accept: manifests, ...headers } });
  let response = await head({});
  const challenge = response.headers.get("www-authenticate") ?? "";
  if (response.status === 401 && /^bearer /i.test(challenge)) {
    const said = Object.fromEntries(
      [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = "", value = ""]) => [key, value]),
    );
    const { realm = "", ...query } = said;
    const answer = await ask(
      `${realm}?${new URLSearchParams({ scope: `repository:${repository}:pull`, ...query }).toString()}`,
    );
    const { token, access_token: accessToken } = (await answer.json()) as {
      token?: string;
      access_token?: string;
    };
    response = await head({ authorization: `Bearer ${token ?? accessToken ?? ""}` });
  }
  if (response.status === 404) {
    return undefined;
  }
  const digest = response.headers.get("docker-content-digest");
  if (!response.ok || digest === null) {
    throw new Error(`${registry} answers ${response.status} for ${repository}`);
  }
  return { digest };
}
