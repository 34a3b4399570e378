import { expect } from "chai";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { loadStackFile, parseStackFile } from "../../settings/stack-file";
import type { Problem } from "../../settings/problem";
import { caught, identity } from "./support";

const head = `config: # what every file has
  pulumi:disable-default-providers: [aws, azure-native, kubernetes]
  aws:region: eu-west-1
  aws:allowedAccountIds: ["123456789012"]
`;

const parse = (text: string): ReturnType<typeof parseStackFile> =>
  parseStackFile(text, "Pulumi.dev.yaml", identity);
const problemsIn = (text: string): readonly Problem[] => caught(() => parse(text));
/** Path and place of each problem. */
const placesIn = (text: string): readonly string[] =>
  problemsIn(text).map(({ path: where, location }) => `${where} ${location?.line}:${location?.column}`);

/** Path, message and place of each problem. */
const toldIn = (text: string): readonly string[] =>
  problemsIn(text).map(
    ({ path: where, message, location }) => `${where} (${location?.line}:${location?.column}) ${message}`,
  );

describe("settings from a stack file", () => {
  it("are the same as the engine's", () => {
    expect(parse(head)).to.deep.equal({
      context: {
        project: "groundwork",
        stack: "dev",
        accountId: "123456789012",
        region: "eu-west-1",
        guardLevel: "production",
      },
      sections: {
        guard: { level: "production", advisory: [], exceptions: [] },
        iam: { path: "/" },
        sessions: { idleMinutes: 20, longestMinutes: 720, logRetentionDays: 365 },
        tags: {},
      },
    });
  });

  it("take no passphrase at guard level production, which is that of a file without a word about it", () => {
    const told = (text: string): readonly string[] => toldIn(text);
    const passphrase = "a passphrase encrypts the secrets of a stack at guard level production";
    expect(told(`encryptionsalt: v1:a\n${head}`)).to.deep.equal([`encryptionsalt (1:1) ${passphrase}`]);
    expect(told(`${head}secretsprovider: passphrase\n`)).to.deep.equal([
      `secretsprovider (5:1) ${passphrase}`,
    ]);
    const key = `${head}secretsprovider: awskms:///alias/x\nencryptedkey: a2V5\n`;
    expect(parse(key).context.guardLevel).to.equal("production");
    const development = `${head}  groundwork:guard: { level: development }\nencryptionsalt: v1:a\n`;
    expect(parse(development).context.guardLevel).to.equal("development");
    parseStackFile(`encryptionsalt: v1:a\n${head}`, "Pulumi.dev.yaml", identity, {
      passphraseIsTaken: true,
    });
  });

  it("point at the value, at the key that is wrong, and at what something is missing in", () => {
    const text = `${head}  groundwork:network:
    cidrBlock: 10.0.0.0/16
    availabilityZones: [eu-west-1a, us-east-1b]
    publicSubnets:
      - 10.0.0.0/24
      - 10.0.0.0/24
    natGateways: none
    colour: red
    flowLogs: {retentionDays: 2}
  groundwork:reports:
    bucket: {}
`;
    expect(placesIn(text)).to.deep.equal([
      "groundwork:network.availabilityZones[1] 7:37",
      "groundwork:network.colour 12:5",
      "groundwork:network.flowLogs.retentionDays 13:31",
      "groundwork:network.publicSubnets[1] 10:9",
      "groundwork:reports.bucket.name 15:13",
    ]);
  });

  it("point at config where a key is missing in it", () => {
    expect(placesIn("# nothing yet\nconfig:\n  groundwork:tags: {}\n")).to.deep.equal([
      "aws:allowedAccountIds 2:1",
      "aws:region 2:1",
      "pulumi:disable-default-providers 2:1",
    ]);
  });

  it("have no place for the stack's name", () => {
    const [problem] = caught(() => parseStackFile(head, "Pulumi.Dev.yaml", { ...identity, stack: "Dev" }));
    expect(problem?.path).to.equal("stack");
    expect(problem).to.not.have.property("location");
  });

  it("may be written without the project's name, and in the engine's old form", () => {
    const { sections } = parse(`${head}  tags: { a: b }\n  groundwork:config:guard: { level: disposable }\n`);
    expect(sections).to.deep.equal({
      guard: { level: "disposable", advisory: [], exceptions: [] },
      iam: { path: "/" },
      sessions: { idleMinutes: 20, longestMinutes: 720, logRetentionDays: 365 },
      tags: { a: "b" },
    });
  });

  it("may not be written twice", () => {
    const text = `${head}  groundwork:tags: {}\n  tags: {}\n`;
    expect(problemsIn(text)).to.deep.equal([
      {
        path: "tags",
        message: 'means the same as "groundwork:tags", which is set too',
        allowed: "each key once",
        location: { file: "Pulumi.dev.yaml", line: 6, column: 3 },
      },
    ]);
  });

  it("refuse a key with too many colons", () => {
    expect(placesIn(`${head}  groundwork:network:cidrBlock: 10.0.0.0/16\n`)).to.deep.equal([
      "groundwork:network:cidrBlock 5:3",
    ]);
  });

  it("take anchors, aliases and merged mappings as the engine does, and point at the original", () => {
    const text = `${head}  other:queue: &queue { maxReceiveCount: 2000 }
  groundwork:messaging:
    queues:
      a: *queue
      b: { <<: *queue, maxReceiveCount: 3 }
`;
    expect(placesIn(text)).to.deep.equal(["groundwork:messaging.queues.a.maxReceiveCount 5:42"]);
  });

  it("read numbers as the engine's YAML library does", () => {
    const text = `${head}  groundwork:messaging:
    queues: { a: { maxReceiveCount: 0o10, messageRetentionSeconds: 86_400, delaySeconds: 0b11 } }
`;
    expect(parse(text).sections.messaging?.queues["a"]).to.deep.include({
      maxReceiveCount: 8,
      messageRetentionSeconds: 86400,
      delaySeconds: 3,
    });
  });

  it("refuse an encrypted value, at its place, and show nothing of it", () => {
    const text = `${head}  groundwork:tags:
    team: platform
    owner:
      secure: v1:hush
  equinix-metal:authToken:
    secure: v1:hush
`;
    const problems = problemsIn(text);
    expect(
      problems.map(({ path: where, message, location }) => [where, message, location?.line]),
    ).to.deep.equal([["groundwork:tags", "holds an encrypted value", 7]]);
    expect(JSON.stringify(problems)).to.not.contain("hush");
  });

  it("take the keys that Pulumi writes beside the configuration", () => {
    const development = `${head}  groundwork:guard: { level: development }\n`;
    expect(problemsIn(`encryptionsalt: v1:abc\nsecretsprovider: passphrase\n${development}`)).to.deep.equal(
      [],
    );
  });

  it("refuse unknown keys beside the configuration, which the engine would pass over in silence", () => {
    expect(problemsIn(`${head}confg: {}\n`)).to.deep.equal([
      {
        path: "confg",
        message: "the engine reads no such key of a stack file",
        allowed: "the keys config, encryptionsalt, encryptedkey, secretsprovider",
        suggestion: "Did you mean config?",
        location: { file: "Pulumi.dev.yaml", line: 5, column: 1 },
      },
    ]);
  });

  it("refuse an ESC environment, whose settings cannot be judged", () => {
    expect(problemsIn(`${head}environment: [dev]\n`).map(({ path: where }) => where)).to.deep.equal([
      "environment",
    ]);
  });

  it("refuse a configuration that is no mapping, and a file that is none", () => {
    expect(problemsIn("config: [1]\n").map(({ path: where, message }) => [where, message])).to.deep.equal([
      ["config", "is no mapping"],
      ["aws:allowedAccountIds", "is missing"],
      ["aws:region", "is missing"],
      [
        "pulumi:disable-default-providers",
        "is missing: what forgets to name its provider would use whatever credentials are there",
      ],
    ]);
    expect(problemsIn("hello\n")[0]?.message).to.equal("the file holds no mapping");
  });

  it("refuse an empty file for what is missing in it", () => {
    expect(placesIn("")).to.deep.equal([
      "aws:allowedAccountIds 1:1",
      "aws:region 1:1",
      "pulumi:disable-default-providers 1:1",
    ]);
  });

  it("refuse what is no YAML, with the place", () => {
    expect(problemsIn(`${head}  a: [1\n`)).to.deep.equal([
      {
        path: "Pulumi.dev.yaml",
        message:
          "cannot be read: Flow sequence in block collection must be sufficiently indented and end with a ]",
        allowed: "one YAML document",
        location: { file: "Pulumi.dev.yaml", line: 6, column: 1 },
      },
    ]);
  });

  it("refuse aliases that grow without bound, and one to what it stands in", () => {
    const lists = ["a", "b", "c", "d", "e"].map((name, i, all) => {
      const entry = i === 0 ? "x" : `*${all[i - 1]}`;
      return `    ${name}: &${name} [${Array.from({ length: 9 }, () => entry).join(", ")}]\n`;
    });
    expect(toldIn(`${head}  groundwork:tags:\n${lists.join("")}`)).to.deep.equal([
      "Pulumi.dev.yaml (9:11) has aliases of aliases that grow to more than anybody wrote",
    ]);
    expect(toldIn(`${head}  groundwork:tags: &t {team: *t}\n`)).to.deep.equal([
      "Pulumi.dev.yaml (5:30) has an alias to what it stands in itself",
    ]);
  });

  it("refuse numbers that are none, by what was written", () => {
    expect(
      toldIn(`${head}  groundwork:tags: { a: .inf, b: -.inf, c: .nan }\n  groundwork:guard: .nan\n`),
    ).to.deep.equal([
      "groundwork:tags.a (5:25) found .inf, which is no number",
      "groundwork:tags.b (5:34) found -.inf, which is no number",
      "groundwork:tags.c (5:44) found .nan, which is no number",
      "groundwork:guard (6:21) found .nan, which is no number",
    ]);
  });

  it("refuse a key that JavaScript would pass over, wherever it stands, by its name and with no other word", () => {
    const text = `${head}  groundwork:guard: { __proto__: { level: disposable } }
  groundwork:messaging: { queues: { __proto__: {}, constructor: {} } }
`;
    expect(toldIn(text)).to.deep.equal([
      'groundwork:guard.__proto__ (5:23) "__proto__" cannot be a key',
      'groundwork:messaging.queues.__proto__ (6:37) "__proto__" cannot be a key',
    ]);
    expect(problemsIn(`${head}  groundwork:network: { constructor: 1, vpcId: x }\n`)[0]).to.not.have.property(
      "suggestion",
    );
  });

  it("refuse a number that the engine reads to the base of eight and others to that of ten", () => {
    const text = `${head}  groundwork:messaging: { queues: { a: { maxReceiveCount: 010, delaySeconds: 00 } } }\n`;
    expect(toldIn(text)).to.deep.equal([
      "Pulumi.dev.yaml (5:59) 010 is 8 to the engine, and 10 to other readers",
    ]);
  });

  it("refuse a second document in words for a person", () => {
    expect(toldIn(`${head}---\nconfig: {}\n`)).to.deep.equal([
      "Pulumi.dev.yaml (5:1) holds a second document after a line `---`, which the engine would not read",
    ]);
  });

  it("refuse a key that stands twice in a mapping", () => {
    const [problem] = problemsIn(`${head}  groundwork:tags: { a: b, a: c }\n`);
    expect(problem?.message).to.equal("cannot be read: Map keys must be unique");
    expect(problem?.location).to.deep.equal({ file: "Pulumi.dev.yaml", line: 5, column: 28 });
  });

  describe("that is read from a folder", () => {
    let folder: string;
    beforeEach(() => {
      folder = fs.mkdtempSync(path.join(os.tmpdir(), "groundwork-settings-"));
    });
    afterEach(() => {
      fs.rmSync(folder, { recursive: true });
    });

    it("is named by its file name only", () => {
      fs.writeFileSync(path.join(folder, "Pulumi.dev.yaml"), "config: {}\n");
      const [problem] = caught(() => loadStackFile(path.join(folder, "Pulumi.dev.yaml"), identity));
      expect(problem?.location?.file).to.equal("Pulumi.dev.yaml");
    });

    it("may begin with a byte order mark", () => {
      fs.writeFileSync(path.join(folder, "Pulumi.dev.yaml"), `\uFEFF${head}`);
      expect(loadStackFile(path.join(folder, "Pulumi.dev.yaml"), identity).context.accountId).to.equal(
        "123456789012",
      );
    });

    it("is refused as a folder, as a pipe, which nobody would end writing to, and in another encoding than UTF-8", () => {
      const file = path.join(folder, "Pulumi.dev.yaml");
      const told = (): readonly string[] =>
        caught(() => loadStackFile(file, identity)).map(({ path: where, message }) => `${where} ${message}`);
      fs.mkdirSync(file);
      expect(told()).to.deep.equal(["Pulumi.dev.yaml is a folder"]);
      fs.rmdirSync(file);
      execFileSync("mkfifo", [file]);
      expect(told()).to.deep.equal(["Pulumi.dev.yaml is a pipe"]);
      fs.rmSync(file);
      fs.writeFileSync(file, `\uFEFF${head}`, "utf16le");
      expect(told()).to.deep.equal(["Pulumi.dev.yaml is written in UTF-16"]);
      fs.writeFileSync(file, Buffer.from(`\uFEFF${head}`, "utf16le").swap16());
      expect(told()).to.deep.equal(["Pulumi.dev.yaml is written in UTF-16"]);
      fs.writeFileSync(file, Buffer.from(`${head}# caf\xe9\n`, "latin1"));
      expect(told()).to.deep.equal(["Pulumi.dev.yaml has bytes that are no UTF-8"]);
    });

    it("is refused where Pulumi.yaml sets what groundwork reads, or sends the engine to another folder", () => {
      fs.writeFileSync(path.join(folder, "Pulumi.dev.yaml"), `${head}  groundwork:tags: 1\n`);
      const problems = (text: string): unknown => {
        fs.writeFileSync(path.join(folder, "Pulumi.yaml"), `name: groundwork\n${text}`);
        return caught(() => loadStackFile(path.join(folder, "Pulumi.dev.yaml"), identity)).map(
          ({ path: where, location }) => `${where} ${location?.file}:${location?.line}`,
        );
      };
      const own = "groundwork:tags Pulumi.dev.yaml:5";
      expect(
        problems(
          "config:\n  guard: { default: { level: disposable } }\n  aws:region: { value: eu-west-1 }\n  pulumi:tags: { value: {} }\n",
        ),
      ).to.deep.equal(["groundwork:guard Pulumi.yaml:3", "aws:region Pulumi.yaml:4", own]);
      expect(problems("stackConfigDir: stacks\n")).to.deep.equal(["stackConfigDir Pulumi.yaml:2", own]);
      expect(problems("config: stacks\n")).to.deep.equal(["config Pulumi.yaml:2", own]);
      expect(problems("runtime: nodejs\n")).to.deep.equal([own]);
    });

    it("is refused where it does not exist, with the stacks that do", () => {
      fs.writeFileSync(path.join(folder, "Pulumi.dev.yaml"), head);
      fs.writeFileSync(path.join(folder, "Pulumi.prod.yaml"), head);
      expect(
        caught(() => loadStackFile(path.join(folder, "Pulumi.prd.yaml"), { ...identity, stack: "prd" })),
      ).to.deep.equal([
        {
          path: "Pulumi.prd.yaml",
          message: "there is no such file",
          allowed: "the stacks dev, prod",
          suggestion: "Did you mean prod?",
        },
      ]);
    });
  });
});
