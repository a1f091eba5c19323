import type { ReplayFilters } from "@promptcall/functions/dispatcher/replay";
import { buildCommand } from "@stricli/core";
import * as z from "zod/mini";
import type { Context } from "../../packages/command/src/context.ts";
import { UsageError } from "../../packages/command/src/errors.ts";
import { print } from "../../packages/command/src/output.ts";
import { connectToStage } from "./stage.ts";

interface Flags {
  readonly queue?: "callbacks";
  readonly tid?: readonly string[];
  readonly receiver?: string;
  readonly reason?: string;
  readonly since?: number;
  readonly until?: number;
}

export const replayCommand = buildCommand<Flags, [], Context>({
  docs: {
    brief: "Deliver parked results of every application again",
    fullDescription:
      "Delivers parked results again: all of them, or those that every flag fits. With one of these, --queue may be left out.",
    customUsage: ["--queue callbacks", "--receiver shop.example --reason timeout --since 2026-01-31T12:00:00Z"],
  },
  parameters: {
    flags: {
      queue: { kind: "enum", values: ["callbacks"], optional: true, brief: "All that are parked" },
      tid: text("Of this call or batch; may be given several times", "TID", { variadic: true }),
      receiver: text("Those that go to this host", "HOST"),
      reason: text("Whose last attempt ended so: timeout, unreachable, http_503, …", "WORD"),
      since: time("Whose last attempt was made at this time or later"),
      until: time("Whose last attempt was made before this time"),
    },
  },
  async func({ queue, tid: tids = [], receiver, reason, since: sinceMs, until: untilMs }) {
    const filters: ReplayFilters = {
      ...(receiver !== undefined && { receiver: receiver.toLowerCase() }),
      ...(reason !== undefined && { reason }),
      ...(sinceMs !== undefined && { sinceMs }),
      ...(untilMs !== undefined && { untilMs }),
    };
    // All that is parked is delivered again only when the queue is named.
    if (queue === undefined && tids.length === 0 && Object.keys(filters).length === 0)
      throw new UsageError("Say which: --queue callbacks for all that are parked, or what they have in common.");
    await connectToStage();
    const { linkedReplay } = await import("@promptcall/functions/dispatcher/linked-replay");
    const report = (line: string) => print(this, line);
    const asked = { ...(tids.length > 0 && { tids: new Set(tids) }), filters, report };
    const { sent, left } = await linkedReplay()(asked);
    print(this, `${sent} sent again, ${left} left.`);
  },
});

function text<Other extends object>(brief: string, placeholder: string, other?: Other) {
  return { kind: "parsed", parse: String, optional: true, brief, placeholder, ...(other as Other) } as const;
}

function time(brief: string) {
  return { kind: "parsed", parse: epochMsOf, optional: true, brief, placeholder: "TIME" } as const;
}

const TimeSchema = z.iso.datetime({ offset: true });

function epochMsOf(written: string): number {
  if (!TimeSchema.safeParse(written).success) throw new UsageError("it is no time, such as 2026-01-31T12:00:00Z");
  return Date.parse(written);
}
