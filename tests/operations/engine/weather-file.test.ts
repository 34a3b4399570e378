import { expect } from "chai";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { readWeather } from "../../../operations/engine/weather-file";
import { UsageError } from "../../../operations/terminal/errors";
import { defaultWeather } from "../../../rehearsal/weather";

describe("a weather file", () => {
  let directory: string;
  before(() => {
    directory = mkdtempSync(path.join(tmpdir(), "groundwork-weather-"));
  });
  after(() => {
    rmSync(directory, { recursive: true });
  });

  function read(text: string): ReturnType<typeof readWeather> {
    const file = path.join(directory, "weather.yaml");
    writeFileSync(file, text);
    return readWeather(file);
  }

  function refusal(action: () => unknown): UsageError {
    try {
      action();
    } catch (error) {
      expect(error).to.be.instanceOf(UsageError);
      return error as UsageError;
    }
    throw new Error("it was taken");
  }

  it("is taken as it stands, and may be empty", () => {
    const text = `
seed: tuesday
account: young
quotas: [{ quota: L-0263D0A3, value: 6, region: eu-west-1 }]
events:
  - { event: storage-grows, name: database, times: 2 }
`;
    expect(read(text)).to.deep.equal({
      seed: "tuesday",
      account: "young",
      quotas: [{ quota: "L-0263D0A3", value: 6, region: "eu-west-1" }],
      events: [{ event: "storage-grows", name: "database", times: 2 }],
    });
    expect(read("")).to.deep.equal({});
    expect(readWeather("default")).to.equal(defaultWeather);
  });

  it("is refused with every problem at once, each with file and line", () => {
    const error = refusal(() =>
      read(`
account: old
rain: 3
quotas:
  - { quota: L-00000000, value: 6 }
  - quota: L-0263D0A3
    value: -1
events:
  - event: storage-shrinks
  - name: database
`),
    );
    expect(error.exitCode).to.equal(2);
    expect(error.message).to.match(/^--weather .*weather\.yaml is not a weather:\n/);
    const lines = (error.problems as readonly string[]).map((problem) =>
      problem.split(" ").slice(0, 2).join(" "),
    );
    expect(lines).to.have.members([
      'weather.yaml:2: ["account"]',
      'weather.yaml:3: "rain"',
      'weather.yaml:5: ["quotas"][0]["quota"]',
      'weather.yaml:7: ["quotas"][1]["value"]',
      'weather.yaml:9: ["events"][0]["event"]',
      'weather.yaml:10: ["events"][1]["event"]',
    ]);
    expect(error.message).to.contain(
      '["quotas"][0]["quota"] is no code of a quota that the rehearsal counts (docs/rehearsal.md)',
    );
    expect(error.message).to.contain('"rain" is none of its properties');
  });

  it("is refused when it is no file, no YAML, or not there", () => {
    mkdirSync(path.join(directory, "folder.yaml"), { recursive: true });
    expect(refusal(() => readWeather(path.join(directory, "folder.yaml"))).message).to.match(/ is a folder$/);
    expect(refusal(() => read("events: {")).message).to.match(/^--weather \S+weather\.yaml: line 1 /);
    expect(refusal(() => readWeather(path.join(directory, "none.yaml"))).message).to.match(
      /there is no such file\.$/,
    );
  });
});
