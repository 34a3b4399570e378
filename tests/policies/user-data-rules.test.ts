import { gzipSync } from "node:zlib";
import { concreteLaunchTemplate } from "../../policies/rules/ec2/concrete-launch-template";
import { noSecretsInUserData } from "../../policies/rules/ec2/no-secrets-in-user-data";
import { pinnedImages } from "../../policies/rules/ec2/pinned-images";
import { UNKNOWN } from "./harness";
import { describeRule, notKnown } from "./table";

const TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";
const INSTANCE = "aws:ec2/instance:Instance";
const GROUP = "aws:autoscaling/group:Group";
const QUEUE = "aws:sqs/queue:Queue";

const encoded = (text: string): { userData: string } => ({ userData: Buffer.from(text).toString("base64") });
const packed = (text: string): { userData: string } => ({ userData: gzipSync(text).toString("base64") });
const file = (content: unknown): string =>
  `#cloud-config\n${JSON.stringify({ write_files: [{ path: "/x", content: JSON.stringify(content) }] })}`;
const digest = "sha256:3b2ef1a2f1c3f24d1a4a9f6e1e6b1a9d7c58f2ab0b0e3f4e3a9f7c1d5e6b8a90";

const fetchIt =
  "Let the machine fetch it at boot with its own role, from Secrets Manager or Parameter Store.";
const named = `userData holds something called a password, secret, token or key, with its value. ${fetchIt}`;

describeRule(noSecretsInUserData, {
  passes: [
    { title: "a template without user data", type: TEMPLATE, props: {} },
    {
      title: "names of secrets, and values from variables",
      type: TEMPLATE,
      props: packed(
        `${file({ secrets: { TOKEN: { arn: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:the-name-a1B2c3" } } })}\ntoken=$(fetch)\nPASSWORD="$value"\n`,
      ),
    },
  ],
  refuses: [
    {
      title: "a password in a file",
      type: TEMPLATE,
      props: packed(file({ DB_PASSWORD: "hunter2hunter2" })),
      says: [named],
    },
    {
      title: "a token in a script",
      type: INSTANCE,
      props: { userData: "export API_TOKEN=abcdef123456" },
      says: [named],
    },
    {
      title: "an AWS key",
      type: TEMPLATE,
      props: encoded("id AKIAIOSFODNN7EXAMPLE"),
      says: [`userData holds an AWS access key. ${fetchIt}`],
    },
    {
      title: "a private key",
      type: INSTANCE,
      props: { userDataBase64: encoded("-----BEGIN RSA PRIVATE KEY-----").userData },
      level: "disposable",
      says: [`userDataBase64 holds a private key. ${fetchIt}`],
    },
  ],
  unknown: [
    { title: "what is in it", type: TEMPLATE, props: { userData: UNKNOWN }, says: [notKnown("userData")] },
  ],
  ignores: [{ title: "a queue", type: QUEUE, props: { userData: "PASSWORD=abcdefgh" } }],
});

describeRule(pinnedImages, {
  passes: [
    {
      title: "an image by digest",
      type: TEMPLATE,
      props: packed(file({ image: `example/dns:1@${digest}` })),
    },
    {
      title: "an image from a variable",
      type: INSTANCE,
      props: { userData: 'docker pull --quiet "$image"' },
    },
  ],
  refuses: [
    {
      title: "a tag in a file",
      type: TEMPLATE,
      props: packed(file({ image: "example/dns:latest" })),
      says: [
        "userData names the image example/dns:latest without its digest. Write it as repository:tag@sha256:DIGEST.",
      ],
    },
    {
      title: "a short digest",
      type: TEMPLATE,
      props: encoded(file({ image: "example/dns@sha256:3b2ef1a2" })),
      says: [
        "userData names the image example/dns@sha256:3b2ef1a2 without its digest. Write it as repository:tag@sha256:DIGEST.",
      ],
    },
    {
      title: "a tag in a script",
      type: INSTANCE,
      props: { userData: "#!/bin/sh\ndocker pull --quiet example/dns:1\n" },
      says: [
        "userData names the image example/dns:1 without its digest. Write it as repository:tag@sha256:DIGEST.",
      ],
    },
  ],
  unknown: [
    { title: "what is in it", type: TEMPLATE, props: { userData: UNKNOWN }, says: [notKnown("userData")] },
  ],
  ignores: [{ title: "a queue", type: QUEUE, props: { userData: "docker pull example" } }],
});

const take = "Take latestVersion of the template's resource, which is a number.";

describeRule(concreteLaunchTemplate, {
  passes: [
    { title: "a number", type: GROUP, props: { launchTemplate: { id: "lt-1", version: "7" } } },
    {
      title: "a number that is not known yet",
      type: GROUP,
      props: { launchTemplate: { id: UNKNOWN, version: UNKNOWN } },
    },
    { title: "a machine without a template", type: INSTANCE, props: {} },
  ],
  refuses: [
    {
      title: "the latest",
      type: GROUP,
      props: { launchTemplate: { id: "lt-1", version: "$Latest" } },
      says: [`launchTemplate.version is "$Latest". ${take}`],
    },
    {
      title: "none, which is the default",
      type: INSTANCE,
      props: { launchTemplate: { id: "lt-1" } },
      says: [`launchTemplate.version is not set. ${take}`],
    },
    {
      title: "the default, in a mix",
      type: GROUP,
      props: {
        mixedInstancesPolicy: {
          launchTemplate: { launchTemplateSpecification: { launchTemplateId: "lt-1", version: "$Default" } },
        },
      },
      says: [
        `mixedInstancesPolicy.launchTemplate.launchTemplateSpecification.version is "$Default". ${take}`,
      ],
    },
  ],
  unknown: [
    {
      title: "which template it is, with no version,",
      type: GROUP,
      props: { launchTemplate: { id: UNKNOWN } },
      says: [`launchTemplate.version is not set. ${take}`],
    },
  ],
  ignores: [{ title: "a queue", type: QUEUE, props: { launchTemplate: { version: "$Latest" } } }],
});
