import { expect } from "chai";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import * as path from "node:path";
import {
  awsClientConfig,
  describeAwsError,
  holderOf,
  impatient,
  unverifiedConfig,
  withRole,
} from "../../../operations/engine/aws-clients";
import { OperationError } from "../../../operations/terminal/errors";
import type { OpenStack } from "../../../operations/plan/workspace";
import { startRehearsal, type Rehearsal } from "../../../rehearsal";
import { Moto, motoAccount, motoPart } from "../../support/moto";
import { describeWith } from "../../support/real-parts";
import { stackContext } from "../../support/settings";

describe("the AWS clients of a command", () => {
  let directory: string;
  let rehearsal: Rehearsal;
  before(async () => {
    directory = mkdtempSync(path.join(tmpdir(), "groundwork-clients-"));
    rehearsal = await startRehearsal({ directory, accountId: "111122223333" });
  });
  after(async () => {
    await rehearsal.stop();
    rmSync(directory, { recursive: true });
  });

  const stack = (accountId: string, over: Readonly<Record<string, string>> = {}): OpenStack =>
    ({
      name: "dev",
      settings: { context: stackContext({ accountId }) },
      session: { environment: { ...rehearsal.environment, ...over } },
    }) as unknown as OpenStack;
  const refusal = async (opened: OpenStack): Promise<OperationError> => {
    const error = await awsClientConfig(opened).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(OperationError);
    return error as OperationError;
  };

  it("are bound to the stack's region, and in a rehearsal to its endpoint and credentials", async () => {
    const { endpoint, credentials, ...config } = await awsClientConfig(stack("111122223333"));
    expect(endpoint).to.match(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(credentials).to.include({ accessKeyId: "AKIAREHEARSALXXXXXXX", secretAccessKey: "rehearsal" });
    expect(config).to.deep.equal({
      ...{ region: "eu-west-1", maxAttempts: 6 },
      requestHandler: { connectionTimeout: 10_000 },
    });
  });

  it("are refused with credentials of another account, as a wrong call", async () => {
    const error = await refusal(stack("444455556666"));
    expect(error.exitCode).to.equal(2);
    expect(error.message).to.match(
      /^The AWS credentials are of account 111122223333; dev lives in 444455556666 .* Nothing was touched\.$/,
    );
  });

  it("fail with credentials that AWS does not take, in its words", async () => {
    const error = await refusal(stack("111122223333", { AWS_ACCESS_KEY_ID: "AKIANOBODY" }));
    expect(error.exitCode).to.equal(1);
    expect(error.message).to.contain(
      "It could not be found out whose AWS credentials these are: InvalidClientTokenId: The security token included in the request is invalid.",
    );
  });

  it("give up an endpoint that never answers, where nobody wants to wait for it", async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    try {
      const { port } = silent.address() as AddressInfo;
      const config = unverifiedConfig(
        stack("111122223333", { AWS_ENDPOINT_URL: `http://127.0.0.1:${String(port)}` }),
        { maxAttempts: 1, requestHandler: { ...impatient.requestHandler, requestTimeout: 50 } },
      );
      const error = await holderOf(config, "dev").catch((reason: unknown) => reason);
      expect((error as OperationError).message).to.contain("TimeoutError");
    } finally {
      silent.closeAllConnections();
      silent.close();
    }
  });

  it("tell errors in one line", () => {
    const denied = Object.assign(new Error("not authorized\n  Deserialization …"), { name: "AccessDenied" });
    expect(describeAwsError(denied)).to.equal("AccessDenied: not authorized");
    expect(describeAwsError("odd")).to.equal("odd");
  });
});

describeWith("the role of aws:assumeRoles", motoPart, (python) => {
  let moto: Moto;
  before(async () => {
    moto = await Moto.start(python());
  });
  after(() => moto?.stop());

  it("is taken when the first call is made, and its credentials are told when they end", async () => {
    const roleArn = `arn:aws:iam::${motoAccount}:role/groundwork-deploy`;
    const login = {
      assumeRoles: [{ roleArn, sessionName: "pipeline", duration: "1h", externalId: "somebody" }],
    };
    const config = { ...moto.config, maxAttempts: 1 };
    expect(withRole(config, undefined)).to.equal(config);
    const { credentials } = withRole(config, login);
    const taken = typeof credentials === "function" ? await credentials() : undefined;
    expect(taken?.accessKeyId).to.match(/^ASIA/);
    expect(taken?.sessionToken).to.have.length.above(20);
    expect((taken?.expiration?.getTime() ?? 0) - Date.now()).to.be.within(3_500_000, 3_700_000);
  });
});
