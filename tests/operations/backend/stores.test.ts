import { expect } from "chai";
import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { azureAddress } from "../../../operations/backend/azure-address";
import { readStateVersion, stateVersions } from "../../../operations/state/versions";
import { openStore } from "../../../operations/backend/open-store";
import { ConflictError, withoutSecrets, type StateStore } from "../../../operations/backend/store";
import { Azurite } from "../../support/azurite";

const key = ".pulumi/stacks/groundwork/dev.json";

async function conflict(action: Promise<void>): Promise<void> {
  expect(await action.catch((error: unknown) => error)).to.be.instanceOf(ConflictError);
}

function behavesAsAStore(open: () => StateStore): void {
  it("writes, reads, lists in order and removes", async () => {
    const store = open();
    expect(await store.read(key)).to.equal(undefined);
    await store.write(key, Buffer.from("one"));
    await store.write(".pulumi/meta.yaml", Buffer.from("version: 1\n"));
    expect((await store.read(key))?.data.toString()).to.equal("one");
    const files = await store.list(".pulumi/");
    expect(files.map((file) => [file.key, file.size])).to.deep.equal([
      [".pulumi/meta.yaml", 11],
      [key, 3],
    ]);
    expect(Math.abs((files[0]?.modified.getTime() ?? 0) - Date.now())).to.be.lessThan(600_000);
    expect(await store.list(".pulumi/nothing/")).to.deep.equal([]);
    await store.remove(key);
    await store.remove(key);
    expect(await store.read(key)).to.equal(undefined);
  });

  it("never overwrites what the writer did not know of", async () => {
    const store = open();
    await store.write(key, Buffer.from("one"), { absent: true });
    await conflict(store.write(key, Buffer.from("two"), { absent: true }));
    const { tag = "" } = (await store.read(key)) ?? {};
    await store.write(key, Buffer.from("two"), { tag });
    await conflict(store.write(key, Buffer.from("three"), { tag }));
    await conflict(store.remove(key, tag));
    expect((await store.read(key))?.data.toString()).to.equal("two");
  });
}

describe("a backend in a folder", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), "groundwork-store-"));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  behavesAsAStore(() => openStore(pathToFileURL(directory).href, {}));

  it("lets nobody in while another process takes a file's place, and clears away after one that died over it", async () => {
    const store = openStore(pathToFileURL(directory).href, {});
    await store.write(key, Buffer.from("one"));
    const { tag = "" } = (await store.read(key)) ?? {};
    const lock = path.join(directory, `${key}.writing.tmp`);
    writeFileSync(lock, "");
    await conflict(store.write(key, Buffer.from("two"), { tag }));
    expect((await store.read(key))?.data.toString()).to.equal("one");
    const longAgo = new Date(Date.now() - 3_600_000);
    utimesSync(lock, longAgo, longAgo);
    await store.write(key, Buffer.from("two"), { tag });
    expect((await store.list("")).map((file) => file.key)).to.deep.equal([key]);
    expect(existsSync(lock)).to.equal(false);
  });

  it("leaves nothing half-written, and shows nothing of the engine's own notes", async () => {
    const store = openStore(`${pathToFileURL(directory).href}?no_tmp_dir=true`, {});
    await store.write("a/state.json", Buffer.from("one"));
    writeFileSync(path.join(directory, "a", "state.json.attrs"), "{}");
    expect((await store.list("a/")).map((file) => file.key)).to.deep.equal(["a/state.json"]);
    await store.write("a/state.json", Buffer.from("two"));
    expect(readdirSync(path.join(directory, "a"))).to.deep.equal(["state.json"]);
    expect(await store.versions("a/state.json")).to.equal(undefined);
  });

  it("may be in a person's home", async () => {
    await openStore("file://~/backend", { HOME: directory }).write("a", Buffer.from("one"));
    expect(readdirSync(path.join(directory, "backend"))).to.deep.equal(["a"]);
  });
});

describe("a backend in Azure", () => {
  let azurite: Azurite;
  let made = 0;
  let url: string;
  before(async () => {
    azurite = await Azurite.start();
  });
  after(async () => {
    await azurite.stop();
  });
  beforeEach(async () => {
    url = await azurite.backend(`store-${String(made++)}`);
  });

  behavesAsAStore(() => openStore(url, azurite.environment));

  it("may be in a folder of a container", async () => {
    const inFolder = url.replace("?", "/team/a?");
    await openStore(inFolder, azurite.environment).write(key, Buffer.from("one"));
    const keys = await openStore(url, azurite.environment).list("");
    expect(keys.map((file) => file.key)).to.deep.equal([`team/a/${key}`]);
    expect(
      (await openStore(inFolder, azurite.environment).list(".pulumi/")).map((file) => file.key),
    ).to.deep.equal([key]);
  });

  it("has no versions where the account keeps none, as in the emulator", async () => {
    const store = openStore(url, azurite.environment);
    await store.write(key, Buffer.from("one"));
    expect(await store.versions(key)).to.equal(undefined);
  });

  it("says who is not let in", async () => {
    const wrong = { ...azurite.environment, AZURE_STORAGE_KEY: Buffer.from("wrong").toString("base64") };
    const failure = await openStore(url, wrong)
      .list("")
      .catch((error: unknown) => error);
    expect(failure).to.have.property("reason", "denied");
    expect(String(failure)).to.match(/lets nobody in with these credentials \(Auth\w+\)\./);
  });
});

