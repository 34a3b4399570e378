import type { StackSettings } from "../../../settings/load";
import { findOnPath } from "../../../toolchain/executables";
import { told, type Check, type Finding, type Patient } from "../check";

/** A program that is called while a stack is worked on. */
interface Tool {
  readonly program: string;
  readonly isNeeded: (settings: StackSettings) => boolean;
  /** What calls it, and for what. */
  readonly why: string;
  /** How it tells its version, and which will not do. Default: any will. */
  readonly version?: readonly string[];
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
  },
  {
    program: "git",
    isNeeded: () => true,
    why: "who approved, and which commit was applied, is read from it",
  },
];

/** The programs of this machine that the settings need, in versions that will do. */
export const installedTools: Check = async (patient) => {
  const found = await Promise.all(
    toolsFor(patient).map(async ({ isOld, program, version = [], wanted = program, why }) => {
      const said = (isOld && (await patient.run(program, version))) ?? "";
      const what = `\`${program}\` is ${said.split("\n")[0] ?? ""}: ${why}`;
      return said !== "" && isOld?.(said) ? told("warning", what, { mend: `Install ${wanted}` }) : [];
    }),
  );
  return [...(await missingTools(patient)), ...found.flat()];
};

/** The same without starting anything. */
export async function missingTools(
  patient: Pick<Patient, "context" | "settings">,
): Promise<readonly Finding[]> {
  const found = await Promise.all(
    toolsFor(patient).map(async ({ program, wanted = program, why }) => {
      const places = await findOnPath(program, patient.context.environment.path);
      const what = `there is no \`${program}\` on the PATH: ${why}`;
      return places.length > 0 ? [] : told("error", what, { mend: `Install ${wanted}` });
    }),
  );
  return found.flat();
}

function toolsFor({ settings }: Pick<Patient, "settings">): readonly Tool[] {
  return tools.filter(({ isNeeded }) => isNeeded(settings));
}
