import type { Draft, Entries, Entry } from "../../../interpreter/entry";
import { textOf } from "../../../interpreter/values";

const id = ({ name, random }: Draft): string => `${name}${random.hex(8)}`;

/** Recorded, not run: what a script prints on somebody's machine is no part of a rehearsal. */
const command: Entry = {
  id,
  outputs: () => ({ stdout: "", stderr: "" }),
  updated: () => ({ stdout: "", stderr: "" }),
  secretWithInputs: ["stdout", "stderr"],
};

/** A machine that SSH reaches shows a public key: of the usual form, nobody's. */
const shownKey = ({ inputs, random }: Draft): string =>
  textOf(inputs, "create").includes("ssh-keyscan")
    ? `ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABB${random.hex(87)}=`
    : "";

const localCommand: Entry = {
  ...command,
  outputs: (draft) => ({ stdout: shownKey(draft), stderr: "" }),
  // Without `update` it is `create` that runs; one that prints what was printed before changes nothing.
  updated: (draft) => ({
    stdout: textOf(draft.inputs, "update").includes("$PULUMI_COMMAND_STDOUT")
      ? textOf(draft.outputs, "stdout")
      : shownKey(draft),
    stderr: "",
  }),
};

const copy: Entry = {
  id: (draft) => textOf(draft.inputs, "remotePath") || id(draft),
};

export const entries: Entries = {
  "command:local:Command": localCommand,
  "command:remote:Command": command,
  "command:remote:CopyFile": copy,
  "command:remote:CopyToRemote": copy,
};
