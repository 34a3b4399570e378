import type { StepEventMetadata } from "@pulumi/pulumi/automation";
import { groundworkCommand, pulumiCommand } from "../../guard/printed-command";
import { askForMore } from "./aws-quotas";
import type { EngineError } from "./diagnostics";
import type { CloudPlace } from "./physical-ids";
import { nameOf, typeOf } from "./plan";
import { settingOf } from "./setting-paths";
import { importLine } from "./take-over";

/** An error of a run, with what is known of what it came from. */
export interface Failure extends EngineError {
  /** The call that broke off, as a person writes it. */
  readonly call: string;
  readonly stack: string;
  readonly place: CloudPlace;
  /** What the engine was doing with the resource; absent for an error of the whole run. */
  readonly step?: StepEventMetadata;
  /** Where a setting stands: `groundwork:database.engineVersion in Pulumi.dev.yaml:12`. */
  readonly settingAt: (setting: string) => string;
}

/** What an error means, and what a person does next. */
export interface FailureKind {
  readonly name: string;
  /** Whether the same call, as it is, goes on. */
  readonly isRetryable?: true;
  readonly wayOn: (failure: Failure) => string;
}

const then = ({ call }: Failure): string => `then \`${call}\` continues from here.`;

/** The settings to look at: as near as it is known what of them the resource is made of. */
function settings({ urn, settingAt }: Failure, properties: readonly string[] = []): string {
  const setting = urn === undefined ? undefined : settingOf(urn, properties);
  return setting === undefined ? "the settings" : settingAt(setting);
}

const exists: FailureKind = {
  name: "exists",
  wayOn: (failure) =>
    failure.step?.op === "create-replacement"
      ? `The one that it is to replace has this name until it is gone, and the same call ends the same way. Take the change back, or give it another name, in ${settings(failure)}.`
      : takeOver(failure),
};

function takeOver(failure: Failure): string {
  return (
    "It is in the cloud, and the state does not know it: a run that was killed has made it, AWS has made it again by itself, or it is " +
    "somebody else's, and the same call ends the same way. Look at it. " +
    `If it is this stack's, ${importLine(failure.urn, failure.step?.new, failure.place)} takes it over, ${then(failure)} ${otherwise(failure)}`
  );
}

function otherwise(failure: Failure): string {
  // An account has one of an address, whatever it is called.
  return failure.urn !== undefined &&
    typeOf(failure.urn) === "aws:iam/openIdConnectProvider:OpenIdConnectProvider"
    ? `Else set existingProvider: true in ${settings(failure)}, and ${then(failure)}`
    : `Else give it another name in ${settings(failure)}.`;
}

function usedUp(failure: Failure): string {
  const { urn, message, step, place } = failure;
  const more = urn === undefined ? undefined : askForMore(typeOf(urn), message, step?.new?.inputs, place);
  const way = more ?? "A quota is used up. Have it raised where that can be (Service Quotas).";
  return `${way} Or ask for less in ${settings(failure)}; ${then(failure)}`;
}

