import type { IncomingMessage, ServerResponse } from "node:http";
import type { Cloud } from "../cloud/cloud";
import { rehearsalAccessKeyId } from "../environment";
import { CloudError } from "../interpreter/cloud-error";
import { handsOf } from "../interpreter/cloud-view";
import { textOf } from "../interpreter/values";
import { awsProvider } from "../packages/aws/provider";
import {
  certificateOperations,
  hasBucket,
  imageOperations,
  quotaOperations,
  secretOperations,
} from "./account";
import { ApiError, type ApiCall, type Holder, type Operation } from "./call";
import { cloudwatchOperations } from "./cloudwatch";
import { dynamodbOperations } from "./dynamodb";
import { eksOperations } from "./eks";
import { accessKeyType, noteUse, propagationSeconds } from "./access-keys";
import { imagebuilderOperations } from "./imagebuilder";
import { kmsOperations } from "./kms";
import { logsOperations } from "./logs";
import { queryOperations } from "./query";
import { sqsOperations } from "./sqs";
import { ssmOperations } from "./ssm";
import { sessionOperations } from "./ssm-sessions";
import { taggingOperations } from "./tagging";
import { escaped } from "./xml";

type JsonOperations = Readonly<Record<string, Operation<never, unknown>>>;

/** Services with a JSON protocol, by what stands before the dot in `X-Amz-Target`. */
const jsonServices: Readonly<
  Record<string, { readonly namespace: string; readonly operations: JsonOperations }>
> = {
  AmazonSQS: { namespace: "com.amazonaws.sqs", operations: sqsOperations },
  AmazonSSM: { namespace: "com.amazonaws.ssm", operations: { ...ssmOperations, ...sessionOperations } },
  DynamoDB_20120810: { namespace: "com.amazonaws.dynamodb.v20120810", operations: dynamodbOperations },
  TrentService: { namespace: "com.amazonaws.kms", operations: kmsOperations },
  AmazonEC2ContainerRegistry_V20150921: { namespace: "com.amazonaws.ecr", operations: imageOperations },
  CertificateManager: { namespace: "com.amazonaws.acm", operations: certificateOperations },
  secretsmanager: { namespace: "com.amazonaws.secretsmanager", operations: secretOperations },
  ServiceQuotasV20190624: { namespace: "com.amazonaws.servicequotas", operations: quotaOperations },
  Logs_20140328: { namespace: "com.amazonaws.logs", operations: logsOperations },
  GraniteServiceVersion20100801: { namespace: "com.amazonaws.cloudwatch", operations: cloudwatchOperations },
  ResourceGroupsTaggingAPI_20170126: {
    namespace: "com.amazonaws.resourcegroupstaggingapi",
    operations: taggingOperations,
  },
};

/**
 * Answers for a part of the AWS API, over the same cloud as the providers: SQS, CloudWatch,
 * DynamoDB's tables and backups, KMS's keys, certificates, secrets, quotas and resource tags (JSON), parameters (JSON), Image Builder and what EKS offers (REST), STS, Auto Scaling, EC2, RDS, load
 * balancers, topics, hosted zones and IAM (query). Signatures are not checked; the access key tells the account: the rehearsal's own, or that
 * of a user whose key exists in the cloud. Permissions are not judged.
 */
export async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  cloud: Cloud,
  holder: Holder,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString("utf8");
  const target = request.headers["x-amz-target"];
  if (typeof target === "string") await answerJson(request, response, target, body, cloud, holder);
  else if (request.method === "HEAD") answerHead(request, response, cloud);
  else if (restServiceOf(request) !== undefined) await answerRest(request, response, body, cloud, holder);
  else await answerQuery(request, response, formOf(request) ?? body, cloud, holder);
}

/** Services whose operations are paths, by the name that their requests are signed for. */
const restServices: Readonly<Record<string, JsonOperations>> = {
  eks: eksOperations,
  imagebuilder: imagebuilderOperations,
};

