import { receiversOf, SLOW_AFTER_MS } from "@promptcall/core/callbacks/bulkhead";
import type { CallbackMessage, DeliveryMessage } from "@promptcall/core/contracts/delivery-messages";
import { DeliverySchema, dispatcher } from "@promptcall/functions/dispatcher/deliver";
import type { Bulkhead } from "@promptcall/functions/ports/bulkhead";
import type { CallbackSender } from "@promptcall/functions/ports/callback-sender";
import type { Queue } from "@promptcall/functions/ports/queue";
import { consumer } from "@promptcall/functions/sqs/consumer";
import { whenDue } from "@promptcall/functions/sqs/when-due";
import { FakeBulkhead } from "@promptcall/functions/testing/bulkhead";
import { idOf } from "@promptcall/functions/testing/random";
import { expect, it } from "vitest";
import { concurrencyPlan } from "../../../stacks/concurrency.ts";
import { emptyFixture } from "../../functions/test/fixture.ts";
import { after, claim, KEYS, queued, report, SETTINGS, spec } from "../../functions/test/given.ts";
import { EventSource } from "../src/cloud/event-source.ts";
import { HANDLERS } from "../src/cloud/handlers.ts";
import { Sqs } from "../src/cloud/sqs.ts";
import { evaluateStacks } from "../src/cloud/stacks.ts";
import { wiringOf } from "../src/cloud/wiring.ts";
import { FAULTS } from "../src/world/faults.ts";
import { Random } from "../src/world/random.ts";
import { Scheduler } from "../src/world/scheduler.ts";

const SILENT = "https://silent.example/result";
const PROMPT = "https://prompt.example/result";
const ANSWER_MS = 50;

const wiring = wiringOf(await evaluateStacks(), { handlers: new Set(Object.keys(HANDLERS)) });

/** Room for as many invocations as in an account with a tenth of the default: in a large one, they hold up nobody. */
const { maximumConcurrency } = concurrencyPlan({ account: 100, production: true, isLocal: false });

/** Of the host that never answers, whoever sends there. */
const [, ofHost] = receiversOf({ applicationId: "any", url: SILENT, concurrency: maximumConcurrency.callbacks });

/** A bulkhead for each application alone: that of the host lets everybody in. */
function withoutHost({ tryAcquire }: Bulkhead): Bulkhead {
  let admitted = 0;
  return {
    tryAcquire(receiver) {
      if (receiver.id !== ofHost?.id) return tryAcquire(receiver);
      admitted += 1;
      return tryAcquire({ ...receiver, id: `free ${admitted}` });
    },
  };
}

