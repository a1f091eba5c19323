import { setPace } from "@promptcall/functions/dialing/set-pace";
import type { Bus } from "@promptcall/functions/ports/bus";
import type { PlaceCall } from "@promptcall/functions/ports/carrier";
import type { Queue } from "@promptcall/functions/ports/queue";
import { seal } from "@promptcall/functions/security/seal";
import { fakeBus } from "@promptcall/functions/testing/bus";
import { fakeQueue } from "@promptcall/functions/testing/queue";
import { fakeRandom } from "@promptcall/functions/testing/random";
import { compilePattern, matches } from "@promptcall/local/bus/pattern";
import { HANDLERS } from "@promptcall/simulation/cloud/handlers";
import type { Linked } from "@promptcall/simulation/cloud/linked";
import type { Stacks } from "@promptcall/simulation/cloud/stacks";
import { wiringOf } from "@promptcall/simulation/cloud/wiring";
import { CARRIER, CUSTOMER } from "../bench/cost/usage.ts";
import { sum } from "../bench/statistics.ts";
import { Counter, type Played } from "./counter.ts";
import { type Asked, bearerOf, bodyFor, PIN, PUBLIC_KEY, personOf } from "./people.ts";
import { countedTable } from "./table.ts";

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
  let counter = new Counter();
  const timeline = new Timeline();
  const table = await countedTable(stacks, { clock: timeline.clock, counter: () => counter });
  try {
    const loops = table.parts.loops();
    const applications = table.parts.applications();
    for (const application of new Set(requests.map((request) => request.application))) {
      await setPace({ owner: `app:${application}`, callsPerSecond }, { loops });
      await applications.write(application, { seen: {}, next: { publicKeys: [{ pem: PUBLIC_KEY }] } });
    }
    // What an operator sets is no part of a call.
    counter = new Counter();
    const { ask, wiring } = startCloud({ stacks, parts: table.parts, timeline, counter });
    let from = 0;
    for (const { afterMs, application, calls } of requests) {
      const authorization = await bearerOf(application, START_MS);
      const asked = { url: "https://api.example/call", body: bodyFor({ from, calls }), authorization };
      timeline.after(afterMs, () => ask(wiring.api, asked));
      from += calls;
    }
    await timeline.run();
    return counter.played({ calls: sum(requests.map(({ calls }) => calls)), keptBytes: await table.keptBytes() });
  } finally {
    await table.stop();
  }
}

