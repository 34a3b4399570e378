import { InvalidArgumentError, type Command } from "commander";
import { createRequire } from "node:module";
import type { CommonOptions, Registration } from "../terminal/registration";
import { ActionArgument } from "../terminal/stack-and-action";
import type * as imageModule from "./image";

const load = createRequire(__filename);

/** `groundwork image`. */
export function addImagesCommands(program: Command, { common, contextOf, exit }: Registration): void {
  common(program.command("image"))
    .description("builds, deploys, lists and removes the images of a worker group")
    .usage("[options] <stack> <group> build|deploy|list|clean")
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
    .argument("<group>", "the worker group, as in groundwork:workerGroups")
    .addArgument(new ActionArgument(["build", "deploy", "list", "clean"]))
    .option("--image <id>", "deploy: this image instead of the newest")
    .option(
      "--keep <images>",
      "clean: keep this many of the newest images, in addition to those in use",
      imageCount,
    )
    .option("--dry-run", "clean: list only, delete nothing")
    .action(
      async (
        stack: string,
        group: string,
        action: string,
        options: CommonOptions & {
          readonly image?: string;
          readonly keep?: number;
          readonly dryRun?: boolean;
        },
      ) => {
        const { image, imageAction } = load("./image") as typeof imageModule;
        exit(
          await image(contextOf(options), stack, group, imageAction(action, options), {
            image: options.image,
            keep: options.keep,
            dryRun: options.dryRun === true,
          }),
        );
      },
    );
}

function imageCount(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) {
    throw new InvalidArgumentError("A number of images is a whole one, 1 or more.");
  }
  return Number(text);
}
