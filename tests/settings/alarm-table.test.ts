import { expect } from "chai";
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { alarmsOf, declaredAlarms } from "../../settings/alarms/table";
import { mostConnections } from "../../settings/alarms/data-alarms";
import { loadStackFile } from "../../settings/stack-file";

const root = path.join(__dirname, "../..");
const stacks = ["dev", "prod"].map((stack) =>
  loadStackFile(
    path.join(root, `Pulumi.${stack}.yaml`),
    { project: "groundwork", stack },
    { secretsAreSupplied: true },
  ),
);

/** As GitHub makes them of headings. */
function anchorsOf(page: string): readonly string[] {
  return readFileSync(path.join(root, page), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("#"))
    .map((line) =>
      line
        .replace(/^#+ /, "")
        .toLowerCase()
        .replaceAll(/[^\w\- ]/g, "")
        .replaceAll(" ", "-"),
    );
}

describe("the table of alarms", () => {
  const all = stacks.flatMap(declaredAlarms);

  it("has each name once in a stack, and says of each what has happened, why the threshold, and what to do", () => {
    for (const stack of stacks) {
      const names = declaredAlarms(stack).map(({ name }) => name);
      expect([...new Set(names)]).to.deep.equal(names);
    }
    for (const { name, todo, what, why } of all) {
      const [page = "", anchor] = todo.split("#");
      expect(existsSync(path.join(root, page)), `${name}: ${page}`).to.equal(true);
      if (anchor !== undefined) expect(anchorsOf(page), name).to.include(anchor);
      expect(what, name).to.match(/^[A-Z1-9].*[.)]$/);
      expect(why, name).not.to.equal("");
      expect(`${what} What to do: ${todo}`.length, name).to.be.at.most(1024);
    }
  });

  it("asks CloudWatch for no more than it takes: ten metrics, a day of minutes, three hours of a query, and no query that is quiet", () => {
    for (const alarm of stacks.flatMap(alarmsOf)) {
      if (alarm.kind === "events") continue;
      const { expression = "", metrics, name, period, periods, quiet } = alarm;
      const seconds = period * periods;
      expect(Object.keys(metrics).length, name).to.be.at.most(10);
      expect(seconds, name).to.be.at.most(period < 3600 ? 86_400 : 604_800);
      if (!expression.startsWith("SELECT")) continue;
      expect([quiet, seconds <= 3 * 3600], name).to.deep.equal([undefined, true]);
    }
  });

  it("tells somebody of everything in both stacks", () => {
    const silent = stacks.flatMap(alarmsOf).filter(({ topics }) => topics.length === 0);
    expect(silent.map(({ name }) => name)).to.deep.equal([]);
  });

  it("knows how many connections a database takes: by its parameters, or by the memory of its class", () => {
    const most = (instanceClass: string, parameters: Record<string, string> = {}): number | undefined =>
      mostConnections({ instanceClass, parameters });
    expect(most("db.t4g.medium")).to.equal(450);
    expect(most("db.r7g.16xlarge")).to.equal(5000);
    expect(most("db.t4g.medium", { max_connections: "200" })).to.equal(200);
    expect(most("db.x2g.large")).to.equal(undefined);
  });
});
