import { expect } from "chai";
import { shows, transcriptsOf, transcriptsOfDocuments } from "./transcripts";

describe("what a document shows of a call", () => {
  it("is printed when only numbers, times, widths and --rehearse differ", () => {
    expect(shows("a  2026-12-01T10:00:00.000Z  5 KiB", "a 2027-01-01T09:30:00.000Z   1,370 KiB\n")).to.equal(
      true,
    );
    expect(shows("again: ./groundwork up dev", "again: ./groundwork up dev --rehearse")).to.equal(true);
    expect(shows("2 queues", "2 tables")).to.equal(false);
  });

  it("may leave out a part of a line, or lines", () => {
    expect(shows("dev (…) is there", "dev (at file:///tmp) is there")).to.equal(true);
    expect(shows("dev (…) is there", "dev (at\n) is there")).to.equal(false);
    expect(shows("first\n…\nlast", "first\nsecond\nthird\nlast")).to.equal(true);
    expect(shows("first\n…", "first")).to.equal(true);
    expect(shows("first\nlast", "first\nsecond\nlast")).to.equal(false);
  });

  it("takes signs of patterns as they are", () => {
    expect(shows("1 of 1 (0 to 1)  [x] a.b", "1 of 1 (0 to 1) [x] aXb")).to.equal(false);
  });

  it("is read from blocks with a prompt, several calls from one", () => {
    expect(transcriptsOf("$ ./groundwork ci\nx\n\n$ ./groundwork ci dev 'a b'\n", "here")).to.deep.equal([
      { where: "here", argv: ["ci"], shown: "x" },
      { where: "here", argv: ["ci", "dev", "a b"], shown: "" },
    ]);
    const [ofLists] = transcriptsOfDocuments().filter(({ argv }) => argv[0] === "new");
    expect(ofLists?.where).to.match(/^docs\/runbooks\/new-stack\.md:\d+$/);
    expect(ofLists?.shown.split("\n")[0]).to.match(/^Pulumi\.acme\.yaml is written/);
  });
});
