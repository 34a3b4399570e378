import { expect } from "chai";
import { mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { rehearsalPassphrase } from "../../../rehearsal/environment";
import { decrypt, deriveKey, encrypt } from "../../../rehearsal/passphrase";
import { engineTags } from "../../../settings/engine-yaml";
import { secretOf } from "../../../settings/secrets";
import {
  prepareStackFile,
  rehearsalSalt,
  withPlaceholders,
} from "../../../operations/engine/rehearsal-stack-file";

const source = `# The development environment.
secretsprovider: awskms://alias/state
encryptedkey: AQICAHg
config:
  aws:region: eu-west-1 # Ireland
  # Mail goes out by this.
  groundwork:mail:
    server: smtp.example.com
    password:
      secure: AAABBBCCC
    relays:
      - token: { secure: DDD }
  groundwork:token:
    secure: v1:abc:def
  groundwork:words:
    secure: a word
    other: no secret
`;

describe("rehearsal: the copy of a stack file", () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "groundwork-stack-"));
    path = join(folder, "Pulumi.dev.yaml");
    writeFileSync(path, source);
    writeFileSync(join(folder, "Pulumi.yaml"), "name: groundwork\nruntime: nodejs\n");
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const prepare = (): ReturnType<typeof prepareStackFile> =>
    prepareStackFile({ source: path, directory: join(folder, ".rehearsal"), stack: "dev" });

  it("has an encrypted placeholder for every secret, its comments, and the rehearsal's salt in place of the stack's", () => {
    const prepared = prepare();
    const text = readFileSync(prepared.path, "utf8");
    for (const comment of ["# The development environment.", "# Ireland", "# Mail goes out by this."]) {
      expect(text).to.include(comment);
    }
    expect(text).to.not.match(/AAABBBCCC|DDD|v1:abc:def|awskms|AQICAHg/);
    const { config, encryptionsalt, ...rest } = parse(text) as {
      config: Record<string, unknown>;
      encryptionsalt: string;
    };
    expect(encryptionsalt).to.equal(rehearsalSalt);
    expect(rest).to.deep.equal({});
    const key = deriveKey(rehearsalPassphrase, rehearsalSalt);
    const mail = config["groundwork:mail"] as {
      password: { secure: string };
      relays: { token: { secure: string } }[];
    };
    expect(decrypt(key, mail.password.secure)).to.equal("placeholder for groundwork:mail.password");
    expect(decrypt(key, mail.relays[0]?.token.secure ?? "")).to.equal(
      "placeholder for groundwork:mail.relays.token",
    );
    // An object that has other properties besides is none of the engine's secrets.
    expect(config["groundwork:words"]).to.deep.equal({ secure: "a word", other: "no secret" });
  });

  it("leaves the stack's own file alone, and gives the project its own to make the stack in", () => {
    const prepared = prepare();
    expect(readFileSync(path, "utf8")).to.equal(source);
    expect(parse(readFileSync(join(prepared.projectDirectory, "Pulumi.yaml"), "utf8"))).to.deep.equal({
      name: "groundwork",
      runtime: "nodejs",
    });
    expect(statSync(prepared.path).mode & 0o777).to.equal(0o600);
  });

  it("is used again as it is while the source is the same, and made anew when that changes", () => {
    const { path: copy } = prepare();
    writeFileSync(copy, `${readFileSync(copy, "utf8")}# set since\n`);
    const old = new Date("2020-01-01");
    utimesSync(copy, old, old);
    prepare();
    expect(statSync(copy).mtimeMs).to.equal(old.getTime());
    writeFileSync(path, `${source}# changed\n`);
    prepare();
    expect(readFileSync(copy, "utf8")).to.include("# changed").and.to.not.include("# set since");
  });

  it("is made of a file without secrets without deriving a key", () => {
    const text = withPlaceholders("config:\n  aws:region: eu-west-1\n", "Pulumi.dev.yaml");
    expect(parse(text)).to.deep.equal({
      config: { "aws:region": "eu-west-1" },
      encryptionsalt: rehearsalSalt,
    });
    expect(parse(withPlaceholders("", "Pulumi.dev.yaml"))).to.deep.equal({ encryptionsalt: rehearsalSalt });
  });

  it("says what the source says to the engine: numbers, quotes, dates, anchors and keys without a value as they were written", () => {
    const text = `config:
  a: { octal: 0100, spaced: 1_000, float: 1.50, date: 2026-01-31, quoted: "0100", yes: yes, infinite: .inf }
  b: &b
    nothing:
    tilde: ~
    empty: ""
    words: |
      one
      two
  c: { <<: *b, truth: true }
  d: { secure: v1:hush }
  e: 0x1F
`;
    const engineReads = (file: string): unknown => {
      const { config } = parse(file, { customTags: engineTags, merge: true }) as {
        config: Record<string, unknown>;
      };
      return { ...config, d: Object.keys(config["d"] as object) };
    };
    const copy = withPlaceholders(text, "Pulumi.dev.yaml");
    expect(engineReads(copy)).to.deep.equal(engineReads(text));
    expect(copy).to.contain("octal: 0100,").and.to.contain("float: 1.50,").and.to.not.contain("v1:hush");
  });

  it("is refused when the source is not YAML", () => {
    writeFileSync(path, "config: [\n");
    expect(prepare).to.throw(/Pulumi\.dev\.yaml is not YAML/);
  });
});

describe("rehearsal: the engine's passphrase format", () => {
  it("opens the salt that every rehearsal has", () => {
    const key = deriveKey(rehearsalPassphrase, rehearsalSalt);
    expect(decrypt(key, rehearsalSalt.split(":").slice(2).join(":"))).to.equal("pulumi");
  });

  it("opens what it has closed, and nothing with another key", () => {
    const key = Buffer.alloc(32, 1);
    const closed = encrypt(key, "swordfish");
    expect(closed).to.match(/^v1:[A-Za-z0-9+/=]{16}:[A-Za-z0-9+/=]+$/);
    expect(decrypt(key, closed)).to.equal("swordfish");
    expect(() => decrypt(Buffer.alloc(32, 2), closed)).to.throw();
    expect(() => decrypt(key, "v2:a:b")).to.throw("An encrypted value begins with v1:.");
  });

  it("has a placeholder of the right form for a secret that the settings need and nobody could commit", () => {
    const key = deriveKey(rehearsalPassphrase, rehearsalSalt);
    const secret = (config: string): string | undefined => {
      const text = withPlaceholders(`config:\n${config}`, "Pulumi.dev.yaml");
      const parsed = parse(text) as { config: Record<string, { secure: string } | undefined> };
      const found = parsed.config["groundwork:sendgridApiKey"];
      return found === undefined ? undefined : decrypt(key, found.secure);
    };
    const placeholder = secretOf("sendgridApiKey").placeholder;
    expect(secret("  groundwork:mail: { sendgrid: { from: a@example.com } }\n")).to.equal(placeholder);
    expect(secret("  mail: { sendgrid: { from: a@example.com } }\n")).to.equal(placeholder);
    expect(secret("  groundwork:sendgridApiKey: { secure: AAABBB }\n")).to.equal(placeholder);
    expect(secret("  groundwork:mail: { catcher: {} }\n")).to.equal(undefined);
  });
});
