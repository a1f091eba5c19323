import type { Cloud } from "./cloud/cloud.ts";
import { parametersOf } from "./outside/asked.ts";
import { FORGED_MARK, WITHDRAWN_MARK } from "./outside/carrier.ts";
import type { CredentialKind, Pausing, Request, RequestedCall } from "./outside/requests.ts";
import type { Scheduler } from "./world/scheduler.ts";

interface Secrets {
  readonly pin: string;
  readonly text: string;
  readonly jwtMark: string;
}

interface CallerOptions {
  readonly secrets: Secrets;
  readonly scheduler: Scheduler;
  readonly cloud: Pick<Cloud, "askApi">;
  /** Called for an answer that violates a promise. */
  readonly onViolation: (violation: string) => void;
}

type Answer = { tid: string; status_url: string; accepted?: readonly { index: number; tid: string }[] };

/** How often a request with a key is repeated, and how often a cancellation is tried. */
const REPEATS = 8;

/** Enough to outlast outages of half an hour. */
const REPEATS_OF_PATIENT = 1_000;
const MOST_CHANGES = 1_000;

/** The same request is under way, or there is no room for it yet. */
const WORTH_REPEATING = [409, 429];

/** How often a customer with an answer does not repeat the request. */
const SURE_SHARE = 0.8;

/** A customer: sends a request, notes the tids of the answer (promises from then on), and may pause or cancel later. */
export class Caller {
  readonly #request: Request;
  readonly #options: CallerOptions;
  readonly #startMs: number;

  constructor(request: Request, options: CallerOptions) {
    this.#request = request;
    this.#options = options;
    this.#startMs = options.scheduler.nowMs + (request.aheadSeconds ?? 0) * 1000;
    for (const call of request.calls) call.notBeforeMs = this.#startMs;
  }

  async ask(): Promise<void> {
    const { scheduler } = this.#options;
    const { idempotencyKey, isPatient } = this.#request;
    const body = this.#body();
    let isAnswered = false;
    const repeats = isPatient ? REPEATS_OF_PATIENT : idempotencyKey === undefined ? 0 : REPEATS;
    for (let repeat = 0; repeat <= repeats; repeat += 1) {
      const answer = await this.#post(body);
      if (answer === "refused") return;
      if (answer !== undefined) {
        this.#hear(answer);
        if (!isAnswered) this.#changeMind(answer.status_url);
        isAnswered = true;
        if (idempotencyKey === undefined || scheduler.random.chance(SURE_SHARE)) return;
      }
      await scheduler.sleep(scheduler.random.between(100, 60_000));
    }
  }

