import type { Counts, PhoneCall, Received, Said } from "../data/stream-data.ts";
import type { Batch, Call } from "../data/types.ts";

/** The stopped clock of all stories. */
export const NOW = Date.UTC(2026, 10, 30, 14, 3, 31);

export const ago = (seconds: number): string => new Date(NOW - seconds * 1_000).toISOString();
export const tidOf = (index: number): string => `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`;

export function call(index: number, more: Partial<Call> = {}): Call {
  return {
    tid: tidOf(index),
    to: `+44•••${String(100 + index).padStart(4, "0")}`,
    reference: `order ${8_800 + index}`,
    state: "queued",
    attempts: [],
    dials: [],
    accepted_at: ago(index * 7 + 9),
    callback: { state: "pending", attempts: [] },
    ...more,
  };
}

const tried = (attempt: number, answer: number | string, durationMs: number) => ({
  attempt,
  at: ago(40 - attempt * 8),
  answer,
  outcome: typeof answer === "number" ? `http_${answer}` : answer,
  duration_ms: durationMs,
});

export const delivered: Call["callback"] = {
  url: "https://shop.example/result",
  method: "POST",
  receiver: "shop.example",
  state: "delivered",
  attempts: [tried(1, 200, 84)],
};

export const retried: Call["callback"] = {
  ...delivered,
  state: "pending",
  attempts: [tried(1, 503, 41)],
  next_attempt_at: new Date(NOW + 4_000).toISOString(),
};

export const parked: Call["callback"] = {
  ...delivered,
  state: "parked",
  attempts: [1, 2, 3, 4, 5].map((attempt) =>
    tried(attempt, attempt === 5 ? "timeout" : 503, attempt === 5 ? 10_000 : 41),
  ),
};

/** A call that is over, with the times of one that was answered. */
export const over = (index: number, more: Partial<Call> = {}): Call =>
  call(index, {
    state: "completed",
    status: "ok",
    attempts: [{ attempt: 1, matched: true }],
    accepted_at: ago(index * 20 + 200),
    dialed_at: ago(index * 20 + 70),
    ringing_at: ago(index * 20 + 69),
    answered_at: ago(index * 20 + 64),
    ended_at: ago(index * 20 + 45),
    completed_at: ago(index * 20 + 44),
    duration_seconds: 19,
    price: "0.01240000",
    currency: "EUR",
    callback: delivered,
    ...more,
  });

/** One in each state and with each outcome. */
export const ALL: readonly Call[] = [
  call(1, { state: "answered", dialed_at: ago(9), answered_at: ago(5) }),
  call(2, { state: "ringing", dialed_at: ago(4), ringing_at: ago(3) }),
  call(3, { state: "dialing", dialed_at: ago(1) }),
  call(4, { state: "ended", dialed_at: ago(31), answered_at: ago(25), ended_at: ago(2) }),
  over(5),
  over(6, { status: "failed", attempts: [1, 2, 3].map((attempt) => ({ attempt, matched: false })) }),
  over(7, { status: "error", reason: "busy", attempts: [], callback: retried }),
  over(8, { callback: parked }),
  call(9, { state: "completed", status: "error", reason: "cancelled", callback: delivered, completed_at: ago(90) }),
  call(10, { batch_id: "9f02aaaa-0000-4000-8000-000000000000" }),
];

export const counts = (more: Partial<Counts> = {}): Counts => ({
  at: ago(0),
  queued: 128,
  live: 6,
  done: 1_904,
  cancelled: 31,
  failed: 47,
  failed_pins: 29,
  errors: 18,
  parked: 3,
  last_dial_at: new Date(NOW + 240_000).toISOString(),
  ...more,
});

export const ringing: PhoneCall = {
  uuid: "63f61863-4a51-4f6b-86e1-46edebcf9356",
  tid: tidOf(1),
  to: "+44•••0011",
  from: "+44•••0999",
  state: "ringing",
  rang_at: ago(8),
  rings_until: new Date(NOW + 52_000).toISOString(),
  attempt: 1,
  digits_keyed: 0,
};

export const talking = (more: Partial<PhoneCall> = {}): PhoneCall => ({
  ...ringing,
  state: "in_call",
  answered_at: ago(9),
  attempts_allowed: 3,
  digits_expected: 4,
  digits_keyed: 2,
  ...more,
});

export const said: ReadonlyMap<string, Said["said"]> = new Map([
  [ringing.uuid, [{ text: "Hello from Example Shop. Please enter your PIN.", at: ago(6) }]],
]);

export const received = (more: Partial<Received> = {}): Received => ({
  received_at: ago(2),
  tid: tidOf(1),
  method: "POST",
  url: "http://127.0.0.1:3000/_local/inbox",
  headers: {
    "webhook-id": "msg_9b2f6c1e",
    "webhook-timestamp": "1796047411",
    "webhook-signature": "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
    "content-type": "application/x-www-form-urlencoded",
  },
  body: `tid=${tidOf(1)}&to=+44•••0011&status=ok&reference=your+phone`,
  verified: true,
  ...more,
});

export const batch = (more: Partial<Batch> = {}): Batch => ({
  batch_id: "7c1e0000-0000-4000-8000-000000000000",
  state: "running",
  count: 10_000,
  accepted_at: ago(400),
  first_dial_at: ago(399),
  last_dial_at: new Date(NOW + 114_000).toISOString(),
  estimated_end_at: new Date(NOW + 120_000).toISOString(),
  states: { queued: 3_400, live: 188, completed: 6_412 },
  statuses: { ok: 5_810, failed: 322, error: 280 },
  reasons: { busy: 200, unanswered: 80 },
  calls_per_second: 30,
  current_calls_per_second: 30,
  ...more,
});
