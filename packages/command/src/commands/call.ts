import { buildCommand } from "@stricli/core";
import { type CallParameters, Promptcall, UnansweredError } from "promptcall";
import { assignmentsOf } from "../assignments.ts";
import { CONNECTION_FLAGS, type ConnectionFlags } from "../connection.ts";
import type { Context } from "../context.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { JSON_FLAG, note, print } from "../output.ts";
import { callSentence } from "../sentences.ts";

interface Flags extends ConnectionFlags {
  readonly json?: boolean;
  readonly wait: boolean;
  readonly idempotencyKey?: string;
}

export const callCommand = buildCommand<Flags, string[], Context>({
  docs: {
    brief: "Call one person",
    fullDescription:
      "Calls one person, and waits until the call is over. Parameters are those of the API, as name=value. " +
      "name=@FILE takes what a file says, and name=- the standard input.",
    customUsage: ["to=447700900001 from=447700900999 text='Please enter your PIN.' pin_code=@pin.txt"],
  },
  parameters: {
    flags: {
      ...CONNECTION_FLAGS,
      ...JSON_FLAG,
      wait: { kind: "boolean", default: true, brief: "Wait until the call is over" },
      idempotencyKey: {
        kind: "parsed",
        parse: String,
        optional: true,
        brief: "The same key calls nobody twice",
        placeholder: "KEY",
      },
    },
    positional: {
      kind: "array",
      parameter: { parse: String, brief: "Parameters of the call", placeholder: "name=value" },
    },
  },
  async func(flags, ...written) {
    const promptcall = new Promptcall(await this.connection(flags));
    const call = (await assignmentsOf(written, this.read)) as unknown as CallParameters;
    const { idempotencyKey = crypto.randomUUID(), json = false } = flags;
    const signal = this.interrupted;
    const { tid } = await promptcall.calls.create(call, { signal, idempotencyKey }).catch((error) => {
      if (error instanceof UnansweredError)
        note(
          this,
          `It is not known whether the call was accepted. To ask again, add --idempotency-key ${idempotencyKey}`,
        );
      throw error;
    });
    if (!flags.wait) return print(this, json ? JSON.stringify({ tid }) : tid);
    note(this, `${tid} is accepted; waiting for its result.`);
    const ended = await promptcall.calls.wait(tid, { signal });
    print(this, json ? JSON.stringify(ended) : callSentence(ended, this));
    if (ended.status !== "ok") this.process.exitCode = EXIT_CODES.not_ok;
  },
});