/** The two queues of results with their functions, as they are deployed, and receivers of which one never answers. */
function startResults({ isPerHost }: { isPerHost: boolean }) {
  const scheduler = new Scheduler(new Random(1));
  const clock = { now: () => new Date(scheduler.nowMs) };
  const fixture = emptyFixture();
  const arrivedMs = new Map<string, number>();

  const sender: CallbackSender = {
    async send(request, { whenSlow }) {
      if (request.url.startsWith(PROMPT)) {
        await scheduler.sleep(ANSWER_MS);
        arrivedMs.set(String(new URLSearchParams(request.body).get("tid")), scheduler.nowMs);
        return { httpStatus: 200, durationMs: ANSWER_MS };
      }
      const timeoutMs = SETTINGS.callback.timeoutSeconds * 1_000;
      if (whenSlow !== undefined) {
        await scheduler.sleep(SLOW_AFTER_MS);
        if (!(await whenSlow())) return "given_up";
      }
      await scheduler.sleep(timeoutMs - (whenSlow === undefined ? 0 : SLOW_AFTER_MS));
      return { failure: "timeout", durationMs: timeoutMs };
    },
  };

  function start(
    { name, room }: { name: string; room: "callbacks" | "callbackRetries" },
    handle: (port: Queue<DeliveryMessage>) => ReturnType<typeof dispatcher>,
  ) {
    const declared = wiring.queues.find((queue) => queue.name === name);
    const mapping = wiring.mappings.find(({ queue }) => queue === name);
    if (declared === undefined || mapping === undefined) throw new Error(`there is no queue ${name}`);
    const queue = new Sqs({ scheduler, faults: FAULTS.none, declared });
    const send = async (message: DeliveryMessage) => {
      const delayMs = message.not_before === undefined ? 0 : Date.parse(message.not_before) - scheduler.nowMs;
      const delaySeconds = Math.min(900, Math.max(0, Math.ceil(delayMs / 1_000)));
      queue.put({ body: JSON.stringify(message), delaySeconds });
    };
    const port: Queue<DeliveryMessage> = {
      send,
      async sendAll(messages) {
        for (const message of messages) await send(message);
      },
    };
    const place = { queue: port, checkpoints: fixture.checkpoints, clock };
    const consume = consumer({ schema: DeliverySchema, handle: whenDue(handle(port), place), log: fixture.log });
    new EventSource({
      scheduler,
      queue,
      mapping: { ...mapping, maximumConcurrency: maximumConcurrency[room] },
      invoke: (event) => consume(event),
    });
    return port;
  }

  const ports = { ...fixture, clock, sender, keys: [KEYS.callback] as const, settings: SETTINGS.callback };
  const callbacks: Queue<DeliveryMessage> = start({ name: "CallbackRetriesQueue", room: "callbackRetries" }, (own) =>
    dispatcher({ ...ports, callbacks: own }),
  );
  const both = new FakeBulkhead().portFor({ clock });
  const bulkhead = isPerHost ? both : withoutHost(both);
  const firsts = start({ name: "CallbacksQueue", room: "callbacks" }, (again) =>
    dispatcher({ ...ports, callbacks, admission: { bulkhead, again } }),
  );

  let calls = 0;
  return {
    scheduler,
    arrivedMs,
    /** A call ends whose result goes there. */
    async end(applicationId: string, url: string): Promise<string> {
      calls += 1;
      const tid = idOf(calls);
      const call = { ...after(queued(), claim(), report(2, { type: "leg", status: "rejected" })), tid };
      fixture.hold({ spec: { ...spec(), tid, applicationId, callback: { url, method: "POST" } }, call });
      const message: CallbackMessage = { v: 1, type: "callback", tid, attempt: 1 };
      await firsts.send(message);
      return tid;
    },
  };
}

/** The longest that a result of somebody who has nothing to do with it took, one every 100 ms. */
async function longestMsBeside({
  applications,
  results,
  isPerHost = true,
}: {
  applications: number;
  results: number;
  isPerHost?: boolean;
}): Promise<number> {
  const { scheduler, arrivedMs, end } = startResults({ isPerHost });
  for (let result = 0; result < results; result += 1)
    for (let application = 0; application < applications; application += 1)
      scheduler.after(result * 100, () => void end(`silent ${application}`, SILENT));
  const ends: { tid: Promise<string>; atMs: number }[] = [];
  for (let tenths = 0; tenths < 300; tenths += 1)
    scheduler.after(tenths * 100, () => ends.push({ tid: end("bystander", PROMPT), atMs: scheduler.nowMs }));
  await scheduler.run({ daysMax: 3, stepsMax: 1_000_000 });
  const took = await Promise.all(ends.map(async ({ tid, atMs }) => (arrivedMs.get(await tid) ?? Number.NaN) - atMs));
  return Math.max(...took);
}

it("30 applications whose results go to one silent host hold up nobody else's for a second", async () => {
  const alone = await longestMsBeside({ applications: 0, results: 0 });
  const beside = await longestMsBeside({ applications: 30, results: 20 });
  expect(beside - alone).toBeLessThan(1_000);
});

it("they would, if each application had a bulkhead and the host had none", async () => {
  const beside = await longestMsBeside({ applications: 30, results: 20, isPerHost: false });
  expect(beside).toBeGreaterThan(1_000);
});
