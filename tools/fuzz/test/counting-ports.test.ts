import { expect, it } from "vitest";
import { emptyFixture, type Fixture } from "../../../packages/functions/test/fixture.ts";
import { at, spec } from "../../../packages/functions/test/given.ts";
import { countingPorts } from "../counting-ports.ts";

const name = { applicationId: "app", key: "order-1" };
const nowMs = Date.parse(at(0));
const record = {
  hash: "hash",
  id: spec().tid,
  acceptedAt: at(0),
  isDone: false,
  leaseUntilMs: nowMs + 30_000,
  expiresAtMs: nowMs + 86_400_000,
};
const pem = "pem";
const write = (ports: Fixture, change: object, revision = 0) =>
  ports.idempotency.write(name, { record: { ...record, ...change }, revision });
const calls = new Map([["447700900001", 2]]);
const ofDay = { calls: 2, limit: 5 };
const proof = (answer: "yes" | "no", untilMs: number) => ({ seen: undefined, next: { answer, untilMs } });

/** What one request does, and how much of that it may not leave where it is refused. */
it.each<[string, (ports: Fixture) => Promise<unknown>, number]>([
  ["a call", (ports) => ports.calls.add([spec()]), 1],
  ["a message", (ports) => ports.timers.sendAll([]), 1],
  ["a reading", (ports) => ports.calls.find([spec().tid]), 0],
  ["a question to the carrier", (ports) => ports.carrier.takes("jwt", 1), 0],
  ["a hanging up", (ports) => ports.carrier.hangUp("uuid", "jwt"), 1],
  ["calls that stay counted", (ports) => ports.counts.addToNumbers(calls, 5), 2],
  [
    "calls that are given back",
    async (ports) => {
      const { giveBack, rooms } = await ports.counts.addToNumbers(calls, 5);
      await giveBack(rooms);
    },
    0,
  ],
  [
    "calls of a day of which one is given back",
    async (ports) => {
      const counted = await ports.counts.addToApplication("app", ofDay);
      if (counted.kind === "counted") await counted.giveBack(1);
    },
    1,
  ],
  ["a key that stays taken", (ports) => write(ports, {}), 1],
  [
    "a key that is free again",
    async (ports) => {
      await write(ports, {});
      await write(ports, { leaseUntilMs: 0 }, 1);
    },
    0,
  ],
  ["a key of a request that is done", (ports) => write(ports, { isDone: true }), 1],
  ["a yes", (ports) => ports.proofs.write("hash", proof("yes", nowMs + 86_400_000)), 0],
  ["a no for a minute", (ports) => ports.proofs.write("hash", proof("no", nowMs + 60_000)), 0],
  ["a no for longer", (ports) => ports.proofs.write("hash", proof("no", nowMs + 60_001)), 1],
  [
    "a key that the carrier has taken",
    (ports) => ports.applications.write("app", { seen: {}, next: { publicKeys: [{ pem, learned: true }] } }),
    0,
  ],
  [
    "a key that was registered",
    (ports) => ports.applications.write("app", { seen: {}, next: { publicKeys: [{ pem, own: true }] } }),
    1,
  ],
  ["what an application has set", (ports) => ports.applications.write("app", { seen: {}, next: { doNotCall: [] } }), 1],
])("of a refused request, %s is counted as it may be", async (_, act, expected) => {
  let count = 0;
  await act(
    countingPorts(emptyFixture(), (by) => {
      count += by;
    }),
  );
  expect(count).toBe(expected);
});
