import type { Command } from "commander";
import { createRequire } from "node:module";
import type { CommonOptions, Registration } from "../terminal/registration";
import type * as doctorModule from "./doctor";

const load = createRequire(__filename);

/** `groundwork doctor`. */
export function addDoctorCommands(program: Command, { common, contextOf, exit }: Registration): void {
  common(program.command("doctor"))
    .description(
      "checks what a run needs (credentials, tools, backend, named resources, quotas, DNS) and looks for lost machines; exit 4 for any finding",
    )
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
    .option("--fix", "machines only: adopt, finish or delete them, after asking")
    .action(async (stack: string, options: CommonOptions & { readonly fix?: boolean }) => {
      const { doctor } = load("./doctor") as typeof doctorModule;
      exit(await doctor(contextOf(options), stack, { fix: options.fix === true }));
    });
}
