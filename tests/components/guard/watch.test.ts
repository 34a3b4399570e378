import * as pulumi from "@pulumi/pulumi";
import { Callback } from "@pulumi/pulumi/proto/callback_pb";
import {
  ReadResourceRequest,
  RegisterResourceRequest,
  RegisterResourceResponse,
} from "@pulumi/pulumi/proto/resource_pb";
import { expect } from "chai";
import type { Callbacks, Monitor } from "../../../components/guard/engine-requests";
import { GuardWatch } from "../../../components/guard/watch";
import type { StackContext } from "../../../settings/stack-context";
import type { LastState, StateResource } from "../../../guard/memory/last-state";

const queueType = "aws:sqs/queue:Queue";
const volumeType = "aws:ebs/volume:Volume";

function urnOf(type: string, name: string): string {
  return `urn:pulumi:dev::groundwork::${type}::${name}`;
}

function contextOf(last: LastState): StackContext {
  return {
    project: "groundwork",
    stack: "dev",
    accountId: "111111111111",
    region: "eu-west-1",
    guardLevel: "development",
    backend: {
      lastState: () => last,
      lastStateLater: () => Promise.resolve(last),
      unfinished: () => Promise.resolve(new Map()),
    },
  };
}

const without = (name: string, type: string, holds: string, what: string): string =>
  `${urnOf(type, name)} holds ${holds}, and the program registers it without ${what}. Make it with the options of guarded() in ` +
  "components/guard/guarded.ts, and let no transformation take them off.";

const stripped = (opts: pulumi.ResourceOptions): pulumi.ResourceOptions => ({
  ...opts,
  protect: false,
  hooks: {},
});

/** A run, in which the engine answers what it is asked at once, with ids as they are given. */
class Run {
  readonly sent: string[] = [];
  readonly said: string[] = [];
  transform: pulumi.ResourceTransform = () => undefined;
  private endOfProgram = (): void => undefined;
  private readonly monitor: Monitor = {
    registerResource: (request, answer) => {
      this.sent.push(request.getName());
      const response = new RegisterResourceResponse();
      response.setUrn(urnOf(request.getType(), request.getName()));
      response.setId(this.ids[request.getName()] ?? "");
      answer(this.failing.includes(request.getName()) ? new Error("no") : null, response);
    },
    readResource: (request) => this.sent.push(request.getName()),
  };
  private readonly callbacks: Callbacks = {
    registerTransform: (transform) => {
      this.transform = transform;
      return Promise.resolve();
    },
  };

  constructor(
    last: LastState,
    private readonly ids: Readonly<Record<string, string>> = {},
    private readonly failing: readonly string[] = [],
  ) {
    new GuardWatch(contextOf(last), {
      monitor: this.monitor,
      callbacks: this.callbacks,
      atEnd: (listener) => (this.endOfProgram = listener),
      fail: (message) => this.said.push(message),
    }).start();
  }

  /** @returns the names of those that the program was answered for. */
  register(...requests: readonly RegisterResourceRequest[]): readonly string[] {
    const answered: string[] = [];
    for (const request of requests) {
      this.monitor.registerResource(request, () => answered.push(request.getName()));
    }
    return answered;
  }

  async read(type: string, name: string): Promise<void> {
    const request = new ReadResourceRequest();
    request.setType(type);
    request.setName(name);
    await this.monitor.readResource(request, () => undefined);
  }

  registerTransform(transform: pulumi.ResourceTransform): Promise<unknown> {
    return this.callbacks.registerTransform(transform);
  }

  async end(): Promise<void> {
    await Promise.resolve();
    this.endOfProgram();
  }
}

function request(type: string, name: string, isHeld = true): RegisterResourceRequest {
  const made = new RegisterResourceRequest();
  made.setType(type);
  made.setName(name);
  made.setCustom(true);
  const hooks = new RegisterResourceRequest.ResourceHooksBinding();
  if (isHeld) {
    made.setProtect(true);
    hooks.setBeforeUpdateList(["groundwork-guard"]);
    hooks.setBeforeDeleteList(["groundwork-guard"]);
  }
  made.setHooks(hooks);
  return made;
}

const volume = (name: string, over: Partial<StateResource> = {}): StateResource => ({
  urn: urnOf(volumeType, name),
  type: volumeType,
  custom: true,
  id: "vol-1",
  protect: true,
  ...over,
});

