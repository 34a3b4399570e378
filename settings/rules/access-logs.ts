import { finding, type Rule } from "./rule";

const logsHaveABucketOfTheirOwn: Rule = function* ({ accessLogs, reports }) {
  const { bucket, existing, retentionDays } = accessLogs ?? {};
  if (bucket !== undefined && bucket === reports?.bucket?.name) {
    yield finding("accessLogs", ["bucket"], {
      message: `${JSON.stringify(bucket)} is the reports bucket, which is logged: each log would be logged again`,
      allowed: "another bucket",
    });
  }
  if (existing === true && retentionDays !== undefined) {
    yield finding("accessLogs", ["retentionDays"], {
      message: "stands beside existing: true, where others say how long logs are kept",
      allowed: "one of the two",
    });
  }
};

export const accessLogRules: readonly Rule[] = [logsHaveABucketOfTheirOwn];
