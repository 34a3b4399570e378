import { expect } from "chai";
import { registerGuard } from "../../components/guard/guarded";
import { createAzureProvider } from "../../components/state-backend/provider";
import { StateBackend } from "../../components/state-backend/state-backend";
import type { GuardLevel } from "../../guard/level";
import { stateSettings } from "../../settings/sections/state";
import { RehearsedStack, type Program } from "../support/engine";
import { stackContext } from "../support/settings";

const platform = { objectId: "0b8e5d3c-91f7-4a26-8c4d-5e2f7a9b1d03", type: "Group" };
const auditor = { objectId: "f3a9c1e7-6b2d-4d58-93e0-a7c4b8d1e2f5", type: "User", role: "reader" };

function backend(guardLevel: GuardLevel, changes: Record<string, unknown> = {}): Program {
  const settings = stateSettings.parse({
    subscriptionId: "6a1f0c9e-2d4b-4e87-9f35-7b1c8d2e4a60",
    location: "westeurope",
    storageAccount: "exampledevstate",
    principals: { platform, auditor },
    ...changes,
  });
  return () => {
    const context = stackContext({ guardLevel });
    registerGuard(context);
    const options = { providers: [createAzureProvider(settings)] };
    const made = new StateBackend("state", { context, settings, tags: {} }, options);
    return { backendUrl: made.backendUrl };
  };
}

describe("the state's backend in the rehearsal cloud", () => {
  let stack: RehearsedStack;
  beforeEach(async () => {
    stack = await RehearsedStack.open();
  });
  afterEach(async () => {
    await stack.close();
  });

  it("stands up, is changed, lets people go under its lock, and is given up in two runs", async () => {
    const made = await stack.up(backend("development"));
    expect(made.failure).to.equal(undefined);
    expect(made.steps.at(-1)).to.equal("create ManagementLockByScope state-lock");
    expect((await stack.preview(backend("development"))).summary).to.deep.equal({ same: 11 });

    const gone = await stack.up(backend("development", { principals: { platform }, softDeleteDays: 120 }));
    expect(gone.failure).to.equal(undefined);
    expect([...gone.steps].sort()).to.deep.equal([
      "delete RoleAssignment state-access-auditor",
      "update BlobServiceProperties state-blob-service",
    ]);

    // Protected by the engine, and where somebody goes around that, by the hook and the cloud's own lock.
    const refused = await stack.up(
      backend("development", { storageAccount: "another", principals: { platform } }),
    );
    expect(refused.failure).to.include("protect");
    expect(stack.records("azure-native:storage:StorageAccount")).to.have.length(1);

    const lifted = await stack.up(backend("disposable", { principals: { platform }, softDeleteDays: 120 }));
    expect(lifted.failure ?? "").to.equal("");
    expect(lifted.steps).to.deep.equal([]);
    const destroyed = await stack.destroy();
    expect(destroyed.failure ?? "").to.equal("");
    expect(destroyed.steps[0]).to.equal("delete ManagementLockByScope state-lock");
    expect(stack.records()).to.deep.equal([]);
  });
});
