import { SLOW_AFTER_MS } from "@promptcall/core/callbacks/bulkhead";
import type { CallbackRequest } from "@promptcall/core/callbacks/callback-request";
import { BURST } from "@promptcall/core/callbacks/callback-schedule";
import type { CallbackAnswer, CallbackSender } from "@promptcall/functions/ports/callback-sender";
import type { Faults } from "../world/faults.ts";
import type { Process } from "../world/process.ts";
import type { Scheduler } from "../world/scheduler.ts";

export interface Received {
  readonly tid: string;
  readonly result: string;
  readonly webhookId: string;
  /** The choice or the digits that it says. */
  readonly answer?: string;
}

export interface CustomersOptions {
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  /** The timeout of a callback. */
  readonly timeoutSeconds: number;
  readonly onResult: (received: Received) => void;
}

const WAIT_SECONDS = 120;

/** The customers' servers. Each address is up or down for itself. */
export class Customers {
  readonly #options: CustomersOptions;
  readonly #downUntilMs = new Map<string, number>();

  constructor(options: CustomersOptions) {
    this.#options = options;
  }

  portFor(process: Process): CallbackSender {
    const { scheduler } = this.#options;
    return {
      send: async (request, { burst, whenSlow }) => {
        const givenUp = new AbortController();
        const answer = this.#burst(request, { process, burst, signal: givenUp.signal });
        if (whenSlow === undefined) return await answer;
        let isAnswered = false;
        const slow = scheduler.sleep(SLOW_AFTER_MS).then(async () => {
          if (isAnswered || (await whenSlow().catch(() => false))) return await answer;
          givenUp.abort();
          return "given_up" as const;
        });
        return await Promise.race([answer, slow]).finally(() => {
          isAnswered = true;
        });
      },
    };
  }

  async #burst(
    request: CallbackRequest,
    { process, burst, signal }: { process: Process; burst: boolean; signal: AbortSignal },
  ) {
    const { scheduler } = this.#options;
    const startMs = scheduler.nowMs;
    const first: CallbackAnswer = await process.callOutside(() => this.#asked(request));
    const answers = [first];
    for (let delayMs = BURST.delayMs; burst && answers.length <= BURST.retries; delayMs *= BURST.factor) {
      const leftMs = startMs + BURST.withinMs - scheduler.nowMs;
      if (leftMs <= 0 || !isWorthRepeating(answers.at(-1) ?? first)) break;
      await scheduler.sleep(Math.min(leftMs, delayMs * scheduler.random.between(1, 2)));
      if (signal.aborted) break;
      const afterMs = scheduler.nowMs - startMs;
      answers.push({ ...(await process.callOutside(() => this.#asked(request))), afterMs });
    }
    const last = answers.pop() ?? first;
    return answers.length === 0 ? last : { ...last, earlier: answers };
  }

  #asked(request: CallbackRequest): { answer: CallbackAnswer; afterMs: number } {
    const { scheduler, faults, timeoutSeconds } = this.#options;
    const { random } = scheduler;
    const afterMs = scheduler.durations.customer(random);
    const failed = (failure: string, ms = afterMs) => ({ answer: { failure, durationMs: ms }, afterMs: ms });
    const answered = (httpStatus: number) => ({ answer: { httpStatus, durationMs: afterMs }, afterMs });

    if (scheduler.nowMs < this.#downUntil(new URL(request.url).hostname)) return failed("ECONNREFUSED");
    if (random.chance(faults.customerFlaky)) {
      switch (random.pick(["500", "redirect", "gone", "wait", "silent", "deaf"])) {
        case "500":
          return answered(500);
        case "redirect":
          return answered(302);
        case "gone":
          return answered(410);
        case "wait":
          return { answer: { httpStatus: 503, retryAfterSeconds: WAIT_SECONDS, durationMs: afterMs }, afterMs };
        case "deaf":
          return failed("timeout", timeoutSeconds * 1000);
        default:
          // It took the result and then did not answer.
          this.#take(request);
          return failed("timeout", timeoutSeconds * 1000);
      }
    }
    this.#take(request);
    return answered(200);
  }

  #downUntil(host: string): number {
    const { scheduler, faults } = this.#options;
    const known = this.#downUntilMs.get(host);
    if (known !== undefined) return known;
    const hours = scheduler.random.pick([0.01, 1, 10, Number.POSITIVE_INFINITY]);
    const until = scheduler.random.chance(faults.customerDown) ? scheduler.nowMs + hours * 3_600_000 : 0;
    this.#downUntilMs.set(host, until);
    return until;
  }

  #take({ url, body, headers }: CallbackRequest): void {
    const parameters = new URLSearchParams(body ?? new URL(url).search);
    const answer = parameters.get("digits") ?? parameters.get("choice");
    this.#options.onResult({
      tid: parameters.get("tid") ?? "",
      result: ["status", "reason", "not_redialed"].flatMap((name) => parameters.get(name) ?? []).join(" "),
      webhookId: headers["webhook-id"] ?? "",
      ...(answer !== null && { answer }),
    });
  }
}

function isWorthRepeating(answer: CallbackAnswer): boolean {
  if ("failure" in answer) return answer.failure === "ECONNREFUSED";
  return answer.httpStatus >= 500 && answer.retryAfterSeconds === undefined;
}