function restServiceOf({ headers }: IncomingMessage): string | undefined {
  const signed = /\/([a-z0-9-]+)\/aws4_request/.exec(headers.authorization ?? "")?.[1] ?? "";
  return signed in restServices ? signed : undefined;
}

/** S3 tells anybody whether there is a bucket, and nothing more. */
function answerHead({ url = "/" }: IncomingMessage, response: ServerResponse, { store }: Cloud): void {
  const [name = ""] = url.slice(1).split("/");
  response.statusCode = hasBucket(name, (type) => store.ofType(type)) ? 403 : 404;
  response.end();
}

/** The REST of Route 53 and S3 as the form that a service with the query protocol would be given. */
function formOf(request: IncomingMessage): string | undefined {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://127.0.0.1");
  const given = Object.fromEntries(searchParams);
  if (/\/s3\/aws4_request/.test(request.headers.authorization ?? "") && searchParams.has("versions")) {
    return new URLSearchParams({
      ...given,
      Action: "ListObjectVersions",
      Bucket: pathname.slice(1),
    }).toString();
  }
  const [, what, id, records] =
    /^\/2013-04-01\/(hostedzone|hostedzonesbyname)(?:\/([A-Z0-9]+)(\/rrset)?)?$/.exec(pathname) ?? [];
  if (what === undefined) return undefined;
  const action =
    records !== undefined
      ? "ListResourceRecordSets"
      : what === "hostedzone"
        ? "GetHostedZone"
        : "ListHostedZonesByName";
  return new URLSearchParams({ ...given, Action: action, ...(id !== undefined && { Id: id }) }).toString();
}

/** REST with JSON: the operation is the path, the input the body or the query. */
async function answerRest(
  request: IncomingMessage,
  response: ServerResponse,
  body: string,
  cloud: Cloud,
  holder: Holder,
): Promise<void> {
  response.setHeader("content-type", "application/json");
  try {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://127.0.0.1");
    const service = restServiceOf(request) ?? "";
    const operation = restServices[service]?.[pathname.slice(1)] as Operation<unknown, unknown> | undefined;
    if (operation === undefined) {
      throw new ApiError("UnknownOperationException", `The rehearsal does not serve ${service}:${pathname}.`);
    }
    const input: unknown = body === "" ? Object.fromEntries(searchParams) : JSON.parse(body);
    const { call } = callerOf(request, cloud, holder);
    response.end(JSON.stringify(await operation(input, call)));
  } catch (error) {
    const { code, message, status } = refusalOf(error);
    response.statusCode = status;
    response.setHeader("x-amzn-errortype", code);
    response.end(JSON.stringify({ message }));
  }
}

async function answerJson(
  request: IncomingMessage,
  response: ServerResponse,
  target: string,
  body: string,
  cloud: Cloud,
  holder: Holder,
): Promise<void> {
  const [name = "", action = ""] = target.split(".");
  const service = jsonServices[name];
  response.setHeader("content-type", "application/x-amz-json-1.0");
  try {
    const operation = service?.operations[action] as Operation<unknown, unknown> | undefined;
    if (operation === undefined) {
      throw new ApiError("UnknownOperationException", `The rehearsal does not serve ${target}.`);
    }
    const input: unknown = body === "" ? {} : JSON.parse(body);
    const { call } = callerOf(request, cloud, holder);
    response.end(JSON.stringify(await operation(input, call)));
  } catch (error) {
    const { code, message, status, queryCode } = refusalOf(error);
    response.statusCode = status;
    response.setHeader("x-amzn-query-error", `${queryCode};${status < 500 ? "Sender" : "Receiver"}`);
    response.end(JSON.stringify({ __type: `${service?.namespace ?? "com.amazonaws"}#${code}`, message }));
  }
}

