import type { Terminal } from "../../operations/terminal/output";
import { Output } from "../../operations/terminal/output";

/** A terminal that remembers what was written to it, or, by default, no terminal at all: two pipes. */
export class FakeTerminal {
  out = "";
  err = "";

  constructor(private readonly isTTY = false) {}

  get terminal(): Terminal {
    const write = (key: "out" | "err") => ({
      isTTY: this.isTTY,
      write: (text: string): boolean => {
        this[key] += text;
        return true;
      },
    });
    return {
      stdin: { isTTY: this.isTTY },
      stdout: write("out"),
      stderr: write("err"),
    } as unknown as Terminal;
  }

  output(json = false): Output {
    return new Output(this.terminal, json, false);
  }
}
