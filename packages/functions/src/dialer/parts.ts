import { MOST_TOGETHER, SPREAD_MS, slackMs } from "@promptcall/core/dialing/loop";
import type { PartMessage, Together } from "@promptcall/core/dialing/messages";
import type { Told } from "../ports/log.ts";
import { callsOf, dialTogether } from "./dial-together.ts";
import type { DialerPorts } from "./dialer-ports.ts";

/** A part does not know how many there are; with this it is as if they took all of the spread. */
const PART_SLACK_MS = slackMs(Number.POSITIVE_INFINITY);

/** Hands a step's calls to further messages. What is late or lost of them stays queued, and goes with the next step. */
export async function handOn(
  { owner, atMs, together }: { owner: string; atMs: number; together: Together },
  ports: DialerPorts,
): Promise<readonly Told[]> {
  const parts = partsOf(together);
  // The parts begin apart, so that the carrier is not asked for several calls at one moment.
  const apartMs = Math.floor(SPREAD_MS / MOST_TOGETHER / parts.length);
  await ports.dial.sendAll(
    parts.map((part, place) => ({
      v: 1,
      type: "part",
      owner,
      at: new Date(atMs + place * apartMs).toISOString(),
      ...part,
    })),
  );
  return [];
}

export async function dialPart(message: PartMessage, ports: DialerPorts): Promise<readonly Told[]> {
  const { owner, at, singles, batches } = message;
  const together = { singles, batches };
  const found = await ports.calls.find(callsOf(together).map(({ tid }) => tid));
  return await dialTogether({ owner, atMs: Date.parse(at), lateMs: PART_SLACK_MS, together, found }, ports);
}

function partsOf({ singles, batches }: Together): Together[] {
  const ofSingles = chunks(singles).map((part) => ({ singles: part, batches: [] }));
  const calls = batches.flatMap(({ indices, ...batch }) => indices.map((index) => ({ batch, index })));
  const ofBatches = chunks(calls).map((part) => {
    const byBatch = Map.groupBy(part, ({ batch }) => batch);
    return {
      singles: [],
      batches: [...byBatch].map(([batch, some]) => ({ ...batch, indices: some.map(({ index }) => index) })),
    };
  });
  return [...ofSingles, ...ofBatches];
}

function chunks<Item>(items: readonly Item[]): Item[][] {
  return Array.from({ length: Math.ceil(items.length / MOST_TOGETHER) }, (_, index) =>
    items.slice(index * MOST_TOGETHER, (index + 1) * MOST_TOGETHER),
  );
}
