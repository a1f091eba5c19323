import type { Applications } from "@promptcall/functions/ports/applications";
import type { CallsByNumber, GuardCounts } from "@promptcall/functions/ports/guard-counts";
import type { IdempotencyRecords } from "@promptcall/functions/ports/idempotency";
import type { Proofs } from "@promptcall/functions/ports/proofs";
import type { Fixture } from "../../packages/functions/test/fixture.ts";

/** Tells that so much was written; less than nothing where it was taken back. */
type Written = (by: number) => void;

/** Names of methods that only read; whatever else a port has may write. */
const READS =
  /^(read|find|spec|state|get|deliveryAttempted|finishedOf|ownerOf|suspendedUntil|newest|list$|takes|roomOf|leftOf|seal$|open$)/;

/** What is no place to write to: time, chance, what is set, and what a test looks at by itself. */
const NO_PLACES = [
  "clock",
  "random",
  "settings",
  "webhooks",
  "settleSeconds",
  "longestCallSeconds",
  "verboseEvents",
  "log",
];

/**
 * The ports, each of which counts what a request leaves behind. A new one counts whatever is written through it. What a
 * refused request may leave has its reason below.
 */
export function countingPorts(fixture: Fixture, written: Written): Fixture {
  const counted = Object.entries(fixture).map(([name, port]) =>
    typeof port !== "object" || NO_PLACES.includes(name) ? [name, port] : [name, counting(port, written)],
  );
  return {
    ...(Object.fromEntries(counted) as Fixture),
    applications: applications(fixture.applications, written),
    counts: guardCounts(fixture.counts, written),
    idempotency: idempotency(fixture.idempotency, written),
    proofs: proofs(fixture.proofs, { written, nowMs: () => fixture.clock.now().getTime() }),
    // How often the carrier was asked is counted by the second for those who are refused, so that a flood is held off.
    questions: fixture.questions,
    // So is when it may be asked again.
    rate: fixture.rate,
  };
}

function counting<Port extends object>(port: Port, written: Written): Port {
  return new Proxy(port, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver);
      if (typeof value !== "function" || READS.test(String(name))) return value;
      return (...given: unknown[]) => {
        written(1);
        return (value as (...given: unknown[]) => unknown).apply(target, given);
      };
    },
  });
}

/**
 * The public half of a key that the carrier has taken is learned as soon as it is proven, whatever is wrong with the rest of
 * the request: nobody needs to be asked about it again.
 */
function applications(port: Applications, written: Written): Applications {
  return {
    read: port.read,
    write: (id, { seen, next }) => {
      const { publicKeys = [], ...rest } = next;
      const { publicKeys: _, ...before } = seen;
      const onlyLearns = publicKeys.every(({ learned }) => learned) && JSON.stringify(rest) === JSON.stringify(before);
      written(onlyLearns ? 0 : 1);
      return port.write(id, { seen, next });
    },
  };
}

/** Calls are counted before it is known whether all of them have room, and given back: nothing may stay counted. */
function guardCounts(port: GuardCounts, written: Written): GuardCounts {
  const sum = (calls: CallsByNumber) => [...calls.values()].reduce((all, one) => all + one, 0);
  return {
    ...port,
    async addToNumbers(calls, limit) {
      const counted = await port.addToNumbers(calls, limit);
      written(sum(counted.rooms));
      return {
        ...counted,
        giveBack: (unused) => {
          written(-sum(unused));
          return counted.giveBack(unused);
        },
      };
    },
    async addToApplication(id, given) {
      const counted = await port.addToApplication(id, given);
      if (counted.kind === "no_room") return counted;
      written(given.calls);
      return {
        ...counted,
        giveBack: (unused) => {
          written(-unused);
          return counted.giveBack(unused);
        },
      };
    },
  };
}

/** A key is taken while its request is looked at, and is free again: nothing was decided under it, and it is not done. */
function idempotency(port: IdempotencyRecords, written: Written): IdempotencyRecords {
  const taken = new Set<string>();
  return {
    read: port.read,
    write: (name, version) => {
      const { isDone, placed, leaseUntilMs } = version.record;
      const id = JSON.stringify(name);
      if (isDone || placed !== undefined) written(1);
      else if (leaseUntilMs === 0) written(taken.delete(id) ? -1 : 0);
      else if (!taken.has(id)) {
        taken.add(id);
        written(1);
      }
      return port.write(name, version);
    },
  };
}

/** What the carrier has said is remembered by a hash: a yes, whoever is refused for something else; a no for a minute. */
function proofs(port: Proofs, { written, nowMs }: { written: Written; nowMs: () => number }): Proofs {
  return {
    read: port.read,
    write: (hash, { seen, next }) => {
      const isShort = next === undefined || next.answer === "yes" || next.untilMs <= nowMs() + 60_000;
      written(isShort ? 0 : 1);
      return port.write(hash, { seen, next });
    },
  };
}
