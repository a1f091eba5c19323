import { parseArgs } from "node:util";
import type { ReplayOptions } from "@promptcall/functions/dispatcher/replay";
import * as z from "zod/mini";
import { connect } from "../system/running.ts";

const USAGE =
  "npm run replay -- --queue callbacks [--tid <tid>]… [--receiver <host>] [--reason <word>] [--since <time>] [--until <time>]";

const OPTIONS = {
  queue: { type: "string" },
  tid: { type: "string", multiple: true },
  receiver: { type: "string" },
  reason: { type: "string" },
  since: { type: "string" },
  until: { type: "string" },
} as const;

const TimeSchema = z.iso.datetime({ offset: true });

/** What to send again; or, as text, what is wrong with the options. */
function askedBy(args: string[]): Omit<ReplayOptions, "report"> | string {
  try {
    const { queue, tid: tids = [], ...filters } = parseArgs({ args, options: OPTIONS }).values;
    // All that is parked is sent again only when the queue is named.
    if (queue === undefined && tids.length === 0 && Object.keys(filters).length === 0) return "Say which queue";
    if (queue !== undefined && queue !== "callbacks") return `There is no queue '${queue}' to replay`;
    const { receiver, reason, since, until } = filters;
    for (const [name, time] of Object.entries({ since, until }))
      if (time !== undefined && !TimeSchema.safeParse(time).success)
        return `--${name} is a time, such as 2026-01-31T12:00:00Z`;
    return {
      ...(tids.length > 0 && { tids: new Set(tids) }),
      filters: {
        ...(receiver !== undefined && { receiver: receiver.toLowerCase() }),
        ...(reason !== undefined && { reason }),
        ...(since !== undefined && { sinceMs: Date.parse(since) }),
        ...(until !== undefined && { untilMs: Date.parse(until) }),
      },
    };
  } catch (error) {
    // The first sentence says what, the others how to write it otherwise.
    return error instanceof Error ? (error.message.split(". ")[0] ?? "") : String(error);
  }
}

async function main(): Promise<number> {
  const asked = askedBy(process.argv.slice(2));
  if (typeof asked === "string") {
    console.error(`${asked}. Usage: ${USAGE}`);
    return 1;
  }
  if (!(await connect())) {
    console.error("Nothing to replay from: run it beside npm start, or as npx sst shell -- npm run replay -- …");
    return 1;
  }
  // The clients take their region and endpoints from the environment when they are made.
  const { linkedReplay } = await import("@promptcall/functions/dispatcher/linked-replay");
  const { sent, left } = await linkedReplay()({ ...asked, report: (line) => console.log(line) });
  console.log(`${sent} sent again, ${left} left.`);
  return 0;
}

process.exit(await main());
