import * as pulumi from "@pulumi/pulumi";
import type {
  ReadResourceRequest,
  RegisterResourceRequest,
  RegisterResourceResponse,
} from "@pulumi/pulumi/proto/resource_pb";
import { mayStandFree } from "../../guard/approvals/approved-inputs";
import { whereaboutsOf } from "../../guard/memory/inventory";
import { guardHookName, type LastState } from "../../guard/memory/last-state";
import { holdsData, isUnheld, lostUnheld, type RegisteredResource } from "../../guard/memory/losses";
import { isKnownStateful, statefulType } from "../../guard/catalogue/stateful-types";
import { groundworkCommand } from "../../guard/printed-command";
import { thisRun, watchRequests, type RequestWatch } from "./engine-requests";
import { momentsOf, type Moment } from "./hook";
import { urnBelow } from "./lifted";
import type { StackContext } from "../../settings/stack-context";

/**
 * Watches what a program asks of the engine where no gate judges the run, at guard levels with locks:
 *
 * - What holds data and is registered without `guarded()`'s protection and hook, because it was made so or because something
 *   took them off later, is not registered, and nothing after it: nothing would hold it from then on. So is what the state
 *   manages and the program only reads. A preview, which changes nothing, goes on and says all of it at its end, so that the
 *   pack's rules speak too.
 * - A program may not rewrite the state (`stateMigrations`): what was protected there would not be any more. Where a gate judges,
 *   the engine itself refuses that in a run that is held to a plan.
 * - What the last run left with neither protection nor hook, and the program does not have any more, ends the program when
 *   everything is registered: the engine deletes what is left over after that, and not when a program has failed.
 */
export class GuardWatch implements RequestWatch {
  private last: LastState = { resources: [] };
  private reading: Promise<unknown> = Promise.resolve();
  /** What was registered of types that hold data. */
  private readonly registered: Registered[] = [];
  /** URNs of what says what it was called before, and of what is in it. */
  private readonly aliased = new Set<string>();
  /** Providers by their references. */
  private readonly providers = new Map<string, RegisterResourceResponse>();
  /** What a preview is refused for. */
  private readonly refused: string[] = [];
  private hasStopped = false;
  private hasFailure = false;
  /** How many answers the engine has given, and had given when the end was last judged. */
  private answers = 0;
  private judged = -1;

  /** @param run the program that is watched. */
  constructor(
    private readonly context: StackContext,
    private readonly run = thisRun(),
  ) {}

  /** @returns whether this run is one that is watched. */
  start(): boolean {
    const { backend, guardLevel, isGated } = this.context;
    const { monitor, callbacks } = this.run;
    if (guardLevel === "disposable" || isGated === true || backend === undefined || monitor === undefined) {
      return false;
    }
    watchRequests(this, monitor, callbacks);
    // Node waits for the answer before it says that there is nothing left to do. What is not registered stays in the
    // state until the end of the program, so that the answer may come while the program runs.
    this.reading = backend.lastStateLater().then((last) => {
      this.last = last;
    });
    // Others may register something more when this has been asked: then it is asked again.
    this.run.atEnd(() => this.end());
    return true;
  }

  mayRegister(request: RegisterResourceRequest): boolean {
    if (this.hasStopped) {
      return false;
    }
    if (request.getStateMigrationsList().length > 0 && !this.refuse(rewriting(request))) {
      return false;
    }
    const hooks = request.getHooks();
    return (
      !request.getCustom() ||
      this.isHeld(request.getType(), urnOf(request), request.getProtect() === true, {
        beforeCreate: hooks?.getBeforeCreateList(),
        beforeUpdate: hooks?.getBeforeUpdateList(),
        beforeDelete: hooks?.getBeforeDeleteList(),
      })
    );
  }

  hasRegistered(request: RegisterResourceRequest, response: RegisterResourceResponse): void {
    this.answers += 1;
    const [type, urn] = [request.getType(), response.getUrn()];
    const isAliased =
      request.getAliasesList().length + request.getAliasurnsList().length > 0 ||
      this.aliased.has(request.getParent());
    if (isAliased) {
      this.aliased.add(urn);
    }
    if (type.startsWith("pulumi:providers:")) {
      this.providers.set(`${urn}::${response.getId()}`, response);
    } else if (statefulType(type) !== undefined) {
      this.registered.push({ type, urn, isAliased, provider: request.getProvider(), response });
    }
  }

  hasFailed(): boolean {
    this.answers += 1;
    this.hasFailure = true;
    return !this.hasStopped;
  }

  async mayRead(request: ReadResourceRequest): Promise<boolean> {
    const kind = statefulType(request.getType());
    if (kind === undefined || this.hasStopped) {
      return !this.hasStopped;
    }
    await this.reading;
    const { last } = this;
    const urn = urnOf(request);
    if ("problem" in last) {
      return pulumi.runtime.isDryRun() || this.refuse(unread(last.problem));
    }
    const isManaged = last.resources.some(
      (resource) => resource.urn === urn && resource.delete !== true && holdsData(resource),
    );
    return (
      !isManaged ||
      this.refuse(
        `${urn} holds ${kind.holds}, and the program only reads it (\`get\`, or the option \`id\`). The state would have it as ` +
          "somebody else's, without protection and hook, and what is made under this name later would be empty. Register it " +
          "as before; what only looks at it needs another name.",
      )
    );
  }

