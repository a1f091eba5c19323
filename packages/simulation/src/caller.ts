import { FORGED_MARK } from "./carrier.ts";
import type { Cloud } from "./cloud.ts";
import type { Asked, CredentialKind, Pausing, Request } from "./requests.ts";
import type { World } from "./world.ts";

interface Secrets {
  readonly pin: string;
  readonly text: string;
  readonly jwtMark: string;
}

interface CallerOptions {
  readonly secrets: Secrets;
  readonly world: World;
  readonly cloud: Pick<Cloud, "askApi">;
  /** Something was answered that must not have been. */
  readonly onViolation: (violation: string) => void;
}

type Answer = { tid: string; status_url: string; accepted?: readonly { index: number; tid: string }[] };

/** How often somebody who has a key asks again, and how often somebody tries to cancel. */
const REPEATS = 8;

/** Outages last half an hour. */
const MOST_CHANGES = 1_000;

/** Who asks again has heard nothing, or is not sure of it. */
const SURE_SHARE = 0.8;

/** A customer: asks, notes the tids that are heard, which are promises from then on, and may change their mind. */
export class Caller {
  readonly #request: Request;
  readonly #options: CallerOptions;
  readonly #startMs: number;

  constructor(request: Request, options: CallerOptions) {
    this.#request = request;
    this.#options = options;
    this.#startMs = options.world.nowMs + (request.aheadSeconds ?? 0) * 1000;
    for (const call of request.calls) call.notBeforeMs = this.#startMs;
  }

  async ask(): Promise<void> {
    const { world } = this.#options;
    const { idempotencyKey } = this.#request;
    const body = this.#body();
    let isHeard = false;
    for (let repeat = 0; repeat <= (idempotencyKey === undefined ? 0 : REPEATS); repeat += 1) {
      const answer = await this.#post(body);
      if (answer !== undefined) {
        this.#hear(answer);
        if (!isHeard) this.#changeMind(answer.status_url);
        isHeard = true;
        if (idempotencyKey === undefined || world.random.chance(SURE_SHARE)) return;
      }
      await world.sleep(world.random.between(100, 60_000));
    }
  }

  #body(): string {
    const { random } = this.#options.world;
    const { pin, text } = this.#options.secrets;
    const { calls, isBatch, aheadSeconds, detection, length } = this.#request;
    const timing = aheadSeconds === undefined ? {} : { send_at: new Date(this.#startMs).toISOString() };
    const customer = random.pick(["a", "b", "c", "d", "e", "f", "g", "h"]);
    const common = {
      from: "447700900999",
      text: text.padEnd(length, " please"),
      ...(detection && { machine_detection: detection }),
      pin_code: pin,
      callback: `https://${customer}.example/result`,
      callback_method: random.pick(["GET", "POST"]),
    };
    const rows = calls.map(({ number }) => ({ to: number }));
    return JSON.stringify(
      isBatch ? { ...timing, defaults: common, calls: rows } : { ...timing, ...common, ...rows[0] },
    );
  }

  async #post(body: string): Promise<Answer | undefined> {
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
    return answer?.status === 202 ? JSON.parse(answer.body) : undefined;
  }

  /** Who asks again hears the same again. */
  #hear({ tid, accepted = [{ index: 0, tid }] }: Answer): void {
    for (const { index, tid: heard } of accepted) {
      const call = this.#request.calls[index];
      if (call === undefined) continue;
      if (call.tid !== undefined && call.tid !== heard)
        this.#options.onViolation(`${call.tid}: asked for again, and is ${heard} as well`);
      Object.assign(call, { tid: heard });
    }
  }

  #changeMind(statusUrl: string): void {
    const { world } = this.#options;
    const { cancelling, pausing } = this.#request;
    if (pausing !== undefined) world.after(pausing.afterMs, () => void this.#pause(statusUrl, pausing));
    if (cancelling === undefined) return;
    const { afterMs, atMs = 0 } = cancelling;
    world.after(atMs > world.nowMs ? atMs - world.nowMs : afterMs, () => void this.#cancel(statusUrl));
  }

  /** Whoever pauses a batch resumes it, each until it is heard that it is done, or that the batch is over. */
  async #pause(statusUrl: string, { forMs, times }: Pausing): Promise<void> {
    const { world } = this.#options;
    const { calls } = this.#request;
    for (let time = 0; time < times; time += 1) {
      const isPaused = await this.#change(statusUrl, "pause");
      const pause = { fromMs: world.nowMs, untilMs: Number.POSITIVE_INFINITY };
      // Who has not heard of it cannot expect it, but it may have been done.
      for (const call of calls) call.pauses = [...(call.pauses ?? []), ...(isPaused ? [pause] : [])];
      await world.sleep(forMs);
      pause.untilMs = world.nowMs;
      await this.#change(statusUrl, "resume");
    }
  }

  async #change(statusUrl: string, change: "pause" | "resume"): Promise<boolean> {
    const { world, cloud } = this.#options;
    const url = new URL(statusUrl);
    url.pathname += `/${change}`;
    for (let attempt = 0; attempt < MOST_CHANGES; attempt += 1) {
      const answer = await cloud.askApi(url.href, { method: "POST" });
      if (answer !== undefined && answer.status < 500) return answer.status < 300;
      await world.sleep(world.random.between(100, 30_000));
    }
    return false;
  }

  async #cancel(statusUrl: string): Promise<void> {
    const { world, cloud } = this.#options;
    const { calls, cancelling } = this.#request;
    let left = cancelling?.times ?? 0;
    for (const call of calls) call.isCancelled = true;
    for (let attempt = 0; attempt < REPEATS && left > 0; attempt += 1) {
      const headers = cancelling?.withCredential ? { authorization: `Bearer ${this.#credential()}` } : {};
      const answer = await cloud.askApi(statusUrl, { method: "DELETE", headers });
      if (answer !== undefined && answer.status < 500) left -= 1;
      if (answer !== undefined) noteCancelled(calls, { answer, nowMs: world.nowMs });
      await world.sleep(world.random.between(100, 30_000));
    }
  }

  /** A new one each time, as for one who rotates them; only its claims are read on our side. */
  #credential(): string {
    const { world, secrets } = this.#options;
    const { application, credential } = this.#request;
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const iat = Math.floor(world.nowMs / 1000);
    const exp = Math.floor(this.#startMs / 1000) + LIFE_SECONDS[credential];
    const claims = { application_id: application, iat, exp: Math.max(exp, iat + 1), jti: world.random.uuid() };
    return [
      part({ alg: "RS256", typ: "JWT" }),
      part(claims),
      credential === "forged" ? FORGED_MARK : secrets.jwtMark,
    ].join(".");
  }
}

/** Counted from when the calls are to be dialed. */
const LIFE_SECONDS: Record<CredentialKind, number> = { good: 3_600, forged: 3_600, short: 20 };

/** One call is cancelled when that is the answer, the calls of a batch soon after it. */
function noteCancelled(
  calls: readonly Asked[],
  { answer, nowMs }: { answer: { status: number; body: string }; nowMs: number },
): void {
  const { cancelling, state, reason } = answer.status < 300 ? JSON.parse(answer.body) : {};
  if (cancelling === undefined && !(state === "completed" && reason === "cancelled")) return;
  for (const call of calls) call.cancelled ??= { atMs: nowMs, among: calls.length };
}
