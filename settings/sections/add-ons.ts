import { z } from "zod";
import { format, setting } from "../describe";

const addonVersion = format(z.string().regex(/^v\d+\.\d+\.\d+-eksbuild\.\d+$/), {
  allowed: "a version of the add-on as `aws eks describe-addon-versions` lists it",
  examples: ["v1.20.4-eksbuild.2"],
});

/** Add-ons that every cluster has: without one of them pods get no address, no name, no volume or no credentials. */
export type AddonName =
  "vpc-cni" | "kube-proxy" | "eks-pod-identity-agent" | "coredns" | "aws-ebs-csi-driver" | "metrics-server";

const addonPin = (what: string): z.ZodOptional<z.ZodString> =>
  setting(addonVersion.optional(), {
    description: `Version of ${what}.`,
    defaultText: "what EKS took by default when the cluster came to its version",
  });

export const addonsSettings = setting(
  z
    .strictObject({
      "vpc-cni": addonPin(
        "the network plug-in, which gives pods their addresses and enforces network policies",
      ),
      "kube-proxy": addonPin("the proxy of services"),
      "eks-pod-identity-agent": addonPin("the agent that hands pods their roles"),
      coredns: addonPin("the cluster's DNS"),
      "aws-ebs-csi-driver": addonPin("the driver of volumes"),
      "metrics-server": addonPin("the source of the numbers that autoscaling uses"),
    })
    .prefault({}),
  {
    description:
      "Versions of the add-ons. Without one EKS is asked once, when the cluster comes to a version of Kubernetes, and the answer " +
      "is kept in Parameter Store until the next upgrade. What AWS makes its default meanwhile moves nothing: a version here does.",
  },
);
