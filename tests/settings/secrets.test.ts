import { expect } from "chai";
import { generateKeyPairSync } from "node:crypto";
import { stringify } from "yaml";
import { settingsFromConfig } from "../../settings/load";
import { secretNames, secretOf } from "../../settings/secrets";
import { parseStackFile } from "../../settings/stack-file";
import { workloadsConfig } from "../kubernetes/support/workloads-program";
import { asTheEngineSays, caught, identity, type Config } from "./support";

const KEY = "groundwork:sendgridApiKey";
const ALLOWED = "SG., 22 characters, a dot and 43 characters, each a letter, digit, _ or -";
const SUGGESTION =
  "Set it with `./groundwork secrets dev set sendgridApiKey`. To get one: " +
  'SendGrid, Settings, API Keys, Create API Key, "Restricted Access" with Mail Send only.';
const { placeholder } = secretOf("sendgridApiKey");

const sendgrid = (): Config => workloadsConfig({}, { sendgrid: { from: "noreply@example.com" } });
const catcher = (): Config => workloadsConfig({}, { catcher: {} });

/** As the program gets it: decrypted. */
const inProgram = (config: Config, secret?: string, isSecret = true): ReturnType<typeof caught> => {
  const { values } = asTheEngineSays(config);
  return caught(() =>
    settingsFromConfig(
      {
        values: secret === undefined ? values : { ...values, [KEY]: secret },
        secretKeys: new Set(secret !== undefined && isSecret ? [KEY] : []),
      },
      identity,
    ),
  );
};
/** As commands get it: encrypted. */
const inFile = (config: Config, secretsAreSupplied = false): ReturnType<typeof caught> =>
  caught(() => parseStackFile(stringify({ config }), "Pulumi.dev.yaml", identity, { secretsAreSupplied }));

describe("the stack's secrets", () => {
  it("are named when they are missing, with the line that sets them", () => {
    const problem = {
      path: KEY,
      message:
        "is missing, and groundwork:mail.sendgrid needs it. API key of SendGrid, the password of its SMTP user.",
      allowed: ALLOWED,
      suggestion: SUGGESTION,
    };
    expect(inProgram(sendgrid())).to.deep.equal([problem]);
    const [{ location, ...fromFile } = { location: undefined }] = inFile(sendgrid());
    expect(fromFile).to.deep.equal(problem);
    expect(location?.file).to.equal("Pulumi.dev.yaml");
  });

  it("are named all at once", () => {
    const config = {
      ...sendgrid(),
      "groundwork:metalWorkers": { slots: [0], source: { equinix: {} } },
    };
    const missing = inProgram(config).filter(({ message }) => message.startsWith("is missing, and "));
    expect(missing.map(({ path, message }) => [path, message.split(".")[0]])).to.deep.equal([
      ["groundwork:equinixApiToken", "is missing, and groundwork:metalWorkers"],
      [KEY, "is missing, and groundwork:mail"],
      ["groundwork:workerAccessToken", "is missing, and groundwork:metalWorkers needs it"],
      ["groundwork:workerSshKey", "is missing, and groundwork:metalWorkers needs it"],
    ]);
    expect(missing.at(-1)?.suggestion).to.contain(
      "`./groundwork secrets dev set workerSshKey --stdin < FILE`",
    );
  });

  it("may be missing where nothing needs them, and where a rehearsal supplies them", () => {
    expect(inProgram(catcher())).to.deep.equal([]);
    expect(inFile(catcher())).to.deep.equal([]);
    expect(inFile(sendgrid(), true)).to.deep.equal([]);
  });

  it("are refused in clear, and shown nowhere", () => {
    const clear = { ...sendgrid(), [KEY]: placeholder };
    for (const problems of [inProgram(sendgrid(), placeholder, false), inFile(clear), inFile(clear, true)]) {
      expect(problems.map(({ path, message }) => [path, message])).to.deep.equal([
        [KEY, "stands in clear. Take the line away, and take back the secret where it came from"],
      ]);
      expect(JSON.stringify(problems)).to.not.contain(placeholder);
    }
  });

  it("are shown nowhere when they stand at a wrong place", () => {
    const at = (from: string): string =>
      JSON.stringify(inFile(workloadsConfig({}, { sendgrid: { from } }), true));
    expect(at(placeholder))
      .to.contain("looks like an API key of SendGrid (not shown)")
      .and.to.not.contain(placeholder);
    expect(at(secretOf("workerSshKey").placeholder))
      .to.contain("looks like a private key (not shown)")
      .and.to.not.contain("b3BlbnNzaC1rZXk");
  });

  it("are refused by the program when they are none, and shown nowhere", () => {
    const nonsense = "hunter2";
    const problems = inProgram(sendgrid(), nonsense);
    expect(problems.map(({ path, message }) => [path, message])).to.deep.equal([
      [KEY, "is encrypted, but its value does not have the form of one"],
    ]);
    expect(JSON.stringify(problems)).to.not.contain(nonsense);
    expect(inProgram(sendgrid(), placeholder)).to.deep.equal([]);
  });

  it("are taken encrypted from a file, where nobody can tell their form", () => {
    expect(inFile({ ...sendgrid(), [KEY]: { secure: "v1:abc:def" } })).to.deep.equal([]);
  });

  it("each have a placeholder of their own form", () => {
    for (const name of secretNames) {
      expect(secretOf(name).format.safeParse(secretOf(name).placeholder).success, name).to.equal(true);
    }
  });

  it("are found when they are misspelt", () => {
    const [problem] = inFile({ ...catcher(), "groundwork:sendgridApikey": { secure: "v1:abc:def" } });
    expect(problem?.suggestion).to.equal("Did you mean groundwork:sendgridApiKey?");
  });
});

