import type { Received } from "@promptcall/console/data/stream-data";
import { callbackSecret, formatSecret } from "@promptcall/core/callbacks/callback-request";
import type { Keys } from "@promptcall/core/security/keys";
import type { Context } from "hono";
import { Webhook, WebhookVerificationError } from "standardwebhooks";
import type { Journal } from "./journal.ts";
import { masked } from "./masked.ts";
import type { Records } from "./records.ts";

const KEPT = 200;
const HEADERS = ["webhook-id", "webhook-timestamp", "webhook-signature", "content-type", "user-agent"];

interface InboxParts {
  readonly journal: Journal;
  readonly records: Records;
  readonly keys: Keys;
}

/** A receiver for whoever has none: it takes every callback, looks whether it is genuine, and keeps the newest. */
export class Inbox {
  readonly #parts: InboxParts;
  #received: readonly Received[] = [];

  constructor(parts: InboxParts) {
    this.#parts = parts;
  }

  get received(): readonly Received[] {
    return this.#received;
  }

  empty(): void {
    this.#received = [];
  }

  async take(c: Context): Promise<Response> {
    const { method, url } = c.req;
    const signed = method === "GET" ? new URL(url).search.slice(1) : await c.req.text();
    const contentType = c.req.header("content-type");
    const parameters = new URLSearchParams(contentType === "application/json" ? "" : signed);
    const tid = parameters.get("tid") ?? tidIn(signed);
    const fault = await this.#faultOf({ c, signed, tid });
    const kept = method === "GET" ? "" : signed;
    const received: Received = {
      received_at: new Date().toISOString(),
      ...(tid !== undefined && { tid }),
      method,
      url: withoutDigits(masked(url, parameters.get("to"))),
      headers: Object.fromEntries(HEADERS.flatMap((name) => [[name, c.req.header(name)] as const]).filter(isGiven)),
      body: withoutDigits(masked(kept, parameters.get("to"))),
      verified: fault === undefined,
      ...(fault !== undefined && { why: fault }),
    };
    this.#received = [received, ...this.#received].slice(0, KEPT);
    this.#parts.journal.publish({ event: "inbox", data: received });
    return c.body(null, 200);
  }

  async #faultOf({ c, signed, tid }: { c: Context; signed: string; tid: string | undefined }) {
    const applicationId = tid === undefined ? undefined : await this.#parts.records.applicationOf(tid);
    if (applicationId === undefined) return "it names no call of this run";
    const faults = this.#parts.keys.map((key) => {
      try {
        const secret = formatSecret(callbackSecret({ key, applicationId }));
        new Webhook(secret).verify(signed, c.req.header(), { jsonParse: false });
        return undefined;
      } catch (error) {
        if (error instanceof WebhookVerificationError) return error.message;
        throw error;
      }
    });
    return faults.includes(undefined) ? undefined : faults[0];
  }
}

const isGiven = (header: readonly [string, string | undefined]): header is readonly [string, string] =>
  header[1] !== undefined;

/** What a call has captured is shown where it is asked for alone. */
function withoutDigits(text: string): string {
  return text.replace(/([?&]digits=|^digits=|"digits":\s*")[^&"]*/g, "$1••••");
}

function tidIn(json: string): string | undefined {
  return /"tid"\s*:\s*"([\da-f-]{36})"/.exec(json)?.[1];
}
