import { textOf } from "../interpreter/values";
import { ApiError, callOf, type Operation } from "./call";

/** Somebody's session on a machine: `owner` (an ARN), `target`. A person may write one by hand. */
export const sessionType = "aws:ssm/session:Session";

interface DescribeSessionsInput {
  readonly State?: string;
}

const describeSessions: Operation<DescribeSessionsInput, unknown> = (input, call) =>
  call.cloud.reach(
    callOf("invoke", "aws:ssm:DescribeSessions", "DescribeSessions"),
    0,
    (fault) => fault.message ?? fault.fault,
    () => ({
      id: null,
      result: {
        Sessions: call.hands
          .ofType(sessionType)
          .filter(() => input.State === "Active")
          .map(({ id, outputs, createdAt }) => ({
            SessionId: id,
            Owner: textOf(outputs, "owner"),
            Target: textOf(outputs, "target"),
            Status: "Connected",
            StartDate: Date.parse(createdAt) / 1000,
          })),
      },
    }),
  );

const terminateSession: Operation<{ readonly SessionId: string }, unknown> = ({ SessionId: id }, call) =>
  call.cloud.reach(
    callOf("delete", sessionType, id, id),
    0,
    (fault) => fault.message ?? fault.fault,
    () => {
      if (call.hands.find(sessionType, id) === undefined) {
        throw new ApiError("DoesNotExistException", `Session ${id} does not exist.`);
      }
      call.hands.remove(sessionType, id);
      return { id, result: { SessionId: id } };
    },
  );

/** Sessions of Session Manager, as far as commands ask for them. */
export const sessionOperations = {
  DescribeSessions: describeSessions,
  TerminateSession: terminateSession,
} as const;
