import { expect } from "chai";
import { avoidedWords, judge, sentencesOf, wordsIn } from "./rules";
import { documents, leftOut, textsOfDocument, textsOfSource } from "./texts";

const avoided = avoidedWords(
  "## Words that are not used\n\n| not | but |\n| --- | --- |\n| shall | will |\n| had back | restored |\n",
);

function found(text: string): string[] {
  return judge({ where: "here", text }, avoided).map(({ message }) => message);
}

describe("the linter of words", () => {
  it("finds the phrases of the glossary, as whole words, in any case and over a line's end", () => {
    expect(found("Shall it run?")).to.deep.equal(['"Shall": write will']);
    expect(found("It can be had\nback.")).to.deep.equal(['"had\nback": write restored']);
    expect(found("A shallow copy; he had backed it up.")).to.deep.equal([]);
  });

  it("takes `…` in a phrase for any one word", () => {
    const [{ pattern } = { pattern: /$^/ }] = avoidedWords(
      "## Words that are not used\n\n| not | but |\n| - | - |\n| says … not | does not say |\n",
    );
    expect(pattern.test("it says clearly not")).to.equal(true);
    expect(pattern.test("it says not")).to.equal(false);
  });

  it("lets a sentence have 40 words, and rest at a colon or a semicolon", () => {
    const words = (count: number): string => Array(count).fill("word").join(" ");
    expect(found(`${words(40)}.`)).to.deep.equal([]);
    expect(found(`${words(41)}.`)).to.have.length(1);
    expect(found(`${words(30)}: ${words(30)}; ${words(30)}. ${words(30)}.`)).to.deep.equal([]);
    expect(sentencesOf("One. Two: three; four? Five")).to.deep.equal([
      "One.",
      "Two:",
      "three;",
      "four?",
      "Five",
    ]);
    expect(wordsIn("a `b` … 3")).to.equal(3);
  });

  it("reads paragraphs, items and cells of a document, and no code, comments or links' targets", () => {
    const texts = textsOfDocument(
      "page.md",
      "# A title\n\nOne\nparagraph with `shall` and [a link](shall.md).\n<!-- shall -->\n\n- an item\n- another one\n\n```\nshall\n```\n\n| head | of table |\n| --- | --- |\n| `shall` | text \\| here |\n",
    );
    expect(texts).to.deep.equal([
      { where: "page.md:1", text: "A title" },
      { where: "page.md:3", text: "One paragraph with X and a link." },
      { where: "page.md:7", text: "an item" },
      { where: "page.md:8", text: "another one" },
      { where: "page.md:14", text: " head " },
      { where: "page.md:14", text: " of table " },
      { where: "page.md:16", text: " text X here " },
    ]);
  });

  it("reads help texts, settings' descriptions and messages of the program, put together as they are shown", () => {
    const help = textsOfSource("operations/iam/commands.ts").map(({ text }) => text);
    expect(help).to.include(
      "prints a service user's key, secret and URLs; makes a new key, and gives the old one up",
    );
    const descriptions = textsOfSource("settings/sections/fleets.ts").map(({ text }) => text);
    expect(descriptions.some((text) => text.startsWith("Fleets of machines by role"))).to.equal(true);
    expect(
      descriptions.filter((text) =>
        /with its own role, at each start of the service. Neither the stack's/.test(text),
      ),
    ).to.have.length(1);
  });

  it("leaves out three documents that other texts make, the glossary, and no other", () => {
    expect(Object.keys(leftOut).sort()).to.deep.equal([
      "docs/changes.md",
      "docs/glossary.md",
      "docs/guard-catalogue.md",
      "docs/settings.md",
    ]);
    expect(documents()).to.include("README.md").and.to.include("docs/runbooks/README.md");
  });

  it("has words to avoid from the glossary, each with what is written instead", () => {
    const real = avoidedWords();
    expect(real.length).to.be.greaterThan(60);
    expect(real.filter(({ phrase, instead }) => phrase === "" || instead === "")).to.deep.equal([]);
  });
});
