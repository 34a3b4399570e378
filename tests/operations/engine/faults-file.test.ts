import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { UsageError } from "../../../operations/terminal/errors";
import { readFaults } from "../../../operations/engine/faults-file";

describe("a list of faults", () => {
  let directory: string;
  before(() => {
    directory = mkdtempSync(path.join(tmpdir(), "groundwork-faults-"));
  });
  after(() => {
    rmSync(directory, { recursive: true });
  });

  function read(text: string): ReturnType<typeof readFaults> {
    const file = path.join(directory, "faults.yaml");
    writeFileSync(file, text);
    return readFaults(file);
  }

  function refusal(text: string): UsageError {
    try {
      read(text);
    } catch (error) {
      expect(error).to.be.instanceOf(UsageError);
      return error as UsageError;
    }
    throw new Error("it was taken");
  }

  it("is taken as it stands", () => {
    expect(
      read(
        "- { match: { type: 'aws:sqs/*', name: mail, method: create }, nth: 2, times: 3, fault: slow, seconds: 5 }",
      ),
    ).to.deep.equal([
      {
        match: { type: "aws:sqs/*", name: "mail", method: "create" },
        nth: 2,
        times: 3,
        fault: "slow",
        seconds: 5,
      },
    ]);
  });

  it("may be empty", () => {
    expect(read("")).to.deep.equal([]);
  });

  it("is refused with every problem at once", () => {
    const error = refusal("- { match: { type: x, method: crate }, fault: explode, often: 3 }");
    expect(error.exitCode).to.equal(2);
    expect(error.problems).to.have.length(3);
    expect(error.message).to.contain('[0]["match"]["method"]');
    expect(error.message).to.contain('[0]["fault"]');
    expect(error.message).to.contain("often");
  });

  it("is refused when it is no YAML", () => {
    expect(refusal("- {").message).to.match(/^--faults .*faults\.yaml: /);
  });

  it("that is not there is named", () => {
    expect(() => readFaults(path.join(directory, "none.yaml"))).to.throw(UsageError, "there is no such file");
  });
});
