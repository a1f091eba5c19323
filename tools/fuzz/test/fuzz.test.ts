import { describe, expect, it } from "vitest";
import { type Door, openDoor } from "../door.ts";
import { fuzz } from "../fuzz.ts";
import { ROUTE_NAMES } from "../requests.ts";

/** `npm run fuzz -- --cases 100000` sends more. */
const CASES = 5_000;

/** The batch has no loop: it can be neither paused nor resumed. */
const ENDED = ["/batch/{id}/pause", "/batch/{id}/resume"];

describe("whatever is sent to a route or a webhook", () => {
  it("is answered without a fault of ours, within a second, and leaves nothing behind where it is refused", async () => {
    const { violations, cases, answers } = await fuzz({ cases: CASES });
    expect(violations).toEqual([]);
    expect(cases).toBe(CASES);
    // It came through the door, and was turned away, everywhere: what is refused at once proves little.
    for (const route of ROUTE_NAMES) expect(answers.get(route)).toMatchObject({ "4xx": expect.any(Number) });
    const taken = ROUTE_NAMES.filter((route) => (answers.get(route)?.["2xx"] ?? 0) > 10);
    expect(taken).toEqual(ROUTE_NAMES.filter((route) => !ENDED.includes(route)));
  }, 240_000);
});

/** A door with something wrong with it. */
const faulty = (request: () => Promise<Response>) => async (): Promise<Door> => ({ ...(await openDoor()), request });
const refused = () => new Response(null, { status: 400 });

describe("the fuzzing", () => {
  it.each<[string, () => Promise<Door>, RegExp]>([
    ["an answer of 500", faulty(async () => new Response(null, { status: 500 })), /^was answered 500$/],
    [
      "a request that takes too long",
      faulty(async () => {
        const began = process.threadCpuUsage();
        for (let microseconds = 0; microseconds < 1_100_000; ) {
          const { user, system } = process.threadCpuUsage(began);
          microseconds = user + system;
        }
        return refused();
      }),
      /^took [1-9]\d{3} ms$/,
    ],
    [
      "a refused request that has written",
      async () => {
        let writes = 0;
        return {
          request: async () => {
            writes += 1;
            return refused();
          },
          writes: () => writes,
        };
      },
      /^was refused with 400, and 1 writes were made$/,
    ],
    [
      "a request that throws",
      faulty(async () => {
        throw new TypeError("unexpected");
      }),
      /^unexpected$/,
    ],
  ])("finds out %s", async (_, open, what) => {
    const { violations } = await fuzz({ cases: 3, open, shrinks: false });
    expect(violations).toEqual([{ what: expect.stringMatching(what), request: expect.any(Object) }]);
  });
});