/** What is to be done, one after the other. */
class Timeline {
  #nowMs = START_MS;
  readonly #due: { readonly atMs: number; readonly run: () => Promise<unknown> }[] = [];
  /** Time stands still in an invocation: each call that it dials is in its moment. */
  readonly clock = { now: () => new Date(this.#nowMs), waitUntil: async () => {} };

  after(delayMs: number, run: () => Promise<unknown>): void {
    const atMs = this.#nowMs + delayMs;
    const later = this.#due.findIndex((other) => other.atMs > atMs);
    this.#due.splice(later < 0 ? this.#due.length : later, 0, { atMs, run });
  }

  async run(): Promise<void> {
    for (let next = this.#due.shift(); next !== undefined; next = this.#due.shift()) {
      this.#nowMs = next.atMs;
      await next.run();
    }
  }
}

interface Cloud {
  readonly stacks: Stacks;
  readonly parts: Awaited<ReturnType<typeof countedTable>>["parts"];
  readonly timeline: Timeline;
  readonly counter: Counter;
}

function startCloud({ stacks, parts: table, timeline, counter }: Cloud) {
  const { clock } = timeline;
  const random = fakeRandom();
  const wiring = wiringOf(stacks, { handlers: new Set(Object.keys(HANDLERS)) });
  const rules = wiring.rules.map(({ pattern, target }) => ({ pattern: compilePattern(pattern), target }));

  async function ask(name: string, asked: { url: string; body: object; authorization?: string }): Promise<Response> {
    const { url, body, authorization = "" } = asked;
    const { on, memoryMb } = named(name);
    if (on === undefined || !("request" in on)) throw new RangeError(`${name} answers no requests`);
    const headers = { "content-type": "application/json", authorization };
    const response = await counter.invocation({ functionName: name, memoryMb, messages: 0 }, async () =>
      on.request(url, { method: "POST", headers, body: JSON.stringify(body) }),
    );
    if (!response.ok) throw new Error(`${name} answers ${response.status}: ${await response.text()}`);
    return response;
  }

  /** Handed over when its delay is over, by itself. */
  function put(queue: string, { body, delaySeconds = 0 }: { body: string; delaySeconds?: number }): void {
    const name = wiring.mappings.find((mapping) => mapping.queue === queue)?.function ?? queue;
    const { on, memoryMb } = named(name);
    if (typeof on !== "function") throw new RangeError(`${name} takes no messages`);
    timeline.after(1_000 * delaySeconds, async () => {
      const event = { Records: [{ messageId: random.uuid(), body, attributes: {} }] } as unknown as Parameters<
        typeof on
      >[0];
      const of = { functionName: name, memoryMb, messages: 1 };
      const { batchItemFailures } = await counter.invocation(of, () => on(event));
      if (batchItemFailures.length > 0) throw new Error(`${name} fails on ${body}`);
    });
  }

  function deliver(envelope: string): void {
    const event = JSON.parse(envelope);
    for (const { target } of rules.filter(({ pattern }) => matches({ pattern, event }))) {
      counter.add({ deliveries: 1 });
      put(target.queue, { body: envelope });
    }
  }

  /** The carrier reports what the person does; digits go where the script wants them. */
  function dial({ to, ncco, eventUrl }: PlaceCall): string {
    counter.asked(CARRIER);
    const uuid = random.uuid();
    const bill = { duration: "12", price: "0.00730000", start_time: clock.now().toISOString() };
    let script = ncco;
    for (const [index, reported] of personOf(to).reports.entries())
      timeline.after(REPORT_EVERY_MS * (index + 1), async () => {
        if (reported === "right PIN" || reported === "wrong PIN") {
          const [url = ""] = script.flatMap((action) => (action.action === "input" ? action.eventUrl : []));
          const body = { dtmf: { digits: reported === "right PIN" ? PIN : "0000", timed_out: false }, uuid };
          script = JSON.parse(await (await ask(wiring.webhooks, { url, body })).text());
        } else {
          const body = { status: reported, uuid, ...(reported === "completed" && bill) };
          await ask(wiring.webhooks, { url: eventUrl, body });
        }
      });
    return uuid;
  }

  const bus = fakeBus({ deliver });
  const parts = {
    ...table,
    ...{ clock, random, log: counter.log },
    settings: () => stacks.settings,
    keys: () => KEYS,
    seal: () => seal(KEYS),
    receiverSeal: () => seal(KEYS),
    digitsSeal: () => seal(KEYS),
    webhookBaseUrl: () => "https://hooks.example",
    queue: (name: string): Queue<object> => {
      const queue = fakeQueue({ clock, mailbox: { put: (body, delaySeconds) => put(name, { body, delaySeconds }) } });
      return {
        send: (...given) => {
          counter.asked("SQS SendMessage");
          return queue.send(...given);
        },
        sendAll: (messages) => {
          counter.asked("SQS SendMessageBatch");
          return queue.sendAll(messages);
        },
      };
    },
    bus: (): Bus => ({
      publish: (events) => {
        counter.asked("EventBridge PutEvents");
        counter.add({ events: events.length });
        return bus.publish(events);
      },
    }),
    carrier: () => ({ placeCall: async (call: PlaceCall) => ({ kind: "placed", uuid: dial(call) }) }),
    sender: () => ({
      send: async () => {
        counter.asked(CUSTOMER);
        return { httpStatus: 200, durationMs: 250 };
      },
    }),
  };
  // The carrier is never asked about a call here: none is lost.
  const linked = parts as unknown as Linked;
  const functions = new Map(
    [...wiring.functions.values()].map(
      ({ name, handler, memoryMb }) => [name, { memoryMb, on: HANDLERS[handler]?.on(linked) }] as const,
    ),
  );

  function named(name: string) {
    const fn = functions.get(name);
    if (fn === undefined) throw new RangeError(`there is no function ${name}`);
    return fn;
  }

  return { ask, wiring };
}
