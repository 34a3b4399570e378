import * as pulumi from "@pulumi/pulumi";
import { Namespace } from "@pulumi/kubernetes/core/v1/namespace";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy";
import { guarded } from "../guard/guarded";
import type { StackContext } from "../../settings/stack-context";
import { dnsEgress } from "./dns-egress";
import { objectLabels } from "./labels";
import { restrictedNamespaceLabels } from "./restricted";

export interface RestrictedNamespaceArgs {
  readonly context: StackContext;
  /** Its name in the cluster: fixed, because people and addresses name it. */
  readonly namespace: string;
}

/**
 * A namespace in which the API server takes restricted pods only, and whose pods reach nothing and are reached by
 * nobody but for DNS, until a policy of their own says otherwise.
 *
 * What goes into it names it in `dependsOn`: then it comes after the policies, too, and goes before them.
 */
export class RestrictedNamespace extends pulumi.ComponentResource {
  /** Known before it exists. */
  readonly namespaceName: string;

  constructor(name: string, args: RestrictedNamespaceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:kubernetes:RestrictedNamespace", name, {}, opts);
    const { context, namespace } = args;
    this.namespaceName = namespace;
    const labels = objectLabels(context, namespace);
    const space = new Namespace(
      name,
      { metadata: { name: namespace, labels: { ...labels, ...restrictedNamespaceLabels } } },
      // With a namespace goes everything in it, claims that somebody else put there included.
      guarded("kubernetes:core/v1:Namespace", context, { parent: this }),
    );
    new NetworkPolicy(
      `${name}-default`,
      {
        metadata: { name: "default", namespace, labels },
        spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"], egress: [dnsEgress] },
      },
      { parent: this, dependsOn: [space] },
    );
    this.registerOutputs({ namespaceName: this.namespaceName });
  }
}
