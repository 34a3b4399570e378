import type { Cloud, CloudCall, FaultWords } from "../cloud/cloud";
import type { CloudHands } from "../interpreter/entry";

/** Whose credentials the rehearsal holds. */
export interface Holder {
  readonly accountId: string;
  /** Default: a user of the rehearsal's own. */
  readonly principalArn?: string | undefined;
}

/** A call of an AWS API as the endpoint hands it to a service. */
export interface ApiCall {
  readonly cloud: Cloud;
  /** The part of the cloud that the caller's account and region reach. */
  readonly hands: CloudHands;
  /** The account that the caller's access key is of. */
  readonly account: string;
  /** The region that the request was signed for. */
  readonly region: string;
  readonly accessKeyId: string;
  /** Who calls, as STS tells it. */
  readonly arn: string;
}

/** One operation of a service. @throws ApiError for what the service refuses. */
export type Operation<Input, Output> = (input: Input, call: ApiCall) => Promise<Output> | Output;

/** An operation of a service with the query protocol: form in, XML out. */
export type QueryOperation = Operation<URLSearchParams, string>;

/** What a service answers when it refuses. */
export class ApiError extends Error {
  /**
   * @param code the code of the service's JSON or query API, e.g. `QueueDoesNotExist`.
   * @param queryCode the older code that JSON services send along for callers that know no other.
   */
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
    readonly queryCode: string = code,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

/** How a call shows in the log, and in faults: reads by the function's name, changes by the resource's type. */
export function callOf(
  method: CloudCall["method"],
  type: string,
  name: string,
  id: string | null = null,
): CloudCall {
  return { package: "aws", method, type, name, urn: null, id };
}

/** As `callOf`, for an operation that only reads. */
export function readOf(service: string, action: string): CloudCall {
  return callOf("invoke", `aws:${service}:${action}`, action);
}

/** What a service says of a fault. */
export const faultWords: FaultWords = (fault) => fault.message ?? fault.fault;

/** Carries out an operation that takes no time: it meets its fault, and leaves its line in the log. */
export function carryOut<T>(call: ApiCall, logged: CloudCall, act: () => T | Promise<T>): Promise<T> {
  return call.cloud.reach(logged, 0, faultWords, async () => ({ id: logged.id, result: await act() }));
}
