import { groundworkCommand, pulumiCommand } from "../../guard/printed-command";
import { askForMore } from "./aws-quotas";
import type { EngineError } from "./diagnostics";
import { corrected, sameCall, settings, then, type Failure, type FailureKind } from "./failure";
import { awsKinds, machinesKind } from "./failure-kinds-aws";
import { engineKinds, interrupted, unknown } from "./failure-kinds-engine";
import { kubernetesKinds, notHealthy } from "./failure-kinds-kubernetes";
import { nameOf, typeOf } from "./plan";
import { importLine } from "./take-over";

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
  const way = more ?? "Have it raised where that can be (Service Quotas).";
  return `${way} Or ask for less in ${settings(failure)}; ${then(failure)}`;
}

/** Who may not do what, where the error says it. */
function deniedTo({ message }: Failure): string {
  const [, who, action, on] =
    /(?:User|client):? '?([^\s']+)'?.{0,120}? (?:is not authorized to perform:|authorization to perform action) '?([\w*/.:-]*[\w*])'?(?: (?:on resource:|over scope) '?([^\s']+))?/is.exec(
      message,
    ) ?? [];
  return action === undefined
    ? "Have it allowed what the error names, or use other credentials of this account"
    : `Have ${action} allowed to ${who ?? "who calls"}${on === undefined ? "" : ` on ${on}`}, or use others`;
}

/** Kinds that all clouds have. */
const commonKinds: readonly FailureKind[] = [
  {
    name: "exists",
    said: /AlreadyExist|already exists?\b|AlreadyOwned|AlreadyAssociated|already associated|\.Duplicate\b|ResourceExistsException|EntityAlready/i,
    means: "There is one of this name.",
    wayOn: (failure) =>
      failure.step?.op === "create-replacement"
        ? `The one that it is to replace has this name until it is gone, and the same call ends the same way. Take the change back, or give it another name, in ${settings(failure)}.`
        : takeOver(failure),
    runbook: "runbooks/review.md#it-broke-off",
  },
  {
    name: "locked by the cloud",
    said: /deletion ?protection|cannot delete protected|disableApiTermination|OperationNotPermitted|ScopeLocked/i,
    means: "The cloud's own lock is on it, and holds.",
    wayOn: () =>
      "Keep it; or, to give it up on purpose, approve that first (docs/guard.md): a run of its own takes the lock off before the one that deletes it.",
    runbook: "guard.md#approvals",
  },
  {
    name: "throttled",
    said: /Throttl|Rate exceeded|RequestLimitExceeded|TooManyRequests|SlowDown|\b429\b/i,
    means: "The cloud takes no more calls at once than it did. The provider has asked again for minutes.",
    isRetryable: true,
    wayOn: sameCall,
  },
  {
    name: "no capacity",
    said: /Insufficient\w*Capacity|do not have sufficient|instance type .* (is )?not supported in your requested Availability Zone|requested configuration is currently not supported/i,
    means: "The cloud has none left of this kind in this zone.",
    wayOn: (failure) =>
      `Later the same call may go on; else take another type or zone in ${settings(failure)}.`,
    runbook: "runbooks/workers.md",
  },
  {
    name: "quota",
    said: /LimitExceeded|QuotaExceeded|CountExceeded|Quota\b.*exceeded|\bquotas?\b|maximum number of|exceeds? the .*limit|TooMany(?!Updates)\w+|more vCPU capacity than/i,
    means: "A quota is used up.",
    wayOn: usedUp,
    runbook: "runbooks/preflight.md",
  },
  machinesKind,
  {
    name: "busy",
    said: /Invalid\w*State\b|not in (an |the )?available state|InProgress\b|in progress|ConcurrentModification|OptimisticLock|TooManyUpdates|PriorRequestNotComplete|ResourceNotReady|ConflictException/i,
    means: "The cloud is still at work on it, or on an earlier change.",
    wayOn: (failure) => `Wait until it is done; ${then(failure)}`,
  },
  {
    name: "not empty",
    said: /NotEmpty\b|NotEmptyException|is not empty|contains non-required resource record sets/i,
    means:
      "The cloud deletes no bucket, zone or repository with something in it, and nothing here empties one.",
    wayOn: (failure) =>
      `Look what is in it and keep what somebody wants; then empty it by hand, and ${then(failure)}`,
    runbook: "runbooks/destroy.md",
  },
  {
    name: "in use",
    said: /DependencyViolation|DeleteConflict|\bResourceInUse|InUse\b|\b(still|currently) (in use|being used|using)|is (in use|being used|used) by|in use by|mapped public address/i,
    means:
      "Something that this stack does not know, or has not deleted yet, uses it; the same call waits for it in vain.",
    wayOn: (failure) =>
      "Find out what (the error names it, or lists it in the console under its id; of a subnet " +
      `\`aws ec2 describe-network-interfaces --filters Name=subnet-id,Values=ID\`) and remove or detach it; ${then(failure)}`,
    runbook: "runbooks/destroy.md",
  },
  {
    name: "credentials",
    said: /ExpiredToken|token (is|has) expired|InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|no valid credential|refresh cached credentials|AuthFailure|security token|locate credentials|InvalidAuthenticationToken|AADSTS\d+/i,
    means: "The credentials are none, or have run out.",
    wayOn: (failure) =>
      "Log in again (`aws sts get-caller-identity` tells whether it worked; for Azure `az login`); " +
      then(failure),
    runbook: "guard.md#credentials",
  },
  {
    name: "denied, and why in a code",
    said: /Encoded authorization failure message/i,
    means: "These credentials may not do it, and AWS says only in a code what was missing.",
    wayOn: (failure) =>
      "`aws sts decode-authorization-message --encoded-message CODE --query DecodedMessage --output text` says what and who " +
      `(it takes sts:DecodeAuthorizationMessage). Have it allowed; ${then(failure)}`,
    runbook: "ci.md#what-the-roles-may-do",
  },
  {
    name: "denied by Azure",
    said: /AuthorizationFailed|does not have authorization to perform action/i,
    means:
      "These credentials have no role in Azure that lets them do it. A role that was given takes some minutes to count.",
    wayOn: (failure) =>
      `${deniedTo(failure)} (\`az role assignment create\`), and log in again (\`az login\`); ${then(failure)}`,
    runbook: "runbooks/state.md#who-may-do-what",
  },
  {
    name: "denied",
    said: /AccessDenied|UnauthorizedOperation|not authorized to perform|\bforbidden\b/i,
    means: "These credentials may not do what the error names.",
    wayOn: (failure) => `${deniedTo(failure)}; ${then(failure)}`,
    runbook: "ci.md#what-the-roles-may-do",
  },
  {
    name: "version",
    said: /(cannot find|unsupported|not supported|unavailable|invalid)\b.{0,60}\bversion|version\b.{0,80}(not (available|supported|valid|found)|does not exist|unsupported)|cannot (up|down)grade\b/i,
    means: "There is no such version, or no way to it from the one that stands.",
    wayOn: (failure) =>
      `Write one that the error allows into ${settings(failure, ["engineVersion"])}, and call \`${failure.call}\`.`,
    runbook: "runbooks/database.md#versions",
  },
  {
    name: "not found",
    said: /NotFound|NoSuch\w+|does not exist|not found|couldn't find/i,
    means: "Something that it needs, or that the state has, is not there.",
    wayOn: (failure) =>
      failure.step === undefined || failure.step.op === "create" || failure.urn === undefined
        ? `Where settings name it, correct ${settings(failure)}; where the stack makes it, somebody has ` +
          `deleted it: \`${pulumiCommand`refresh --stack ${failure.stack}`}\` sees that, and \`${groundworkCommand`preview ${failure.stack}`}\` shows what it means.`
        : "Somebody has deleted it outside. " +
          `\`${pulumiCommand`refresh --stack ${failure.stack} --target ${failure.urn}`}\` sees that; \`${groundworkCommand`preview ${failure.stack}`}\` ` +
          "then shows, and judges, what making it again means.",
    runbook: "runbooks/drift.md",
  },
  notHealthy,
  {
    name: "transient",
    said: /timeout while waiting|timed? ?out|connection (reset|refused)|i\/o timeout|Internal(Failure|Error|Server)|internal error|ServiceUnavailable|service unavailable|TLS handshake|no such host|context deadline exceeded|\bEOF\b|\b50[234]\b|try again/i,
    means:
      "The way to the cloud, or the cloud itself, has failed for a moment. What was asked for may have been done.",
    isRetryable: true,
    wayOn: sameCall,
  },
  {
    name: "invalid",
    said: /Invalid\w*|Validation\w*|Malformed\w*|not valid|must (be|match|have|contain)|BadRequest/i,
    means: "The cloud does not take these values, at any time.",
    wayOn: (failure) => corrected(failure, [...(failure.step?.keys ?? []), ...(failure.step?.diffs ?? [])]),
  },
];

