import { randomUUID } from "node:crypto";
import { compilePattern, matches } from "@promptcall/local/bus/pattern";
import { type CallRequest, webhooksOf } from "../../cost/carrier.ts";
import {
  batchBody,
  callBody,
  headersOf,
  newCustomer,
  newCustomers,
  numberOf,
  registerKeys,
  setPace,
} from "../../cost/customer.ts";
import { emulatedTable } from "../../cost/emulated-table.ts";
import { type Asked, type Endpoint, plainAnswer } from "./endpoint.ts";
import { httpEvent, messageEvent } from "./events.ts";
import { again, type Exchange, isOfApplication } from "./exchanges.ts";
import { type FunctionProcess, type Invocation, startFunction } from "./function.ts";
import { type Answer, post } from "./http.ts";
import type { Stage } from "./stage.ts";

/** What a function was handed in some calls. */
export interface Tape {
  /** The function's. */
  readonly folder: string;
  readonly calls: number;
  readonly invocations: readonly Invocation[];
  /** The first of them that asks for something. */
  readonly first: Invocation;
}

/** In real time every call takes as long: from one report to the next it has been recorded. */
const REPORT_EVERY_MS = 1_500;
const CALL_EVERY_MS = 10_000;

/** Of a batch, this step is recorded: it looks at calls that the one before has dialed, as most do. */
const STEP = 3;
/** A tick comes about when its step may be claimed, so that nothing is measured of waiting for that. */
const TICK_AFTER_MS = 600;

/**
 * Plays PIN calls of as many applications through the functions as they are deployed, one invocation after the other, each
 * message by itself, on a table that is emulated. From then on the endpoint answers each of these invocations as it was
 * answered now, and at once: no emulator has a part in what is measured.
 */
export async function recordTapes(
  stage: Stage,
  given: { endpoint: Endpoint; calls: number; steps: readonly number[] },
) {
  const recorder = await startRecorder(stage, given.endpoint);
  try {
    return await recorder.record(given);
  } finally {
    await recorder.stop();
  }
}

