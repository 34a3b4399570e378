import type { CloudHands, Entries, Entry, Rule, Subject } from "../../../interpreter/entry";
import { textOf } from "../../../interpreter/values";

const listenerTypes = ["aws:lb/listener:Listener", "aws:alb/listener:Listener"] as const;

const certificateTypes = [
  "aws:lb/listenerCertificate:ListenerCertificate",
  "aws:alb/listenerCertificate:ListenerCertificate",
] as const;

/** Beside the default certificate. Source: Quotas for Application Load Balancers. */
const MOST = 25;

const notTooMany: Rule = ({ inputs, type }, cloud) => {
  const listed = cloud
    .ofType(type)
    .filter((other) => textOf(other.outputs, "listenerArn") === textOf(inputs, "listenerArn"));
  if (listed.length < MOST) return undefined;
  const message = "The maximum number of certificates on this load balancer has been reached";
  return { code: "TooManyCertificates", message };
};

/** Source: RemoveListenerCertificates, and hashicorp/terraform-provider-aws #19495. */
const notTheDefault: Rule = ({ inputs }, cloud) =>
  listenerTypes
    .map((type) => cloud.find(type, textOf(inputs, "listenerArn")))
    .some((listener) => listener?.outputs["certificateArn"] === inputs["certificateArn"])
    ? { code: "OperationNotPermitted", message: "Default certificate cannot be removed" }
    : undefined;

/** A certificate more of a listener, chosen by the name that a client asks for (SNI). */
const listenerCertificate: Entry = {
  api: {
    service: "Elastic Load Balancing v2",
    title: "ELBv2 Listener Certificate",
    create: "AddListenerCertificates",
    delete: "RemoveListenerCertificates",
  },
  // As the provider puts it together.
  id: ({ inputs }) => `${textOf(inputs, "listenerArn")}_${textOf(inputs, "certificateArn")}`,
  references: [
    {
      property: "listenerArn",
      type: listenerTypes,
      code: "ListenerNotFound",
      message: (id) => `Listener '${id}' not found`,
    },
  ],
  refuseCreate: [notTooMany],
  refuseDelete: [notTheDefault],
};

/** The list goes with its listener. */
export function dropCertificates({ id }: Pick<Subject, "id">, cloud: CloudHands): void {
  for (const type of certificateTypes) {
    for (const listed of cloud.ofType(type)) {
      if (textOf(listed.outputs, "listenerArn") === id) cloud.remove(type, listed.id);
    }
  }
}

export const entries: Entries = {
  [certificateTypes[0]]: listenerCertificate,
  [certificateTypes[1]]: listenerCertificate,
};
