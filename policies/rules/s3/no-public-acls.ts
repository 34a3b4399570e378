import { aclTypes, checkAclNotPublic } from "../../../guard/buckets";
import { resourceRule } from "../../rule";

export const noPublicAcls = resourceRule({
  name: "s3/no-public-acls",
  description: "No access list of a bucket or an object lets the public in.",
  types: aclTypes,
  check: ({ wanted }) => checkAclNotPublic(wanted.inputs),
});
