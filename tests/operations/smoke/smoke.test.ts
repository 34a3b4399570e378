import { expect } from "chai";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { SmokeState } from "../../../operations/smoke/program";
import { ask, SteadyRequests, versionOf, type Reach } from "../../../operations/smoke/requests";
import { StepError, walk, type WalkResult } from "../../../operations/smoke/walk";
import { FakeTerminal } from "../../support/fake-terminal";

const hello = (version: string, pod = "smoke-1"): string =>
  `Hello, world!\nVersion: ${version}\nHostname: ${pod}\n`;

describe("smoke: the walk", () => {
  let server: Server;
  /** What the load balancer does with a request; a test changes it as it goes on. */
  let answer: RequestListener;
  const reach: Reach = () =>
    Promise.resolve({ host: "127.0.0.1", port: (server.address() as AddressInfo).port });
  const target = { reach, host: "smoke.example.com", port: 80 };
  const answering =
    (version: string): RequestListener =>
    (_request, response) => {
      response.end(hello(version));
    };
  beforeEach(async () => {
    answer = answering("1.0.0");
    server = createServer((request, response) => answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  describe("requests", () => {
    it("tell the version that answers, over a new connection each, for the balancer's own name", async () => {
      const seen: (string | undefined)[] = [];
      answer = (request, response) => {
        seen.push(request.headers.host, request.headers.connection);
        response.end(hello("1.0.0"));
      };
      expect(await ask(target)).to.deep.equal({ version: "1.0.0" });
      expect(seen).to.deep.equal(["smoke.example.com", "close"]);
    });

    it("fail on a status that is no success, a broken connection, silence, and a host that is not there", async () => {
      answer = (_request, response) => {
        response.writeHead(503).end();
      };
      expect(await ask(target)).to.deep.equal({ failure: "HTTP 503" });
      answer = (request) => request.socket.destroy();
      expect(await ask(target)).to.deep.equal({ failure: "ECONNRESET" });
      answer = (_request, response) => {
        // The beginning of an answer is none.
        response.write("Hello");
      };
      expect(await ask({ ...target, timeoutMilliseconds: 50 })).to.deep.equal({
        failure: "no answer within 0.05 s",
      });
      const nowhere: Reach = () => Promise.resolve({ host: "127.0.0.1", port: 1 });
      expect(await ask({ ...target, reach: nowhere })).to.deep.equal({ failure: "ECONNREFUSED" });
    });

    it("are counted, good ones by version and failed ones by reason", async () => {
      let turn = 0;
      answer = (_request, response) => {
        turn++;
        if (turn === 2) response.writeHead(502).end();
        else response.end(hello(turn < 4 ? "1.0.0" : "2.0.0"));
      };
      const requests = new SteadyRequests(target, 5);
      while (turn < 6) await new Promise((resolve) => setTimeout(resolve, 5));
      const { total, failed, byVersion, failures } = await requests.stop();
      expect(failed).to.equal(1);
      expect(failures).to.deep.equal({ "HTTP 502": 1 });
      expect(byVersion["1.0.0"]).to.equal(2);
      expect(total).to.equal(1 + 2 + (byVersion["2.0.0"] ?? 0));
    });

    it("know a version by what two pods of it have in common", () => {
      expect(versionOf(hello("1.0.0", "a"))).to.equal("1.0.0");
      expect(versionOf("Foo bar\nHostname: a\n")).to.equal("Foo bar");
      expect(versionOf("")).to.equal("(an empty answer)");
    });
  });

  /** A cluster that does what it is asked for at once. */
  const walked = (
    stand: (wanted: SmokeState) => Promise<string> = (wanted) => {
      answer = answering(wanted.image);
      return Promise.resolve("smoke.example.com");
    },
    signal: AbortSignal = new AbortController().signal,
  ): Promise<WalkResult> =>
    walk({
      images: { v1: "1.0.0", v2: "2.0.0" },
      stand,
      reach,
      output: new FakeTerminal().output(),
      signal,
      times: { answerWithin: 500, lookEvery: 5, requestEvery: 5, requestAfter: 30 },
    });
  const failedStep = ({ steps }: WalkResult): string =>
    steps
      .filter(({ ok }) => !ok)
      .map(({ step, problem }) => `${step}: ${problem ?? ""}`)
      .join("\n");

  it("asks for one, three and three replicas, and passes when every request is answered", async () => {
    const asked: SmokeState[] = [];
    const result = await walked((wanted) => {
      asked.push(wanted);
      answer = answering(wanted.image);
      return Promise.resolve("smoke.example.com");
    });
    expect(asked).to.deep.equal([
      { image: "1.0.0", replicas: 1 },
      { image: "1.0.0", replicas: 3 },
      { image: "2.0.0", replicas: 3 },
    ]);
    expect(failedStep(result)).to.equal("");
    expect(result.host).to.equal("smoke.example.com");
    expect(result.requests.failed).to.equal(0);
    expect(result.requests.byVersion).to.have.property("2.0.0");
  });

  it("fails for a single request that failed, and says which way", async () => {
    const result = await walked(async (wanted) => {
      const whole = answering(wanted.image);
      answer = whole;
      if (wanted.image === "2.0.0") {
        await new Promise<void>((resolve) => {
          answer = (request) => {
            request.socket.destroy();
            answer = whole;
            resolve();
          };
        });
      }
      return "smoke.example.com";
    });
    expect(failedStep(result)).to.match(
      /^go on requesting while old pods end, and count: 1 of \d+ requests failed: 1 × ECONNRESET\.$/,
    );
  });

  it("ends at a step that fails, with what had been counted by then", async () => {
    const result = await walked((wanted) => {
      if (wanted.image === "2.0.0") return Promise.reject(new StepError("the image is not to be had"));
      return Promise.resolve("smoke.example.com");
    });
    expect(failedStep(result)).to.equal("roll to version 2: the image is not to be had");
    expect(result.requests.byVersion).to.have.property("1.0.0");
  });

  it("fails when the first version goes on answering", async () => {
    const result = await walked(() => Promise.resolve("smoke.example.com"));
    expect(failedStep(result)).to.match(/^see that version 2 alone answers: .*version 1\.0\.0 answered\.$/);
  });

  it("gives up on a load balancer that never answers", async () => {
    answer = (request) => request.socket.destroy();
    const result = await walked(() => Promise.resolve("smoke.example.com"));
    expect(failedStep(result)).to.match(/^reach it through its load balancer: .*ECONNRESET\.$/);
  });

  it("ends when it is interrupted", async () => {
    const controller = new AbortController();
    const result = await walked((wanted) => {
      answer = answering(wanted.image);
      if (wanted.replicas === 3) controller.abort();
      return Promise.resolve("smoke.example.com");
    }, controller.signal);
    expect(failedStep(result)).to.equal("roll to version 2: Interrupted.");
  });
});
