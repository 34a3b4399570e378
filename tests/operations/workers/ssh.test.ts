import { expect } from "chai";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { sshKeyScan, hostMachines } from "../../../operations/workers/host-machines";
import type { Connection } from "../../../operations/workers/slot-state";
import { runOverSsh } from "../../../operations/workers/ssh";
import { describeWith } from "../../support/real-parts";
import { openSsh, Sshd } from "../../support/sshd";

describeWith("commands that reach a worker's machine", openSsh, (programs) => {
  let server: Sshd;
  before(async () => {
    server = await Sshd.start(programs(), { PLACE: "the machine" });
  });
  after(() => server.end());

  const connection = (hostKey: string): Connection => ({
    host: "127.0.0.1",
    port: server.port,
    user: server.user,
    hostKey,
  });
  const run = (command: string, hostKey = server.hostKey()): Promise<string> =>
    // As the secret is kept: without the end of its last line.
    runOverSsh(command, {
      connection: connection(hostKey),
      privateKey: server.privateKey.trimEnd(),
      machine: "docker-worker-3",
    });
  const refusal = async (act: Promise<unknown>): Promise<string> =>
    act.then(
      () => "it was done",
      (error: unknown) => (error as Error).message,
    );

  it("run there with the key of the workers, and leave no key behind here", async () => {
    const before = readdirSync(tmpdir());
    expect(await run("echo on $PLACE")).to.equal("on the machine");
    expect(await run("echo again", server.hostKey("ed25519"))).to.equal("again");
    expect(
      readdirSync(tmpdir()).filter((name) => name.startsWith("groundwork-ssh-") && !before.includes(name)),
    ).to.deep.equal([]);
  });

  it("speak to no machine that shows another host key", async () => {
    const message = await refusal(run("echo never", server.strangersKey));
    expect(message).to.contain("docker-worker-3").and.to.contain("was not reached over SSH");
    expect(message).to.match(/host key/i);
  });

  it("say what failed and how it ended", async () => {
    expect(await refusal(run("echo the disk is full >&2; exit 3"))).to.contain(
      "the command ended with 3: the disk is full",
    );
  });

  it("tell a machine that answers from one that does not, and from one that is another", async () => {
    const hosts = {
      "0": { address: "127.0.0.1", port: server.port, hostKey: `${server.hostKey("ed25519")} comment` },
      "1": { address: "127.0.0.1", port: server.port, hostKey: server.strangersKey },
      "2": { address: "127.0.0.1", port: 1, hostKey: server.hostKey() },
    };
    const found = await hostMachines({ hosts, port: 22, scan: sshKeyScan }).find();
    expect(found.map(({ slot, state }) => [slot, state])).to.deep.equal([
      [0, "answers"],
      [1, "answers with another host key"],
      [2, "does not answer"],
    ]);
  });
});
