import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { performance } from "node:perf_hooks";
import { text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { createRateLimit } from "@promptcall/vonage-sim/api/rate-limit";
import { decodeJwt } from "jose";
import { Count } from "../work.ts";
import { end, post, type Server, serve } from "./http.ts";

/** The PIN that everybody here knows, and keys at once. */
export const PIN = "1234";

export interface CarrierOptions {
  /** By account, which is the application's own where it shares none; no limit without one. */
  readonly callsPerSecond?: Readonly<Record<string, number>>;
  /** By application, the account that it shares with others. */
  readonly accounts?: Readonly<Record<string, string>>;
  /** Between one thing that happens to a call and the next. */
  readonly pauseMs?: number;
  /** The statuses it reports, besides the digits after `answered`; none when empty. */
  readonly summary: readonly Status[];
}

export type Status = "started" | "ringing" | "answered" | "completed";

/** The statuses that the real carrier reports of an answered call. */
export const ALL_STATUSES: readonly Status[] = ["started", "ringing", "answered", "completed"];

export interface Dial {
  readonly to: string;
  readonly applicationId: string;
  /** On the clock of this process. */
  readonly atMs: number;
}

export interface LeanCarrier extends Server {
  readonly dials: readonly Dial[];
  readonly dialed: Count;
  /** Of webhooks that were not answered 2xx. */
  readonly failures: Count;
  /** Of calls refused for coming too fast. */
  readonly refusals: readonly Dial[];
}

interface CallRequest {
  readonly to: readonly [{ readonly number: string }];
  readonly event_url: readonly [string];
  readonly ncco: readonly { readonly action: string; readonly eventUrl?: readonly [string] }[];
}

const JSON_BODY = { "content-type": "application/json" };

/**
 * A carrier that takes as little as possible from the machine: it answers, and everybody picks up and keys the right PIN
 * at once. The webhooks of a call come one after the other, as the simulated Vonage sends them.
 */
export async function startCarrier({
  pauseMs = 0,
  callsPerSecond = {},
  accounts = {},
  summary,
}: CarrierOptions): Promise<LeanCarrier> {
  const dials: Dial[] = [];
  const refusals: Dial[] = [];
  const dialed = new Count("calls dialed");
  const failures = new Count("webhooks failed");
  const limits = new Map(
    Object.entries(callsPerSecond).map(([id, limit]) => [id, createRateLimit(limit, () => performance.now())]),
  );

  async function tell(url: string, body: object): Promise<void> {
    if (pauseMs > 0) await setTimeout(pauseMs);
    const { status } = await post(url, { headers: JSON_BODY, body: JSON.stringify(body) });
    if (status < 200 || status > 299) failures.add();
  }

  async function play({ to, event_url, ncco }: CallRequest, uuid: string): Promise<void> {
    const call = { uuid, conversation_uuid: `CON-${uuid}`, from: "447700900999", to: to[0].number };
    const digitsUrl = ncco.find(({ action }) => action === "input")?.eventUrl?.[0];
    for (const status of summary) {
      const timestamp = new Date().toISOString();
      const over = status === "completed" ? { duration: "12", price: "0.02000000", network: "23420" } : {};
      await tell(event_url[0], { ...call, status, timestamp, direction: "outbound", ...over });
      if (status !== "answered" || digitsUrl === undefined) continue;
      await tell(digitsUrl, { ...call, timestamp, dtmf: { digits: PIN, timed_out: false } });
    }
  }

  const server = await serve(async (request, response) => {
    const body = await text(request);
    // The look-up at a deadline: it gives no answer about calls that it does not end.
    if (request.method !== "POST") return end(response, { status: 404, body: JSON.stringify({ title: "Not Found" }) });
    const asked = JSON.parse(body) as CallRequest;
    const dial = { to: asked.to[0].number, applicationId: applicationOf(request), atMs: performance.now() };
    const account = accounts[dial.applicationId] ?? dial.applicationId;
    const admits = limits.get(account);
    if (admits !== undefined && !admits(account)) {
      refusals.push(dial);
      end(response, { status: 429, body: JSON.stringify({ title: "Throttled" }) });
      return;
    }
    dials.push(dial);
    dialed.add();
    const uuid = randomUUID();
    end(response, { status: 201, body: JSON.stringify({ uuid, status: "started", direction: "outbound" }) });
    if (summary.length > 0) await play(asked, uuid);
  });
  return {
    ...server,
    dials,
    dialed,
    failures,
    refusals,
  };
}

function applicationOf({ headers }: IncomingMessage): string {
  const { application_id: id } = decodeJwt((headers.authorization ?? "").replace("Bearer ", ""));
  return String(id);
}
