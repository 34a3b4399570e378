import { expect } from "chai";
import { describeWith } from "../support/real-parts";
import { postgres, PostgresServer } from "../support/postgres-server";
import { master, Pod, type Ended } from "./support/bootstrap-run";
import { asRdsMakesIt, catalogueOf, wipe } from "./support/catalogue";
import { CuttingProxy, type Moment } from "./support/cutting-proxy";

/** One of each thing that is made. */
const wanted = {
  databases: {
    users: { owner: "users_owner", extensions: ["citext"], schemas: ["audit"] },
    billing: { owner: "users_owner" },
  },
  roles: { users_owner: { login: false }, users_app: { memberOf: ["users_owner"] }, users_reader: {} },
  grants: [{ role: "users_reader", database: "users", on: "tables", privileges: ["SELECT"] }],
};

describeWith("a database bootstrap that breaks off", postgres, (bin) => {
  let server: PostgresServer;
  let pod: Pod;
  before(async () => {
    server = await PostgresServer.create(bin());
    await server.start();
    pod = new Pod(server);
    await pod.fetch({ settings: wanted });
  });
  after(async () => {
    pod.remove();
    await server.stop();
    server.remove();
  });

  const fresh = (): void => {
    wipe(server);
    asRdsMakesIt(server, master);
  };
  /** A bootstrap through a proxy that cuts it off at a statement; the whole script is killed at that moment if asked. */
  const brokenOff = async (
    at: number,
    moment: Moment,
    kill: boolean,
  ): Promise<Ended & { readonly statements: number }> => {
    let group: number | undefined;
    const proxy = await CuttingProxy.start(server.port, {
      at,
      moment,
      onCut: () => {
        if (kill && group !== undefined) {
          process.kill(-group, "SIGKILL");
        }
      },
    });
    try {
      const ended = await pod.bootstrap({
        settings: wanted,
        env: { PGHOST: "127.0.0.1", PGPORT: String(proxy.port), PGSSLMODE: "disable" },
        onStart: (child) => (group = child.pid),
      });
      return { ...ended, statements: proxy.seen };
    } finally {
      await proxy.stop();
    }
  };

  let whole: string;
  let statements: number;
  before(async () => {
    fresh();
    const ended = await brokenOff(-1, "before", false);
    expect(ended.code, ended.output).to.equal(0);
    statements = ended.statements;
    whole = catalogueOf(server);
    expect(statements).to.be.within(20, 40);
  });

  it("leaves nothing that the next one stumbles over, killed after any statement", async function () {
    // Some thirty times two runs: a minute on an idle machine, and not ten on one that is not.
    this.timeout(30 * 60_000);
    for (let at = 1; at <= statements; at++) {
      fresh();
      const broken = await brokenOff(at, "after", true);
      expect(broken.code, `at ${at}: ${broken.output}`).to.equal(null);
      await completes(at);
    }
  });

  it("fails, and says so, where the connection is lost", async () => {
    // What the server has done by then is what it has done when killed one statement earlier: a few are enough.
    for (let at = 1; at <= statements; at += 7) {
      fresh();
      const { code, output } = await brokenOff(at, "before", false);
      expect(code, `at ${at}: ${output}`).to.equal(1);
      expect(output, `at ${at}`).to.contain("bootstrap: failed. What was done stays done");
      await completes(at);
    }
  });

  const completes = async (at: number): Promise<void> => {
    const next = await pod.bootstrap({ settings: wanted });
    expect(next.code, `after ${at}: ${next.output}`).to.equal(0);
    expect(catalogueOf(server), `after ${at}`).to.equal(whole);
  };
});
