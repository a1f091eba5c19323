import { randomUUID } from "node:crypto";
import { text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { end, post, type Server, serve } from "./http.ts";

/** The PIN that everybody here knows, and keys at once. */
export const PIN = "1234";

export interface CallRequest {
  readonly to: readonly [{ readonly number: string }];
  readonly event_url: readonly [string];
  readonly ncco: readonly { readonly eventUrl?: readonly string[] }[];
}

interface Webhook {
  readonly url: string;
  readonly body: (timestamp: string) => string;
}

/** What the carrier posts of a call that is answered, in this order: every status, and the right PIN. */
export function webhooksOf({ to, event_url, ncco }: CallRequest, uuid: string): readonly Webhook[] {
  const digitsUrl = ncco.flatMap(({ eventUrl = [] }) => eventUrl)[0] ?? "";
  const call = { uuid, conversation_uuid: `CON-${uuid}`, from: "447700900999", to: to[0].number };
  const webhook = (url: string, of: object): Webhook => ({
    url,
    body: (timestamp) => JSON.stringify({ ...call, timestamp, ...of }),
  });
  const status = (name: string, more = {}) => webhook(event_url[0], { status: name, direction: "outbound", ...more });
  return [
    ...["started", "ringing", "answered"].map((name) => status(name)),
    webhook(digitsUrl, { dtmf: { digits: PIN, timed_out: false } }),
    status("completed", { duration: "12", price: "0.02000000", network: "23420" }),
  ];
}

/** A carrier that takes as little as possible from the machine, with a pause before each webhook. */
export async function startCarrier({ pauseMs }: { pauseMs: number }): Promise<Server> {
  return await serve(async (request, response) => {
    const body = await text(request);
    // The look-up at a deadline: it gives no answer about calls that it does not end.
    if (request.method !== "POST") return end(response, { status: 404, body: JSON.stringify({ title: "Not Found" }) });
    const uuid = randomUUID();
    end(response, { status: 201, body: JSON.stringify({ uuid, status: "started", direction: "outbound" }) });
    for (const { url, body: bodyAt } of webhooksOf(JSON.parse(body), uuid)) {
      await setTimeout(pauseMs);
      const headers = { "content-type": "application/json" };
      const { status } = await post(url, { headers, body: bodyAt(new Date().toISOString()) });
      if (status > 299) throw new Error(`a webhook was answered ${status}`);
    }
  });
}
