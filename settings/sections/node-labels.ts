import { z } from "zod";
import { format } from "../describe";

/** A key of labels and annotations. */
export const qualifiedName =
  /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*\/)?[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/;
/** Keys that Kubernetes and EKS keep for themselves: they decide about security and networking. */
export const reserved = /^(?:[^/]*\.)?(?:kubernetes\.io|k8s\.io|eks\.amazonaws\.com)\//;

/** A label's or taint's key, as Kubernetes takes it, outside of what Kubernetes and EKS keep for themselves. */
export const nodeKey = format(
  z
    .string()
    .regex(qualifiedName)
    .refine((text) => (text.includes("/") ? text.split("/")[0] : "")!.length <= 253, {
      error: "has a prefix of more than 253 characters",
    })
    .refine((text) => !reserved.test(text), {
      error: "is kept for Kubernetes and EKS themselves: nodes that set it are refused",
    }),
  {
    allowed:
      "up to 63 letters, digits, hyphens, underscores and dots, with a DNS name and a slash before it where wanted, " +
      "not under kubernetes.io, k8s.io or eks.amazonaws.com",
    examples: ["example.com/purpose"],
  },
);
/** The same, those of Kubernetes and EKS among them: for selectors. */
export const nodeKeyOfAll = format(z.string().regex(qualifiedName), {
  allowed: "the key of a label of nodes",
});
export const nodeValue = format(z.string().regex(/^(?:[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$/), {
  allowed: "up to 63 letters, digits, hyphens, underscores and dots, in quotes where it looks like a number",
});
