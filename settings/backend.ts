import * as pulumi from "@pulumi/pulumi";
import { unfinishedResources } from "../guard/memory/unfinished";
import { hasBeenUnprotected, type LastState } from "../guard/memory/last-state";
import { isRecord } from "../guard/unknown";
import type { Unfinished } from "../guard/judge/verdict";
import {
  readLastState,
  readLastStateAtOnce,
  wasUpdatedAtOnce,
  readLastSuccess,
  type StateQuestion,
} from "./last-checkpoint";
import { engineOfRun } from "./environment";

/** The backend of the stack that is being run, asked through the engine on the PATH. Takes no lock. */
export class Backend {
  /** @param projectDirectory the folder of Pulumi.yaml, which may name the backend. */
  constructor(
    private readonly ref: { readonly project: string; readonly stack: string },
    private readonly projectDirectory: string,
  ) {}

  private get question(): StateQuestion {
    const { project, stack } = this.ref;
    return {
      ...engineOfRun(),
      stack: `${pulumi.getOrganization()}/${project}/${stack}`,
      projectDirectory: this.projectDirectory,
    };
  }

  /** The last checkpoint, for who cannot go on without it. */
  lastState(): LastState {
    const state = readLastStateAtOnce(this.question);
    return "problem" in state || !hasBeenUnprotected(state)
      ? state
      : { ...state, isSettled: wasUpdatedAtOnce(this.question, "groundwork:guard", isDisposable) };
  }

  /** The last checkpoint, for who can. */
  lastStateLater(): Promise<LastState> {
    return readLastState(this.question);
  }

  /** What runs that broke off have left behind; nothing where that cannot be read. */
  async unfinished(): Promise<Unfinished> {
    const [state, last] = await Promise.all([readLastState(this.question), readLastSuccess(this.question)]);
    return "problem" in state ? new Map() : unfinishedResources(state, last, new Date());
  }
}

/** Protection that an update took off at another level was not taken off by an update: somebody edited the state. */
function isDisposable(guard: unknown): boolean {
  return isRecord(guard) && guard["level"] === "disposable";
}
