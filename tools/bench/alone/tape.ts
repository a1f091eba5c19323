import { randomUUID } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { compilePattern, matches } from "@promptcall/local/bus/pattern";
import { createTables, startDynamo } from "@promptcall/local/table/dynamo";
import { type CallRequest, webhooksOf } from "../../cost/carrier.ts";
import { callBody, headersOf, newCustomers, numberOf, registerKeys } from "../../cost/customer.ts";
import { kindOfItems } from "../../cost/items-in.ts";
import { type Asked, type Endpoint, plainAnswer } from "./endpoint.ts";
import { httpEvent, messageEvent } from "./events.ts";
import { type FunctionProcess, type Invocation, startFunction } from "./function.ts";
import { type Answer, post } from "./http.ts";
import type { Stage } from "./stage.ts";

/** What a function was handed in some calls. */
export interface Tape {
  readonly invocations: readonly Invocation[];
  /** The first of them that asks for something. */
  readonly first: Invocation;
}

/** In real time every call takes as long: from one report to the next it has been recorded. */
const REPORT_EVERY_MS = 1_500;
const CALL_EVERY_MS = 10_000;

interface Exchange extends Asked {
  readonly answer: Answer;
}

/**
 * Plays PIN calls of as many applications through the functions as they are deployed, one invocation after the other, each
 * message by itself, on a table that is emulated. From then on the endpoint answers each of these invocations as it was
 * answered now, and at once: no emulator has a part in what is measured.
 */
export async function recordTapes(stage: Stage, { endpoint, calls }: { endpoint: Endpoint; calls: number }) {
  const recorder = await startRecorder(stage, endpoint);
  try {
    return await recorder.record(calls);
  } finally {
    await recorder.stop();
  }
}

async function startRecorder(stage: Stage, endpoint: Endpoint) {
  const { graph, resources, functions, sources } = stage;
  const tableName = String(resources.Calls?.name);
  const dynamo = await startDynamo({
    throughput: { readUnitsPerSecond: Number.MAX_SAFE_INTEGER, writeUnitsPerSecond: Number.MAX_SAFE_INTEGER },
  });
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const dynamoDb = new DynamoDBClient({ endpoint: dynamo.endpoint, region: "us-east-1", credentials });
  const tables = graph.tables.map(({ name, ...table }) => ({
    ...{ name, physicalName: tableName, settings: Promise.resolve({ ...table, warmThroughput: undefined }) },
  }));
  await createTables({ tables, client: dynamoDb });
  const processes = new Map<string, FunctionProcess>();
  for (const [folder, { environment, bundles }] of sources) {
    const started = await startFunction(environment);
    processes.set(folder, started);
    await started.ask("load", { file: bundles.function.file });
  }
  const queueOf = (url: string) => Object.entries(resources).find(([, { url: own }]) => own === url)?.[0] ?? url;
  const rules = graph.rules.map(({ pattern, target }) => ({ pattern: compilePattern(pattern), target }));

  const invocations = new Map<string, Invocation[]>();
  const exchanges: Exchange[] = [];
  const timeline: { readonly atMs: number; readonly run: () => Promise<unknown> }[] = [];
  let nowMs = Date.now();
  let running = "";

  function after(delayMs: number, run: () => Promise<unknown>): void {
    timeline.push({ atMs: nowMs + delayMs, run });
  }

  async function invoke(functionName: string, event: object): Promise<string> {
    const { folder, exportName } = functions.get(functionName) ?? { folder: "", exportName: "" };
    const own = invocations.get(folder) ?? [];
    running = `${folder} ${own.length}`;
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
    if (consumer !== undefined)
      after(1_000 * delaySeconds + 1, () => invoke(consumer, messageEvent({ body, queue, atMs: nowMs })));
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
    if (target === "POST /v1/calls") pickUp(JSON.parse(body), JSON.parse(answer.body).uuid);
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
      ? await post(dynamo.endpoint, { body, headers: signedOf(headers) })
      : plainAnswer(target, body);
    exchanges.push({ ...asked, trace: running, answer });
    follow(asked, answer);
    return answer;
  };

  return {
    async record(calls: number) {
      const customers = await newCustomers(calls);
      await registerKeys({ dynamoDb, tableName }, customers);
      const api = graph.apis.flatMap(({ routes }) => routes)[0]?.function ?? "";
      for (const [index, { jwt }] of customers.entries()) {
        const body = callBody({ to: numberOf(index), callback: `${endpoint.url}/result` });
        const headers = headersOf(jwt, body);
        after(CALL_EVERY_MS * index, () => request(api, `${endpoint.url}/call`, { body, headers }));
      }
      await run();
      // What is done with a report that could not be handled is done with one that was.
      const { deadLetters } = graph.queues.find(({ name }) => name === "StateQueue") ?? {};
      const { Records } = JSON.parse(invocations.get("reducer")?.at(-1)?.event ?? "{}");
      put(deadLetters?.queue ?? "", Records[0].body);
      await run();
      endpoint.answers = again(exchanges);
      const application = exchanges.find(isOfApplication)?.answer ?? plainAnswer("", "{}");
      const tapes = new Map([...invocations].map(([folder, own]) => [folder, tapeOf(own, exchanges)]));
      return { tapes, application };
    },
    async stop(): Promise<void> {
      for (const started of processes.values()) await started.stop();
      dynamoDb.destroy();
      await dynamo.stop();
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

/** The same answers to the same invocations, in their order for each kind of request. */
function again(exchanges: readonly Exchange[]): Endpoint["answers"] {
  const ofTable = (asked: Asked) => asked.target.startsWith("DynamoDB");
  const known = Map.groupBy(exchanges.filter(ofTable), keyOf);
  const asked = new Map<string, number>();
  return (request) => {
    if (!ofTable(request)) return plainAnswer(request.target, request.body);
    const key = keyOf(request);
    const answers = known.get(key) ?? [];
    const count = asked.get(key) ?? 0;
    asked.set(key, count + 1);
    return answers[count % answers.length]?.answer ?? plainAnswer(request.target, request.body);
  };
}

export function isOfApplication({ target, body }: Asked): boolean {
  return target.endsWith(".GetItem") && kindOfItems(JSON.parse(body)) === "application";
}

function keyOf({ target, body, trace }: Asked): string {
  return `${trace} ${target} ${kindOfItems(JSON.parse(body))}`;
}

function tapeOf(invocations: readonly Invocation[], exchanges: readonly Exchange[]): Tape {
  const asking = new Set(exchanges.map(({ trace }) => trace));
  const first = invocations.find(({ trace }) => asking.has(trace));
  if (first === undefined) throw new TypeError("a function that asks for nothing needs no bench");
  return { invocations, first };
}