/** Kinds of failure with what the clouds say then, in the order in which they are tried. */
const kinds: readonly (readonly [said: RegExp, kind: FailureKind])[] = [
  [
    /^policy \S+: /,
    {
      name: "policy",
      wayOn: (failure) =>
        `A rule of the policy pack refuses it, each time. Correct ${settings(failure)}, and call \`${failure.call}\`.`,
    },
  ],
  [
    // Gates of the program, which wait for what is new to serve.
    /\bhook "groundwork-(dns-serving|static-service-gate)" failed/,
    {
      name: "waited in vain",
      wayOn: ({ call }) =>
        "What is new does not serve yet, and says above what it lacks; what served before still does, and stays. When that is corrected, " +
        `\`${call}\` continues from here.`,
    },
  ],
  [
    /because it is protected|marked for protection|\bhook "[^"]*" failed/,
    {
      name: "guarded",
      wayOn: ({ stack }) =>
        `The guard holds it, each time. \`${groundworkCommand`preview ${stack}`}\` says what would be lost, and the way on.`,
    },
  ],
  [
    /unexpected end of JSON input/,
    {
      name: "cut off",
      wayOn: ({ stack }) =>
        "A file in the backend is empty or cut off, as a full disk leaves it, and every run fails at it. " +
        `\`${groundworkCommand`state lock ${stack}`}\` shows whether it is a lock; \`${groundworkCommand`state unlock ${stack}`}\` removes that. ` +
        `If it is the state itself: \`${groundworkCommand`state history ${stack}`}\`.`,
    },
  ],
  [
    /no space left on device|\bENOSPC\b|disk quota exceeded/i,
    {
      name: "disk full",
      wayOn: ({ stack, call }) =>
        `A disk is full. Make room, then see with \`${groundworkCommand`state lock ${stack}`}\` whether a lock was cut off ` +
        `(\`${groundworkCommand`state unlock ${stack}`}\` removes it), and call \`${call}\`.`,
    },
  ],
  [
    /The engine was killed|signal: killed|exit status 137|The engine ended without saying why/,
    {
      name: "killed",
      wayOn: ({ stack, call }) =>
        `The engine was ended in the middle. Its lock is left: \`${groundworkCommand`state unlock ${stack}`}\` breaks it, then \`${call}\` ` +
        "looks first what became of what was begun, and takes over what was made.",
    },
  ],
  [
    /Snapshot\w*AlreadyExists|snapshot .*already exists/i,
    {
      name: "final snapshot exists",
      wayOn: (failure) =>
        "The final snapshot of an earlier destroy has this name. Write another finalSnapshotIdentifier into " +
        `${settings(failure, ["finalSnapshotIdentifier"])}, apply it with \`${groundworkCommand`up ${failure.stack}`}\`, then call \`${failure.call}\`.`,
    },
  ],
  [
    /scheduled for deletion/i,
    {
      name: "name of what is being deleted",
      wayOn: (failure) =>
        `Something of this name was deleted, and can be called back until its days are over. Call it back (a secret: ` +
        `\`aws secretsmanager restore-secret --secret-id NAME\`) and take it over: ${importLine(failure.urn, failure.step?.new, failure.place)}; ${then(failure)}`,
    },
  ],
  [
    /QueueDeletedRecently|wait \d+ seconds after deleting|OperationAborted|conflicting conditional operation/i,
    {
      name: "name taken for a time",
      wayOn: (failure) =>
        "The cloud gives a name away again only some time after it was deleted: a queue's after 60 seconds, a bucket's after up to some " +
        `hours. Wait; ${then(failure)}`,
    },
  ],
  [
    /\bBucketAlreadyExists\b|StorageAccountAlreadyTaken/,
    {
      name: "name of another account",
      wayOn: (failure) =>
        `Somebody else in the world has this name. Write another into ${settings(failure, ["bucket"])}, and call \`${failure.call}\`.`,
    },
  ],
  [
    // Where the provider asks again by itself, this is what it ends with after two minutes.
    /role with ARN \S+ could not be found|role provided in the request does not exist|error in role params|unable to assume (the )?(given |service )?(IAM )?role|role .*(cannot|could not) be assumed|invalid IAM instance profile|has no associated IAM roles|instance profile does not exist|principalArn is invalid|not found in the trust relationships/i,
    {
      name: "role not known yet",
      wayOn: (failure) =>
        "Other services learn of a new role some seconds after IAM has made it. If this run has made it, " +
        `\`${failure.call}\` continues from here. If the same call fails in the same way, the role does not exist, or does not trust the service: ` +
        `where settings name it, correct ${settings(failure)}.`,
    },
  ],
  [
    /AlreadyExist|already exists?\b|AlreadyOwned|AlreadyAssociated|already associated|\.Duplicate\b|ResourceExistsException|EntityAlready/i,
    exists,
  ],
  [
    /cluster is unreachable|unable to load schema information from the API server/i,
    {
      name: "cluster unreachable",
      wayOn: (failure) =>
        "The cluster of these objects does not answer. If it exists (`aws eks list-clusters`), correct the network path to it or the login; " +
        `${then(failure)} If it was deleted outside, its objects are gone too: with PULUMI_K8S_DELETE_UNREACHABLE=true in the environment ` +
        `\`${pulumiCommand`refresh --stack ${failure.stack}`}\` takes them out of the state.`,
    },
  ],
  [
    /deletion ?protection|cannot delete protected|disableApiTermination|OperationNotPermitted/i,
    {
      name: "locked by the cloud",
      wayOn: () =>
        "The cloud's own lock is on it, and holds. Keep it; or, to give it up on purpose, approve that first (docs/guard.md): a run of its " +
        "own takes the lock off before the one that deletes it.",
    },
  ],
  [
    /Throttl|Rate exceeded|RequestLimitExceeded|TooManyRequests|SlowDown|\b429\b/i,
    { name: "throttled", isRetryable: true, wayOn: sameCall },
  ],
  [
    /Insufficient\w*Capacity|do not have sufficient|instance type .* (is )?not supported in your requested Availability Zone/i,
    {
      name: "no capacity",
      wayOn: (failure) =>
        `The cloud has none left of this kind in this zone. Later the same call may go on; else take another type or zone in ${settings(failure)}.`,
    },
  ],
  [
    /LimitExceeded|QuotaExceeded|CountExceeded|Quota\b.*exceeded|\bquotas?\b|maximum number of|exceeds? the .*limit|TooMany(?!Updates)\w+/i,
    { name: "quota", wayOn: usedUp },
  ],
  [
    /Invalid\w*State\b|not in (an |the )?available state|InProgress\b|in progress|ConcurrentModification|OptimisticLock|TooManyUpdates|PriorRequestNotComplete|ResourceNotReady|ConflictException/i,
    {
      name: "busy",
      wayOn: (failure) =>
        `The cloud is still at work on it, or on an earlier change. Wait until it is done; ${then(failure)}`,
    },
  ],
  [
    /DependencyViolation|DeleteConflict|\bResourceInUse|InUse\b|NotEmpty\b|\b(still|currently) (in use|being used|using)|is (in use|being used|used) by|in use by/i,
    {
      name: "in use",
      wayOn: (failure) =>
        "Something that this stack does not know, or has not deleted yet, uses it; the same call waits for it in vain. Find out what (the " +
        `error names it, or lists it in the console under its id) and remove or detach it; ${then(failure)}`,
    },
  ],
  [
    /ExpiredToken|token (is|has) expired|InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|no valid credential|refresh cached credentials|AuthFailure|security token|locate credentials|InvalidAuthenticationToken|AADSTS\d+/i,
    {
      name: "credentials",
      wayOn: (failure) =>
        "There are no credentials, or they have expired. Log in again (`aws sts get-caller-identity` tells whether it worked; for Azure `az login`); " +
        then(failure),
    },
  ],
  [
    /AccessDenied|UnauthorizedOperation|not authorized to perform|AuthorizationFailed|\bforbidden\b/i,
    {
      name: "denied",
      wayOn: (failure) =>
        `These credentials may not do what the error names. Have it allowed, or use others of this account; ${then(failure)}`,
    },
  ],
  [
    /(cannot find|unsupported|not supported|unavailable|invalid)\b.{0,60}\bversion|version\b.{0,80}(not (available|supported|valid|found)|does not exist|unsupported)|cannot (up|down)grade\b/i,
    {
      name: "version",
      wayOn: (failure) =>
        `There is no such version, or no way to it from the one that stands. Write one that the error allows into ` +
        `${settings(failure, ["engineVersion"])}, and call \`${failure.call}\`.`,
    },
  ],
  [
    /NotFound|NoSuch\w+|does not exist|not found|couldn't find/i,
    {
      name: "not found",
      wayOn: (failure) =>
        failure.step === undefined || failure.step.op === "create" || failure.urn === undefined
          ? `Something that it needs is not there. Where settings name it, correct ${settings(failure)}; where the stack makes it, somebody has ` +
            `deleted it: \`${pulumiCommand`refresh --stack ${failure.stack}`}\` sees that, and \`${groundworkCommand`preview ${failure.stack}`}\` shows what it means.`
          : "Somebody has deleted it outside, and the state still has it. " +
            `\`${pulumiCommand`refresh --stack ${failure.stack} --target ${failure.urn}`}\` sees that; \`${groundworkCommand`preview ${failure.stack}`}\` ` +
            "then shows, and judges, what creating it again means.",
    },
  ],
  [
    /did not become live|minimum number of (live )?Pods|not become healthy|Timed out waiting for .*(ready|available|rollout)|has not become/i,
    {
      name: "not healthy",
      wayOn: (failure) =>
        `It was created, and does not become healthy: the reason is in its own events and log. Correct that; ${then(failure)}`,
    },
  ],
  [
    /timeout while waiting|timed? ?out|connection (reset|refused)|i\/o timeout|Internal(Failure|Error|Server)|internal error|ServiceUnavailable|service unavailable|TLS handshake|no such host|context deadline exceeded|\bEOF\b|\b50[234]\b|try again/i,
    { name: "transient", isRetryable: true, wayOn: sameCall },
  ],
  [
    /Invalid\w*|Validation\w*|Malformed\w*|not valid|must (be|match|have|contain)|BadRequest/i,
    {
      name: "invalid",
      wayOn: (failure) =>
        `The cloud does not take these values, at any time. Correct ${settings(failure, changedOf(failure))}, and call \`${failure.call}\`.`,
    },
  ],
  [/\bcancell?ed\b|interrupt/i, { name: "interrupted", isRetryable: true, wayOn: sameCall }],
];

/** For what nobody here has met: it is not known whether time mends it. */
const unknown: FailureKind = {
  name: "unknown",
  wayOn: ({ call }) =>
    `Nothing is known here of this error: \`${call}\` tries again, and ends the same way as long as what the error names is as it is.`,
};

function sameCall({ call }: Pick<Failure, "call">): string {
  return `\`${call}\` again continues from here.`;
}

function changedOf({ step }: Failure): readonly string[] {
  return [...(step?.keys ?? []), ...(step?.diffs ?? [])];
}

/** What an error of the engine or of a cloud means. */
export function kindOfFailure({ message }: Pick<EngineError, "message">): FailureKind {
  return kinds.find(([said]) => said.test(message))?.[1] ?? unknown;
}

/** What a person does next, after errors of these kinds: one line for all that the same call mends, and one for each other. */
export function waysOn(failures: readonly Failure[]): string[] {
  const lines = failures.map((failure) => {
    const { isRetryable, wayOn } = kindOfFailure(failure);
    const name = failure.urn === undefined || isRetryable === true ? "" : `${nameOf(failure.urn)}: `;
    return name + wayOn(failure);
  });
  return [...new Set(lines)];
}
