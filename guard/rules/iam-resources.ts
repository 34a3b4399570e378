/** What a caller cannot choose: who it is. As good as a name, where other variables stand for anything. */
const ofTheCaller =
  /^(aws:(username|userid|principaltag\/.+|principalarn)|ec2:sourceinstancearn|saml:\w+|[\w.-]+:(sub|user_id))(,|$)/i;

/** A text of a policy with a letter for every variable that is fixed for its caller, and a `*` for every other one. */
export function withoutVariables(text: string): string {
  return text.replace(/\$\{([^}]*)\}/g, (_, name: string) =>
    /^[*?$]$/.test(name) || ofTheCaller.test(name.trim()) ? "x" : "*",
  );
}

/** Services whose ARNs have no kind before the name, and what stands there all the same. */
const withoutKind = /^(s3|sqs|sns|codecommit|codepipeline|execute-api|neptune-db)$/;
const kindsOfS3 = /^(accesspoint|access-grants|job|storage-lens|storage-lens-group)\//;

/**
 * What stands before a name: its kind, and where AWS puts more there (`loadbalancer/app/`, `regional/webacl/`,
 * `account/o-example/`, `snapshot:rds:` of automated ones, the id of an Auto Scaling group before its name), that too.
 */
const kind =
  /^\/?(?:\w+:[^:]*:\w+Name\/|(?:loadbalancer|listener|listener-rule)\/(?:app|net|gwy)\/|(?:regional|global)\/\w+\/|\w+\/(?:o-|ssoins-)\w+\/|(?:cluster-)?snapshot:rds:|[A-Za-z][\w-]*[/:])/;

/** `service:kind` of what has an id from AWS. Its beginning says nothing: all volumes are `vol-`, all zones `Z`. */
const namedByAws =
  /^(ec2:(?!key-pair|placement-group)|kms:key|elasticfilesystem:|fsx:|route53:(hostedzone|healthcheck)|workspaces:|storagegateway:|ds:|transfer:|cloudhsm:|cognito-id|rds-db:|organizations:|sso:|ssm:managed-instance|aoss:collection|acm|cloudfront:|apigateway:|dlm:|lambda:event-source-mapping|secretsmanager:secret:rds!)/;

/**
 * Whether a resource of a policy is everything, or everything of a kind: nothing fixed in the part of the ARN that names
 * it. Of what has an id from AWS, everything but the whole id.
 */
export function isWide(resource: string): boolean {
  const text = withoutVariables(resource);
  const [arn, , service = "", region = "", , ...rest] = text.split(":");
  if (arn !== "arn" || rest.length === 0 || /[*?]/.test(service)) {
    return true;
  }
  const path = rest.join(":");
  if (!/[*?]/.test(path)) {
    return false;
  }
  // Buckets are in no region, and may be called like a kind.
  const isBare = withoutKind.test(service) && !(service === "s3" && region !== "" && kindsOfS3.test(path));
  const before = isBare ? "" : kind.exec(path)?.[0];
  if (before === undefined) {
    return true;
  }
  const name = path.slice(before.length).replace(/^[/:]+/, "");
  return isNamedByAws(text) ? /^[^/:]*[*?]/.test(name) : /^[*?]/.test(name);
}

/** Whether AWS makes the id or the name, so that nobody can write it before there is one. */
export function isNamedByAws(resource: string): boolean {
  const [, , service = "", , , ...rest] = resource.split(":");
  return namedByAws.test(`${service}:${rest.join(":").replace(/^\//, "")}`);
}
