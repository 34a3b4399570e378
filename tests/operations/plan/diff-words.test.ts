import { expect } from "chai";
import { gzipSync } from "node:zlib";
import { diffWords, shortValue } from "../../../operations/plan/diff-words";

const words = (from: unknown, to: unknown): string | undefined => diffWords({ from, to }).words;
const lines = (from: unknown, to: unknown): string[] =>
  diffWords({ from, to }).lines.map(({ sign, text }) => `${sign}${text}`);
const digest = (first: string): string => first.padEnd(64, "0");

describe("a changed property for a reader", () => {
  it("is old and new, in quotes only where a value could be taken for two", () => {
    expect(words("db.t4g.medium", "db.t4g.large")).to.equal("db.t4g.medium → db.t4g.large");
    expect(words(2, 3)).to.equal("2 → 3");
    expect(words(null, "two words")).to.equal('nothing → "two words"');
    expect(words("", true)).to.equal('"" → true');
    expect(words("[secret]", "[secret]")).to.equal("[secret] → [secret]");
  });

  it("has digests cut to 12 characters, unless they differ in the rest alone", () => {
    const image = (hex: string): string => `example/web:1@sha256:${digest(hex)}`;
    expect(words(image("5d1f6c0e8a7b43"), image("aaaaaaaaaaaabb"))).to.equal(
      "example/web:1@sha256:5d1f6c0e8a7b… → example/web:1@sha256:aaaaaaaaaaaa…",
    );
    expect(words(digest("aaaaaaaaaaaa1"), digest("aaaaaaaaaaaa2"))).to.equal(
      `${digest("aaaaaaaaaaaa1")} → ${digest("aaaaaaaaaaaa2")}`,
    );
  });

  it("says of a list what was added and what was removed, of a long one how many", () => {
    expect(words(["a", "b"], ["b", "c"])).to.equal("added c; removed a");
    expect(words(["a", "b"], ["b", "a"])).to.equal("in another order");
    expect(words([], [1, 2, 3, 4, 5, 6])).to.equal("added 1, 2, 3, 4 and 2 more");
  });

  it("compares a document by what is in it, with where that stands", () => {
    const policy = (action: string): string =>
      JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: [action] }] });
    expect(lines(policy("s3:GetObject"), policy("s3:PutObject"))).to.deep.equal([
      "@Statement › - Action",
      "-      - s3:GetObject",
      "+      - s3:PutObject",
    ]);
    const reordered = JSON.stringify({ Statement: [], Version: "1" });
    expect(words(JSON.stringify({ Version: "1", Statement: [] }), reordered)).to.equal(
      "written otherwise, with the same in it",
    );
  });

  it("unpacks what machines boot with: base64, compressed, files in it", () => {
    const data = (release: string): string =>
      gzipSync(
        `#cloud-config\n${JSON.stringify({
          write_files: [
            { path: "/opt/x.sh", content: "#!/bin/sh\necho\n" },
            { path: "/etc/environment", content: `A=1\nRELEASE=${release}\n` },
          ],
        })}\n`,
      ).toString("base64");
    expect(lines(data("1"), data("2"))).to.deep.equal([
      "@write_files › - path: /etc/environment › content",
      "-      RELEASE=1",
      "+      RELEASE=2",
    ]);
  });

  it("unpacks parts of a message, packed ones too", () => {
    const script = (word: string): string => Buffer.from(`#!/bin/sh\necho ${word}\n`).toString("base64");
    const data = (word: string): string =>
      Buffer.from(
        [
          'Content-Type: multipart/mixed; boundary="=="\nMIME-Version: 1.0\n',
          '--==\nContent-Type: text/x-shellscript; charset="us-ascii"',
          `Content-Transfer-Encoding: base64\n\n${script(word)}\n--==--\n`,
        ].join("\n"),
      ).toString("base64");
    expect(lines(data("one"), data("two"))).to.deep.equal(["-echo one", "+echo two"]);
  });

  it("takes for packed only what shows that it is", () => {
    expect(words("c29tZSB0ZXh0IHRoYXQgaXMgbm9uZQ==", "b")).to.equal("c29tZSB0ZXh0IHRoYXQgaXMgbm9uZQ== → b");
    expect(words("H4sIAAAAAAAAAAAAAAAAAA==", "b")).to.equal("H4sIAAAAAAAAAAAAAAAAAA== → b");
  });

  it("has nothing that moves a cursor or turns the direction of reading", () => {
    expect(shortValue("a\u001b[2Jb")).to.equal("a\\u001b[2Jb");
    expect(shortValue("a\u202eb")).to.equal("a\\u202eb");
    expect(lines("x\ny\u001b[0m", "x\nz")).to.deep.equal(["-y\\u001b[0m", "+z"]);
  });

  it("cuts two long values to where they differ", () => {
    const image = (tag: string): string =>
      `482913067251.dkr.ecr.eu-west-1.amazonaws.com/some/service/web:${tag}`;
    expect(words(image("2.14.0"), image("2.14.1"))).to.equal("…ervice/web:2.14.0 → …ervice/web:2.14.1");
  });

  it("cuts a long value", () => {
    expect(shortValue("x".repeat(100))).to.equal(`${"x".repeat(59)}…`);
  });
});
