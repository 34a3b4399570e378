import type { Fault } from "../cloud/faults";
import type { Refusal } from "./entry";

/** What a fault looks like as an answer of the cloud. `limit`: how long the provider waits, e.g. `50m0s`. */
export function faultRefusal({ fault, message }: Fault, limit: string): Refusal {
  switch (fault) {
    case "throttle":
      return { code: "ThrottlingException", message: message ?? "Rate exceeded", status: 400 };
    case "error": {
      const [, code, words] = /^([A-Z][a-z]\w*(?:\.\w+)*): (.+)$/s.exec(message ?? "") ?? [];
      if (code !== undefined && words !== undefined) {
        return { code, message: words, status: 400 };
      }
      return { code: "InternalFailure", message: message ?? "An internal error has occurred", status: 500 };
    }
    default: {
      const waited = `timeout while waiting for state to become 'available' (last state: 'pending', timeout: ${limit})`;
      return { code: "Timeout", message: message ?? waited, byProvider: true };
    }
  }
}
