import { expect } from "chai";
import { masked, unmasked } from "../../rehearsal/interpreter/masks";

const secrets = { texts: ["swordfish"], names: ["result"] };
const values = {
  result: "Tr0ub4dor",
  connection: { host: "198.51.100.7", privateKey: "a key that says swordfish" },
  environment: ["PATH=/bin", "TOKEN=swordfish"],
  length: 9,
  empty: "",
};

describe("rehearsal: secrets of what is in no cloud", () => {
  it("are marked in its file, wherever they stand, and nothing else is", () => {
    const file = JSON.stringify(masked(values, secrets));
    expect(file).to.not.contain("swordfish").and.to.not.contain("Tr0ub4dor");
    expect(masked(values, secrets)).to.deep.include({ length: 9, empty: "" });
    expect(file).to.contain('"host":"198.51.100.7"').and.to.contain('"PATH=/bin"');
    expect(file.match(/\[secret [0-9a-f]{8}\]/g)).to.have.length(3);
  });

  it("are read back as the state has them, so that nothing seems changed", () => {
    expect(unmasked(masked(values, secrets), values)).to.deep.equal(values);
  });

  it("stay marked where the state has another, and what somebody edited stays edited", () => {
    const hidden = masked(values, secrets);
    expect(unmasked(hidden, { ...values, result: "another" })["result"]).to.equal(hidden["result"]);
    expect(unmasked({ ...hidden, result: "edited" }, values)["result"]).to.equal("edited");
    expect(unmasked(hidden, {})["connection"]).to.deep.equal(hidden["connection"]);
  });
});
