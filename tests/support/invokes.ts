import { createHash } from "node:crypto";

/** What AWS answers to the questions that the program asks of it, as far as it asks the same every time. */
export const invokes: Readonly<Record<string, (inputs: Record<string, unknown>) => Record<string, unknown>>> =
  {
    "aws:ec2/getAmi:getAmi": (inputs) => {
      const question = JSON.stringify([inputs["region"], inputs["owners"], inputs["filters"]]);
      return { ...inputs, id: `ami-0${createHash("sha256").update(question).digest("hex").slice(0, 16)}` };
    },
    "aws:index/getAvailabilityZones:getAvailabilityZones": (inputs) => ({
      ...inputs,
      names: ["a", "b", "c"].map((letter) => `${String(inputs["region"])}${letter}`),
    }),
  };
