import { bucketSettings, checkBucketsHave, checkTlsOnly } from "../../../guard/rules/buckets";
import { stackRule } from "../../rule";

export const tlsOnly = stackRule({
  name: "s3/tls-only",
  description: "Every bucket has a policy that refuses requests over plain HTTP.",
  why: "What goes in the clear can be read and changed on its way.",
  reference: "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-5",
  check: (resources) =>
    checkBucketsHave(
      resources,
      bucketSettings.policy,
      "Add one that denies everybody s3:* where aws:SecureTransport is false.",
    ),
  resource: {
    types: bucketSettings.policy,
    check: ({ wanted }) => checkTlsOnly(wanted.inputs),
  },
});
