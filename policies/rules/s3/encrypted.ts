import { bucketSettings, checkBucketEncryption, checkBucketsHave } from "../../../guard/rules/buckets";
import { stackRule } from "../../rule";

export const encrypted = stackRule({
  name: "s3/encrypted",
  description: "Every bucket says how its objects are encrypted at rest.",
  why: "Which key it is decides who can read copies.",
  reference: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html",
  check: (resources) =>
    checkBucketsHave(
      resources,
      bucketSettings.encryption,
      "Add one: S3 encrypts everything, but with which key is for the bucket to say.",
    ),
  resource: {
    types: bucketSettings.encryption,
    check: ({ wanted }) => checkBucketEncryption(wanted.inputs),
  },
});