describe("a private key", () => {
  const key = secretOf("workerSshKey").placeholder;
  const wellFormed = (text: string): boolean => secretOf("workerSshKey").format.safeParse(text).success;
  const pem = (type: "pkcs1" | "pkcs8", cipher?: { cipher: string; passphrase: string }): string =>
    generateKeyPairSync("rsa", {
      modulusLength: 2048,
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type, format: "pem", ...cipher },
    }).privateKey;

  it("is taken as ssh-keygen writes it, with or without the last line end", () => {
    expect(wellFormed(key)).to.equal(true);
    expect(wellFormed(`${key}\n`)).to.equal(true);
    expect(wellFormed(key.replaceAll("\n", "\r\n"))).to.equal(true);
    expect(wellFormed(pem("pkcs1"))).to.equal(true);
    expect(wellFormed(pem("pkcs8"))).to.equal(true);
  });

  it("is none when it is in part, under a passphrase, its public half, or two", () => {
    const [first = "", second = "", ...rest] = key.split("\n");
    // Of `ssh-keygen -N abc`: the head names a cipher.
    const head = Buffer.from("openssh-key-v1\0\0\0\0\naes256-ctr\0\0\0\u0006bcrypt").toString("base64");
    for (const [what, text] of Object.entries({
      "its first lines": `${first}\n${second}\n${rest.at(-1) ?? ""}`,
      "without its end": key.slice(0, -10),
      "a passphrase, OpenSSH": key.replace(second.slice(0, head.length), head),
      "a passphrase, PKCS 8": pem("pkcs8", { cipher: "aes-256-cbc", passphrase: "abc" }),
      "a passphrase, PEM": pem("pkcs1", { cipher: "aes-256-cbc", passphrase: "abc" }),
      "its public half": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE5NKxT7VqUq+5/50YknuZaTKXiy497pnv+0JN0NFjtm",
      "a certificate": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
      two: `${key}\n${key}`,
      nothing: "",
    })) {
      expect(wellFormed(text), what).to.equal(false);
    }
  });
});

describe("settings rules: mail", () => {
  it("goes exactly one way", () => {
    for (const [mail, message] of [
      [{}, "says no way for mails"],
      [{ catcher: {}, sendgrid: { from: "a@example.com" } }, "has both sendgrid and catcher"],
    ] as const) {
      const problems = inFile(workloadsConfig({}, mail), true);
      expect(problems.map((problem) => [problem.path, problem.message])).to.deep.equal([
        ["groundwork:mail", message],
      ]);
    }
  });
});
