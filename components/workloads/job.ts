import type * as pulumi from "@pulumi/pulumi";
import type { types } from "@pulumi/kubernetes";
import { CronJob } from "@pulumi/kubernetes/batch/v1/cronJob";
import { Job } from "@pulumi/kubernetes/batch/v1/job";
import type { JobSettings } from "../../settings/sections/workload-job";

export interface JobArgs {
  readonly settings: JobSettings;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels: Record<string, string>;
  };
  readonly template: types.input.core.v1.PodTemplateSpec;
  readonly options: pulumi.CustomResourceOptions;
}

/**
 * A workload that runs to its end. Without a schedule it is named by the engine: a job's pods cannot be changed, so that a change
 * is a new job, which runs beside the old one, and the run waits for its end. Jobs are not cleaned up after a time
 * (ttlSecondsAfterFinished): the next refresh would miss one, and run it again.
 */
export function createJob(name: string, { settings, metadata, template, options }: JobArgs): void {
  const { schedule, timeZone, concurrencyPolicy, suspend, backoffLimit, activeDeadlineSeconds } = settings;
  const spec = { backoffLimit, activeDeadlineSeconds, template };
  if (schedule === undefined) {
    const { namespace, labels } = metadata;
    // One that failed stays failed: the next run makes it anew in place of waiting for it.
    const annotations = { "pulumi.com/replaceUnready": "true" };
    const minutes = Math.ceil(activeDeadlineSeconds / 60) + 5;
    new Job(
      name,
      { metadata: { namespace, labels, annotations }, spec },
      { ...options, customTimeouts: { create: `${minutes}m`, update: `${minutes}m` } },
    );
    return;
  }
  new CronJob(
    name,
    {
      metadata,
      spec: {
        schedule,
        timeZone: timeZone ?? "UTC",
        concurrencyPolicy: concurrencyPolicy ?? "Forbid",
        suspend: suspend ?? false,
        // One that is late by more than this is left out, in place of all that were missed while the cluster was away.
        startingDeadlineSeconds: 600,
        successfulJobsHistoryLimit: 3,
        failedJobsHistoryLimit: 3,
        jobTemplate: { metadata: { labels: metadata.labels }, spec },
      },
    },
    options,
  );
}
