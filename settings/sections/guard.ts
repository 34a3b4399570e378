import { z } from "zod";
import { flawOfPerson, flawOfReason } from "../../guard/approvals/answerable";
import { conditionalRules } from "../../guard/approvals/exceptions";
import { guardLevels } from "../../guard/level";
import { format, setting } from "../describe";

const rule = format(
  z.string().refine((name) => conditionalRules.includes(name), { error: "is no rule that can be lowered" }),
  {
    allowed: "a rule of the policy pack (docs/guard.md lists them) that is not one of guard/",
    examples: ["ec2/pinned-images"],
  },
);

const day = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/)
  .refine((text) => new Date(`${text}T00:00:00Z`).toJSON()?.startsWith(text), {
    error: "is no day of any month",
  });

export const guardSettings = setting(
  z.strictObject({
    level: setting(z.enum(guardLevels).default("production"), {
      description:
        "`production`: every lock, higher floors (backup retention of at least 7 days, several zones). " +
        "`development`: every lock, lower floors. " +
        "`disposable`: no locks; what holds data may be destroyed, but only in a run after the one that applied this.",
      why: "production, so that a stack file without the section gets the strongest protection.",
    }),
    advisory: setting(z.array(rule).default([]), {
      description:
        "Rules of the policy pack that only warn here. Those of guard/ cannot be among them: they keep data. To give data up on purpose, " +
        "use an approval.",
      why: "None: nobody reads a rule that only warns.",
      examples: [["kubernetes/resource-limits"]],
    }),
    exceptions: setting(
      z
        .array(
          setting(
            z.strictObject({
              rule: setting(rule, { description: "The rule that does not hold." }),
              resource: setting(z.string().regex(/^[^:\s]+:[^\s]+::[^\s:](?:.*\S)?$/), {
                description: "The one resource that is exempt: the end of its URN, type and name.",
                allowed: "TYPE::NAME, as a URN ends",
                examples: ["aws:ec2/securityGroup:SecurityGroup::database"],
              }),
              who: setting(
                z
                  .string()
                  .trim()
                  .refine((name) => flawOfPerson(name) === undefined, { error: "names nobody" }),
                { description: "Who answers for it.", allowed: "a name, not a placeholder" },
              ),
              why: setting(
                z
                  .string()
                  .trim()
                  .refine((text) => flawOfReason(text) === undefined, { error: "is no reason" }),
                {
                  description: "Why it is right here.",
                  allowed: "a reason of at least two words and ten letters, not a placeholder",
                },
              ),
              until: setting(day, {
                description:
                  "Its last day, in UTC. After it the rule holds again, and refuses what breaks it.",
                allowed: "a date, YYYY-MM-DD, in quotes",
                examples: ["2027-03-31"],
              }),
            }),
            { description: "One resource, one rule, one reason, one date." },
          ),
        )
        .default([]),
      {
        description:
          "Single resources that are exempt from single rules of the policy pack, for a time. Rules of guard/ have no exceptions.",
      },
    ),
  }),
  { description: "How strongly data is protected against loss." },
);