async function answerQuery(
  request: IncomingMessage,
  response: ServerResponse,
  body: string,
  cloud: Cloud,
  holder: Holder,
): Promise<void> {
  response.setHeader("content-type", "text/xml");
  let asked = "";
  try {
    const input = new URLSearchParams(body);
    const action = input.get("Action") ?? "";
    const { call, service } = callerOf(request, cloud, holder);
    asked = service;
    const operation = queryOperations[service]?.[action];
    if (operation === undefined) {
      throw new ApiError("InvalidAction", `The rehearsal does not serve ${service}:${action}.`);
    }
    response.end(await operation(input, call));
  } catch (error) {
    const { code, message, status } = refusalOf(error);
    response.statusCode = status;
    if (asked === "ec2") {
      response.end(
        `<Response><Errors><Error><Code>${escaped(code)}</Code><Message>${escaped(message)}</Message></Error></Errors>` +
          "<RequestID>00000000-0000-0000-0000-000000000000</RequestID></Response>",
      );
      return;
    }
    response.end(
      `<ErrorResponse><Error><Type>Sender</Type><Code>${escaped(code)}</Code><Message>${escaped(message)}</Message></Error>` +
        "<RequestId>00000000-0000-0000-0000-000000000000</RequestId></ErrorResponse>",
    );
  }
}

/** Who calls, and for which region and service, as the signature's scope says it. */
function callerOf(
  request: IncomingMessage,
  cloud: Cloud,
  holder: Holder,
): { readonly call: ApiCall; readonly service: string } {
  const scope = /Credential=([^/]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request/;
  const [, accessKeyId = "", region = "", service = ""] =
    scope.exec(request.headers.authorization ?? "") ?? [];
  if (accessKeyId === "") {
    throw new ApiError("MissingAuthenticationToken", "Request is missing Authentication Token", 403);
  }
  const account = accountOf(accessKeyId, cloud, holder.accountId);
  noteUse(accessKeyId, { account, region, service }, cloud);
  const hands = handsOf(cloud.store, awsProvider(account), { account, region });
  const arn = arnOf(accessKeyId, account, cloud, holder);
  return { call: { cloud, hands, account, region, accessKeyId, arn }, service };
}

/** A file of `cloud/` says who calls where it is to be another; a role is told by its session, without its path. */
function arnOf(accessKeyId: string, account: string, cloud: Cloud, { principalArn }: Holder): string {
  const [caller] = cloud.store.ofType("aws:sts/caller:Caller");
  const key = cloud.store.ofType(accessKeyType).find(({ id }) => id === accessKeyId);
  const own = key === undefined ? (caller?.id ?? principalArn) : undefined;
  const [, kind = "user", name = textOf(key?.outputs ?? {}, "user") || "rehearsal"] =
    /^arn:[\w-]+:iam::\d{12}:(role|user)\/(?:.*\/)?([^/]+)$/.exec(own ?? "") ?? [];
  return kind === "role"
    ? `arn:aws:sts::${account}:assumed-role/${name}/rehearsal`
    : `arn:aws:iam::${account}:user/${name}`;
}

function accountOf(accessKeyId: string, cloud: Cloud, own: string): string {
  if (accessKeyId === rehearsalAccessKeyId) return own;
  const key = cloud.store.ofType(accessKeyType).find(({ id }) => id === accessKeyId);
  const isKnown = key !== undefined && cloud.clock.isOver(key.createdAt, propagationSeconds);
  if (!isKnown || textOf(key.outputs, "status") === "Inactive") {
    throw new ApiError("InvalidClientTokenId", "The security token included in the request is invalid.", 403);
  }
  return key.scope.split("/")[0] ?? own;
}

interface Refused {
  readonly code: string;
  readonly message: string;
  readonly status: number;
  readonly queryCode: string;
}

/** Faults as the services word them: those that a caller asks again after, and those that it does not. */
const faults: Readonly<Record<string, readonly [code: string, status: number]>> = {
  throttle: ["ThrottlingException", 400],
  timeout: ["RequestTimeout", 408],
  "timeout-after-done": ["RequestTimeout", 408],
};

function refusalOf(error: unknown): Refused {
  if (error instanceof ApiError) return error;
  if (error instanceof CloudError) {
    const [code, status] = faults[error.code] ?? ["InternalFailure", 500];
    return { code, message: error.message, status, queryCode: code };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: "InternalFailure", message, status: 500, queryCode: "InternalFailure" };
}
