import { setPace } from "@promptcall/functions/dialing/set-pace";
import type { PlaceCall } from "@promptcall/functions/ports/carrier";
import { seal } from "@promptcall/functions/security/seal";
import { fakeBus } from "@promptcall/functions/testing/bus";
import { fakeQueue } from "@promptcall/functions/testing/queue";
import { fakeRandom } from "@promptcall/functions/testing/random";
import { compilePattern, matches } from "@promptcall/local/bus/pattern";
import { HANDLERS } from "@promptcall/simulation/cloud/handlers";
import type { Linked } from "@promptcall/simulation/cloud/linked";
import type { Stacks } from "@promptcall/simulation/cloud/stacks";
import { wiringOf } from "@promptcall/simulation/cloud/wiring";
import { Counter, type Played } from "./counter.ts";
import { bearerOf, bodyFor, PIN, PUBLIC_KEY, personOf, type Report } from "./people.ts";
import { countedTable } from "./table.ts";

/** One request of a customer, for so many calls. */
export interface Asked {
  readonly afterMs: number;
  readonly application: string;
  readonly calls: number;
}

const START_MS = Date.UTC(2026, 0, 1);
/** Long enough that a report is recorded before the next one comes. */
const REPORT_EVERY_MS = 2_000;
const KEYS = [new Uint8Array(32).fill(1)] as const;

/**
 * What calls ask of AWS from their requests until nothing is left to do: the functions as the stacks put them together,
 * on the real adapters of the table, one after the other in virtual time, each message in an invocation of its own.
 */
export async function play(
  stacks: Stacks,
  { requests, callsPerSecond }: { requests: readonly Asked[]; callsPerSecond: number },
): Promise<Played> {
  const counter = new Counter();
  // Time stands still in an invocation: each call that it dials is in its moment.
  const now = { ms: START_MS };
  const clock = { now: () => new Date(now.ms), waitUntil: async () => {} };
  const table = await countedTable(stacks, { clock, onRequest: (request) => counter.asked(request) });
  try {
    const loops = table.parts.loops();
    const applications = table.parts.applications();
    for (const application of new Set(requests.map((request) => request.application))) {
      await setPace({ owner: `app:${application}`, callsPerSecond }, { loops });
      await applications.write(application, { seen: {}, next: { publicKeys: [{ pem: PUBLIC_KEY }] } });
    }
    counter.forget();
    await new Cloud({ stacks, parts: table.parts, clock, counter }).run({ requests, now });
    const calls = requests.reduce((sum, request) => sum + request.calls, 0);
    return counter.played({ calls, keptBytes: await table.keptBytes() });
  } finally {
    await table.stop();
  }
}

interface CloudOptions {
  readonly stacks: Stacks;
  readonly parts: Awaited<ReturnType<typeof countedTable>>["parts"];
  readonly clock: Linked["clock"];
  readonly counter: Counter;
}

class Cloud {
  readonly #options: CloudOptions;
  readonly #wiring;
  readonly #random = fakeRandom();
  readonly #due: { readonly atMs: number; readonly run: () => Promise<unknown> }[] = [];
  readonly #functions;

