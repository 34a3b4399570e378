import { expect } from "chai";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { Readable } from "node:stream";
import { main } from "../../../operations/cli";
import { withEncrypted } from "../../../operations/engine/encrypted-values";
import { storePrefix } from "../../../operations/secrets/pass";
import { secretOf } from "../../../settings/secrets";
import { FakeTerminal } from "../../support/fake-terminal";

const checkout = path.join(__dirname, "../../..");

describe("an encrypted value in a stack file", () => {
  const edit = (text: string): string =>
    withEncrypted(
      text,
      { values: { "groundwork:key": "v1:a+/=:b==" }, provider: { encryptionsalt: "v1:s=:v1:x==" } },
      { file: "Pulumi.dev.yaml", project: "groundwork" },
    );
  const added = "  groundwork:key:\n    secure: v1:a+/=:b==\n";

  it("is put behind the last value, and no other character changes", () => {
    const before = "# first\nconfig:\n  aws:region:   x   # c\n\n  groundwork:n:\n    z:\n    - a\n";
    expect(edit(`${before}  # last\n`)).to.equal(`${before}${added}  # last\nencryptionsalt: v1:s=:v1:x==\n`);
  });

  const places: Readonly<Record<string, readonly [string, string]>> = {
    "in place of another ciphertext, as that is written": [
      'config:\n  key: {secure: "v1:old"} # mine\n  b: 1\nencryptionsalt: old # by pulumi\n',
      "config:\n  key: {secure: v1:a+/=:b==} # mine\n  b: 1\nencryptionsalt: v1:s=:v1:x== # by pulumi\n",
    ],
    "in place of what stood in clear": [
      "config:\n  groundwork:config:key: |\n    clear\n    text\n  b: 1\nencryptionsalt: o\n",
      "config:\n  groundwork:config:key: { secure: v1:a+/=:b== }\n  b: 1\nencryptionsalt: v1:s=:v1:x==\n",
    ],
    "for a key without a value": [
      "config:\n  key:\nencryptionsalt: o\n",
      "config:\n  key: { secure: v1:a+/=:b== }\nencryptionsalt: v1:s=:v1:x==\n",
    ],
    "with the file's own line ends, the last one missing": [
      "config:\r\n  t: |\r\n    x\r\n\r\n    y",
      "config:\r\n  t: |\r\n    x\r\n\r\n    y\r\n  groundwork:key:\r\n    secure: v1:a+/=:b==\r\nencryptionsalt: v1:s=:v1:x==\r\n",
    ],
    "on one line, where config is": [
      "config: {a: 1}\n",
      'config: {a: 1, "groundwork:key": { secure: v1:a+/=:b== } }\nencryptionsalt: v1:s=:v1:x==\n',
    ],
    "in a file without config": ["", `config:\n${added}encryptionsalt: v1:s=:v1:x==\n`],
    "in an empty config": ["config:\n", `config:\n${added}encryptionsalt: v1:s=:v1:x==\n`],
  };
  for (const [where, [before, after]] of Object.entries(places)) {
    it(`stands ${where}`, () => {
      expect(edit(before)).to.equal(after);
    });
  }

  it("is not put where others would change with it", () => {
    for (const text of [
      "x: &x {key: {secure: a}}\nconfig:\n  a: 1\n  <<: *x\n",
      "config:\n  a: &a {secure: v}\n  key: *a\n",
      "config:\n  key: &a {secure: v}\n  b: *a\n",
    ]) {
      expect(() => edit(text), text).to.throw("Nothing was touched.");
    }
  });
});

describe("a folder of the password store", () => {
  it("is the stack's own unless another is named, and never outside of the store", () => {
    expect(storePrefix("dev", undefined)).to.equal("groundwork/dev");
    expect(storePrefix("dev", "/team/ops/")).to.equal("team/ops");
    expect(storePrefix("dev", "")).to.equal("");
    for (const prefix of ["..", "a/../../b", "./a", "a\nb"]) {
      expect(() => storePrefix("dev", prefix), prefix).to.throw("Nothing was touched.");
    }
  });
});

