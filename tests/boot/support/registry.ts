import execa from "execa";
import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { realpathSync } from "node:fs";
import { gzipSync } from "node:zlib";

const sha256 = (data: Buffer): string => `sha256:${createHash("sha256").update(data).digest("hex")}`;

/** A registry of container images with one image: a shell and `sleep`, of this machine. */
export class Registry {
  private constructor(
    private readonly server: Server,
    /** Of the image. */
    readonly digest: string,
  ) {}

  static async start(): Promise<Registry> {
    const programs = ["/bin/sh", "/bin/sleep"];
    const { stdout: libraries } = await execa(
      "ldd",
      programs.map((program) => realpathSync(program)),
    );
    const files = [
      ...programs,
      ...(libraries.match(/\/lib\S+/g) ?? []).filter((file) => !file.endsWith(":")),
    ];
    const { stdout: tar } = await execa(
      "tar",
      ["--create", "--dereference", "--directory", "/", ...new Set(files.map((file) => file.slice(1)))],
      { encoding: null },
    );
    const layer = gzipSync(tar, { level: 1 });
    const config = Buffer.from(
      JSON.stringify({
        architecture: process.arch === "arm64" ? "arm64" : "amd64",
        os: "linux",
        config: {},
        rootfs: { type: "layers", diff_ids: [sha256(tar)] },
      }),
    );
    const part = (mediaType: string, data: Buffer): object => ({
      mediaType,
      size: data.length,
      digest: sha256(data),
    });
    const kind = "application/vnd.docker.distribution.manifest.v2+json";
    const manifest = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: kind,
        config: part("application/vnd.docker.container.image.v1+json", config),
        layers: [part("application/vnd.docker.image.rootfs.diff.tar.gzip", layer)],
      }),
    );
    const parts = new Map([manifest, config, layer].map((data) => [sha256(data), data]));
    const server = createServer((request, response) => {
      const [, , , place = "", digest = ""] = (request.url ?? "").split("/");
      const data = parts.get(digest);
      if (place === "") {
        response.end();
      } else if (data === undefined) {
        response
          .writeHead(404)
          .end(JSON.stringify({ errors: [{ code: "MANIFEST_UNKNOWN", message: "manifest unknown" }] }));
      } else {
        response
          .writeHead(200, {
            "content-type": place === "manifests" ? kind : "application/octet-stream",
            "docker-content-digest": digest,
          })
          .end(request.method === "HEAD" ? undefined : data);
      }
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new Registry(server, sha256(manifest));
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  end(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
