import type { Draft, Entries, Entry, Rule } from "../../../interpreter/entry";
import type { Random } from "../../../interpreter/random";
import { listOf, numberOf, textOf, type Values } from "../../../interpreter/values";
import { petName } from "./pets";

const lower = "abcdefghijklmnopqrstuvwxyz";
const upper = lower.toUpperCase();
const digits = "0123456789";
const special = "!@#$%&*()-_=+[]{}<>:?";

/** The kinds of characters that a password is made of: the switch, the least number, the characters. */
function kinds(
  inputs: Values,
): { readonly on: boolean; readonly least: number; readonly characters: string }[] {
  const least = (name: string): number => numberOf(inputs, name) ?? 0;
  const numeric = inputs["numeric"] ?? inputs["number"];
  return [
    { on: inputs["lower"] !== false, least: least("minLower"), characters: lower },
    { on: inputs["upper"] !== false, least: least("minUpper"), characters: upper },
    { on: numeric !== false, least: least("minNumeric"), characters: digits },
    {
      on: inputs["special"] !== false,
      least: least("minSpecial"),
      characters: textOf(inputs, "overrideSpecial") || special,
    },
  ];
}

/** The least number of each kind, the rest out of all kinds that are on, in any order. */
export function password(random: Random, inputs: Values): string {
  const length = Number(inputs["length"]);
  const all = kinds(inputs);
  const required = all.flatMap(({ least, characters }) => [...random.text(characters, least)]);
  const alphabet = all.flatMap(({ on, characters }) => (on ? [characters] : [])).join("");
  return random.shuffle([...required, ...random.text(alphabet, length - required.length)]).join("");
}

const lengthFits: Rule = ({ inputs }) => {
  const least = kinds(inputs).reduce((sum, kind) => sum + kind.least, 0);
  const length = Number(inputs["length"]);
  if (length < 1)
    return {
      code: "InvalidLength",
      message: `Attribute length value must be at least 1, got: ${String(length)}`,
    };
  if (length < least) {
    const message = `Attribute length value must be at least sum of min_upper + min_lower + min_numeric + min_special, got: ${String(length)}`;
    return { code: "InvalidLength", message };
  }
  if (kinds(inputs).some(({ on }) => on)) return undefined;
  const message = "At least one attribute out of [special, upper, lower, numeric] must be specified as true";
  return { code: "NoCharacters", message };
};

const rangeFits: Rule = ({ inputs }) => {
  if (Number(inputs["min"]) <= Number(inputs["max"])) return undefined;
  const message = "The minimum (min) value needs to be smaller than or equal to maximum (max) value.";
  return { code: "InvalidRange", message };
};

const filled = {
  lower: true,
  upper: true,
  numeric: true,
  number: true,
  special: true,
  minLower: 0,
  minUpper: 0,
  minNumeric: 0,
  minSpecial: 0,
};

/** What is not given comes back as its default; `numeric` and `number` are one. */
function defaults(inputs: Values): Values {
  const numeric = inputs["numeric"] ?? inputs["number"] ?? true;
  return { ...filled, ...inputs, numeric, number: numeric };
}

function uuid7(random: Random): string {
  const time = Date.now().toString(16).padStart(12, "0");
  const plain = random.uuid();
  return `${time.slice(0, 8)}-${time.slice(8)}-7${plain.slice(15)}`;
}

function resultIs(make: (draft: Draft) => string): Entry {
  return { id: make, outputs: ({ id }) => ({ result: id }) };
}

export const entries: Entries = {
  "random:index/randomPassword:RandomPassword": {
    id: () => "none",
    outputs: ({ random, inputs }) => ({
      ...defaults(inputs),
      result: password(random, inputs),
      // Not computed here: nothing in this project checks passwords against hashes.
      bcryptHash: null,
    }),
    refuseCreate: [lengthFits],
  },
  "random:index/randomString:RandomString": {
    id: ({ random, inputs }) => password(random, inputs),
    outputs: ({ id, inputs }) => ({ ...defaults(inputs), result: id }),
    refuseCreate: [lengthFits],
  },
  "random:index/randomId:RandomId": {
    id: ({ random, inputs }) => Buffer.from(random.bytes(Number(inputs["byteLength"]))).toString("base64url"),
    outputs: ({ id, inputs }) => {
      const bytes = Buffer.from(id, "base64url");
      const prefix = textOf(inputs, "prefix");
      return {
        b64Url: prefix + id,
        b64Std: prefix + bytes.toString("base64"),
        hex: prefix + bytes.toString("hex"),
        dec: prefix + BigInt(`0x${bytes.toString("hex") || "0"}`).toString(),
      };
    },
  },
  "random:index/randomBytes:RandomBytes": {
    id: () => "-",
    outputs: ({ random, inputs }) => {
      const bytes = Buffer.from(random.bytes(Number(inputs["length"])));
      return { base64: bytes.toString("base64"), hex: bytes.toString("hex") };
    },
  },
  "random:index/randomInteger:RandomInteger": {
    id: ({ random, inputs }) => {
      const [min, max] = [Number(inputs["min"]), Number(inputs["max"])];
      return String(min + random.int(max - min + 1));
    },
    outputs: ({ id }) => ({ result: Number(id) }),
    refuseCreate: [rangeFits],
  },
  "random:index/randomShuffle:RandomShuffle": {
    id: () => "-",
    outputs: ({ random, inputs }) => {
      const items = listOf(inputs, "inputs");
      const count = numberOf(inputs, "resultCount") ?? items.length;
      const results: (typeof items)[number][] = [];
      while (items.length > 0 && results.length < count) results.push(...random.shuffle(items));
      return { results: results.slice(0, count) };
    },
  },
  "random:index/randomPet:RandomPet": {
    ...resultIs(({ random, inputs }) => {
      const separator = typeof inputs["separator"] === "string" ? inputs["separator"] : "-";
      const words = numberOf(inputs, "length") ?? 2;
      const prefix = textOf(inputs, "prefix");
      return [...(prefix === "" ? [] : [prefix]), ...petName(random, words)].join(separator);
    }),
    outputs: ({ inputs }) => ({ length: inputs["length"] ?? 2, separator: inputs["separator"] ?? "-" }),
  },
  "random:index/randomUuid:RandomUuid": resultIs(({ random }) => random.uuid()),
  "random:index/randomUuid4:RandomUuid4": resultIs(({ random }) => random.uuid()),
  "random:index/randomUuid7:RandomUuid7": resultIs(({ random }) => uuid7(random)),
};
