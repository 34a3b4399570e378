import { runSimulation } from "@cloud-copilot/iam-simulate";
import { ACCOUNT } from "./cloud";

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
  readonly context?: Readonly<Record<string, string>>;
}

/**
 * Whether AWS would let a request through, by an evaluation of its policies as IAM does it, which also refuses
 * malformed policies and actions that do not exist.
 */
export async function isAllowed(request: IamRequest): Promise<boolean> {
  const resourceAccount = request.resourceAccount ?? ACCOUNT;
  const results = await runSimulation(
    {
      request: {
        principal: request.principal,
        action: request.action,
        resource: { resource: request.resource, accountId: resourceAccount },
        contextVariables: {
          "aws:ResourceAccount": resourceAccount,
          "aws:SecureTransport": "true",
          ...request.context,
        },
      },
      identityPolicies: request.policies.map((policy, index) => ({
        name: `policy ${index}`,
        policy: JSON.parse(policy) as unknown,
      })),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...(request.resourcePolicy === undefined
        ? {}
        : { resourcePolicy: JSON.parse(request.resourcePolicy) as unknown }),
    },
    {},
  );
  if (results.resultType === "error") {
    throw new Error(`${request.action} on ${request.resource}: ${JSON.stringify(results.errors)}`);
  }
  return results.overallResult === "Allowed";
}
