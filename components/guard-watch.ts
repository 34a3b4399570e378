import * as pulumi from "@pulumi/pulumi";
import { mayStandFree } from "../guard/approved-inputs";
import { isUnheld, lostUnheld, type LastState, type RegisteredResource } from "../guard/last-state";
import { isKnownStateful, statefulType } from "../guard/stateful-types";
import { urnOf } from "./lifted";
import type { StackContext } from "./stack-context";

/**
 * Watches what a program registers where no gate judges the run, at guard levels with locks:
 *
 * - What holds data and is registered without `guarded()`'s protection and hook ends the program with an error: nothing
 *   would hold it from then on. Its registration is left as it is, for rules of the pack to refuse.
 * - What the last run left with neither protection nor hook, and the program does not have any more, ends the program when
 *   everything is registered: the engine deletes what is left over after that, and not when a program has failed.
 */
export class GuardWatch {
  private readonly registered: Watched[] = [];
  private last: LastState = { resources: [] };
  /** What was registered without protection or hook, in words. */
  private readonly unguarded: string[] = [];
  /** How many were registered when the end was last judged. */
  private judged = -1;

  constructor(
    private readonly context: StackContext,
    private readonly hook: pulumi.ResourceHook,
  ) {}

  start(): void {
    const { backend, guardLevel, isGated } = this.context;
    if (guardLevel === "disposable" || isGated === true || backend === undefined) {
      return;
    }
    pulumi.runtime.registerStackTransformation((args) => {
      this.note(args);
      return undefined;
    });
    // Node waits for the answer before it says that there is nothing left to do. What is not registered stays in the
    // state until the end of the program, so that the answer may come while the program runs.
    void backend.lastStateLater().then((last) => {
      this.last = last;
    });
    // The SDK's own listener, which tells the engine to begin with deletions, comes after everybody else's (cmd/run of
    // @pulumi/pulumi); an error keeps it from that. Others may register something more: then it is asked again.
    process.on("beforeExit", (code) => {
      if (code === 0) {
        this.end();
      }
    });
  }

  private note({ resource, type, name, opts }: pulumi.ResourceTransformationArgs): void {
    // Called while it is being made: what it is, only its class says by now.
    if (!(resource instanceof pulumi.CustomResource)) {
      return;
    }
    this.registered.push({ type, resource });
    const kind = statefulType(type);
    const urn = urnOf(type, name, opts.parent);
    const isRead = (opts as pulumi.CustomResourceOptions).id !== undefined || opts.urn !== undefined;
    if (
      kind === undefined ||
      kind.removable === true ||
      isRead ||
      mayStandFree(this.context.approvals, urn)
    ) {
      return;
    }
    const hooks = opts.hooks?.beforeDelete ?? [];
    const missing = [
      ...(opts.protect === true ? [] : ["protect"]),
      ...(hooks.includes(this.hook) || !isKnownStateful(type) ? [] : ["the guard's hook"]),
    ];
    if (missing.length > 0) {
      this.unguarded.push(
        `${urn} holds ${kind.holds}, and the program registers it without ${missing.join(" and ")}. Make it with the options ` +
          "of guarded() in components/guarded.ts.",
      );
    }
  }

  private end(): void {
    if (this.judged === this.registered.length) {
      return;
    }
    this.judged = this.registered.length;
    const { last } = this;
    const unheld = "problem" in last ? [] : last.resources.filter(isUnheld);
    const refused = [...this.unguarded, ...("problem" in last ? unread(last.problem) : [])];
    if (unheld.length === 0 && refused.length === 0) {
      return;
    }
    const types = new Set(unheld.map(({ type }) => type));
    const answers = this.registered.filter(({ type }) => types.has(type)).map(answerTo);
    // What is known by now needs no more than the next turn to be told.
    setImmediate(() => {
      const { guardLevel: level, approvals } = this.context;
      const registered = answers.flatMap(({ urn, type, id }) =>
        urn === undefined ? [] : [{ urn, type, id }],
      );
      const lost = lostUnheld(unheld, registered, { level, approvals }).map(({ message }) => message);
      if (lost.length > 0) {
        lost.push(
          "The state has neither protection nor the guard's hook for it: the last run was one at guard level disposable, or " +
            "the state was edited. Nothing was deleted. To give it up on purpose, set groundwork:guard level to disposable " +
            "for the run that deletes it.",
        );
      }
      if (lost.length > 0 || refused.length > 0) {
        throw new pulumi.RunError([...refused, ...lost].join("\n"));
      }
    });
  }
}

/** What cannot decide refuses. A preview deletes nothing, and says so. */
function unread(problem: string): readonly string[] {
  const message =
    `What the last run left could not be read (\`pulumi stack export\`: ${problem}), so the guard does not know whether ` +
    "something that holds data has lost its protection in the state. See that `pulumi` is on the PATH and that the backend " +
    "answers.";
  if (pulumi.runtime.isDryRun()) {
    void pulumi.log.warn(message);
    return [];
  }
  return [`${message} Nothing was deleted.`];
}

interface Watched {
  readonly type: string;
  readonly resource: pulumi.CustomResource;
}

/** What the engine has answered, filled in as soon as somebody lets promises go on; no id for what is to be made anew. */
function answerTo({
  type,
  resource,
}: Watched): Partial<RegisteredResource> & Pick<RegisteredResource, "type"> {
  const answer: { type: string; urn?: string; id?: string } = { type };
  resource.urn.apply((urn) => {
    answer.urn = urn;
  });
  resource.id.apply((id) => {
    answer.id = id;
  });
  return answer;
}
