import { aclTypes, checkAclNotPublic } from "../../../guard/rules/buckets";
import { resourceRule } from "../../rule";

export const noPublicAcls = resourceRule({
  name: "s3/no-public-acls",
  description: "No access list of a bucket or an object lets the public in.",
  why: "An access list of one object is seen by nobody who looks at the bucket.",
  reference: "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-12",
  types: aclTypes,
  check: ({ wanted }) => checkAclNotPublic(wanted.inputs),
});
