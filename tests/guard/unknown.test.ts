import { expect } from "chai";
import { hasUnknown, isUnknown, parseJson, read, UNKNOWN } from "../../guard/unknown";
import {
  unknownArrayValue,
  unknownBooleanValue,
  unknownNumberValue,
  unknownObjectValue,
  unknownStringValue,
} from "./engine-marks";

describe("values that are not known before a run", () => {
  it("are known by the marks that the policy SDK knows", () => {
    for (const mark of [
      unknownArrayValue,
      unknownBooleanValue,
      unknownNumberValue,
      unknownObjectValue,
      unknownStringValue,
    ]) {
      expect(isUnknown(mark)).to.equal(true);
      expect(hasUnknown({ a: [{ b: mark }] })).to.equal(true);
    }
    expect(isUnknown("[secret]")).to.equal(true);
    for (const value of [undefined, null, "", "text", 0, false, {}, []]) {
      expect(hasUnknown(value)).to.equal(false);
    }
  });

  it("are read as unknown wherever on the way to a property they stand", () => {
    expect(read({ a: unknownObjectValue }, "a.b.c")).to.equal(UNKNOWN);
    expect(read({ a: { b: unknownStringValue } }, "a.b")).to.equal(UNKNOWN);
    expect(read({ a: { b: unknownStringValue } }, "a.c")).to.equal(undefined);
    expect(read({ a: { b: 1 } }, "a.b")).to.equal(1);
    expect(read({ a: null }, "a.b")).to.equal(undefined);
    expect(read({ a: [1] }, "a.b")).to.equal(undefined);
  });

  it("are what secrets are that stand encrypted in the state", () => {
    const signature = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
    expect(read({ a: { ...signature, ciphertext: "v1:xyz" } }, "a")).to.equal(UNKNOWN);
    expect(read({ a: { ...signature, value: true } }, "a")).to.equal(true);
  });

  it("are not what a text is that is no JSON", () => {
    expect(parseJson('{"a": 1}')).to.deep.equal({ a: 1 });
    expect(parseJson("eu-west-1")).to.equal("eu-west-1");
  });
});
