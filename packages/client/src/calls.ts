import type { Accepted, Call, CallRequest, Replayed } from "./api.ts";
import { items } from "./pages.ts";
import { queryOf } from "./query.ts";
import type { Send, Sleep } from "./transport.ts";

/**
 * What a single request may be told beside what it asks for.
 *
 * @example
 * await promptcall.calls.get(tid, { signal: AbortSignal.timeout(5_000) });
 */
export interface RequestOptions {
  readonly signal?: AbortSignal;
}

/**
 * How a call is created.
 *
 * @example
 * await promptcall.calls.create(call, { idempotencyKey: `order-${order.id}` });
 */
export interface CreateOptions extends RequestOptions {
  /** The same key for the same call, however often it is sent: one person, called once. Without it there is a new one. */
  readonly idempotencyKey?: string;
}

/**
 * The parameters of a call: see docs/api.md of Promptcall. The credential is the client's.
 *
 * @example
 * const call: CallParameters = { to, from, text: "Confirm with 1.", choices: { 1: "confirmed" }, retry_times: 2 };
 */
export type CallParameters = Omit<CallRequest, "app_id" | "private_key" | "dry_run">;

/**
 * Which calls are listed. A list of values takes any of them; times are ISO 8601.
 *
 * @example
 * for await (const call of promptcall.calls.list({ state: ["dialing", "ringing"] })) console.log(call.tid);
 */
export interface CallFilters {
  readonly state?: Call["state"] | readonly Call["state"][];
  readonly status?: string | readonly string[];
  readonly reason?: string | readonly string[];
  readonly reference?: string | readonly string[];
  readonly to?: string | readonly string[];
  readonly batch_id?: string | readonly string[];
  readonly callback_state?: string | readonly string[];
  readonly since?: string;
  readonly until?: string;
}

/** Which parked results are delivered again. */
export interface ParkedFilters extends Omit<CallFilters, "callback_state"> {
  /** Hosts of callbacks. */
  readonly receiver?: string | readonly string[];
}

/** As long as the service waits before it answers how a call stands. */
const LONGEST_WAIT_SECONDS = 25;

/** For how long a call waits to be dialed if it does not say. */
const DEFAULT_EXPIRES_SECONDS = 3_600;

/** Asked again no sooner, if the service answers at once because many wait. */
const BETWEEN_WAITS_SECONDS = 1;

/**
 * Single calls, as `new Promptcall(…).calls`.
 *
 * @example
 * const { tid } = await promptcall.calls.create({ to, from, pin_code: "1234", text: "Please enter your PIN." });
 */
export class Calls {
  readonly #send: Send;
  readonly #sleep: Sleep;

  constructor({ send, sleep }: { send: Send; sleep: Sleep }) {
    this.#send = send;
    this.#sleep = sleep;
  }

  /**
   * Has one person called.
   *
   * @example
   * const { tid } = await promptcall.calls.create({
   *   to: "447700900001", from: "447700900999", pin_code: "1234", text: "Please enter your PIN.",
   * });
   * @throws {RefusedError} what is asked for is wrong, or not allowed
   * @throws {NotNowError} the call would not be dialed in time, or a limit is reached; nothing was accepted
   * @throws {UnansweredError} it is not known whether the call was accepted; the same with the same key is safe
   */
  async create(call: CallParameters, options: CreateOptions = {}): Promise<Accepted> {
    const { idempotencyKey = crypto.randomUUID(), signal } = options;
    const answer = await this.#send({
      method: "POST",
      path: "/call",
      body: { text: JSON.stringify(call), mediaType: "application/json" },
      idempotencyKey,
      credentialSeconds: credentialSecondsOf(call),
      signal,
    });
    return answer.json as Accepted;
  }

  /**
   * How a call stands.
   *
   * @example
   * const { state, status } = await promptcall.calls.get(tid);
   * @throws {RefusedError} with the code `not_found` where the application has no such call
   */
  async get(tid: string, options: RequestOptions & { waitSeconds?: number } = {}): Promise<Call> {
    const { waitSeconds, signal } = options;
    const path = `/call/${encodeURIComponent(tid)}${queryOf({ wait: waitSeconds })}`;
    const answer = await this.#send({ method: "GET", path, signal, ...(waitSeconds !== undefined && { waitSeconds }) });
    return answer.json as Call;
  }

  /**
   * Waits until a call is over, and gives how it ended. For many calls a `callback` is better.
   *
   * @example
   * const { status } = await promptcall.calls.wait(tid, { signal: AbortSignal.timeout(120_000) });
   */
  async wait(tid: string, { signal }: RequestOptions = {}): Promise<Call> {
    for (;;) {
      const startedMs = performance.now();
      const call = await this.get(tid, { waitSeconds: LONGEST_WAIT_SECONDS, ...(signal && { signal }) });
      if (call.state === "completed") return call;
      const leftSeconds = BETWEEN_WAITS_SECONDS - (performance.now() - startedMs) / 1_000;
      if (leftSeconds > 0) await this.#sleep(leftSeconds, signal);
    }
  }

  /**
   * Cancels a call that is queued, or hangs up one that is live. It gets its one result all the same.
   *
   * @example
   * await promptcall.calls.cancel(tid);
   */
  async cancel(tid: string, { signal }: RequestOptions = {}): Promise<void> {
    await this.#send({ method: "DELETE", path: `/call/${encodeURIComponent(tid)}`, signal });
  }

  /**
   * The calls of the application, the newest first, page by page as they are read.
   *
   * @example
   * for await (const call of promptcall.calls.list({ state: "completed", reason: ["busy", "unanswered"] }))
   *   console.log(call.tid);
   */
  list(filters: CallFilters = {}, { signal }: RequestOptions = {}): AsyncGenerator<Call, void, undefined> {
    return items<Call>({ path: "/calls", filters: { ...filters }, signal }, this.#send);
  }

  /**
   * Delivers a result again, with the same `webhook-id`.
   *
   * @example
   * await promptcall.calls.replay(tid);
   */
  async replay(tid: string, { signal }: RequestOptions = {}): Promise<void> {
    const path = `/call/${encodeURIComponent(tid)}/replay`;
    await this.#send({ method: "POST", path, isSentOnce: true, signal });
  }

  /**
   * Delivers parked results again, page by page, and gives how many there were.
   *
   * @example
   * const count = await promptcall.calls.replayParked({ receiver: "customer.example" });
   */
  async replayParked(filters: ParkedFilters = {}, { signal }: RequestOptions = {}): Promise<number> {
    let [count, cursor]: [number, string | undefined] = [0, undefined];
    do {
      const path: string = `/calls/replay${queryOf({ ...filters, cursor })}`;
      const page = (await this.#send({ method: "POST", path, isSentOnce: true, signal })).json as Replayed;
      count += page.count;
      cursor = page.next_cursor;
    } while (cursor !== undefined);
    return count;
  }
}

/** For how long the service may need the credential of what is asked for. */
export function credentialSecondsOf(asked: { send_at?: string; expires_in?: number | string }): number {
  const aheadMs = asked.send_at === undefined ? 0 : Math.max(0, Date.parse(asked.send_at) - Date.now());
  return Number(asked.expires_in ?? DEFAULT_EXPIRES_SECONDS) + (Number.isNaN(aheadMs) ? 0 : aheadMs / 1_000);
}
