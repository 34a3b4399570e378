import { z } from "zod";
import { guardLevels } from "../../guard/level";
import { setting } from "../describe";

export const guardSettings = setting(
  z.strictObject({
    level: setting(z.enum(guardLevels).default("production"), {
      description:
        "`production`: every lock, higher floors (backup retention of at least 7 days, several zones). " +
        "`development`: every lock, lower floors. " +
        "`disposable`: no locks; what holds data may be destroyed, but only in a run after the one that applied this.",
      why: "production, so that a stack file that forgets the section is protected hardest.",
    }),
  }),
  { description: "How hard what holds data is protected against loss." },
);
export type GuardSettings = z.infer<typeof guardSettings>;
