import { covers } from "../life/iam-glob";

/**
 * What harms nothing on everything: it shows how things are and not what is in them, or AWS knows no resource for it and
 * it takes nothing away. What is not here is refused. Sources: AWS Service Authorization Reference; for `ssm`, the policy
 * AmazonSSMManagedInstanceCore without its reading of parameters; for `logs`, AWSLambdaBasicExecutionRole: it only adds.
 */
const harmless: readonly string[] = `
  *:Describe* *:List* *:Get*Policy
  access-analyzer:Check* access-analyzer:Get* access-analyzer:Validate*
  acm:GetCertificate
  autoscaling:Get*
  backup:GetBackup*
  budgets:View*
  ce:Get*
  cloudformation:GetTemplateSummary cloudformation:ValidateTemplate
  cloudtrail:GetEventSelectors cloudtrail:GetTrail* cloudtrail:LookupEvents
  cloudwatch:GetDashboard cloudwatch:GetInsightRuleReport cloudwatch:GetMetric* cloudwatch:PutMetricData
  codeartifact:GetAuthorizationToken
  comprehend:BatchDetect* comprehend:Detect*
  config:BatchGet* config:Get* config:Select*
  ec2:GetCapacity* ec2:GetCoipPoolUsage ec2:GetDefaultCreditSpecification ec2:GetEbs* ec2:GetImage* ec2:GetInstanceTypes*
  ec2:GetIpam* ec2:GetManagedPrefixList* ec2:GetSecurityGroupsForVpc ec2:GetSnapshotBlockPublicAccessState
  ec2:GetSpotPlacementScores ec2:GetSubnetCidrReservations ec2:GetTransitGateway* ec2:SearchTransitGateway*
  ec2messages:*
  ecr:GetAuthorizationToken ecr-public:GetAuthorizationToken
  glue:GetDatabase* glue:GetTable*
  iam:Generate* iam:Get* iam:Simulate*
  kms:GenerateRandom kms:GetKeyRotationStatus kms:GetPublicKey
  lambda:GetAccountSettings
  logs:CreateLogGroup logs:CreateLogStream logs:GetLogGroupFields logs:PutLogEvents logs:TestMetricFilter
  polly:SynthesizeSpeech
  pricing:Get*
  rekognition:Detect*
  route53:Get* route53:TestDNSAnswer
  s3:GetAccelerateConfiguration s3:GetAccountPublicAccessBlock s3:GetBucket* s3:GetEncryptionConfiguration s3:GetLifecycleConfiguration
  s3:GetReplicationConfiguration
  secretsmanager:GetRandomPassword
  servicequotas:Get*
  shield:GetSubscriptionState
  sns:GetTopicAttributes
  sqs:GetQueue*
  ssm:GetDeployablePatchSnapshotForInstance ssm:GetDocument ssm:GetManifest ssm:PutComplianceItems
  ssm:PutConfigurePackageResult ssm:PutInventory ssm:UpdateAssociationStatus ssm:UpdateInstanceAssociationStatus
  ssm:UpdateInstanceInformation
  ssmmessages:*
  sts:DecodeAuthorizationMessage sts:GetAccessKeyInfo sts:GetCallerIdentity sts:GetServiceBearerToken
  tag:Get*
  textract:Analyze* textract:Detect*
  translate:TranslateText
  waf-regional:GetWebACL* wafv2:GetIPSet wafv2:GetRuleGroup wafv2:GetWebACL*
  xray:GetSampling* xray:PutTelemetryRecords xray:PutTraceSegments
`
  .trim()
  .split(/\s+/);

/** What is called Describe or List, and gives data, names of objects, people or secrets away. Names without wildcards. */
const tellsData: readonly string[] = `
  backup-storage:DescribeBackupJob backup-storage:ListChunks backup-storage:ListObjects
  bedrock:ListKnowledgeBaseDocuments bedrock-agentcore:ListEvents bedrock-agentcore:ListMemoryRecords
  chime:ListChannelMessages
  cloudfront-keyvaluestore:ListKeys
  cognito-idp:DescribeUserPoolClient cognito-idp:ListUserPoolClientSecrets cognito-idp:ListUsers cognito-idp:ListUsersInGroup
  cognito-sync:ListRecords
  connect:DescribeContact connect:ListDataTableValues connect:ListRealtimeContactAnalysisSegments
  connect:ListRealtimeContactAnalysisSegmentsV2
  geo:ListDevicePositions geo:ListGeofences
  glue:DescribeEntity glue:ListEntities
  identitystore:DescribeUser identitystore:ListUsers
  kinesisvideo:ListFragments
  profile:ListProfileObjects
  rekognition:ListFaces rekognition:ListUsers
  s3:ListBucket s3:ListBucketMultipartUploads s3:ListBucketVersions s3:ListMultipartUploadParts
  s3:ListObjectAnnotations s3:ListObjectVersionAnnotations s3vectors:ListVectors
  sagemaker:ListRecords
  ses:ListContacts
  ssm:ListCommandInvocations ssm:ListCommands
  states:DescribeExecution
  storagegateway:DescribeChapCredentials
`
  .trim()
  .split(/\s+/);

/** Whether an action, or all that one with wildcards stands for, harms nothing whatever it is allowed on. */
export function isHarmless(action: string): boolean {
  return harmless.some((one) => covers(one, action)) && !tellsData.some((one) => covers(action, one));
}

/** With wildcards, and still only for the use of a key. */
const usesKey: readonly string[] = ["kms:GenerateDataKey*", "kms:ReEncrypt*"];

/** Whether an action stands for several of a service that gives permissions, of which one may be to give them. */
export function givesByWildcard(action: string): boolean {
  return /[*?]/.test(action) && !isHarmless(action) && !usesKey.some((one) => covers(one, action));
}

/** What gives an identity whatever permissions its caller likes. */
const grants: readonly string[] = `
  iam:AttachGroupPolicy iam:AttachRolePolicy iam:AttachUserPolicy iam:CreatePolicyVersion iam:DeleteRolePermissionsBoundary
  iam:DeleteUserPermissionsBoundary iam:PutGroupPolicy iam:PutRolePolicy iam:PutUserPolicy
`
  .trim()
  .split(/\s+/);

export function grantsPermissions(action: string): boolean {
  return grants.some((one) => covers(action, one));
}