describe("groundwork secrets, before anything is started", () => {
  const { placeholder: privateKey } = secretOf("workerSshKey");
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), "groundwork-secrets-"));
    for (const file of ["Pulumi.yaml", "Pulumi.dev.yaml", "Pulumi.prod.yaml"]) {
      cpSync(path.join(checkout, file), path.join(directory, file));
    }
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  /** With an engine that is not there: whoever looks for it fails. */
  async function secrets(
    argv: readonly string[],
    input = "",
  ): Promise<{ exitCode: number; out: string; err: string }> {
    const fake = new FakeTerminal();
    const exitCode = await main({
      argv: ["secrets", ...argv],
      projectDirectory: directory,
      terminal: { ...fake.terminal, stdin: Readable.from([input]) as unknown as NodeJS.ReadStream },
      variables: {
        GROUNDWORK_PULUMI: path.join(directory, "no-pulumi"),
        GROUNDWORK_REHEARSAL_DIR: path.join(directory, "rehearsal"),
        PATH: "",
      },
    });
    return { exitCode, out: fake.out, err: fake.err };
  }
  const text = (): string => readFileSync(path.join(directory, "Pulumi.prod.yaml"), "utf8");

  const refusals: Readonly<Record<string, readonly [readonly string[], string, string]>> = {
    "a value that has not the form of one": [
      ["prod", "set", "sendgridApiKey", "--stdin"],
      "hunter2",
      "SG., 22",
    ],
    "a part of a private key": [
      ["prod", "set", "workerSshKey", "--stdin"],
      privateKey.slice(0, 200),
      "without a passphrase",
    ],
    "a value on the command line": [
      ["prod", "set", "sendgridApiKey", "hunter2"],
      "",
      "everybody on this machine",
    ],
    "a value in place of a name": [["set", "prod", "hunter2", "--stdin"], "hunter2", "Known: sendgridApiKey"],
    "to ask where nobody is": [["prod", "set", "sendgridApiKey", "--yes"], "", "--stdin"],
    "to ask for many lines": [["prod", "set", "workerSshKey"], "", "--stdin < FILE"],
    "a store that it does not know": [["prod", "import", "--from", "vault"], "", "pass"],
    "an import from nowhere": [["prod", "import"], "", "--from pass"],
    "options of another action": [["prod", "list", "--stdin"], "", "--stdin is for set"],
    "a stack that is not there": [["test", "list"], "", "no stack"],
  };
  for (const [what, [argv, input, says]] of Object.entries(refusals)) {
    it(`refuses ${what}, shows none, and leaves the file`, async () => {
      const before = text();
      for (const json of [[], ["--json"]]) {
        const { exitCode, out, err } = await secrets([...argv, ...json], input);
        expect(exitCode, out + err).to.equal(2);
        expect(json.length === 0 ? err : out).to.contain(says);
        expect(out + err)
          .to.not.contain("hunter2")
          .and.to.not.contain("b3BlbnNzaC1rZXk");
      }
      expect(text()).to.equal(before);
    });
  }

  it("lists names, who needs them and whether they are set, in either order of the words", async () => {
    const { exitCode, out } = await secrets(["list", "prod"]);
    expect(exitCode).to.equal(0);
    expect(out)
      .to.match(/^sendgridApiKey +missing +groundwork:mail\.sendgrid$/m)
      .and.to.match(/^equinixApiToken +not set +nothing here$/m);
    const { out: json } = await secrets(["prod", "list", "--json"]);
    const [first] = (JSON.parse(json) as { secrets: Record<string, unknown>[] }).secrets;
    expect(first).to.include({
      name: "sendgridApiKey",
      state: "missing",
      neededBy: "groundwork:mail.sendgrid",
    });
  });

  it("lists also when other settings are wrong, and refuses what is no YAML", async () => {
    const file = path.join(directory, "Pulumi.prod.yaml");
    writeFileSync(file, text().replace("groundwork:network:", "groundwork:netwrk:"));
    expect((await secrets(["prod", "list"])).exitCode).to.equal(0);
    writeFileSync(file, "config: [");
    const broken = await secrets(["prod", "list"]);
    expect(broken.exitCode).to.equal(2);
    expect(broken.err).to.contain("one YAML document");
  });

  it("lists a rehearsal's placeholders as set", async () => {
    const { out } = await secrets(["prod", "list", "--rehearse"]);
    expect(out).to.match(/^sendgridApiKey +set +groundwork:mail\.sendgrid$/m);
  });

  it("checks without an engine where nothing is set: every one that is missing at once, exit 4", async () => {
    const { exitCode, out, err } = await secrets(["prod", "check"]);
    expect(exitCode, err).to.equal(4);
    expect(out).to.contain("sendgridApiKey is missing, and groundwork:mail.sendgrid needs it.");
    expect((await secrets(["dev", "check"])).exitCode).to.equal(0);
  });
});
