import * as path from "node:path";
import { SettingsError } from "../../settings/problem";
import { parseStackFile } from "../../settings/stack-file";
import type { CommandContext } from "../terminal/command-context";
import { confirm } from "../terminal/confirm";
import { carryOut } from "../plan/carry-out";
import { FailedError, UsageError } from "../terminal/errors";
import { changesAnything } from "../plan/plan";
import { isRefused, planDocument, printPlan, tellRefusal, typedFor } from "../plan/report";
import { planUpdate, type JudgedUpdate, type PlanOptions } from "../plan/planning";
import { stackFile } from "../terminal/project";
import { rehearsedStack } from "../engine/rehearsal-session";
import { readText, replaceText, withPair } from "../engine/stack-file-edit";
import type { OpenStack } from "../plan/workspace";
import type { Role } from "./role";

/**
 * Another image for a role: written into the stack file, so that the program goes on saying what there is, and brought to the
 * group by an update with preview and gate. Taken back, the file is as it was, and the stack too.
 */
export class ImageChange {
  private report: JudgedUpdate | undefined;
  private isWritten = false;

  private constructor(
    private readonly file: string,
    private readonly before: string,
    private readonly after: string,
    private readonly role: Role,
    private readonly options: PlanOptions,
  ) {}

  /** @throws UsageError for what is no image, and where the file cannot be changed; nothing is written yet. */
  static of(
    context: CommandContext,
    stackName: string,
    role: Role,
    { image, refresh }: PlanOptions & { readonly image: string },
  ): ImageChange {
    const key = /^ami-([0-9a-f]{8}|[0-9a-f]{17})$/.test(image)
      ? "amiId"
      : /^2023\.\d+\.\d{8}\.\d+$/.test(image)
        ? "amazonLinuxRelease"
        : undefined;
    if (key === undefined) {
      throw new UsageError(
        `--image ${image} is no image. Allowed: an AMI (ami- and 8 or 17 hexadecimal digits) or a release of Amazon Linux ` +
          "(2023.9.20251117.1). Nothing was touched.",
      );
    }
    const file = stackFile(context.project, stackName);
    const name = path.basename(file);
    const before = readText(file);
    const after = withPair(
      before,
      {
        path: ["groundwork:fleets", role.name],
        oneOf: ["amiId", "amazonLinuxRelease"],
        key,
        value: image,
      },
      { file: name, project: context.project.name },
    );
    try {
      parseStackFile(
        after,
        name,
        { project: context.project.name, stack: stackName },
        { secretsAreSupplied: context.rehearsal !== undefined },
      );
    } catch (error) {
      if (error instanceof SettingsError) {
        throw new UsageError(
          `${error.message}\nThis is what the image would make wrong. Nothing was touched.`,
          [...error.problems],
        );
      }
      throw error;
    }
    return new ImageChange(file, before, after, role, { refresh });
  }

  /**
   * Writes the file and previews it.
   *
   * @returns Undefined where guard or policy refuse: that has been told, and the file is as it was.
   */
  async plan(context: CommandContext, stack: OpenStack): Promise<{ readonly changes: boolean } | undefined> {
    const { output } = context;
    this.write(context, stack, this.before, this.after);
    this.isWritten = true;
    output.note(`Previewing ${stack.name} with the image in ${path.basename(this.file)}`);
    try {
      this.report = await planUpdate(stack, this.options);
    } catch (error) {
      this.putBack();
      throw error;
    }
    if (isRefused(this.report)) {
      output.document(planDocument(this.report));
      tellRefusal(this.report, output);
      this.putBack();
      return undefined;
    }
    const changes = changesAnything(this.report.plan);
    if (changes && !output.json) {
      printPlan(this.report, output);
    }
    return { changes };
  }

  /** @returns False when the answer was no; the file is as it was then. */
  async ask(context: CommandContext, stack: OpenStack): Promise<boolean> {
    let yes = false;
    try {
      yes = await confirm(
        `Change ${stack.name} so, and roll ${this.role.name} (${stack.where})?`,
        context,
        this.report && typedFor(this.report),
      );
    } finally {
      if (!yes) {
        this.putBack();
      }
    }
    if (!yes) {
      context.output.print("Nothing was touched.");
    }
    return yes;
  }

  /** @throws FailedError when the update breaks off; the file keeps the new image then. */
  async bring(context: CommandContext, stack: OpenStack): Promise<void> {
    if (this.report !== undefined) {
      await carryOut(stack, this.report, context.output);
    }
  }

  /** The file only: nothing has been brought to the cloud. */
  putBack(): void {
    if (this.isWritten) {
      replaceText(this.file, this.after, this.before);
      this.isWritten = false;
    }
  }

  /** The file, and then the stack. @throws FailedError when the stack cannot follow. */
  async takeBack(context: CommandContext, stack: OpenStack): Promise<void> {
    if (!this.isWritten) {
      return;
    }
    this.write(context, stack, this.after, this.before);
    this.isWritten = false;
    const report = await planUpdate(stack);
    if (isRefused(report)) {
      tellRefusal(report, context.output);
      throw new FailedError(
        `${path.basename(this.file)} has the old image again, but the stack cannot follow it: see above. The machines are the old ones.`,
      );
    }
    if (changesAnything(report.plan)) {
      await carryOut(stack, report, context.output);
    }
  }

  /** A rehearsal works on a copy of the file, which follows. */
  private write(context: CommandContext, stack: OpenStack, from: string, to: string): void {
    if (from !== to) {
      replaceText(this.file, from, to);
    }
    if (stack.session !== undefined) {
      rehearsedStack(context, stack.session, stack.name);
    }
  }
}
