import * as pulumi from "@pulumi/pulumi";
import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup";
import { Document } from "@pulumi/aws/ssm/document";
import type { SessionsSettings } from "../../settings/sections/sessions";
import type { StackContext } from "../../settings/stack-context";
import { sessionDocumentName, sessionLogGroupName } from "./session-names";

export interface SessionsArgs {
  readonly context: StackContext;
  readonly settings: SessionsSettings;
  /** Where there are machines. */
  readonly regions: readonly string[];
}

/**
 * How people get a shell on machines: a document of Session Manager of the stack's own, and a log group. The account's own document
 * (SSM-SessionManagerRunShell) is there only where somebody once saved preferences, and says what that person wanted.
 */
export class Sessions extends pulumi.ComponentResource {
  readonly documentName: string;

  constructor(name: string, args: SessionsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:sessions:Sessions", name, {}, opts);
    const { context, regions, settings } = args;
    this.documentName = sessionDocumentName(context);
    for (const region of regions) {
      const regional = region === context.region ? name : `${name}-${region}`;
      const logs = new LogGroup(
        regional,
        {
          region,
          name: sessionLogGroupName(context),
          retentionInDays: settings.logRetentionDays,
          ...(settings.logKmsKeyArn !== undefined &&
            region === context.region && { kmsKeyId: settings.logKmsKeyArn }),
        },
        { parent: this },
      );
      new Document(
        regional,
        {
          region,
          name: this.documentName,
          documentType: "Session",
          documentFormat: "JSON",
          content: documentContent(args, region),
          tags: { Name: this.documentName },
        },
        // Without its log a session would leave no trace.
        { parent: this, dependsOn: [logs] },
      );
    }
    this.registerOutputs({ documentName: this.documentName });
  }
}

/** Source: AWS Systems Manager User Guide, "Session document schema". */
function documentContent({ context, settings }: SessionsArgs, region: string): string {
  const { idleMinutes, logKmsKeyArn, longestMinutes, runAs = "" } = settings;
  return JSON.stringify({
    schemaVersion: "1.0",
    description: `Shells on machines of ${context.project}-${context.stack}`,
    sessionType: "Standard_Stream",
    inputs: {
      s3BucketName: "",
      s3KeyPrefix: "",
      s3EncryptionEnabled: false,
      cloudWatchLogGroupName: sessionLogGroupName(context),
      // The agent starts no session then unless the group has a key of KMS.
      cloudWatchEncryptionEnabled: logKmsKeyArn !== undefined && region === context.region,
      cloudWatchStreamingEnabled: true,
      idleSessionTimeout: String(idleMinutes),
      maxSessionDuration: String(longestMinutes),
      kmsKeyId: "",
      runAsEnabled: runAs !== "",
      runAsDefaultUser: runAs,
      shellProfile: { linux: "", windows: "" },
    },
  });
}
