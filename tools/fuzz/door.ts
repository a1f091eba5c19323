import { accept } from "@promptcall/core/call/evolve";
import { statusToken } from "@promptcall/core/security/status-token";
import { webhookUrl } from "@promptcall/core/security/webhook-address";
import { apiApp } from "@promptcall/functions/api/app";
import { webhooksApp } from "@promptcall/functions/webhooks/app";
import { emptyFixture } from "../../packages/functions/test/fixture.ts";
import { BASE_URL, KEYS, spec, TID } from "../../packages/functions/test/given.ts";

export const BATCH_ID = "5f0f2b52-1d3a-4c8e-9f57-7b1d4f7f0b11";
export const API_URL = "https://api.example";

/** Of what is on record: addresses with the tokens that open them. */
export const ADDRESSES = {
  call: `/call/${TID}?token=${statusToken({ kind: "call", id: TID, key: KEYS.status })}`,
  batch: `/batch/${BATCH_ID}?token=${statusToken({ kind: "batch", id: BATCH_ID, key: KEYS.status })}`,
  status: webhookUrl({ baseUrl: BASE_URL, key: KEYS.webhook, tid: TID, purpose: { kind: "status" } }),
  digits: webhookUrl({
    baseUrl: BASE_URL,
    key: KEYS.webhook,
    tid: TID,
    purpose: { kind: "digits", attempt: 1 },
  }),
};

/** Names of methods that only read; whatever else a port has may write. */
const READS = /^(read|find|spec|state|get|deliveryAttempted|finishedOf|ownerOf|suspendedUntil|counted|next|due|sent)/;

/** A port that counts whatever is written through it. */
function counting<Port extends object>(port: Port, written: () => void): Port {
  return new Proxy(port, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver);
      if (typeof value !== "function" || READS.test(String(name))) return value;
      return (...given: unknown[]) => {
        written();
        return (value as (...given: unknown[]) => unknown).apply(target, given);
      };
    },
  });
}

export interface Door {
  /** Answers as the deployed functions do: the same apps, on fakes. */
  request(url: string, init: RequestInit): Promise<Response>;
  /** How often something was written that a refused request has to leave alone. */
  writes(): number;
}

/**
 * What is behind the door: one call and one batch, and room for more. What is remembered of a credential, and that the
 * carrier was asked about it, is not counted: both are there for the refused ones. Neither is the record of a request with
 * an idempotency key, which is taken back.
 */
export async function openDoor(): Promise<Door> {
  let count = 0;
  const written = () => {
    count += 1;
  };
  const fixture = emptyFixture();
  const asked = spec();
  fixture.hold({ spec: asked, call: accept(asked) });
  await fixture.batches.add({
    id: BATCH_ID,
    applicationId: "app",
    count: 3,
    acceptedAt: asked.acceptedAt,
    firstDialAt: asked.acceptedAt,
    lastDialAt: asked.acceptedAt,
  });
  const { calls, batches, deliveries, loops, waiting, bus, dial, timers, callbacks, parked } = fixture;
  const counted = Object.fromEntries(
    Object.entries({ calls, batches, deliveries, loops, waiting, bus, dial, timers, callbacks, parked }).map(
      ([name, port]) => [name, counting(port, written)],
    ),
  ) as unknown as Pick<typeof fixture, "calls" | "batches" | "deliveries" | "loops" | "waiting" | "bus" | "dial">;
  const ports = {
    ...fixture,
    ...counted,
    log: { info: () => {}, failure: () => {} },
    pinKeys: [KEYS.pin] as const,
    statusKeys: [KEYS.status] as const,
    webhookKeys: [KEYS.webhook] as const,
    signatureSecrets: new Map<string, Uint8Array>(),
    apiKeys: [],
    parts: { table: async () => {} },
  };
  const [api, webhooks] = [apiApp(ports), webhooksApp(ports)];
  return {
    request: async (url, init) => await (url.startsWith(BASE_URL) ? webhooks : api).request(url, init),
    writes: () => count,
  };
}