  constructor(options: CloudOptions) {
    this.#options = options;
    this.#wiring = wiringOf(options.stacks, { handlers: new Set(Object.keys(HANDLERS)) });
    const linked = this.#linked();
    this.#functions = new Map(
      [...this.#wiring.functions.values()].map(
        (fn) => [fn.name, { ...fn, on: HANDLERS[fn.handler]?.on(linked) }] as const,
      ),
    );
  }

  async run({ requests, now }: { requests: readonly Asked[]; now: { ms: number } }): Promise<void> {
    let from = 0;
    for (const { afterMs, application, calls } of requests) {
      const asked = {
        url: "https://api.example/call",
        body: bodyFor({ from, calls }),
        authorization: bearerOf(application, now.ms),
      };
      this.#after(afterMs, () => this.#ask(this.#wiring.api, asked));
      from += calls;
    }
    for (let next = this.#due.shift(); next !== undefined; next = this.#due.shift()) {
      now.ms = next.atMs;
      await next.run();
    }
  }

  #after(delayMs: number, run: () => Promise<unknown>): void {
    const atMs = this.#options.clock.now().getTime() + delayMs;
    const place = this.#due.findIndex((other) => other.atMs > atMs);
    this.#due.splice(place < 0 ? this.#due.length : place, 0, { atMs, run });
  }

  async #ask(
    name: string,
    { url, body, authorization = "" }: { url: string; body: object; authorization?: string },
  ): Promise<Response> {
    const headers = { "content-type": "application/json", authorization };
    const init = { method: "POST", headers, body: JSON.stringify(body) };
    const { on, memoryMb } = this.#named(name);
    if (on === undefined || !("request" in on)) throw new RangeError(`${name} answers no requests`);
    const of = { functionName: name, memoryMb, messages: 0 };
    const response = await this.#options.counter.invocation(of, async () => await on.request(url, init));
    if (!response.ok) throw new Error(`${name} answers ${response.status}: ${await response.text()}`);
    return response;
  }

  /** Handed over when its delay is over, by itself. */
  #put(queue: string, { body, delaySeconds = 0 }: { body: string; delaySeconds?: number }): void {
    const name = this.#wiring.mappings.find((mapping) => mapping.queue === queue)?.function ?? queue;
    const { on, memoryMb } = this.#named(name);
    if (typeof on !== "function") throw new RangeError(`${name} takes no messages`);
    this.#after(1_000 * delaySeconds, async () => {
      const of = { functionName: name, memoryMb, messages: 1 };
      const record = { messageId: this.#random.uuid(), body, attributes: {} };
      const event = { Records: [record] } as unknown as Parameters<typeof on>[0];
      const { batchItemFailures } = await this.#options.counter.invocation(of, () => on(event));
      if (batchItemFailures.length > 0) throw new Error(`${name} fails on ${body}`);
    });
  }

  #named(name: string) {
    const fn = this.#functions.get(name);
    if (fn === undefined) throw new RangeError(`there is no function ${name}`);
    return fn;
  }

  #linked(): Linked {
    const { counter, parts: table, clock, stacks } = this.#options;
    const parts = {
      ...table,
      ...{ clock, random: this.#random, log: counter.log },
      settings: () => stacks.settings,
      keys: () => KEYS,
      seal: () => seal(KEYS),
      receiverSeal: () => seal(KEYS),
      digitsSeal: () => seal(KEYS),
      webhookBaseUrl: () => "https://hooks.example",
      queue: (name: string) => {
        const put = (body: string, delaySeconds: number) => this.#put(name, { body, delaySeconds });
        return counter.queue(fakeQueue({ clock, mailbox: { put } }));
      },
      bus: () => counter.bus(fakeBus({ deliver: (envelope) => this.#deliver(envelope) })),
      carrier: () => ({ placeCall: async (call: PlaceCall) => ({ kind: "placed", uuid: this.#dial(call) }) }),
      sender: () => ({
        send: async () => {
          counter.delivered();
          return { httpStatus: 200, durationMs: 250 };
        },
      }),
    };
    const progress = () => ({
      ...{ calls: parts.calls(), bus: parts.bus(), timers: parts.queue("TimersQueue"), clock, random: parts.random },
      breakers: parts.breakers(),
      settleSeconds: stacks.settings.timers.settleSeconds,
    });
    // The carrier is never asked about a call here: none is lost.
    return { ...parts, progress } as unknown as Linked;
  }

  #deliver(envelope: string): void {
    const event = JSON.parse(envelope);
    for (const { pattern, target } of this.#wiring.rules)
      if (matches({ pattern: compilePattern(pattern), event })) {
        this.#options.counter.matched();
        this.#put(target.queue, { body: envelope });
      }
  }

  /** The carrier reports what the person does; digits go where the script wants them. */
  #dial({ to, ncco, eventUrl }: PlaceCall): string {
    const { counter, clock } = this.#options;
    counter.dialed();
    const uuid = this.#random.uuid();
    const bill = { duration: "12", price: "0.00730000", start_time: clock.now().toISOString() };
    let script = ncco;
    const report = async (reported: Report): Promise<void> => {
      if (reported === "right PIN" || reported === "wrong PIN") {
        const [url = ""] = script.flatMap((action) => (action.action === "input" ? action.eventUrl : []));
        const body = { dtmf: { digits: reported === "right PIN" ? PIN : "0000", timed_out: false }, uuid };
        const answer = await this.#ask(this.#wiring.webhooks, { url, body });
        script = JSON.parse(await answer.text());
      } else {
        const body = { status: reported, uuid, ...(reported === "completed" && bill) };
        await this.#ask(this.#wiring.webhooks, { url: eventUrl, body });
      }
    };
    for (const [index, reported] of personOf(to).reports.entries())
      this.#after(REPORT_EVERY_MS * (index + 1), () => report(reported));
    return uuid;
  }
}
