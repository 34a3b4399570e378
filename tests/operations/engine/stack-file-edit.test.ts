import { expect } from "chai";
import { withEntry, withPair, withScalars } from "../../../operations/engine/stack-file-edit";

const names = { file: "Pulumi.dev.yaml", project: "groundwork" };

describe("a text in a stack file that is exchanged", () => {
  const edit = (text: string, value: string): string =>
    withScalars(text, [{ path: ["groundwork:a", "b"], value }], names);

  it("has the quotes that it had, and none where none are needed", () => {
    const file = (value: string): string => `config:\n  groundwork:a:\n    b: ${value} # why\n`;
    expect(edit(file("2023.9.20251117.1"), "2023.12.20261021.0")).to.equal(file("2023.12.20261021.0"));
    expect(edit(file("'16.8'"), "16.13")).to.equal(file("'16.13'"));
    expect(edit(file('"16.8"'), "16.13")).to.equal(file('"16.13"'));
    expect(edit(file("v1.20.4-eksbuild.1"), "v1.22.3-eksbuild.1")).to.equal(file("v1.22.3-eksbuild.1"));
    expect(edit(file("1.2.3"), "16.13")).to.equal(file('"16.13"'));
    expect(edit(file("1.2.3"), "yes: no")).to.equal(file('"yes: no"'));
  });
});

describe("a value that a stack file has not had", () => {
  const file =
    '# top\nconfig:\n  groundwork:cluster:\n    version: "1.35" # of all\n    # groups\n    nodeGroups:\n      a:\n        types: [x]\n' +
    "  # the end\n  groundwork:flow: { a: 1 }\n  groundwork:none: {}\n";
  const add = (path: readonly string[], after?: string): string =>
    withEntry(file, { path, value: "1.35.8-20260930", ...(after !== undefined && { after }) }, names);

  it("is written behind its neighbour, in the neighbour's column", () => {
    expect(add(["groundwork:cluster", "nodeReleaseVersion"], "version")).to.equal(
      file.replace("# of all\n", "# of all\n    nodeReleaseVersion: 1.35.8-20260930\n"),
    );
  });

  it("is written at the end of its mapping, before the comment of what follows", () => {
    expect(add(["groundwork:cluster", "addons", "coredns"])).to.equal(
      file.replace("[x]\n", "[x]\n    addons:\n      coredns: 1.35.8-20260930\n"),
    );
    expect(add(["groundwork:cluster", "nodeGroups", "a", "releaseVersion"])).to.equal(
      file.replace("[x]\n", "[x]\n        releaseVersion: 1.35.8-20260930\n"),
    );
  });

  it("is written between braces where its mapping has some", () => {
    expect(add(["groundwork:flow", "b", "c"])).to.equal(
      file.replace("{ a: 1 }", "{ a: 1, b: { c: 1.35.8-20260930 } }"),
    );
    expect(add(["groundwork:none", "b"])).to.equal(file.replace("{}", "{ b: 1.35.8-20260930 }"));
  });

  it("brings its section along", () => {
    expect(add(["groundwork:releases", "amazonLinux"])).to.equal(
      `${file}  groundwork:releases:\n    amazonLinux: 1.35.8-20260930\n`,
    );
    expect(
      withEntry(
        "config:\r\n  groundwork:tags:\r\n    a: b",
        { path: ["groundwork:tags", "c"], value: "d1" },
        names,
      ),
    ).to.equal("config:\r\n  groundwork:tags:\r\n    a: b\r\n    c: d1\r\n");
  });

  it("is found under what a person calls the section, and written nowhere that others stand behind", () => {
    expect(
      withEntry("config:\n  flow:\n    a: 1\n", { path: ["groundwork:flow", "b"], value: "c1" }, names),
    ).to.equal("config:\n  flow:\n    a: 1\n    b: c1\n");
    for (const text of [
      "config:\n  groundwork:flow: &f\n    a: 1\n  groundwork:other: *f\n",
      "x: &x {a: 1}\nconfig:\n  groundwork:flow: *x\n",
      "config:\n  groundwork:flow: text\n",
    ]) {
      expect(() => withEntry(text, { path: ["groundwork:flow", "b"], value: "c" }, names), text).to.throw(
        "Nothing was touched.",
      );
    }
  });

  it("takes its place where one of several keys was to be exchanged and none is there", () => {
    const roles = (more: string): string =>
      `config:\n  groundwork:fleets:\n    api:\n      count: 1\n${more}`;
    const pair = (text: string): string =>
      withPair(
        text,
        {
          path: ["groundwork:fleets", "api"],
          oneOf: ["amiId", "release"],
          key: "release",
          value: "2023.9.20251117.1",
        },
        names,
      );
    expect(pair(roles(""))).to.equal(roles("      release: 2023.9.20251117.1\n"));
    expect(pair(roles("      amiId: ami-0\n"))).to.equal(roles("      release: 2023.9.20251117.1\n"));
  });
});
