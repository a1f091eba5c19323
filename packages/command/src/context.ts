import type { StricliProcess } from "@stricli/core";
import type { PromptcallOptions } from "promptcall";
import type { ConnectionFlags } from "./connection.ts";

/** What a command is given of the world. */
export interface Context {
  readonly process: StricliProcess;
  /** What the flags, the environment and the file say of the service and of who asks. */
  readonly connection: (flags: ConnectionFlags) => Promise<PromptcallOptions>;
  /** What results are signed with, the current one first; none where the environment has none. */
  readonly secrets: readonly string[];
  /** The text of a file, or of the standard input where it is `-`. */
  readonly read: (file: string) => Promise<string>;
  readonly write: (file: string, text: string) => Promise<void>;
  /** Somebody is there to be asked and to look at what moves. */
  readonly isTerminal: boolean;
  /** Aborted when the person presses Ctrl-C the next time. */
  readonly interrupted: AbortSignal;
}
