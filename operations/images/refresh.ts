import type { DesiredConfiguration, InstanceRefresh, RefreshPreferences } from "@aws-sdk/client-auto-scaling";
import { count, duration } from "../terminal/output";
import { autoscaling, pause, pauses, type ImageClients } from "./clients";

/** States of a refresh that is not over. */
const running = new Set(["Pending", "InProgress", "Cancelling", "RollbackInProgress", "Baking"]);

/** How often a refresh that goes on is spoken of. */
const reminderMilliseconds = 60_000;

const words: Readonly<Record<string, string>> = {
  Pending: "waiting to begin",
  InProgress: "replacing machines",
  Baking: "all replaced; watching for alarms",
  Cancelling: "being cancelled",
  RollbackInProgress: "being rolled back",
};

/** The refresh that is under way in a group. */
export async function runningRefresh(
  clients: ImageClients,
  group: string,
): Promise<InstanceRefresh | undefined> {
  const { InstanceRefreshes: refreshes = [] } = await clients.autoscaling.send(
    new (autoscaling().DescribeInstanceRefreshesCommand)({ AutoScalingGroupName: group }),
  );
  return refreshes.find(({ Status: status }) => running.has(status ?? ""));
}

/** Begins to replace a group's machines; Auto Scaling takes it back by itself when it fails. @returns Its id. */
export async function startRefresh(
  clients: ImageClients,
  group: string,
  configuration: DesiredConfiguration,
  preferences: RefreshPreferences,
): Promise<string> {
  const { InstanceRefreshId: id = "" } = await clients.autoscaling.send(
    new (autoscaling().StartInstanceRefreshCommand)({
      AutoScalingGroupName: group,
      Strategy: "Rolling",
      DesiredConfiguration: configuration,
      Preferences: { ...preferences, AutoRollback: true, SkipMatching: true },
    }),
  );
  return id;
}

export interface Following {
  readonly clients: ImageClients;
  readonly group: string;
  readonly signal: AbortSignal;
  readonly note: (line: string) => void;
}

/** How a refresh ended; `left` = nobody waits for it any more. */
export interface Ended {
  readonly status: string;
  /** Auto Scaling's words. */
  readonly reason: string;
  /** Milliseconds that were waited. */
  readonly took: number;
}

/** Follows a refresh to its end, with a line for each step. */
export async function followRefresh(following: Following, id: string): Promise<Ended> {
  const { clients, group, note, signal } = following;
  const started = Date.now();
  let said = "";
  let spoken = 0;
  // Why it began to go back; when it is back, the reason says only that.
  let cause = "";
  for (const seconds of pauses()) {
    const { InstanceRefreshes: refreshes = [] } = await clients.autoscaling.send(
      new (autoscaling().DescribeInstanceRefreshesCommand)({
        AutoScalingGroupName: group,
        InstanceRefreshIds: [id],
      }),
    );
    const { Status: status = "", StatusReason: reason = "" } = refreshes[0] ?? {};
    const took = Date.now() - started;
    if (!running.has(status)) {
      return { status, reason: [...new Set([cause, reason])].filter(Boolean).join(" "), took };
    }
    if (status === "RollbackInProgress" && cause === "") {
      cause = reason || rollbackReason(refreshes[0]);
    }
    const line = stepText(refreshes[0]);
    if (line !== said || Date.now() - spoken >= reminderMilliseconds) {
      note(`  ${line === said ? "still " : ""}${line} (${duration(took)})`);
      said = line;
      spoken = Date.now();
    }
    await pause(seconds, signal);
    if (signal.aborted) {
      break;
    }
  }
  return { status: "left", reason: "", took: Date.now() - started };
}

function rollbackReason(refresh: InstanceRefresh | undefined): string {
  return refresh?.RollbackDetails?.RollbackReason ?? "";
}

function stepText(refresh: InstanceRefresh | undefined): string {
  const { PercentageComplete: percent, InstancesToUpdate: left } = refresh ?? {};
  const status: string = refresh?.Status ?? "";
  const parts = [
    words[status] ?? status,
    ...(percent === undefined ? [] : [`${percent} %`]),
    ...(left === undefined || left === 0 ? [] : [`${count(left, "machine")} left`]),
  ];
  return parts.join(", ");
}

/** Why machines of the group did not start lately, newest first; at most three different reasons. */
export async function failedStarts(
  clients: ImageClients,
  group: string,
  since: number,
): Promise<readonly string[]> {
  const { Activities: activities = [] } = await clients.autoscaling.send(
    new (autoscaling().DescribeScalingActivitiesCommand)({ AutoScalingGroupName: group, MaxRecords: 50 }),
  );
  const reasons = activities
    .filter(
      ({ StatusCode: code, StartTime: at }) =>
        (code === "Failed" || code === "Cancelled") && (at === undefined || at.getTime() >= since),
    )
    .map(({ StatusMessage: message, Description: description }) => message ?? description ?? "")
    .filter((text) => text !== "");
  return [...new Set(reasons)].slice(0, 3);
}
