import type { CloudRecord } from "../../cloud/store";
import type { CloudHands } from "../../interpreter/entry";
import { textOf } from "../../interpreter/values";
import { endMachine, groupOf, groupType, instanceType, tryToStart } from "../entries/aws/group-machines";
import { move, type Happening, type HappensBy } from "./happening";

const isSpot = ({ outputs }: CloudRecord): boolean => textOf(outputs, "instanceLifecycle") === "spot";

/** Its group starts another where it ended. */
function replaced(machine: CloudRecord, cloud: CloudHands, { random }: HappensBy): string {
  endMachine(machine, cloud);
  const group = cloud.find(groupType, groupOf(machine));
  const next = group && tryToStart(group, cloud, { random });
  return next === undefined ? "nothing came in its place" : `its group has started ${next.id} in its place`;
}

export const machines = {
  "machine-is-retired": {
    type: instanceType,
    source:
      "EC2 user guide, Instance retirement: a machine with an EBS root volume is stopped on its date, and starts elsewhere when somebody starts it; a group ends and replaces one that is not running",
    can: ({ outputs }) => textOf(outputs, "instanceState") === "running",
    happen: (machine, cloud, by) => {
      if (groupOf(machine) !== "") {
        return `${machine.id} was on hardware that AWS retires, and has ended; ${replaced(machine, cloud, by)}`;
      }
      move(machine, { instanceState: "stopped" }, cloud);
      return `${machine.id} was on hardware that AWS retires, and is stopped`;
    },
  },
  "spot-machine-goes": {
    type: instanceType,
    source:
      "EC2 user guide, Spot Instance interruptions: two minutes after a notice the machine is terminated",
    can: isSpot,
    happen: (machine, cloud, by) =>
      `AWS has taken the spot machine ${machine.id} back; ${replaced(machine, cloud, by)}`,
  },
} satisfies Readonly<Record<string, Happening>>;
