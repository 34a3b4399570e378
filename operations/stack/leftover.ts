/** Something in AWS that a destroy would stop at half way, or would leave behind with nobody who knows of it. */
export interface Leftover {
  /** `load balancer`, `volume`, `final snapshot`, `VPC endpoint`. */
  readonly kind: string;
  /** Of what Kubernetes made. */
  readonly arn?: string;
  /** Of everything else. */
  readonly id?: string;
  /** What Kubernetes made it for. */
  readonly object?: { readonly kind: "service" | "pvc"; readonly namespace: string; readonly name: string };
  /** What keeping it would mean. */
  readonly why: string;
  /** The call that removes it, or the way past it. */
  readonly remove: string;
  /** Removes it where its Kubernetes object is gone already. */
  readonly removeInAws?: string;
}