async function startRecorder(stage: Stage, endpoint: Endpoint) {
  const { graph, resources, functions, sources } = stage;
  const table = await emulatedTable({ graph, tableName: String(resources.Calls?.name) });
  const processes = new Map<string, FunctionProcess>();
  for (const [folder, { environment, bundles }] of sources) {
    const started = await startFunction(environment, stage);
    processes.set(folder, started);
    await started.ask("load", { file: bundles.function.file });
  }
  const queueOf = (url: string) => Object.entries(resources).find(([, { url: own }]) => own === url)?.[0] ?? url;
  const rules = graph.rules.map(({ pattern, target }) => ({ pattern: compilePattern(pattern), target }));

  const invocations = new Map<string, Invocation[]>();
  const exchanges: Exchange[] = [];
  const timeline: { readonly atMs: number; readonly run: () => Promise<unknown> }[] = [];
  let nowMs = Date.now();
  let [running, startedMs] = ["", 0];
  /** Then only the dialer goes on. */
  let areSteps = false;

  function after(delayMs: number, run: () => Promise<unknown>): void {
    timeline.push({ atMs: nowMs + delayMs, run });
  }

  async function invoke(functionName: string, event: object): Promise<string> {
    const { folder, exportName } = functions.get(functionName) ?? { folder: "", exportName: "" };
    const own = invocations.get(folder) ?? [];
    running = `${folder} ${own.length}`;
    startedMs = performance.now();
    const invocation = { exportName, atMs: nowMs, event: JSON.stringify(event), trace: running };
    invocations.set(folder, [...own, invocation]);
    const asked = await processes.get(folder)?.ask("invoke", { invocations: [invocation] });
    const answer = asked?.answers[0] ?? "";
    const { batchItemFailures = [], statusCode = 200 } = JSON.parse(answer) ?? {};
    if (batchItemFailures.length > 0 || statusCode >= 300) throw new Error(`${functionName} fails: ${answer}`);
    return answer;
  }

  function put(queue: string, body: string, delaySeconds = 0): void {
    const consumer = graph.mappings.find((mapping) => mapping.queue === queue)?.function;
    if (consumer === undefined || (areSteps && queue !== "DialQueue")) return;
    const takenMs = areSteps && JSON.parse(body).type === "tick" ? TICK_AFTER_MS : 1;
    // Counted from when it was sent: a slot is not waited for that was reserved before.
    after(performance.now() - startedMs + 1_000 * delaySeconds + takenMs, () =>
      invoke(consumer, messageEvent({ body, queue, atMs: nowMs })),
    );
  }

  async function run(): Promise<void> {
    for (let next = nextOf(timeline); next !== undefined; next = nextOf(timeline)) {
      nowMs = next.atMs;
      await next.run();
    }
  }

  const request = (functionName: string, url: string, given: { body: string; headers: Record<string, string> }) =>
    invoke(functionName, httpEvent({ url, ...given, atMs: nowMs }));

  function pickUp(call: CallRequest, uuid: string): void {
    for (const [index, { url, body }] of webhooksOf(call, uuid).entries())
      after(REPORT_EVERY_MS * (index + 1), () =>
        request("Webhooks", url, {
          body: body(new Date(nowMs).toISOString()),
          headers: { "content-type": "application/json" },
        }),
      );
  }

  /** What follows from a request. */
  function follow({ target, body }: Asked, answer: Answer): void {
    if (target === "POST /v1/calls" && !areSteps) pickUp(JSON.parse(body), JSON.parse(answer.body).uuid);
    const asked = target.startsWith("POST ") || target.startsWith("DynamoDB") ? {} : JSON.parse(body);
    const { QueueUrl = "", MessageBody, DelaySeconds, Entries = [] } = asked;
    if (MessageBody !== undefined) put(queueOf(QueueUrl), MessageBody, DelaySeconds);
    for (const entry of Entries) {
      if (entry.MessageBody !== undefined) put(queueOf(QueueUrl), entry.MessageBody, entry.DelaySeconds);
      else deliver(entry);
    }
  }

  function deliver({ Source, DetailType, Detail, Time }: PutEntry): void {
    const time = new Date(Time * 1_000).toISOString();
    const of = { version: "0", id: randomUUID(), account: "000000000000", region: graph.app.region, resources: [] };
    const event = { ...of, source: Source, "detail-type": DetailType, time, detail: JSON.parse(Detail) };
    for (const { target, pattern } of rules) if (matches({ pattern, event })) put(target.queue, JSON.stringify(event));
  }

  endpoint.answers = async (asked) => {
    const { target, body, headers } = asked;
    const answer = target.startsWith("DynamoDB")
      ? await post(table.endpoint, { body, headers: signedOf(headers) })
      : plainAnswer(target, body);
    exchanges.push({ ...asked, trace: running, answer });
    follow(asked, answer);
    return answer;
  };

  const api = graph.apis.flatMap(({ routes }) => routes)[0]?.function ?? "";
  const callback = `${endpoint.url}/result`;

  /** Of a batch that is dialed at as many calls a second. */
  async function recordStep(calls: number): Promise<readonly [name: string, Tape]> {
    const customer = await newCustomer();
    await registerKeys(table, [customer]);
    await setPace(table, customer, calls);
    const body = batchBody({ count: (STEP + 2) * calls, callback });
    const headers = headersOf(customer.jwt, body);
    after(CALL_EVERY_MS, () => request(api, `${endpoint.url}/call`, { body, headers }));
    const before = invocations.get("dialer")?.length;
    await run();
    const own = invocations.get("dialer")?.slice(before) ?? [];
    const [from, to] = [STEP, STEP + 1].map((n) => own.findIndex((one) => isTick(one, n)));
    return [
      `dialer, ${calls} calls a step`,
      tapeOf({ folder: "dialer", calls, invocations: own.slice(from, to) }, exchanges),
    ];
  }

  return {
    async record({ calls, steps }: { calls: number; steps: readonly number[] }) {
      const customers = await newCustomers(calls);
      await registerKeys(table, customers);
      for (const [index, { jwt }] of customers.entries()) {
        const body = callBody({ to: numberOf(index), callback });
        const headers = headersOf(jwt, body);
        after(CALL_EVERY_MS * index, () => request(api, `${endpoint.url}/call`, { body, headers }));
      }
      await run();
      // What is done with a report that could not be handled is done with one that was.
      const { deadLetters } = graph.queues.find(({ name }) => name === "StateQueue") ?? {};
      const { Records } = JSON.parse(invocations.get("reducer")?.at(-1)?.event ?? "{}");
      put(deadLetters?.queue ?? "", Records[0].body);
      await run();
      const tapes = new Map(
        [...invocations].map(([folder, own]) => [folder, tapeOf({ folder, calls, invocations: own }, exchanges)]),
      );
      areSteps = true;
      const ofSteps: (readonly [string, Tape])[] = [];
      for (const step of steps) ofSteps.push(await recordStep(step));
      endpoint.answers = again(exchanges);
      const application = exchanges.find(isOfApplication)?.answer ?? plainAnswer("", "{}");
      return { tapes, steps: new Map(ofSteps), application };
    },
    async stop(): Promise<void> {
      for (const started of processes.values()) await started.stop();
      await table.stop();
    },
  };
}

/** What the emulator asks for. */
function signedOf(headers: Asked["headers"]): Record<string, string> {
  const names = ["content-type", "x-amz-target", "x-amz-date", "authorization"];
  return Object.fromEntries(names.map((name) => [name, String(headers[name])]));
}

interface PutEntry {
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
  readonly Time: number;
}

function nextOf<Due extends { readonly atMs: number }>(timeline: Due[]): Due | undefined {
  const first = timeline.toSorted((one, other) => one.atMs - other.atMs)[0];
  if (first !== undefined) timeline.splice(timeline.indexOf(first), 1);
  return first;
}

function isTick({ event }: Invocation, step: number): boolean {
  const { type, n } = JSON.parse(JSON.parse(event).Records[0].body);
  return type === "tick" && n === step;
}

function tapeOf(own: Omit<Tape, "first">, exchanges: readonly Exchange[]): Tape {
  const asking = new Set(exchanges.map(({ trace }) => trace));
  const first = own.invocations.find(({ trace }) => asking.has(trace));
  if (first === undefined) throw new TypeError("a function that asks for nothing needs no bench");
  return { ...own, first };
}
