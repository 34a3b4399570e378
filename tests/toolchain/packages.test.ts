import { expect } from "chai";
import { packages } from "../../package-lock.json";

/** Licences that ask for a notice at most. What is new here is read before it is added. */
const permissive =
  /^(0BSD|Apache-2\.0|BSD-[23]-Clause|BlueOak-1\.0\.0|CC-BY-3\.0|CC0-1\.0|ISC|MIT|PSF-2\.0|Python-2\.0|Unlicense|WTFPL)$/;

/** Packages that name no licence by its identifier, and which it is by the text that they bring. */
const readByHand: Readonly<Record<string, string>> = {
  "@logdna/tail-file": "MIT",
  "uri-templates": "CC0-1.0",
};

/**
 * Tools of the tests that nobody gets who uses the project: their licences ask something only of who changes their own files and passes
 * these on.
 */
const onlyInTests: Readonly<Record<string, string>> = { "axe-core": "MPL-2.0" };

/** Whether one may choose a permissive licence: of `A OR B` one is enough, of `A AND B` both count. */
function isPermissive(license: string): boolean {
  const bare = license.replace(/[()]/g, "");
  return bare.split(" OR ").some((choice) => choice.split(" AND ").every((one) => permissive.test(one)));
}

describe("the packages of the lock file", () => {
  const entries: readonly (readonly [string, { readonly license?: string; readonly dev?: boolean }])[] =
    Object.entries(packages);

  it("are all of licences that ask nothing of those who use this project", () => {
    const others = entries.flatMap(([folder, { license, dev }]) => {
      const name = folder.slice(folder.lastIndexOf("node_modules/") + "node_modules/".length);
      if (dev === true && license !== undefined && onlyInTests[name] === license) {
        return [];
      }
      return isPermissive(readByHand[name] ?? license ?? "none") ? [] : [`${name}: ${license ?? "none"}`];
    });
    expect(others).to.deep.equal([]);
  });

  it("would be found out if they were not", () => {
    for (const license of [
      "AGPL-3.0-or-later",
      "GPL-2.0-only",
      "LGPL-3.0",
      "MPL-2.0",
      "none",
      "MIT AND GPL-3.0",
    ]) {
      expect(isPermissive(license), license).to.equal(false);
    }
    expect(isPermissive("(BSD-3-Clause AND Apache-2.0)")).to.equal(true);
    expect(isPermissive("(MIT OR GPL-3.0)")).to.equal(true);
  });
});
