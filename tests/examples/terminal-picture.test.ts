import { expect } from "chai";
import { committedPicture, pictureOf, recorded } from "./terminal-picture";

describe("the picture of a terminal in the README", () => {
  it("is what the recorded rehearsal comes to (npm run examples)", () => {
    expect(committedPicture()).to.equal(pictureOf(recorded()));
  });

  it("shows a stack that is made, and whose destruction the guard refuses", () => {
    expect(recorded().match(/^\$ .*/gm)).to.deep.equal([
      "$ ./groundwork new acme --aws-account 111122223333 --region eu-west-1 --size small",
      "$ ./groundwork rehearse acme",
      "$ ./groundwork destroy acme --rehearse",
    ]);
    expect(recorded()).to.contain("5 to create").and.to.contain("Refused by the guard");
  });

  it("cuts what is too long, and takes no text for markup", () => {
    const [, , , long = "", code = ""] = pictureOf(`${"x".repeat(200)}\na < b & c`).split("\n");
    expect(long).to.match(/>x{107}…<\/text>$/);
    expect(code).to.contain(">a &lt; b &amp; c<");
  });
});
