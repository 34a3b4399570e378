import { groundworkCommand } from "../../guard/printed-command";
import { corrected, sameCall, type FailureKind } from "./failure";

/** What the engine, the guard and the policies end a run with, and what the machine does that they run on. */
export const engineKinds: readonly FailureKind[] = [
  {
    name: "policy",
    said: /^policy \S+: /,
    means: "A rule of the policy pack refuses it, each time.",
    wayOn: (failure) => corrected(failure),
    runbook: "guard.md#the-policy-pack",
  },
  {
    // Gates of the program, which wait for what is new to serve.
    name: "waited in vain",
    said: /\bhook "groundwork-(dns-serving|static-service-gate)" failed/,
    means:
      "What is new does not serve yet, and says above what it lacks; what served before still does, and stays.",
    wayOn: ({ call }) => `When that is corrected, \`${call}\` continues from here.`,
    runbook: "runbooks/static-service-fails.md",
  },
  {
    name: "guarded",
    said: /because it is protected|marked for protection|\bhook "[^"]*" failed/,
    means: "The guard holds it, each time.",
    wayOn: ({ stack }) =>
      `\`${groundworkCommand`preview ${stack}`}\` says what would be lost, and the way on.`,
    runbook: "guard.md#approvals",
  },
  {
    name: "cut off",
    said: /unexpected end of JSON input/,
    means: "A file in the backend is empty or cut off, as a full disk leaves it, and every run fails at it.",
    wayOn: ({ stack }) =>
      `\`${groundworkCommand`state lock ${stack}`}\` shows whether it is a lock; \`${groundworkCommand`state unlock ${stack}`}\` removes that. ` +
      `If it is the state itself: \`${groundworkCommand`state history ${stack}`}\`.`,
    runbook: "runbooks/state-restore.md",
  },
  {
    name: "disk full",
    said: /no space left on device|\bENOSPC\b|disk quota exceeded/i,
    means: "A disk is full.",
    wayOn: ({ stack, call }) =>
      `Make room, then see with \`${groundworkCommand`state lock ${stack}`}\` whether a lock was cut off ` +
      `(\`${groundworkCommand`state unlock ${stack}`}\` removes it), and call \`${call}\`.`,
    runbook: "runbooks/state-lock.md",
  },
  {
    name: "state not written",
    said: /failed to save snapshot|post-step event returned an error/,
    means:
      "The engine could not write the state down, as when credentials of the backend run out: what it did since is in the cloud, and not in the state.",
    wayOn: ({ stack, call }) =>
      `Log in to the backend again, and see with \`${groundworkCommand`state lock ${stack}`}\` whether a lock is left. \`${call}\` looks first what became ` +
      "of what was begun; what else was made it names as what exists, each with the line that takes it over.",
    runbook: "runbooks/state-lock.md",
  },
  {
    name: "killed",
    said: /The engine was killed|signal: killed|exit status 137|The engine ended without saying why/,
    means: "The engine was ended in the middle. Its lock is left.",
    wayOn: ({ stack, call }) =>
      `\`${groundworkCommand`state unlock ${stack}`}\` breaks it, then \`${call}\` ` +
      "looks first what became of what was begun, and takes over what was made.",
    runbook: "runbooks/state-lock.md",
  },
];

/** What is looked for last: someone has stopped it. */
export const interrupted: FailureKind = {
  name: "interrupted",
  said: /\bcancell?ed\b|interrupt/i,
  means: "Somebody, or something, has stopped the run.",
  isRetryable: true,
  wayOn: sameCall,
};

/** For what nobody here has met: it is not known whether time mends it. */
export const unknown: FailureKind = {
  name: "unknown",
  said: /^/,
  means: "Nothing is known here of this error.",
  wayOn: ({ call }) =>
    `\`${call}\` tries again, and ends the same way as long as what the error names is as it is.`,
};
