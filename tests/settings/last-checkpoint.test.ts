import { readEnvironment } from "../../settings/environment";
import { expect } from "chai";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import {
  readLastState,
  readLastStateAtOnce,
  readLastSuccess,
  wasUpdatedAtOnce,
  type StateQuestion,
} from "../../settings/last-checkpoint";

describe("asking the engine what the last run left", () => {
  const directory = mkdtempSync(path.join(tmpdir(), "groundwork-checkpoint-"));
  after(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  let made = 0;
  /** An engine that answers every call with the same. */
  function engine(script: string): StateQuestion {
    const pulumi = path.join(directory, `pulumi-${made++}`);
    writeFileSync(pulumi, `#!/bin/sh\n${script}\n`);
    chmodSync(pulumi, 0o755);
    return {
      pulumi,
      stack: "organization/groundwork/dev",
      projectDirectory: directory,
      variables: { PATH: readEnvironment(directory).path, PULUMI_OPTION_FILE: "elsewhere.json" },
    };
  }

  async function bothWays(question: StateQuestion): Promise<unknown> {
    const state = await readLastState(question);
    expect(readLastStateAtOnce(question)).to.deep.equal(state);
    return state;
  }

  it("takes the resources of the exported deployment, of exactly this stack", async () => {
    const question = engine(
      `[ "$*" = "stack export --stack organization/groundwork/dev --non-interactive" ] && [ -z "$PULUMI_OPTION_FILE" ] || exit 9
       echo '{"version":3,"deployment":{"resources":[{"urn":"u","type":"t"}]}}'`,
    );
    expect(await bothWays(question)).to.deep.equal({ resources: [{ urn: "u", type: "t" }] });
  });

  it("takes a stack that is not there, or was never up, for an empty one", async () => {
    const missing = engine("echo \"error: no stack named 'organization/groundwork/dev' found\" >&2; exit 6");
    expect(await bothWays(missing)).to.deep.equal({ resources: [] });
    expect(await bothWays(engine(`echo '{"version":3,"deployment":{"manifest":{}}}'`))).to.deep.equal({
      resources: [],
    });
    expect(await bothWays(engine(`echo '{"version":3,"deployment":null}'`))).to.deep.equal({ resources: [] });
  });

  it("says what went wrong when it cannot be read", async () => {
    expect(
      await bothWays(engine("echo warning >&2; echo 'error: no credentials' >&2; exit 1")),
    ).to.deep.equal({
      problem: "error: no credentials",
    });
    expect(await bothWays(engine("exit 3"))).to.deep.equal({ problem: "it ended with exit code 3" });
    expect(await bothWays(engine("echo hello"))).to.deep.equal({
      problem: "what it printed is not a deployment",
    });
    const nothing = { ...engine("exit 0"), pulumi: path.join(directory, "no-such-file") };
    for (const state of [await readLastState(nothing), readLastStateAtOnce(nothing)]) {
      expect(state).to.have.property("problem").that.contains("ENOENT");
    }
  });

  it("reads a checkpoint again that was just being saved, and says so when that does not end", async () => {
    const asked = path.join(directory, "asked");
    const saving = "echo 'error: failed to load checkpoint: EOF' >&2; exit 1";
    const question = engine(
      `[ "$(cat ${asked} 2>/dev/null)" = xx ] && echo '{"version":3,"deployment":{"resources":[{"urn":"u","type":"t"}]}}' && exit
       printf x >> ${asked}
       ${saving}`,
    );
    const read = { resources: [{ urn: "u", type: "t" }] };
    expect(await readLastState(question)).to.deep.equal(read);
    rmSync(asked);
    expect(readLastStateAtOnce(question)).to.deep.equal(read);
    rmSync(asked);
    const update = '[{"kind":"update","result":"succeeded","endTime":"2026-01-02T03:04:05.000Z"}]';
    const history = engine(
      `[ "$(cat ${asked} 2>/dev/null)" = x ] && echo '${update}' && exit
       printf x >> ${asked}
       ${saving}`,
    );
    expect(await readLastSuccess(history)).to.deep.equal({
      endedAt: new Date("2026-01-02T03:04:05Z"),
      isAll: true,
    });
    expect(await bothWays(engine(saving))).to.deep.equal({
      problem: "error: failed to load checkpoint: EOF",
    });
  });

  it("finds the last update that succeeded, and knows whether the last run was one", async () => {
    const history = (...updates: readonly object[]): StateQuestion =>
      engine(`echo '${JSON.stringify(updates)}'`);
    const good = { kind: "update", result: "succeeded", endTime: "2026-05-04T10:00:00.000Z" };
    const failed = { kind: "update", result: "failed", endTime: "2026-05-05T10:00:00.000Z" };
    const destroyed = { ...failed, kind: "destroy" };
    const endedAt = new Date(good.endTime);
    expect(await readLastSuccess(history(failed, good))).to.deep.equal({ endedAt, isAll: true });
    expect(await readLastSuccess(history(failed))).to.deep.equal({ endedAt: undefined, isAll: true });
    expect(await readLastSuccess(engine("exit 1"))).to.deep.equal({ endedAt: undefined, isAll: false });
    const wasUpdated = (question: StateQuestion): boolean =>
      wasUpdatedAtOnce(
        question,
        "groundwork:guard",
        (value) => (value as { readonly level?: string } | undefined)?.level === "disposable",
      );
    const at = (level: string): object => ({ "groundwork:guard": { value: JSON.stringify({ level }) } });
    expect(wasUpdated(history({ ...good, config: at("disposable") }))).to.equal(true);
    expect(wasUpdated(history({ ...good, config: at("development") }))).to.equal(false);
    expect(wasUpdated(history(good))).to.equal(false);
    const others = [failed, destroyed].map((last) => ({ ...last, config: at("disposable") }));
    expect(others.map((last) => wasUpdated(history(last)))).to.deep.equal([false, false]);
    expect(wasUpdated(history())).to.equal(false);
    expect(wasUpdated(engine("exit 1"))).to.equal(false);
  });
});
