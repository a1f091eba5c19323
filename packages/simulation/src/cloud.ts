import { DeliveredEventSchema } from "@promptcall/core/events";
import { DialQueueMessageSchema, TimerMessageSchema } from "@promptcall/core/messages";
import type { Settings } from "@promptcall/core/settings";
import { apiApp } from "@promptcall/functions/api/app";
import { consumer, foldingConsumer } from "@promptcall/functions/consumer";
import { DEAD_LETTER_SCHEMAS, deadDials, deadReports, deadTimers } from "@promptcall/functions/dead-letters/bury";
import { dialer } from "@promptcall/functions/dialer/dial";
import { DeliverySchema, dispatcher } from "@promptcall/functions/dispatcher/deliver";
import { reducer } from "@promptcall/functions/reducer/reduce";
import { timers } from "@promptcall/functions/timers/fire";
import { webhooksApp } from "@promptcall/functions/webhooks/app";
import type { SQSBatchResponse } from "aws-lambda";
import { type CarrierOptions, CarrierTwin } from "./carrier.ts";
import { Customers } from "./customers.ts";
import type { Faults } from "./faults.ts";
import type { History } from "./history.ts";
import { KEYS, type Ports, portsFor } from "./ports.ts";
import { Process } from "./process.ts";
import { FUNCTION_TIMEOUT_SECONDS, REDUCER_TIMEOUT_SECONDS, startQueues } from "./queues.ts";
import type { Consumer } from "./sqs.ts";
import { Table } from "./twins/table.ts";
import type { World } from "./world.ts";

export interface CloudOptions {
  readonly world: World;
  readonly faults: Faults;
  readonly settings: Settings;
  readonly history: History;
  readonly people: Pick<CarrierOptions, "personAt" | "pinOf">;
}

type Handler = (event: Parameters<Consumer>[0]) => Promise<SQSBatchResponse>;
type Request = { method: string; headers?: Record<string, string>; body: string };
/** What was answered; undefined when whoever was asked died over it. */
type Answer = { status: number; body: string } | undefined;

/** The functions as they are, put together as the stacks put them together, on the twins. */
export function startCloud({ world, faults, settings, history, people }: CloudOptions) {
  const queues = startQueues({ world, faults, history });
  const table = new Table({ onSave: (before, after) => history.saved(before, after) });
  const customers = new Customers({ world, faults, onResult: (received) => history.tookResult(received) });
  const carrier = new CarrierTwin({
    ...people,
    world,
    faults,
    onDial: (number) => history.dialed(number),
    onLimit: () => history.limited(),
    post: ({ url, body }) => askWebhooks(url, { method: "POST", body }),
  });
  const portsOf = portsFor({ world, faults, settings, history, table, queues, carrier, customers });

  /** Runs something in a process of its own; undefined when that died. */
  function inProcess<Result>(
    run: (ports: Ports) => Promise<Result>,
    timeoutSeconds = FUNCTION_TIMEOUT_SECONDS,
  ): Promise<Result | undefined> {
    return new Promise((resolve, reject) => {
      const onDeath = () => resolve(undefined);
      const process = new Process({ world, faults, timeoutSeconds, onDeath });
      run(portsOf(process)).then((result) => {
        process.end();
        resolve(result);
      }, reject);
    });
  }

  const by =
    (handlerOn: (ports: Ports) => Handler, timeoutSeconds?: number): Consumer =>
    (event) =>
      inProcess((ports) => handlerOn(ports)(event), timeoutSeconds);

  const { dial, state, timers: timer, callbacks, retries } = queues;
  dial.queue.subscribe(
    by((ports) => {
      const again = { queue: ports.dial, hops: ports.hops };
      return consumer({ ...ports, schema: DialQueueMessageSchema, handle: dialer(ports), again });
    }),
  );
  state.queue.subscribe(
    by(
      (ports) =>
        foldingConsumer({
          ...ports,
          schema: DeliveredEventSchema,
          of: ({ metadata }) => metadata.tid,
          fold: reducer(ports),
        }),
      REDUCER_TIMEOUT_SECONDS,
    ),
  );
  timer.queue.subscribe(
    by((ports) => {
      const again = { queue: ports.timers, hops: ports.hops };
      return consumer({ ...ports, schema: TimerMessageSchema, handle: timers(ports), again });
    }),
  );
  callbacks.queue.subscribe(
    by(({ hops, ...ports }) => {
      const handle = dispatcher({ ...ports, keys: [KEYS.callback], settings: settings.callback });
      return consumer({ ...ports, schema: DeliverySchema, handle, again: { queue: ports.firsts, hops } });
    }),
  );
  retries.queue.subscribe(
    by(({ hops, admission: _, ...ports }) => {
      const handle = dispatcher({ ...ports, keys: [KEYS.callback], settings: settings.callback });
      return consumer({ ...ports, schema: DeliverySchema, handle, again: { queue: ports.callbacks, hops } });
    }),
  );
  dial.deadLetters.subscribe(
    by((ports) => consumer({ ...ports, schema: DEAD_LETTER_SCHEMAS.dial, handle: deadDials(ports) })),
  );
  state.deadLetters.subscribe(
    by((ports) => consumer({ ...ports, schema: DEAD_LETTER_SCHEMAS.state, handle: deadReports(ports) })),
  );
  timer.deadLetters.subscribe(
    by((ports) => consumer({ ...ports, schema: DEAD_LETTER_SCHEMAS.timers, handle: deadTimers(ports) })),
  );

  async function askApi(url: string, request: Request): Promise<Answer> {
    return await inProcess(async (ports) => {
      const app = apiApp({
        ...ports,
        pinKey: KEYS.pin,
        statusKeys: [KEYS.status],
        parts: {},
      });
      return await answerOf(app.request(url, request));
    });
  }

  async function askWebhooks(url: string, request: Request): Promise<Answer> {
    return await inProcess(async (ports) => {
      const app = webhooksApp({ ...ports, pinKeys: [KEYS.pin], webhookKeys: [KEYS.webhook] });
      return await answerOf(app.request(url, request));
    });
  }

  return { askApi, table, queues: Object.values(queues), parked: callbacks.deadLetters };
}

export type Cloud = ReturnType<typeof startCloud>;

async function answerOf(asked: Response | Promise<Response>): Promise<NonNullable<Answer>> {
  const response = await asked;
  return { status: response.status, body: await response.text() };
}
