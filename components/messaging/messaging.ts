import * as pulumi from "@pulumi/pulumi";
import type { MessagingSettings } from "../../settings/sections/messaging";
import { applicationName } from "../names";
import type { StackContext } from "../../settings/stack-context";
import { createQueue, queueName } from "./queue";

export interface MessagingArgs {
  readonly context: StackContext;
  readonly settings: MessagingSettings;
}

/** The queues that are declared, and the prefix under which the application makes its own. */
export class Messaging extends pulumi.ComponentResource {
  /** Key in the settings to the queue's URL. */
  readonly queueUrls: pulumi.Output<Record<string, string>>;
  /** Key in the settings to the queue's name, which is known before anything exists. */
  readonly queueNames: Readonly<Record<string, string>>;
  /** What the names of the application's own queues begin with; they are made and deleted by others. */
  readonly controlPrefix: string;
  /** What CloudWatch knows it by, for alarms. */
  readonly watched: Readonly<Record<string, pulumi.Input<string>>>;

  constructor(name: string, args: MessagingArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:messaging:Messaging", name, {}, opts);
    const { context, settings } = args;

    this.queueUrls = pulumi.output(
      Object.fromEntries(
        Object.entries(settings.queues).map(([key, queue]) => [
          key,
          createQueue(`${name}-${key}`, {
            context,
            key,
            settings: queue,
            parent: this,
          }).url,
        ]),
      ),
    );
    this.queueNames = Object.fromEntries(
      Object.entries(settings.queues).map(([key, queue]) => [key, queueName(context, key, queue)]),
    );
    this.watched = Object.fromEntries(
      Object.entries(settings.queues).flatMap(([key, queue]) => [
        [`queue:${key}`, queueName(context, key, queue)],
        [`queue:${key}:dead`, queueName(context, `${key}_dead`, queue)],
      ]),
    );
    this.controlPrefix = settings.controlPrefix ?? applicationName(context, "control_");
    this.registerOutputs({ queueUrls: this.queueUrls, controlPrefix: this.controlPrefix });
  }
}
