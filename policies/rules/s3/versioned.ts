import { bucketSettings, checkBucketsHave } from "../../../guard/rules/buckets";
import { stackRule } from "../../rule";

/** That versioning, where there is one, is on: guard/retention. */
export const versioned = stackRule({
  name: "s3/versioned",
  description: "Every bucket keeps what is overwritten or deleted in it, except at guard level disposable.",
  why: "What is overwritten or deleted by mistake is else gone at once.",
  reference: "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-14",
  check: (resources, { level }) =>
    level === "disposable"
      ? []
      : checkBucketsHave(
          resources,
          bucketSettings.versioning,
          "Add one with status Enabled: without it, what is overwritten or deleted is gone at once.",
        ),
});
