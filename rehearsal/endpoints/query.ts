import { callOf, type Operation } from "./call";

/** Operations of services with the query protocol (form in, XML out), by service and action. */
export type QueryOperation = Operation<URLSearchParams, string>;

/** Text within XML. */
export function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

const getCallerIdentity: QueryOperation = (_input, call) =>
  call.cloud.reach(
    callOf("invoke", "aws:sts:GetCallerIdentity", "GetCallerIdentity"),
    0,
    (fault) => fault.message ?? fault.fault,
    () => ({
      id: null,
      result:
        '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>' +
        `<Arn>arn:aws:iam::${call.account}:user/rehearsal</Arn><UserId>AIDAREHEARSAL2345XYZA</UserId>` +
        `<Account>${call.account}</Account></GetCallerIdentityResult>` +
        "<ResponseMetadata><RequestId>00000000-0000-0000-0000-000000000000</RequestId></ResponseMetadata>" +
        "</GetCallerIdentityResponse>",
    }),
  );

/** By the service that the request is signed for, then by action. */
export const queryOperations: Readonly<Record<string, Readonly<Record<string, QueryOperation>>>> = {
  sts: { GetCallerIdentity: getCallerIdentity },
};
