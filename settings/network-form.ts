import type { z } from "zod";
import { nearestName } from "./nearest";
import { isMapping } from "./schema-walk";
import { existingNetworkSettings, newNetworkSettings } from "./sections/network";

/** One of the two forms of `groundwork:network`, chosen before judging, so that errors speak of one form only. */
export interface NetworkForm {
  readonly isExisting: boolean;
  readonly schema: z.ZodObject;
  /** Keys of the form that was not chosen, each with what to tell who wrote it. */
  readonly keysOfTheOtherForm: Readonly<Record<string, string>>;
}

const newKeys = Object.keys(newNetworkSettings.shape);
const existingKeys = Object.keys(existingNetworkSettings.shape);

const newForm: NetworkForm = {
  isExisting: false,
  schema: newNetworkSettings,
  keysOfTheOtherForm: Object.fromEntries(
    existingKeys.map((key) => [
      key,
      "It belongs to an existing VPC, which vpcId would name in place of cidrBlock.",
    ]),
  ),
};

const existingForm: NetworkForm = {
  isExisting: true,
  schema: existingNetworkSettings,
  keysOfTheOtherForm: Object.fromEntries(
    newKeys.map((key) => [key, "It belongs to a new VPC; with vpcId the VPC is there already."]),
  ),
};

/** `vpcId` decides, however it is spelt; without it cidrBlock; without either the form that more keys belong to. */
export function networkForm(value: unknown): NetworkForm {
  if (!isMapping(value)) {
    return newForm;
  }
  const meant = Object.keys(value).map((key) => nearestName(key, [...newKeys, ...existingKeys]) ?? key);
  if (meant.includes("vpcId")) {
    return existingForm;
  }
  const count = (keys: readonly string[]): number => meant.filter((key) => keys.includes(key)).length;
  return !meant.includes("cidrBlock") && count(existingKeys) > count(newKeys) ? existingForm : newForm;
}
