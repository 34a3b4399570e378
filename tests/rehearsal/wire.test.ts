import { expect } from "chai";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { decode, encode, mergeSecrecy, secretTexts } from "../../rehearsal/host/wire";
import { unknown } from "../../rehearsal/interpreter/values";

const signature = "4dabf18193072939515e22adb298388d";
const secret = "1b47061264138c4ac30d75fd1eb44270";
const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

function wire(values: Record<string, JavaScriptValue>): Struct {
  return Struct.fromJavaScript(values);
}

describe("rehearsal: values on the engine's wire", () => {
  it("come out plain, and go back as they came", () => {
    const plain = {
      text: "a",
      number: 1.5,
      yes: true,
      none: null,
      list: [1, { a: "b" }],
      object: { a: { b: [] } },
    };
    expect(decode(wire(plain))).to.deep.equal({ values: plain, secret: {} });
    expect(encode(plain).toJavaScript()).to.deep.equal(plain);
  });

  it("are nothing when there is nothing", () => {
    expect(decode(undefined)).to.deep.equal({ values: {}, secret: {} });
  });

  it("are unknown for each of the engine's marks, and for an output without a value", () => {
    const decoded = decode(
      wire({
        text: unknownText,
        list: "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        inside: { a: [unknownText] },
        output: { [signature]: "d0e6a833031e9bbcd3f4e8bde6ca49a4" },
      }),
    );
    expect(decoded.values).to.deep.equal({
      text: unknown,
      list: unknown,
      inside: { a: [unknown] },
      output: unknown,
    });
    expect(encode({ a: unknown }).toJavaScript()).to.deep.equal({ a: unknownText });
  });

  it("say where secrets were: in an object by name, in a list as a whole", () => {
    const hidden = (value: JavaScriptValue): JavaScriptValue => ({ [signature]: secret, value });
    const decoded = decode(
      wire({ password: hidden("p"), deep: { a: { b: hidden(1) }, c: 2 }, list: ["x", hidden("y")] }),
    );
    expect(decoded.values).to.deep.equal({ password: "p", deep: { a: { b: 1 }, c: 2 }, list: ["x", "y"] });
    expect(decoded.secret).to.deep.equal({ password: true, deep: { a: { b: true } }, list: true });
    expect(secretTexts(decoded)).to.have.members(["p", "x", "y"]);
    expect(encode(decoded.values, decoded.secret).toJavaScript()).to.deep.equal({
      password: hidden("p"),
      deep: { a: { b: hidden(1) }, c: 2 },
      list: hidden(["x", "y"]),
    });
  });

  it("keep an unknown secret both unknown and secret", () => {
    const both = { [signature]: secret, value: unknownText };
    const decoded = decode(wire({ a: both }));
    expect(decoded).to.deep.equal({ values: { a: unknown }, secret: { a: true } });
    expect(encode(decoded.values, decoded.secret).toJavaScript()).to.deep.equal({ a: both });
  });

  it("name a resource by its id, and by its URN where it has none", () => {
    const reference = (id?: string): JavaScriptValue => ({
      [signature]: "5cf8f73096256a8f31e491e813e4eb8e",
      urn: "urn:pulumi:dev::p::t::n",
      ...(id !== undefined && { id }),
    });
    expect(decode(wire({ a: reference("vpc-1"), b: reference(), c: reference("") })).values).to.deep.equal({
      a: "vpc-1",
      b: "urn:pulumi:dev::p::t::n",
      c: unknown,
    });
  });

  it("leave assets as they are", () => {
    const asset = { [signature]: "c44067f5952c0a294b673a41bacd8c17", hash: "abc", text: "hello" };
    expect(encode(decode(wire({ asset })).values).toJavaScript()).to.deep.equal({ asset });
  });

  it("are secret where any of several says so", () => {
    expect(
      mergeSecrecy({ a: { b: true } }, { a: { c: true }, d: true }, undefined, { d: { e: true } }),
    ).to.deep.equal({
      a: { b: true, c: true },
      d: true,
    });
  });
});