describe("the watch of a run", () => {
  beforeEach(() => {
    pulumi.runtime.setMockOptions({}, "groundwork", "dev", false);
  });

  it("does not send what has lost its guard, nor anything after it, and says so once", async () => {
    const run = new Run({ resources: [] });
    const subnet = "aws:ec2/subnet:Subnet";
    const answered = run.register(
      request(subnet, "before", false),
      request(queueType, "held"),
      request(queueType, "bare", false),
      request(queueType, "second", false),
      request(subnet, "after", false),
    );
    await run.read(subnet, "looked-at");
    await run.end();
    expect(run.sent).to.deep.equal(["before", "held"]);
    expect(answered).to.deep.equal(["before", "held"]);
    expect(run.said).to.deep.equal([
      `${without("bare", queueType, "every message in it", "protect and the guard's hook")} The program ends here, before the ` +
        "engine was told of it.",
    ]);
  });

  it("does not let a program rewrite the state, where protection and hooks stand", () => {
    const run = new Run({ resources: [] });
    const component = request("groundwork:messaging:Messaging", "messaging", false);
    component.setCustom(false);
    component.setStateMigrationsList([new Callback()]);
    expect(run.register(component, request(queueType, "after"))).to.deep.equal([]);
    expect(run.sent).to.deep.equal([]);
    expect(run.said).to.deep.equal([
      `${urnOf("groundwork:messaging:Messaging", "messaging")} has the option stateMigrations. With it a program rewrites what the ` +
        "state says of it and of all that is in it, protection and hooks as well, before anything judges the change. Take it out; " +
        "a thing that moves has aliases. The program ends here, before the engine was told of it.",
    ]);
  });

  it("refuses a transform that the engine calls, when it takes the guard off, and none that does not", async () => {
    const run = new Run({ resources: [] });
    const opts: pulumi.ResourceOptions = {
      protect: true,
      hooks: {
        beforeUpdate: [{ name: "groundwork-guard" }],
        beforeDelete: [{ name: "groundwork-guard" }],
      } as object,
    };
    const calls = async (change: pulumi.ResourceTransform): Promise<unknown> => {
      await run.registerTransform(change);
      return run.transform({ custom: true, type: queueType, name: "one", props: {}, opts });
    };
    expect(await calls(() => undefined)).to.equal(undefined);
    const tagged = { props: { tags: { a: "b" } }, opts };
    expect(await calls(() => tagged)).to.equal(tagged);
    expect(run.said).to.deep.equal([]);
    const error = await calls((args) => ({ props: args.props, opts: stripped(args.opts) })).then(
      () => undefined,
      (reason: unknown) => reason as Error,
    );
    expect(error?.message).to.equal("it takes the guard's options off");
    await calls((args) => ({ props: args.props, opts: stripped(args.opts) })).catch(() => undefined);
    expect(run.said).to.have.length(1);
    expect(run.said[0]).to.match(/^aws:sqs\/queue:Queue one holds .* without protect and the guard's hook\./);
    expect(run.register(request(queueType, "after"))).to.deep.equal([]);
  });

  it("does not let go of what the state manages by only reading it", async () => {
    const run = new Run({ resources: [volume("data"), volume("theirs", { external: true })] });
    await run.read(volumeType, "theirs");
    await run.read(volumeType, "new");
    expect(run.said).to.deep.equal([]);
    await run.read(volumeType, "data");
    expect(run.sent).to.deep.equal(["theirs", "new"]);
    expect(run.said).to.deep.equal([
      `${urnOf(volumeType, "data")} holds everything on it, and the program only reads it (\`get\`, or the option \`id\`). The ` +
        "state would have it as somebody else's, without protection and hook, and what is made under this name later would be " +
        "empty. Register it as before; what only looks at it needs another name. The program ends here, before the engine was " +
        "told of it.",
    ]);
  });

  it("ends with an error when the engine would delete a thing for an entry that the program does not have", async () => {
    const last = { resources: [volume("data"), volume("again", { protect: false })] };
    const run = new Run(last, { data: "vol-1" });
    run.register(request(volumeType, "data"));
    await run.end();
    expect(run.said).to.have.length(1);
    expect(run.said[0]).to.match(/^EBS volume again \(id vol-1\) .*The state has it twice: /);
    expect(run.said[0]).to.match(
      /\nThe state has neither protection .* The engine deletes what the program does not have after a program that ended well, and this one has not\. To give it up/,
    );
    await run.end();
    expect(run.said).to.have.length(1);
  });

  it("does not say of what was replaced that it is still there", async () => {
    const run = new Run({ resources: [volume("data", { protect: false })] }, { data: "vol-2" });
    run.register(request(volumeType, "data"));
    await run.end();
    expect(run.said[0]).to.contain("What another one has taken the place of may be gone by now");
  });

  it("takes what an alias renames for the same, and what is in a component that has one", async () => {
    const last = { resources: [volume("old", { protect: false })] };
    const component = request("groundwork:a:B", "home", false);
    component.setCustom(false);
    component.setAliasurnsList(["urn:pulumi:dev::groundwork::groundwork:a:B::house"]);
    const child = request(volumeType, "data");
    child.setParent(urnOf("groundwork:a:B", "home"));
    const renamed = new Run(last, { data: "vol-1" });
    renamed.register(component, child);
    await renamed.end();
    expect(renamed.said).to.deep.equal([]);
    const imported = new Run(last, { data: "vol-1" });
    imported.register(request(volumeType, "data"));
    await imported.end();
    expect(imported.said).to.have.length(1);
  });

  it("misses nothing where the engine has failed to make something, and deletes nothing", async () => {
    const run = new Run({ resources: [volume("data", { protect: false })] }, {}, ["data"]);
    run.register(request(volumeType, "data"));
    await run.end();
    expect(run.said).to.deep.equal([]);
  });

  it("says that it does not know where the last state cannot be read, and not what was deleted", async () => {
    const run = new Run({ problem: "locked" });
    run.register(request(volumeType, "data"));
    await run.end();
    expect(run.said).to.have.length(1);
    expect(run.said[0]).to.match(
      /^What the last run left could not be read .*\(`pulumi stack export`: locked\)/,
    );
    expect(run.said[0]).not.to.contain("Nothing was deleted");
  });
});
