import { bucketSettings, checkBucketsHave, checkPublicAccessBlocked } from "../../../guard/buckets";
import { stackRule } from "../../rule";

export const publicAccessBlocked = stackRule({
  name: "s3/public-access-blocked",
  description: "Every bucket is closed to the public by all four of S3's switches.",
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
