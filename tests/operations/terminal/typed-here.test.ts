import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { groundworkCommand, pulumiCommand, quoted } from "../../../guard/printed-command";
import { Output } from "../../../operations/terminal/output";
import { atHome, launcherFrom, typedHere } from "../../../operations/terminal/typed-here";
import { FakeTerminal } from "../../support/fake-terminal";

const rehearsed = { ...atHome, rehearsed: true };

describe("a command that is printed", () => {
  it("is what a shell gives back word for word, whatever is put in", () => {
    const values = [
      "it's",
      "a b",
      "$HOME",
      "a&b",
      "<x>",
      "*",
      "`id`",
      "\\",
      '"',
      "",
      "ä",
      "a\nb",
      "-x",
      "urn:a$b::c",
    ];
    const command = groundworkCommand`guard dev approve ${values}`;
    const words = execFileSync("sh", ["-c", `printf '%s\\0' ${command}`], { encoding: "utf8" });
    expect(words.split("\0").slice(0, -1)).to.deep.equal([
      "./groundwork",
      "guard",
      "dev",
      "approve",
      ...values,
    ]);
  });

  it("has quotes only where a shell needs them", () => {
    expect(groundworkCommand`workers ${"dev"} replace ${3}`).to.equal("./groundwork workers dev replace 3");
    expect(quoted("arn:aws:iam::1:user/ann@x+y%z")).to.equal("arn:aws:iam::1:user/ann@x+y%z");
    expect(quoted("urn:a$b")).to.equal("'urn:a$b'");
    expect(quoted("it's")).to.equal(`'it'\\''s'`);
  });

  it("of the engine goes over groundwork, and has no gap where nothing is put in", () => {
    expect(pulumiCommand`import ${"x"} ${[]} --stack ${"dev"}`).to.equal(
      "./groundwork exec -- pulumi import x --stack dev",
    );
  });
});

describe("a command that the command line prints in a rehearsal", () => {
  const cases: Readonly<Record<string, string>> = {
    "./groundwork up dev": "./groundwork up dev --rehearse",
    "Next: `./groundwork up dev`, then `./groundwork state lock dev`.":
      "Next: `./groundwork up dev --rehearse`, then `./groundwork state lock dev --rehearse`.",
    "./groundwork exec -- pulumi refresh --stack dev":
      "./groundwork exec --rehearse -- pulumi refresh --stack dev",
    "./groundwork kubeconfig dev > dev.kubeconfig": "./groundwork kubeconfig dev --rehearse > dev.kubeconfig",
    "./groundwork secrets dev set key --stdin < FILE":
      "./groundwork secrets dev set key --stdin --rehearse < FILE",
    "./groundwork destroy dev   (the guard will refuse)":
      "./groundwork destroy dev --rehearse   (the guard will refuse)",
    "./groundwork up dev (once)": "./groundwork up dev --rehearse (once)",
    "1. ./groundwork up dev\n2. take it out": "1. ./groundwork up dev --rehearse\n2. take it out",
    "./groundwork guard dev approve 'a$b it'\\''s > `x`' --id 'q  1' --reason \"WHY, AND (WHERE)\"":
      "./groundwork guard dev approve 'a$b it'\\''s > `x`' --id 'q  1' --reason \"WHY, AND (WHERE)\" --rehearse",
    "\u001b[31m./groundwork up dev\u001b[39m": "\u001b[31m./groundwork up dev --rehearse\u001b[39m",
    '{"roll":"./groundwork fleet dev roll api","ids":["a b"]} {"address":"203.0.113.60"}':
      '{"roll":"./groundwork fleet dev roll api --rehearse","ids":["a b"]} {"address":"203.0.113.60"}',
    // What says so by itself, takes no such option, or is no command.
    "./groundwork up dev --rehearse": "./groundwork up dev --rehearse",
    "./groundwork exec --rehearse -- pulumi up --stack dev":
      "./groundwork exec --rehearse -- pulumi up --stack dev",
    "./groundwork rehearse --fresh": "./groundwork rehearse --fresh",
    "./groundwork --help": "./groundwork --help",
    "`groundwork up` and groundwork": "`groundwork up` and groundwork",
  };
  for (const [text, wanted] of Object.entries(cases)) {
    it(`acts on the rehearsal cloud: ${JSON.stringify(text)}`, () => {
      expect(typedHere(text, rehearsed)).to.equal(wanted);
      expect(typedHere(wanted, rehearsed), "a second time").to.equal(wanted);
      expect(typedHere(text, atHome), "for real").to.equal(text);
    });
  }
});

describe("a command that the command line prints to somebody in another folder", () => {
  it("names the launcher as a shell takes it from there", () => {
    for (const [from, project, launcher] of [
      ["/a/clone", "/a/clone", "./groundwork"],
      ["/a/clone/docs/runbooks", "/a/clone", "../../groundwork"],
      ["/a", "/a/clone", "clone/groundwork"],
      ["/a", "/a/my clone", "'my clone/groundwork'"],
      ["/b", "/a/it's", `'../a/it'\\''s/groundwork'`],
    ] as const) {
      expect(launcherFrom(from, project)).to.equal(launcher);
    }
  });

  it("once: what is there already stays", () => {
    const origin = { rehearsed: true, launcher: "../groundwork" };
    expect(typedHere("`../groundwork up dev --rehearse`", origin)).to.equal(
      "`../groundwork up dev --rehearse`",
    );
  });

  it("in lines, notes, errors and every text of a JSON document", () => {
    const origin = { rehearsed: true, launcher: launcherFrom("/a/clone/docs", "/a/clone") };
    const lines = new FakeTerminal();
    const output = new Output(lines.terminal, false, true, origin);
    output.print("`./groundwork up dev`");
    output.note("./groundwork exec -- pulumi whoami -v");
    expect([lines.out, lines.err]).to.deep.equal([
      "`../groundwork up dev --rehearse`\n",
      "../groundwork exec --rehearse -- pulumi whoami -v\n",
    ]);
    const json = new FakeTerminal();
    const at = new Date(0);
    new Output(json.terminal, true, true, origin).document({
      next: ["./groundwork up dev"],
      at,
      none: null,
      n: 1,
    });
    expect(JSON.parse(json.out)).to.deep.equal({
      next: ["../groundwork up dev --rehearse"],
      at: "1970-01-01T00:00:00.000Z",
      none: null,
      n: 1,
    });
  });
});
