import { buildCommand } from "@stricli/core";
import { Promptcall } from "promptcall";
import { callOrBatch } from "../call-or-batch.ts";
import type { Context } from "../context.ts";
import { print } from "../output.ts";
import { batchSentence } from "../sentences.ts";
import { LOOK_FLAGS, type LookFlags } from "./looks.ts";

interface Asked {
  readonly id: string;
  readonly promptcall: Promptcall;
  readonly signal: AbortSignal;
}

/** What there is to tell of a change, and the same for programs. */
interface Change {
  readonly line: string;
  readonly data: object;
}

/** A command that has something done with one call or batch. */
function changeCommand(given: { brief: string; of: string; change: (asked: Asked) => Promise<Change> }) {
  return buildCommand<LookFlags, [string], Context>({
    docs: { brief: given.brief },
    parameters: {
      flags: LOOK_FLAGS,
      positional: {
        kind: "tuple",
        parameters: [{ parse: String, brief: `Id of the ${given.of}`, placeholder: "ID" }],
      },
    },
    async func({ json = false, ...flags }, id) {
      const promptcall = new Promptcall(await this.connection(flags));
      const { line, data } = await given.change({ id, promptcall, signal: this.interrupted });
      print(this, json ? JSON.stringify(data) : line);
    },
  });
}

export const cancelCommand = changeCommand({
  brief: "Cancel what is queued of a call or a batch, and hang up what is live",
  of: "call or batch",
  change: ({ id, promptcall: { calls, batches }, signal }) =>
    callOrBatch<Change>({
      call: async () => {
        await calls.cancel(id, { signal });
        return { line: `${id} is cancelled.`, data: { tid: id } };
      },
      batch: async () => {
        const batch = await batches.cancel(id, { signal });
        return { line: `${batchSentence(batch)}  ${batch.cancelling} are being cancelled`, data: batch };
      },
    }),
});

export const pauseCommand = changeCommand({
  brief: "Dial no more of a batch for now",
  of: "batch",
  change: async ({ id, promptcall: { batches }, signal }) => {
    const batch = await batches.pause(id, { signal });
    return { line: batchSentence(batch), data: batch };
  },
});

export const resumeCommand = changeCommand({
  brief: "Go on with a batch that was paused",
  of: "batch",
  change: async ({ id, promptcall: { batches }, signal }) => {
    const batch = await batches.resume(id, { signal });
    return { line: batchSentence(batch), data: batch };
  },
});