/** Kinds of failure, in the order in which they are tried. */
export const failureKinds: readonly FailureKind[] = [
  ...engineKinds,
  ...kubernetesKinds,
  ...awsKinds,
  ...commonKinds,
  interrupted,
  unknown,
];

/** What an error of the engine or of a cloud means. */
export function kindOfFailure({ message }: Pick<EngineError, "message">): FailureKind {
  return failureKinds.find(({ said }) => said.test(message)) ?? unknown;
}

/** The part of docs/failures.md that tells of a kind. */
export function failurePage({ name }: FailureKind): string {
  return `docs/failures.md#${name
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, "")
    .replaceAll(" ", "-")}`;
}

/**
 * What a person does next, after errors of these kinds: one line for all that the same call mends, one for each other, and where more
 * is said.
 */
export function waysOn(failures: readonly Failure[]): string[] {
  const kinds = failures.map((failure) => ({ failure, kind: kindOfFailure(failure) }));
  const lines = kinds.map(({ failure, kind: { isRetryable, means, wayOn } }) =>
    isRetryable === true
      ? wayOn(failure)
      : `${failure.urn === undefined ? "" : `${nameOf(failure.urn)}: `}${means} ${wayOn(failure)}`,
  );
  const pages = [...new Set(kinds.map(({ kind }) => failurePage(kind)))];
  return [...new Set(lines), ...(pages.length > 0 ? [`More: ${pages.join(", ")}`] : [])];
}