describe("versions that a container keeps", () => {
  // Azurite has none, so this answers as the REST reference of List Blobs and Get Blob has it.
  let server: Server;
  let url: string;
  const asked: string[] = [];
  const older = "2026-03-01T10:00:00.1234567Z";
  const newer = "2026-03-01T11:00:00.1234567Z";
  const blob = (name: string, version: string, current: boolean): string =>
    `<Blob><Name>${name}</Name><VersionId>${version}</VersionId>${current ? "<IsCurrentVersion>true</IsCurrentVersion>" : ""}` +
    "<Properties><Last-Modified>Sun, 01 Mar 2026 10:00:00 GMT</Last-Modified><Content-Length>5</Content-Length>" +
    "<BlobType>BlockBlob</BlobType></Properties></Blob>";

  before(async () => {
    server = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? "", "http://127.0.0.1");
      asked.push(
        `${decodeURIComponent(pathname)} ${searchParams.get("versionid") ?? searchParams.get("include") ?? ""}`,
      );
      if (searchParams.get("comp") === "list") {
        const versions = searchParams.get("include") === "versions";
        response.setHeader("content-type", "application/xml");
        response.end(
          `<?xml version="1.0" encoding="utf-8"?><EnumerationResults><Blobs>${
            versions && searchParams.get("prefix") === key
              ? blob(key, older, false) + blob(key, newer, true) + blob(`${key}.bak`, older, false)
              : ""
          }</Blobs><NextMarker /></EnumerationResults>`,
        );
        return;
      }
      if (searchParams.get("versionid") === older) {
        response.setHeader("etag", '"1"');
        response.setHeader("last-modified", "Sun, 01 Mar 2026 10:00:00 GMT");
        response.end("older");
        return;
      }
      response.statusCode = 404;
      response.setHeader("x-ms-error-code", "BlobNotFound");
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    url = `azblob://state?storage_account=a&domain=127.0.0.1:${String(port)}&protocol=http&localemu=true`;
  });
  after(() => {
    server.close();
    server.closeAllConnections();
  });

  it("are listed but for the current one, and read by their id", async () => {
    const store = openStore(url, { AZURE_STORAGE_ACCOUNT: "a", AZURE_STORAGE_KEY: "a2V5" });
    const ref = { project: "groundwork", stack: "dev" };
    expect(await stateVersions(store, ref)).to.deep.equal([
      {
        id: `version/${older}`,
        kind: "version",
        at: new Date("2026-03-01T10:00:00Z"),
        size: 5,
        note: "kept by the container",
      },
    ]);
    expect((await readStateVersion(store, ref, `version/${older}`)).toString()).to.equal("older");
    expect(asked).to.include(`/a/state/${key} ${older}`);
    const missing = await readStateVersion(store, ref, `version/${newer}x`).catch((error: unknown) => error);
    expect(missing).to.have.property("exitCode", 2);
  });
});

describe("the address of a container", () => {
  it("is read as the engine reads it", () => {
    const address = azureAddress("azblob://state?storage_account=examplestate", {});
    expect(address).to.deep.equal({
      serviceUrl: "https://examplestate.blob.core.windows.net",
      account: "examplestate",
      container: "state",
      prefix: "",
    });
    const named = azureAddress("azblob://state/a/", {
      AZURE_STORAGE_ACCOUNT: "examplestate",
      AZURE_STORAGE_DOMAIN: "blob.core.chinacloudapi.cn",
      AZURE_STORAGE_SAS_TOKEN: "?sv=1&sig=x",
    });
    expect(named.serviceUrl).to.equal("https://examplestate.blob.core.chinacloudapi.cn?sv=1&sig=x");
    expect(named.prefix).to.equal("a/");
    const emulated = "azblob://state?storage_account=a&domain=127.0.0.1:10000&protocol=http&localemu=true";
    expect(azureAddress(emulated, {}).serviceUrl).to.equal("http://127.0.0.1:10000/a");
  });

  it("names an account, and nothing that the engine does not know", () => {
    expect(() => azureAddress("azblob://state", {})).to.throw("azblob://state names no storage account");
    expect(() => azureAddress("azblob://state?account=a", {})).to.throw(
      '"account" is no parameter of azblob://',
    );
  });

  it("is printed without what stands before an @", () => {
    expect(withoutSecrets("azblob://user:secret@state?a=b")).to.equal("azblob://****@state?a=b");
  });
});
