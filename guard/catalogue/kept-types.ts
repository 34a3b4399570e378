import { deletionProtection, type Lock, type StatefulType } from "../stateful-type";
import { statefulType } from "./stateful-types";

/** What holds no data and is protected all the same: what a person calls it, what goes with it, and the cloud's own locks on it. */
interface KeptType extends Pick<StatefulType, "noun" | "holds" | "name"> {
  readonly locks?: readonly Lock[];
}

export const keptTypes: Readonly<Record<string, KeptType>> = {
  "aws:ec2/eip:Eip": {
    noun: "elastic IP address",
    holds: "the address itself, which somebody else may have a moment later, whoever still calls it",
    name: "publicIp",
  },
  // AWS refuses to delete it while its deletion protection is on, and the provider does not take that off.
  "aws:lb/loadBalancer:LoadBalancer": {
    noun: "load balancer",
    holds: "its host name and addresses, which whoever else was given them asks in vain",
    name: "dnsName",
    locks: [deletionProtection("enableDeletionProtection")],
  },
};

/** The cloud's own locks on a type, whether it holds data or only has to stay. */
export function locksOf(type: string): readonly Lock[] {
  return statefulType(type)?.locks ?? keptTypes[type]?.locks ?? [];
}
