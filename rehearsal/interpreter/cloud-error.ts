/** A cloud said no: the message is what the real provider would print. */
export class CloudError extends Error {
  /** The cloud's own code, e.g. `InvalidVpcID.NotFound`. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = "CloudError";
    this.code = code;
  }
}
