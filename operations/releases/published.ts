import * as semver from "semver";
import type { ScalarEdit } from "../engine/stack-file-edit";
import { jsonOf, type Answer, type Ask } from "./answer";

interface GithubRelease {
  readonly tag_name: string;
  readonly published_at: string;
  readonly draft: boolean;
  readonly prerelease: boolean;
  readonly assets: readonly { readonly name: string; readonly digest?: string | null }[];
}

const versionOf = ({ tag_name: tag }: GithubRelease): string => tag.replace(/^(docker-)?v/, "");

/**
 * What a project has released on GitHub: the newest of the same major version to go on to, and the newest of all.
 *
 * @param along what moves with a release, from the digests of its files; undefined where it cannot be told.
 */
export async function githubAnswer(
  ask: Ask,
  repository: string,
  value: string,
  along: (
    version: string,
    digests: ReadonlyMap<string, string>,
  ) => readonly ScalarEdit[] | undefined = () => [],
): Promise<Answer> {
  const url = `https://api.github.com/repos/${repository}/releases?per_page=100`;
  const releases = (await jsonOf<readonly GithubRelease[]>(ask, url)).filter(
    (one) => !one.draft && !one.prerelease && semver.valid(versionOf(one)) !== null,
  );
  const sorted = [...releases].sort((a, b) => semver.compare(versionOf(a), versionOf(b)));
  const [own, last] = [sorted.find((one) => versionOf(one) === value), sorted.at(-1)];
  const next = sorted.filter((one) => semver.major(versionOf(one)) === semver.major(value)).at(-1);
  const edits =
    next === undefined
      ? []
      : along(
          versionOf(next),
          new Map(next.assets.map(({ name, digest }) => [name, digest?.replace("sha256:", "") ?? ""])),
        );
  const isNewer = next !== undefined && semver.gt(versionOf(next), value);
  return {
    ...(isNewer && edits !== undefined && { next: versionOf(next), along: edits }),
    ...(last !== undefined &&
      versionOf(last) !== (isNewer && edits !== undefined ? versionOf(next) : value) && {
        newest: versionOf(last),
      }),
    ...(own !== undefined && { published: own.published_at.slice(0, 10) }),
    ...(isNewer &&
      edits === undefined && {
        note: `${versionOf(next)} has files without a checksum: to be moved by hand`,
      }),
  };
}

interface NpmPackage {
  readonly "dist-tags": Readonly<Record<string, string>>;
  readonly time?: Readonly<Record<string, string>>;
  readonly versions: Readonly<Record<string, { readonly deprecated?: string | boolean }>>;
}

/** What the registry of npm has of a package that the program is made with. */
export async function npmAnswer(ask: Ask, registry: string, name: string, value: string): Promise<Answer> {
  const found = await jsonOf<NpmPackage>(ask, `${registry.replace(/\/$/, "")}/${name.replace("/", "%2F")}`);
  const newest = found["dist-tags"]["latest"];
  const own = found.versions[value];
  const [published] = [found.time?.[value]?.slice(0, 10)];
  return {
    ...(newest !== undefined && newest !== value && { newest }),
    ...(published !== undefined && { published }),
    ...((own === undefined || (own.deprecated !== undefined && own.deprecated !== false)) && {
      withdrawn:
        own === undefined ? "the registry no longer has it" : `deprecated: ${String(own.deprecated)}`,
    }),
  };
}
