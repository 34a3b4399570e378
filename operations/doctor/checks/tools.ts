import { accessSync, constants } from "node:fs";
import * as path from "node:path";
import type { StackSettings } from "../../../settings/load";
import type { Check, Finding, Patient } from "../check";

/** A program that is called while a stack is worked on. */
interface Tool {
  readonly program: string;
  readonly isNeeded: (settings: StackSettings) => boolean;
  /** What calls it, and for what. */
  readonly why: string;
  readonly version: readonly string[];
  /** Of what it says of itself, when that will not do. */
  readonly isOld?: (said: string) => boolean;
  readonly wanted?: string;
}

const hasCluster = ({ sections }: StackSettings): boolean => sections.cluster !== undefined;

const tools: readonly Tool[] = [
  {
    program: "aws",
    isNeeded: hasCluster,
    why: "`aws eks get-token` lets runs into the cluster",
    version: ["--version"],
    isOld: (said) => !/aws-cli\/([2-9]|\d\d)/.test(said),
    wanted: "AWS CLI 2",
  },
  {
    program: "ssh",
    isNeeded: ({ sections }) => sections.metalWorkers !== undefined,
    why: "workers are looked at over it",
    version: ["-V"],
  },
  {
    program: "git",
    isNeeded: () => true,
    why: "who approved, and which commit was applied, is read from it",
    version: ["--version"],
  },
];

/** The programs of this machine that the settings need, in versions that will do. */
export const installedTools: Check = async (patient) => {
  const missing = missingTools(patient);
  const there = toolsFor(patient).filter(({ program }) => !isMissing(patient, program));
  const old = await Promise.all(
    there.map(async ({ isOld, program, version, wanted, why }): Promise<readonly Finding[]> => {
      if (isOld === undefined || wanted === undefined) return [];
      const said = await patient.run(program, version);
      return said !== undefined && !isOld(said)
        ? []
        : [
            {
              severity: "warning",
              what: `\`${program}\` is ${said?.split("\n")[0] ?? "silent"}: ${why}`,
              mend: `Install ${wanted}`,
            },
          ];
    }),
  );
  return [...missing, ...old.flat()];
};

/** The same without starting anything. */
export function missingTools(patient: Pick<Patient, "context" | "settings">): readonly Finding[] {
  return toolsFor(patient)
    .filter(({ program }) => isMissing(patient, program))
    .map(({ program, wanted = program, why }) => ({
      severity: "error",
      what: `there is no \`${program}\` on the PATH: ${why}`,
      mend: `Install ${wanted}`,
    }));
}

function toolsFor({ settings }: Pick<Patient, "settings">): readonly Tool[] {
  return tools.filter(({ isNeeded }) => isNeeded(settings));
}

function isMissing({ context }: Pick<Patient, "context">, program: string): boolean {
  const { path: places, variables } = context.environment;
  const endings = ["", ...(variables["PATHEXT"] ?? "").split(path.delimiter)];
  return !places
    .split(path.delimiter)
    .some((place) => endings.some((ending) => isProgram(path.join(place, `${program}${ending}`))));
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
