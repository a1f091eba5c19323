import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { acceptedAt, BEHIND_ALL, placeBefore, placeOf } from "../../src/call/application-list.ts";
import { callIdOf } from "../../src/call/batch.ts";
import { type Position, readPosition, walk, writtenPosition } from "../../src/call/walk.ts";

const at = (second: number) => new Date(Date.UTC(2026, 0, 1) + second * 1_000).toISOString();

const someAccepted = fc.array(
  fc.record({ second: fc.integer({ min: 0, max: 50 }), count: fc.option(fc.integer({ min: 1, max: 30 })) }),
  { maxLength: 20 },
);

const placesOf = (
  accepted: readonly { second: number; count: number | null }[],
  ids = accepted.map(() => randomUUID()),
) =>
  accepted.map(({ second, count }, index) =>
    placeOf({ id: ids[index] ?? "", acceptedAt: at(second), ...(count !== null && { count }) }),
  );

const tidsOf = (place: string): string[] => {
  const { id, count } = acceptedAt(place);
  if (count === undefined) return [id];
  return Array.from({ length: count }, (_, index) => callIdOf({ batchId: id, index }));
};

/** All pages, in each of which there are so many at the most. */
function paged({ places, limit, onPage = () => [] }: { places: string[]; limit: number; onPage?: () => string[] }) {
  const found: string[] = [];
  let from: Position = { place: BEHIND_ALL };
  for (;;) {
    const rest = from.below === undefined ? [] : [from.place];
    const older = places
      .filter((place) => place < from.place)
      .sort()
      .reverse();
    const steps = walk({ places: [...rest, ...older], from, most: limit });
    const last = steps.at(-1);
    if (last === undefined) return found;
    found.push(...steps.map(({ tid }) => tid));
    from = readPosition(writtenPosition(last.position));
    places.push(...onPage());
  }
}

describe("the calls of an application, in pages", () => {
  it("are there exactly once each, whatever a page holds", () => {
    fc.assert(
      fc.property(someAccepted, fc.integer({ min: 1, max: 40 }), (accepted, limit) => {
        const places = placesOf(accepted);
        expect(paged({ places, limit }).sort()).toEqual(places.flatMap(tidsOf).sort());
      }),
    );
  });

  it("are there exactly once each while others are accepted", () => {
    fc.assert(
      fc.property(someAccepted, fc.integer({ min: 1, max: 40 }), (accepted, limit) => {
        const places = placesOf(accepted);
        const known = places.flatMap(tidsOf).sort();
        let second = 51;
        const onPage = () => placesOf([{ second: second++, count: 3 }]);
        expect(paged({ places: [...places], limit, onPage }).sort()).toEqual(known);
      }),
    );
  });

  it("come the newest first, and of a batch the last first", () => {
    const [older = "", newer = ""] = placesOf([
      { second: 1, count: 3 },
      { second: 2, count: null },
    ]);
    const tids = walk({ places: [newer, older], most: 10 }).map(({ tid }) => tid);
    expect(tids).toEqual([...tidsOf(newer), ...tidsOf(older).reverse()]);
  });
});

describe("a place in the list of an application", () => {
  it("says what was accepted when", () => {
    const accepted = { id: randomUUID(), acceptedAt: at(5), count: 10_000 };
    expect(acceptedAt(placeOf(accepted))).toEqual(accepted);
    const { count: _, ...call } = accepted;
    expect(acceptedAt(placeOf(call))).toEqual(call);
  });

  it("sorts by time", () => {
    const id = randomUUID();
    const ordered = [placeBefore(at(5)), placeOf({ id, acceptedAt: at(5) }), placeBefore(at(6)), BEHIND_ALL];
    expect(ordered.toSorted()).toEqual(ordered);
  });
});
