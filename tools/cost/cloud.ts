import type { Service } from "@promptcall/core/contracts/metrics";
import type { Bus } from "@promptcall/functions/ports/bus";
import type { PlaceCall } from "@promptcall/functions/ports/carrier";
import type { Log } from "@promptcall/functions/ports/log";
import type { Queue } from "@promptcall/functions/ports/queue";
import { seal } from "@promptcall/functions/security/seal";
import { fakeBus } from "@promptcall/functions/testing/bus";
import { fakeQueue } from "@promptcall/functions/testing/queue";
import { rememberedPorts } from "@promptcall/functions/wiring/remembered-ports";
import { compilePattern, matches } from "@promptcall/local/bus/pattern";
import { HANDLERS } from "@promptcall/simulation/cloud/handlers";
import type { Linked } from "@promptcall/simulation/cloud/linked";
import type { Stacks } from "@promptcall/simulation/cloud/stacks";
import { wiringOf } from "@promptcall/simulation/cloud/wiring";
import { Random } from "@promptcall/simulation/world/random";
import { PIN } from "./carrier.ts";
import type { Counter } from "./counter.ts";
import { numberOf } from "./customer.ts";
import { Environments } from "./environments.ts";
import type { Scenario } from "./people.ts";
import type { countedTable } from "./table.ts";
import type { Timeline } from "./timeline.ts";
import { CARRIER, CARRIER_ASKED, CUSTOMER, FUNCTIONS } from "./usage.ts";

/** Long enough that a report is recorded before the next one comes. */
const REPORT_EVERY_MS = 2_000;
const SEED = 1;
const KEYS = [new Uint8Array(32).fill(1)] as const;
const BILL = { duration: "12", rate: "0.01460000", price: "0.00730000", network: "23420" };
const JSON_TYPE = { "content-type": "application/json" };

interface Options {
  readonly stacks: Stacks;
  readonly parts: Awaited<ReturnType<typeof countedTable>>["parts"];
  readonly timeline: Timeline;
  readonly counter: Counter;
  readonly scenario: Scenario;
}

interface Posted {
  readonly url: string;
  readonly body: string;
  readonly headers: Record<string, string>;
}

/** The functions as the stacks put them together, with what is outside of them. */
export function startCloud({ stacks, parts: table, timeline, counter, scenario }: Options) {
  const { clock } = timeline;
  const random = new Random(SEED);
  const wiring = wiringOf(stacks, { handlers: new Set(Object.keys(HANDLERS)) });
  const rules = wiring.rules.map(({ pattern, target }) => ({ pattern: compilePattern(pattern), target }));
  const environments = new Environments({ wiring, timeline, counter, linksOf });
  const waiting = new Map<string, { readonly atMs: number; readonly messages: object[] }>();

  async function ask(name: string, { url, body, headers }: Posted): Promise<string> {
    return await environments.invoke({ name, messages: 0 }, async (on) => {
      if (!("request" in on)) throw new RangeError(`${name} answers no requests`);
      const event = { requestContext: { requestId: random.uuid() } };
      const response = await on.request(url, { method: "POST", headers, body }, event);
      const text = await response.text();
      if (!response.ok) throw new Error(`${name} answers ${response.status}: ${text}`);
      return text;
    });
  }

  function put(queue: string, { body, delaySeconds = 0 }: { body: string; delaySeconds?: number }): void {
    const name = wiring.mappings.find((mapping) => mapping.queue === queue)?.function ?? queue;
    const message = { messageId: random.uuid(), body, attributes: { SentTimestamp: String(timeline.nowMs) } };
    const { deadlinesTogether = 1 } = scenario;
    const most = name === FUNCTIONS.timers ? deadlinesTogether : 1;
    // At the end of the second in which it is due, where others may come in that second.
    const dueMs = timeline.nowMs + 1_000 * delaySeconds;
    const atMs = most > 1 ? 1_000 * (Math.floor(dueMs / 1_000) + 1) : dueMs;
    const last = waiting.get(name);
    if (last !== undefined && last.atMs === atMs && last.messages.length < most) {
      last.messages.push(message);
      return;
    }
    const messages = [message];
    waiting.set(name, { atMs, messages });
    timeline.after(atMs - timeline.nowMs, () => take(name, messages));
  }

  async function take(name: string, messages: readonly object[]): Promise<void> {
    await environments.invoke({ name, messages: messages.length }, async (on) => {
      if (typeof on !== "function") throw new RangeError(`${name} takes no messages`);
      const { batchItemFailures } = await on({ Records: messages } as unknown as Parameters<typeof on>[0]);
      if (batchItemFailures.length > 0) throw new Error(`${name} fails on ${JSON.stringify(messages)}`);
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
    // Those of a step are apart.
    const momentMs = ((counter.times(CARRIER) - 1) * 1_000) / scenario.callsPerSecond;
    const uuid = random.uuid();
    const bill = { ...BILL, start_time: clock.now().toISOString() };
    let script = ncco;
    for (const [index, reported] of scenario.people(Number(to) - Number(numberOf(0))).reports.entries())
      timeline.after(momentMs + REPORT_EVERY_MS * (index + 1), async () => {
        const post = (url: string, said: object) =>
          ask(wiring.webhooks, { url, body: JSON.stringify({ ...said, uuid }), headers: JSON_TYPE });
        if (reported === "right PIN" || reported === "wrong PIN") {
          const [url = ""] = script.flatMap((action) => (action.action === "input" ? action.eventUrl : []));
          const digits = reported === "right PIN" ? PIN : "0000";
          script = JSON.parse(await post(url, { dtmf: { digits, timed_out: false } }));
        } else await post(eventUrl, { status: reported, ...(reported === "completed" && bill) });
      });
    return uuid;
  }

  const bus = fakeBus({ deliver });
  const shared = {
    ...table,
    ...{ clock, random },
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
    // Never asked about a call: none is lost.
    carrier: () => ({
      placeCall: async (call: PlaceCall) => ({ kind: "placed", uuid: dial(call) }),
      takes: async () => {
        counter.asked(CARRIER_ASKED);
        return "yes";
      },
    }),
    sender: () => ({
      send: async () => {
        counter.asked(CUSTOMER);
        return { httpStatus: 200, durationMs: 250 };
      },
    }),
  };

  function linksOf({ service, log }: { service: Service; log: Log }): Linked {
    const own = rememberedPorts({
      applications: table.applications(),
      streaks: table.streaks(),
      bulkhead: table.bulkhead(),
      clock,
    });
    const remembered =
      service === "dispatcher"
        ? { applications: () => own.applications, streaks: () => own.streaks, bulkhead: () => own.bulkhead }
        : {};
    return { ...shared, ...remembered, log } as unknown as Linked;
  }

  return { ask, wiring };
}
