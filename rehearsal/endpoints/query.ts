import { autoscalingOperations } from "./autoscaling";
import { carryOut, readOf, type QueryOperation } from "./call";
import { ec2Operations } from "./ec2";
import { elbv2Operations } from "./elbv2";
import { iamOperations } from "./iam";
import { rdsOperations } from "./rds";
import { bucketOperations, topicOperations, zoneOperations } from "./account";

const getCallerIdentity: QueryOperation = (_input, call) =>
  carryOut(
    call,
    readOf("sts", "GetCallerIdentity"),
    () =>
      '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>' +
      `<Arn>${call.arn}</Arn><UserId>AIDAREHEARSAL2345XYZA</UserId>` +
      `<Account>${call.account}</Account></GetCallerIdentityResult>` +
      "<ResponseMetadata><RequestId>00000000-0000-0000-0000-000000000000</RequestId></ResponseMetadata>" +
      "</GetCallerIdentityResponse>",
  );

/** By the service that the request is signed for, then by action. */
export const queryOperations: Readonly<Record<string, Readonly<Record<string, QueryOperation>>>> = {
  sts: { GetCallerIdentity: getCallerIdentity },
  autoscaling: autoscalingOperations,
  ec2: ec2Operations,
  elasticloadbalancing: elbv2Operations,
  iam: iamOperations,
  rds: rdsOperations,
  route53: zoneOperations,
  s3: bucketOperations,
  sns: topicOperations,
};
