import { textOf } from "../interpreter/values";
import { ApiError, callOf, carryOut, readOf, type Operation } from "./call";

/** Somebody's session on a machine: `owner` (an ARN), `target`. A person may write one by hand. */
const sessionType = "aws:ssm/session:Session";

interface DescribeSessionsInput {
  readonly State?: string;
}

const describeSessions: Operation<DescribeSessionsInput, unknown> = (input, call) =>
  carryOut(call, readOf("ssm", "DescribeSessions"), () => ({
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
  }));

const terminateSession: Operation<{ readonly SessionId: string }, unknown> = ({ SessionId: id }, call) =>
  carryOut(call, callOf("delete", sessionType, id, id), () => {
    if (call.hands.find(sessionType, id) === undefined) {
      throw new ApiError("DoesNotExistException", `Session ${id} does not exist.`);
    }
    call.hands.remove(sessionType, id);
    return { SessionId: id };
  });

/** Sessions of Session Manager, as far as commands ask for them. */
export const sessionOperations = {
  DescribeSessions: describeSessions,
  TerminateSession: terminateSession,
} as const;