  checkTransformed({ custom, type, name }: pulumi.ResourceTransformArgs, opts: pulumi.ResourceOptions): void {
    const names = (moment: Moment): string[] => (opts.hooks?.[moment] ?? []).map((hook) => hook.name);
    const isHeld =
      !custom ||
      this.isHeld(type, `${type} ${name}`, opts.protect === true, {
        beforeCreate: names("beforeCreate"),
        beforeUpdate: names("beforeUpdate"),
        beforeDelete: names("beforeDelete"),
      });
    if (!isHeld) {
      throw new Error("it takes the guard's options off");
    }
  }

  /** Whether what is about to be sent has what guards its type; else it is refused. */
  private isHeld(
    type: string,
    urn: string,
    isProtected: boolean,
    hooks: Readonly<Partial<Record<Moment, readonly string[]>>>,
  ): boolean {
    const kind = statefulType(type);
    // Without rules of expiry data lives longer, and rules that come or change are judged by the hook.
    const isNeeded = kind?.removable !== true || kind.life.some((property) => property.kind === "expiry");
    if (kind === undefined || !isNeeded || mayStandFree(this.context.approvals, urn)) {
      return true;
    }
    const isHooked = momentsOf(kind).every((moment) => hooks[moment]?.includes(guardHookName) === true);
    const missing = [
      ...(isProtected || kind.removable === true ? [] : ["protect"]),
      ...(isHooked || !isKnownStateful(type) ? [] : ["the guard's hook"]),
    ];
    return (
      missing.length === 0 ||
      this.refuse(
        `${urn} holds ${kind.holds}, and the program registers it without ${missing.join(" and ")}. Make it with the options ` +
          "of guarded() in components/guard/guarded.ts, and let no transformation take them off.",
      )
    );
  }

  /** @returns whether the program goes on. */
  private refuse(message: string): boolean {
    if (pulumi.runtime.isDryRun()) {
      this.refused.push(message);
      return true;
    }
    this.stop(`${message} The program ends here, before the engine was told of it.`);
    return false;
  }

  private stop(message: string): void {
    // What was sent already may be refused as well, by a transform.
    if (!this.hasStopped) {
      this.hasStopped = true;
      this.run.fail(message);
    }
  }

  private end(): void {
    if (this.hasStopped || this.judged === this.answers) {
      return;
    }
    this.judged = this.answers;
    const { last } = this;
    const left = "problem" in last ? this.unreadAtTheEnd(last.problem) : this.lost(last.resources);
    // Where the engine could not make something it deletes nothing.
    const messages = [...this.refused, ...(this.hasFailure ? [] : left)];
    if (messages.length > 0) {
      this.stop(messages.join("\n"));
    }
  }

  private lost(last: Parameters<typeof lostUnheld>[0]): readonly string[] {
    const types = new Set(last.filter(isUnheld).map(({ type }) => type));
    const registered = this.registered.filter(({ type }) => types.has(type)).map((one) => this.told(one));
    const { guardLevel: level, approvals } = this.context;
    const lost = lostUnheld(last, registered, { level, approvals });
    if (lost.length === 0) {
      return [];
    }
    const isReplaced = lost.some((loss) => registered.some(({ urn }) => urn === loss.urn));
    return [
      ...lost.map(({ message }) => message),
      "The state has neither protection nor the guard's hook for it: it was imported so, the state was edited, or the last run " +
        `was one at guard level disposable. ${deletesAfter} ` +
        (isReplaced
          ? "What another one has taken the place of may be gone by now, where the engine deletes before it creates: look for " +
            "it, and for its last copy. "
          : "") +
        `To give it up on purpose, approve that: \`${groundworkCommand`guard ${this.context.stack} explain`}\` prints the call.`,
    ];
  }

  /** A preview deletes nothing, and says so. */
  private unreadAtTheEnd(problem: string): readonly string[] {
    if (pulumi.runtime.isDryRun()) {
      void pulumi.log.warn(unread(problem));
      return [];
    }
    return [`${unread(problem)} ${deletesAfter}`];
  }

  private told({ type, urn, isAliased, provider, response }: Registered): RegisteredResource {
    const id = response.getId();
    const outputs = properties(response);
    const from = this.providers.get(provider);
    const place = whereaboutsOf(type, { id, inputs: {}, outputs }, from && properties(from));
    return { urn, type, isAliased, place, ...(id !== "" && { id }) };
  }
}

const deletesAfter =
  "The engine deletes what the program does not have after a program that ended well, and this one has not.";

function rewriting(request: RegisterResourceRequest): string {
  return (
    `${urnOf(request)} has the option stateMigrations. With it a program rewrites what the state says of it and of all that is in ` +
    "it, protection and hooks as well, before anything judges the change. Take it out; a thing that moves has aliases."
  );
}

function unread(problem: string): string {
  return (
    `What the last run left could not be read (\`pulumi stack export\`: ${problem}), so the guard does not know whether ` +
    "something that holds data has lost its protection in the state. See that `pulumi` is on the PATH and that the backend " +
    "answers."
  );
}

interface Registered {
  readonly type: string;
  readonly urn: string;
  readonly isAliased: boolean;
  readonly provider: string;
  readonly response: RegisterResourceResponse;
}

function urnOf(request: RegisterResourceRequest | ReadResourceRequest): string {
  return urnBelow(request.getParent(), request.getType(), request.getName());
}

/** What is known; a preview does not know everything. */
function properties(response: RegisterResourceResponse): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(response.getObject()?.toJavaScript() ?? {}).filter(
      ([, value]) => value !== pulumi.runtime.unknownValue,
    ),
  );
}
