import { expect } from "chai";
import type { Ask } from "../../../operations/releases/answer";
import { ReleasesApi } from "../../../operations/releases/aws-api";
import { githubAnswer, npmAnswer } from "../../../operations/releases/published";
import { containerAnswer } from "../../../operations/releases/registry";

const [old, now] = ["a".repeat(64), "b".repeat(64)];
const nobody = new ReleasesApi(() => Promise.reject(new Error("nobody asks AWS")));

/** A site that answers these URLs, by method, and keeps what it was asked. */
function site(answers: Readonly<Record<string, (init: RequestInit) => Response>>): {
  ask: Ask;
  asked: string[];
} {
  const asked: string[] = [];
  const ask: Ask = (url, init = {}) => {
    asked.push(`${init.method ?? "GET"} ${url}`);
    return Promise.resolve(answers[url]?.(init) ?? new Response(null, { status: 404 }));
  };
  return { ask, asked };
}

const json = (content: unknown) => (): Response => Response.json(content);
const manifest = (digest: string) => (): Response =>
  new Response(null, { headers: { "docker-content-digest": `sha256:${digest}` } });

describe("what a registry says of an image", () => {
  const url = (reference: string): string =>
    `https://registry-1.docker.io/v2/example/dns/manifests/${reference}`;

  it("asks with the token that the registry wants, and proposes the digest that the tag has now, written as the old one is", async () => {
    const tokens = "https://auth.example.com/token?scope=repository%3Aexample%2Fdns%3Apull&service=registry";
    const guarded = (digest: string) => (init: RequestInit) =>
      new Headers(init.headers).get("authorization") === "Bearer t"
        ? manifest(digest)()
        : new Response(null, {
            status: 401,
            headers: {
              "www-authenticate":
                'Bearer realm="https://auth.example.com/token",service="registry",scope="repository:example/dns:pull"',
            },
          });
    const { ask } = site({
      [url("1.4.0")]: guarded(now),
      [url(`sha256:${old}`)]: guarded(old),
      [tokens]: json({ token: "t" }),
    });
    expect(await containerAnswer("example/dns:1.4.0", old, { ask, api: nobody })).to.deep.equal({
      next: now,
    });
    expect(
      await containerAnswer("example/dns:1.4.0", `example/dns:1.4.0@sha256:${old}`, { ask, api: nobody }),
    ).to.deep.equal({
      next: `example/dns:1.4.0@sha256:${now}`,
    });
  });

  it("has nothing to propose where the tag is where it was, and says what is gone", async () => {
    const same = site({ [url("1.4.0")]: manifest(old) });
    expect(
      await containerAnswer("example/dns:1.4.0", `sha256:${old}`, { ask: same.ask, api: nobody }),
    ).to.deep.equal({});
    expect(same.asked).to.deep.equal([`HEAD ${url("1.4.0")}`]);
    const gone = site({});
    expect(await containerAnswer("example/dns:1.4.0", old, { ask: gone.ask, api: nobody })).to.deep.equal({
      withdrawn: "registry-1.docker.io has no such digest of example/dns any more",
      note: "registry-1.docker.io has no tag 1.4.0",
    });
  });

  it("knows registries by their names, and what has no tag", async () => {
    const { ask, asked } = site({});
    await containerAnswer("registry.example.com:5000/team/app", old, { ask, api: nobody });
    await containerAnswer("postgres:17", old, { ask, api: nobody });
    expect(asked).to.deep.equal([
      `HEAD https://registry.example.com:5000/v2/team/app/manifests/sha256:${old}`,
      "HEAD https://registry-1.docker.io/v2/library/postgres/manifests/17",
      `HEAD https://registry-1.docker.io/v2/library/postgres/manifests/sha256:${old}`,
    ]);
  });

  it("asks ECR about what lies in an account's own registry, in each partition", async () => {
    const asked: unknown[] = [];
    const api = {
      registryImage: (region: string, { registryId, repositoryName }: Record<string, unknown>) => {
        asked.push([region, registryId, repositoryName]);
        return Promise.resolve({ imageDigest: `sha256:${old}` });
      },
    } as unknown as ReleasesApi;
    for (const place of ["eu-west-1.amazonaws.com", "cn-north-1.amazonaws.com.cn"]) {
      await containerAnswer(`111122223333.dkr.ecr.${place}/app:1.0`, old, { ask: undefined, api });
    }
    expect(asked).to.deep.equal([
      ["eu-west-1", "111122223333", "app"],
      ["cn-north-1", "111122223333", "app"],
    ]);
  });

  it("does not take an error for an answer", async () => {
    const { ask } = site({ [url("1.4.0")]: () => new Response(null, { status: 429 }) });
    const error = await containerAnswer("example/dns:1.4.0", old, { ask, api: nobody }).catch(
      (reason: unknown) => reason,
    );
    expect(String(error)).to.equal("Error: registry-1.docker.io answers 429 for example/dns");
  });
});

describe("what a project has released", () => {
  const release = (tag: string, more: object = {}): object => ({
    tag_name: tag,
    published_at: "2026-09-01T10:00:00Z",
    draft: false,
    prerelease: false,
    assets: [{ name: `app-${tag}.tgz`, digest: `sha256:${now}` }],
    ...more,
  });
  const { ask } = site({
    "https://api.github.com/repos/some/app/releases?per_page=100": json([
      release("docker-v29.1.0"),
      release("v28.5.10"),
      release("v28.5.9"),
      release("v28.6.0-rc.1", { prerelease: true }),
      release("v28.5.2", { published_at: "2025-11-05T10:00:00Z" }),
      release("nightly"),
    ]),
  });

  it("is the newest of the same major version to go on to, by number, and the newest of all", async () => {
    expect(await githubAnswer(ask, "some/app", "28.5.2")).to.deep.equal({
      next: "28.5.10",
      along: [],
      newest: "29.1.0",
      published: "2025-11-05",
    });
    expect(await githubAnswer(ask, "some/app", "29.1.0")).to.deep.equal({ published: "2026-09-01" });
  });

  it("brings its checksums along, and is left where one is missing", async () => {
    const along =
      (name: string): Parameters<typeof githubAnswer>[3] =>
      (version, digests) => {
        const value = digests.get(`${name}-v${version}.tgz`);
        return value === undefined ? undefined : [{ path: ["sha"], value }];
      };
    expect((await githubAnswer(ask, "some/app", "28.5.2", along("app"))).along).to.deep.equal([
      { path: ["sha"], value: now },
    ]);
    expect(await githubAnswer(ask, "some/app", "28.5.2", along("other"))).to.deep.equal({
      newest: "29.1.0",
      published: "2025-11-05",
      note: "28.5.10 has files without a checksum: to be moved by hand",
    });
  });

  it("is told of a package with what was withdrawn", async () => {
    const registry = site({
      "https://npm.example.com/@pulumi%2Faws": json({
        "dist-tags": { latest: "7.48.0" },
        time: { "7.21.0": "2026-03-06T00:00:00Z" },
        versions: { "7.21.0": {}, "7.20.0": { deprecated: "broken" } },
      }),
    });
    const ask7 = (version: string): ReturnType<typeof npmAnswer> =>
      npmAnswer(registry.ask, "https://npm.example.com/", "@pulumi/aws", version);
    expect(await ask7("7.21.0")).to.deep.equal({ newest: "7.48.0", published: "2026-03-06" });
    expect((await ask7("7.20.0")).withdrawn).to.equal("deprecated: broken");
    expect((await ask7("7.1.0")).withdrawn).to.equal("the registry no longer has it");
  });
});
