import type { DialGroup, PartMessage } from "@promptcall/core/contracts/dialing-messages";
import { LARGEST_DIAL_GROUP, STEP_SPREAD_MS } from "@promptcall/core/dialing/loop";
import { callsOf, dialGroup } from "../dialing/dial-group.ts";
import type { DialerPorts } from "../dialing/dialer-ports.ts";
import type { LogRecord } from "../ports/log.ts";

/**
 * How late a call of a part may be, its claim's write included. Steps are full, and 28 ms more than a second apart: whatever
 * is later meets the next one at the carrier.
 */
const PART_SLACK_MS = 60;

/** Fans a step's calls out to further messages. Calls of a late or lost part stay queued for the next step. */
export async function fanOut(
  { owner, atMs, group }: { owner: string; atMs: number; group: DialGroup },
  ports: DialerPorts,
): Promise<readonly LogRecord[]> {
  const parts = partsOf(group);
  // The parts start at different times, so that their requests do not coincide.
  const apartMs = STEP_SPREAD_MS / LARGEST_DIAL_GROUP / parts.length;
  await ports.dial.sendAll(
    parts.map((part, index) => ({
      v: 1,
      type: "part",
      owner,
      at: new Date(atMs + Math.floor(index * apartMs)).toISOString(),
      ...part,
    })),
  );
  return [];
}

export async function dialPart(message: PartMessage, ports: DialerPorts): Promise<readonly LogRecord[]> {
  const { owner, at, singles, batches } = message;
  const group = { singles, batches };
  const tids = callsOf(group).map(({ tid }) => tid);
  const found = await ports.calls.find(tids, { mayBeBehind: true });
  return await dialGroup(
    { owner, atMs: Date.parse(at), spreadMs: STEP_SPREAD_MS, lateMs: PART_SLACK_MS, group, found },
    ports,
  );
}

function partsOf({ singles, batches }: DialGroup): DialGroup[] {
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
  return Array.from({ length: Math.ceil(items.length / LARGEST_DIAL_GROUP) }, (_, index) =>
    items.slice(index * LARGEST_DIAL_GROUP, (index + 1) * LARGEST_DIAL_GROUP),
  );
}
