import { CloudError } from "../../interpreter/cloud-error";
import type { CloudView, Rule } from "../../interpreter/entry";
import type { Values } from "../../interpreter/values";
import { quotas } from "./aws-quotas";
import { limitOf } from "./quota";

/** The quotas that the creation of a type is measured by, as a rule; undefined for a type that none is known for. */
export function quotaRule(type: string): Rule | undefined {
  const asked = quotas.filter(({ types }) => types.includes(type));
  if (asked.length === 0) return undefined;
  return (subject, cloud) => {
    for (const quota of asked) {
      const wanted = quota.wants?.(subject) ?? 1;
      if (wanted === 0) continue;
      const limit = limitOf(quota, cloud);
      if (quota.used(subject, cloud) + wanted > limit) return quota.refusal(limit, subject);
    }
    return undefined;
  };
}

const machineType = "aws:ec2/instance:Instance";
const ofMachines = quotaRule(machineType);

/** For a machine that a service starts by itself. @throws CloudError where the account may not have it. */
export function refuseMachine(values: Values, cloud: CloudView): void {
  const place = { account: "", region: "" };
  const subject = { type: machineType, name: "", id: "", place, inputs: values, outputs: {} };
  const refusal = ofMachines?.(subject, cloud);
  if (refusal) throw new CloudError(refusal.code, `${refusal.message} Launching EC2 instance failed.`);
}
