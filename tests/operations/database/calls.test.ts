import { expect } from "chai";
import * as path from "node:path";
import { main } from "../../../operations/cli";
import { FakeTerminal } from "../../support/fake-terminal";

const projectDirectory = path.join(__dirname, "../../..");

describe("a call of database", () => {
  for (const [argv, said] of [
    ["dev password", "database STACK password takes ROLE, and was given nothing."],
    ["dev password a b", "password takes ROLE, and was given a b."],
    ["dev shell a b", "shell takes [ROLE], and was given a b."],
    ["dev status now", "status takes nothing more, and was given now."],
    ["dev status --url", "--url goes with password only."],
    ["backups dev --name x", "--name goes with snapshot only."],
    ["dev stat", "one of the two is the stack, the other what to do: "],
    ["dev shell --json", "A shell has no document to print: leave --json out."],
    ["dev snapshot --name a--b", "--name a--b: letters, digits and single hyphens"],
    ["dev password users_app", "Where that is meant, add --show."],
  ] as const) {
    it(`that is \`${argv}\` is refused before anything is opened`, async () => {
      const fake = new FakeTerminal();
      const words = ["database", ...argv.split(" ")];
      expect(await main({ argv: words, projectDirectory, terminal: fake.terminal })).to.equal(2);
      expect(fake.out + fake.err)
        .to.contain(said)
        .and.to.contain("Nothing was touched.");
    });
  }
});
