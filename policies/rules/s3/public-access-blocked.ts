import { bucketSettings, checkBucketsHave, checkPublicAccessBlocked } from "../../../guard/rules/buckets";
import { stackRule } from "../../rule";

export const publicAccessBlocked = stackRule({
  name: "s3/public-access-blocked",
  description: "Every bucket is closed to the public by all four of S3's switches.",
  why: "The switches hold against policies and access lists that come later.",
  reference: "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-8",
  check: (resources) =>
    checkBucketsHave(
      resources,
      bucketSettings.publicAccess,
      "Add one with all four switches on: it holds against policies and access lists alike.",
    ),
  resource: {
    types: bucketSettings.publicAccess,
    check: ({ wanted }) => checkPublicAccessBlocked(wanted.inputs),
  },
});