  #body(): string {
    const { random } = this.#options.scheduler;
    const { pin, text } = this.#options.secrets;
    const {
      calls,
      isBatch,
      aheadSeconds,
      detection,
      hours,
      retry,
      hasCallback,
      length,
      idempotencyKey,
      ask = "confirm",
    } = this.#request;
    const timing = aheadSeconds === undefined ? {} : { send_at: new Date(this.#startMs).toISOString() };
    const customer = random.pick(["a", "b", "c", "d", "e", "f", "g", "h"]);
    const callback = {
      callback: `https://${customer}.example/result`,
      callback_method: random.pick(["GET", "POST"]),
    };
    const common = {
      from: "447700900999",
      text: text.padEnd(length, " please"),
      ...(detection && { machine_detection: detection }),
      ...(hours && { local_time: `${hours.from}-${hours.to}` }),
      ...(retry && { retry_times: retry.times, retry_after: retry.afterSeconds, retry_on: retry.on }),
      ...parametersOf(ask, { pin }),
      ...(hasCallback && callback),
    };
    const rows = calls.map(({ number, priority }) => ({ to: number, ...(priority && { priority }) }));
    // Without a key it is asked for once, and meant as often as it is asked for.
    const meant = idempotencyKey === undefined ? { repeat: true } : {};
    return JSON.stringify(
      isBatch ? { ...timing, ...meant, defaults: common, calls: rows } : { ...timing, ...common, ...rows[0] },
    );
  }

  /** Undefined when it is worth asking again. */
  async #post(body: string): Promise<Answer | "refused" | undefined> {
    const { idempotencyKey } = this.#request;
    const answer = await this.#options.cloud.askApi("https://api.example/call", {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${this.#credential()}`,
        ...(idempotencyKey !== undefined && { "idempotency-key": idempotencyKey }),
      },
      body,
    });
    if (answer === undefined || answer.status >= 500 || WORTH_REPEATING.includes(answer.status)) return undefined;
    if (answer.status !== 202) return "refused";
    if (this.#request.credential === "forged") this.#options.onViolation("a forged credential was accepted");
    return JSON.parse(answer.body);
  }

  /** A repeated request must get the same tids. */
  #hear({ tid, accepted = [{ index: 0, tid }] }: Answer): void {
    for (const { index, tid: reported } of accepted) {
      const call = this.#request.calls[index];
      if (call === undefined) continue;
      if (call.tid !== undefined && call.tid !== reported)
        this.#options.onViolation(`${call.tid}: asked for again, and is ${reported} as well`);
      Object.assign(call, { tid: reported });
    }
  }

  #changeMind(statusUrl: string): void {
    const { scheduler } = this.#options;
    const { cancelling, pausing } = this.#request;
    if (pausing !== undefined) scheduler.after(pausing.afterMs, () => void this.#pause(statusUrl, pausing));
    if (cancelling === undefined) return;
    const { afterMs, atMs = 0 } = cancelling;
    scheduler.after(atMs > scheduler.nowMs ? atMs - scheduler.nowMs : afterMs, () => void this.#cancel(statusUrl));
  }

  /** Pauses and resumes a batch, each repeated until it is confirmed or the batch is over. */
  async #pause(statusUrl: string, { forMs, times }: Pausing): Promise<void> {
    const { scheduler } = this.#options;
    const { calls } = this.#request;
    for (let time = 0; time < times; time += 1) {
      const isPaused = await this.#change(statusUrl, "pause");
      const pause = { fromMs: scheduler.nowMs, untilMs: Number.POSITIVE_INFINITY };
      // An unconfirmed pause cannot be relied on, though it may have happened.
      for (const call of calls) call.pauses = [...(call.pauses ?? []), ...(isPaused ? [pause] : [])];
      await scheduler.sleep(forMs);
      pause.untilMs = scheduler.nowMs;
      await this.#change(statusUrl, "resume");
    }
  }

  async #change(statusUrl: string, change: "pause" | "resume"): Promise<boolean> {
    const { scheduler, cloud } = this.#options;
    const url = new URL(statusUrl);
    url.pathname += `/${change}`;
    for (let attempt = 0; attempt < MOST_CHANGES; attempt += 1) {
      const answer = await cloud.askApi(url.href, { method: "POST" });
      if (answer !== undefined && answer.status < 500) return answer.status < 300;
      await scheduler.sleep(scheduler.random.between(100, 30_000));
    }
    return false;
  }

  async #cancel(statusUrl: string): Promise<void> {
    const { scheduler, cloud } = this.#options;
    const { calls, cancelling } = this.#request;
    let left = cancelling?.times ?? 0;
    for (const call of calls) call.isCancelled = true;
    for (let attempt = 0; attempt < REPEATS && left > 0; attempt += 1) {
      const headers = cancelling?.withCredential ? { authorization: `Bearer ${this.#credential()}` } : {};
      const answer = await cloud.askApi(statusUrl, { method: "DELETE", headers });
      if (answer !== undefined && answer.status < 500) left -= 1;
      if (answer !== undefined) noteCancelled(calls, { answer, nowMs: scheduler.nowMs });
      await scheduler.sleep(scheduler.random.between(100, 30_000));
    }
  }

  /** One JWT for half a day where all is well; else a new one each time, as if rotated. Our side only reads its claims. */
  #credential(): string {
    const { scheduler, secrets } = this.#options;
    const { application, credential } = this.#request;
    const nowSeconds = Math.floor(scheduler.nowMs / 1000);
    if (credential === "good") {
      const iat = nowSeconds - (nowSeconds % GOOD_SECONDS.used);
      const claims = { application_id: application, iat, exp: iat + GOOD_SECONDS.lives, jti: `${application} ${iat}` };
      return jwtOf(claims, secrets.jwtMark);
    }
    const exp = Math.floor(this.#startMs / 1000) + LIFE_SECONDS[credential];
    const times = { iat: nowSeconds, exp: Math.max(exp, nowSeconds + 1) };
    const marks = { short: secrets.jwtMark, withdrawn: WITHDRAWN_MARK, forged: FORGED_MARK };
    return jwtOf({ application_id: application, ...times, jti: scheduler.random.uuid() }, marks[credential]);
  }
}

function jwtOf(claims: object, mark: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return [part({ alg: "RS256", typ: "JWT" }), part(claims), mark].join(".");
}

/** What is sent in the last hour that it is used for may be dialed twelve hours later. */
const GOOD_SECONDS = { used: 36_000, lives: 86_400 };

/** Counted from the start of the dial window. */
const LIFE_SECONDS: Record<Exclude<CredentialKind, "good">, number> = { withdrawn: 3_600, forged: 3_600, short: 20 };

/** Notes when calls are known to be cancelled. */
function noteCancelled(
  calls: readonly RequestedCall[],
  { answer, nowMs }: { answer: { status: number; body: string }; nowMs: number },
): void {
  // Whether it was hung up or not, the dial that is under way is the last one.
  const isLive = JSON.parse(answer.body).hung_up === true || answer.status === 409;
  if (isLive) for (const call of calls) call.lastDialMs ??= nowMs;
  const { cancelling, state, reason } = answer.status < 300 ? JSON.parse(answer.body) : {};
  if (cancelling === undefined && !(state === "completed" && reason === "cancelled")) return;
  for (const call of calls) call.cancelled ??= { atMs: nowMs, isOfBatch: cancelling !== undefined };
}
