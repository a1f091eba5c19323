import type { Cloud } from "./cloud.ts";
import type { Asked } from "./history.ts";
import type { Random } from "./random.ts";
import type { World } from "./world.ts";

/** What a customer asks for at once: one call, or a batch of them. */
export interface Request {
  readonly calls: readonly Asked[];
  readonly isBatch: boolean;
  readonly atMs: number;
  /** Who asks; each has a place in time of its own. */
  readonly application: string;
  /** How far ahead it is to be dialed; at once when undefined. */
  readonly aheadSeconds: number | undefined;
  /** Under which it is asked again until it is answered; without one it is asked once. */
  readonly idempotencyKey: string | undefined;
}

const BATCH = { share: 0.05, smallest: 2, largest: 40 };
const AHEAD = { share: 0.1, shortestSeconds: 1, longestSeconds: 7_200 };
const KEY_SHARE = 0.5;
const REPEATS = 8;
const APPLICATIONS = ["application-1", "application-2"];

/** How many of the requests come at about one time, which is more at once than the carrier takes. */
const RUSH = { share: 0.7, lengthMs: 1_000 };

/** Every call in a request, some by themselves and some in batches. */
export function requestsOf(asked: readonly Asked[], random: Random): readonly Request[] {
  const requests: Request[] = [];
  const durationMs = asked.length * 300;
  const rushMs = random.between(0, durationMs);
  for (let next = 0; next < asked.length; ) {
    const isBatch = random.chance(BATCH.share);
    const size = isBatch ? Math.round(random.between(BATCH.smallest, BATCH.largest)) : 1;
    const isAhead = random.chance(AHEAD.share);
    const aheadSeconds = isAhead ? random.between(AHEAD.shortestSeconds, AHEAD.longestSeconds) : undefined;
    const calls = asked.slice(next, next + size);
    const idempotencyKey = random.chance(KEY_SHARE) ? random.uuid() : undefined;
    const isRush = random.chance(RUSH.share);
    const atMs = isRush ? rushMs + random.between(0, RUSH.lengthMs) : random.between(0, durationMs);
    requests.push({ calls, isBatch, atMs, application: random.pick(APPLICATIONS), aheadSeconds, idempotencyKey });
    next += size;
  }
  return requests;
}

interface Secrets {
  readonly pin: string;
  readonly text: string;
  readonly jwtMark: string;
}

/** Asks, and notes the tids that are heard: from then on the calls are promises. */
export async function ask(given: {
  request: Request;
  secrets: Secrets;
  world: World;
  cloud: Pick<Cloud, "askApi">;
}): Promise<void> {
  const { request, secrets, world, cloud } = given;
  const { calls, isBatch, application, aheadSeconds, idempotencyKey } = request;
  const startMs = world.nowMs + (aheadSeconds ?? 0) * 1000;
  const timing = aheadSeconds === undefined ? {} : { send_at: new Date(startMs).toISOString() };
  const customer = world.random.pick(["a", "b", "c", "d", "e", "f", "g", "h"]);
  const common = {
    from: "447700900999",
    text: secrets.text,
    pin_code: secrets.pin,
    callback: `https://${customer}.example/result`,
    callback_method: world.random.pick(["GET", "POST"]),
  };
  const rows = calls.map(({ number }) => ({ to: number }));
  const body = isBatch ? { ...timing, defaults: common, calls: rows } : { ...timing, ...common, ...rows[0] };
  const expiresAt = Math.floor(startMs / 1000) + 3600;
  const posted = {
    method: "POST",
    headers: {
      "content-type": "application/json",
      authorization: `Bearer ${jwt({ application, expiresAt, mark: secrets.jwtMark })}`,
      ...(idempotencyKey !== undefined && { "idempotency-key": idempotencyKey }),
    },
    body: JSON.stringify(body),
  };
  for (let repeat = 0; repeat <= (idempotencyKey === undefined ? 0 : REPEATS); repeat += 1) {
    const answer = await cloud.askApi("https://api.example/call", posted);
    if (answer?.status === 202) return hear(calls, JSON.parse(answer.body));
    await world.sleep(world.random.between(100, 60_000));
  }
}

/** Who asks again hears the same again. */
function hear(calls: readonly Asked[], answer: { tid: string; accepted?: readonly { index: number; tid: string }[] }) {
  const { tid, accepted = [{ index: 0, tid }] } = answer;
  for (const one of accepted) Object.assign(calls[one.index] ?? {}, { tid: one.tid });
}

/** Good for an hour from when the calls are dialed; only its claims are read on our side. */
function jwt({ application, expiresAt, mark }: { application: string; expiresAt: number; mark: string }): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = { application_id: application, exp: expiresAt };
  return [part({ alg: "RS256", typ: "JWT" }), part(claims), mark].join(".");
}
