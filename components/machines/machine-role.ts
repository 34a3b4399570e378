import { InstanceProfile } from "@pulumi/aws/iam/instanceProfile";
import { Role } from "@pulumi/aws/iam/role";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy";
import type * as pulumi from "@pulumi/pulumi";
import { iamBounds, iamPath } from "../iam-place";
import type { StackContext } from "../../settings/stack-context";
import { policyDocument, policySize, ROLE_POLICY_LIMIT, type Statement } from "../policy-document";

export interface MachineRoleArgs {
  readonly context: StackContext;
  /** What the machines are, for a person who reads the list of roles. */
  readonly description: string;
  /** Everything that they may do: written out, on resources whose names are known. */
  readonly statements: readonly Statement[];
  readonly parent: pulumi.Resource;
}

/** The role of machines, in all regions: IAM knows none. */
export interface MachineRole {
  readonly roleName: pulumi.Output<string>;
  readonly profileName: pulumi.Output<string>;
  /** Without it a machine can do nothing: wait for it. */
  readonly policy: pulumi.Resource;
}

/** @throws Error when the policy is larger than IAM takes. */
export function createMachineRole(name: string, args: MachineRoleArgs): MachineRole {
  const { description, parent, statements } = args;
  const document = policyDocument([...statements]);
  const size = policySize(document);
  if (size > ROLE_POLICY_LIMIT) {
    throw new Error(
      `${name}: what its machines may do takes a policy of ${size} characters, and IAM takes ${ROLE_POLICY_LIMIT} for a role. ` +
        "Name fewer resources and secrets in its settings: one ARN with a * at its end can stand for several.",
    );
  }
  const role = new Role(
    name,
    {
      ...iamBounds(args.context),
      description,
      assumeRolePolicy: policyDocument([
        {
          Sid: "Machines",
          Effect: "Allow",
          Principal: { Service: "ec2.amazonaws.com" },
          Action: ["sts:AssumeRole"],
        },
      ]),
    },
    { parent },
  );
  const policy = new RolePolicy(name, { role: role.name, policy: document }, { parent });
  const profile = new InstanceProfile(name, { ...iamPath(args.context), role: role.name }, { parent });
  return { roleName: role.name, profileName: profile.name, policy };
}

/**
 * What the agent of Session Manager needs for shells, and no more. AWS's own policy for it, AmazonSSMManagedInstanceCore,
 * would let the machine read every parameter of the account.
 * Source: AWS Systems Manager User Guide, "Verify or add instance permissions for Session Manager".
 *
 * @param arns ARNs of a service's resources, in each region that the machines are in.
 * @param logGroup What the agent writes what is shown to; without one nobody has sessions on the machines. It looks whether the group is
 * there before each session, which AWS knows no resource for.
 */
export function sessionManagerStatements(
  arns: (service: string, resource: string) => string[],
  logGroup?: string,
): Statement[] {
  return [
    {
      Sid: "SessionManager",
      Effect: "Allow",
      Action: [
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
        ...(logGroup === undefined ? [] : ["logs:DescribeLogGroups"]),
      ],
      Resource: ["*"],
    },
    {
      Sid: "SessionManagerAgent",
      Effect: "Allow",
      Action: ["ssm:UpdateInstanceInformation"],
      Resource: arns("ec2", "instance/i-*"),
    },
    ...(logGroup === undefined
      ? []
      : [
          {
            Sid: "WriteSessions",
            Effect: "Allow" as const,
            Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
            Resource: arns("logs", `log-group:${logGroup}:*`),
          },
        ]),
  ];
}
