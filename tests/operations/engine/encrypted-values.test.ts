import { expect } from "chai";
import { refuseSharedCiphertexts, resealed } from "../../../operations/engine/encrypted-values";

const where = { file: "Pulumi.dev.yaml", project: "groundwork" };
const own = `# head
encryptionsalt: v1:old # of a passphrase
config:
  aws:region:   eu-west-1
  sendgridApiKey: {secure: "v1:one"} # a key

  groundwork:other:
    list:
    - plain
    - secure: v1:two
`;
/** As the engine writes its own copy: the name in full, its own layout. */
const engines = `config:
  aws:region: eu-west-1
  groundwork:sendgridApiKey:
    secure: v1:three
  groundwork:other:
    list:
      - plain
      - secure: v1:four
secretsprovider: awskms:///alias/x?region=eu-west-1
encryptedkey: a2V5
`;

describe("a stack file whose values are encrypted by another key", () => {
  it("has the engine's ciphertexts and key, and every other character as it was", () => {
    expect(resealed(own, engines, where)).to.equal(
      own
        .replace("encryptionsalt: v1:old # of a passphrase\n", "")
        .replace('"v1:one"', "v1:three")
        .replace("v1:two", "v1:four")
        .concat('encryptedkey: a2V5\nsecretsprovider: "awskms:///alias/x?region=eu-west-1"\n'),
    );
  });

  it("goes back to a passphrase without a line of the key", () => {
    const keyed = resealed(own, engines, where);
    const salted = engines.replace(/secretsprovider(.|\n)*/, "encryptionsalt: v1:new\n");
    expect(resealed(keyed, salted, where)).to.equal(
      own
        .replace("encryptionsalt: v1:old # of a passphrase\n", "")
        .replace('"v1:one"', "v1:three")
        .replace("v1:two", "v1:four")
        .concat("encryptionsalt: v1:new\n"),
    );
  });

  it("is refused where an encrypted value stands in two places at once", () => {
    const aliased = "config:\n  a: &x {secure: v1:one}\n  b: *x\n";
    const expanded = "config:\n  groundwork:a:\n    secure: v1:2\n  groundwork:b:\n    secure: v1:3\n";
    expect(() => resealed(aliased, expanded, where)).to.throw(
      "Pulumi.dev.yaml: config.groundwork:b is not a value of its own there",
    );
    expect(() => refuseSharedCiphertexts(aliased, where.file)).to.throw(
      "the anchor &x stands at holds an encrypted value",
    );
    const inside = "config:\n  a: &x {b: [{secure: v1:one}]}\n  c: {<<: *x}\n";
    expect(() => refuseSharedCiphertexts(inside, where.file)).to.throw("the anchor &x");
    refuseSharedCiphertexts("config:\n  a: &x {b: 1}\n  c: *x\n  d: {secure: v1:one}\n", where.file);
  });
});
