import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { InvocationReport } from "@promptcall/local/functions/function-pool";
import { Count } from "../work.ts";
import { NOTHING, type Requested, requestedBy } from "./requested.ts";

/** Requests of one operation, and for the table of one kind of item. */
export interface Requests extends Requested {
  readonly service: string;
  readonly operation: string;
  readonly requests: number;
}

/** Invocations of one function that asked for the same. */
export interface Invocations {
  readonly functionName: string;
  readonly memoryMb: number;
  readonly messages: number;
  /** How often each of them asked for what. */
  readonly effects: Readonly<Record<string, number>>;
  readonly invocations: number;
}

export interface Tallied {
  readonly requests: readonly Requests[];
  readonly invocations: readonly Invocations[];
  readonly log: { readonly lines: number; readonly bytes: number };
}

const RECEIVE = "ReceiveMessage";
/** Of the answer to one that brings nothing. */
const EMPTY_LENGTH = 50;

const SERVICES: Readonly<Record<string, string>> = {
  DynamoDB_20120810: "DynamoDB",
  AmazonSQS: "SQS",
  AWSEvents: "EventBridge",
};

/**
 * Counts what the functions, the bus and the pollers ask of AWS, as the emulators in this process are asked for it: that
 * is what AWS would bill, repetitions by the SDK included.
 */
export class Tally {
  #requests = new Map<string, Requests>();
  #invocations = new Map<string, Invocations>();
  #messages = new Map<string, Count>();
  #log = { lines: 0, bytes: 0 };
  readonly #memoryMbOf: (functionName: string) => number;

  constructor({ memoryMbOf }: { memoryMbOf: (functionName: string) => number }) {
    this.#memoryMbOf = memoryMbOf;
    // Before the server itself reads it: both get every chunk of the body.
    subscribe("http.server.request.start", (message) => {
      const { request } = message as { request: IncomingMessage };
      const [target = "", operation = ""] = String(request.headers["x-amz-target"] ?? "").split(".");
      const service = SERVICES[target];
      if (service === "DynamoDB")
        this.#read(request, (body) => this.#count(service, operation, requestedBy(operation, body)));
      else if (service !== undefined && operation !== RECEIVE) this.#count(service, operation, NOTHING);
    });
    // A poll that brings nothing is no work of a call: there is always one, whether there are calls or not.
    subscribe("http.server.response.created", (message) => {
      const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
      if (request.headers["x-amz-target"] !== `AmazonSQS.${RECEIVE}`) return;
      const end = response.end.bind(response) as (...given: unknown[]) => ServerResponse;
      response.end = (...given: unknown[]) => {
        const [body] = given;
        if (String(body ?? "").length > EMPTY_LENGTH) this.#count("SQS", RECEIVE, NOTHING);
        return end(...given);
      };
    });
  }

  ended({ functionName, event, effects: names }: Pick<InvocationReport, "functionName" | "event" | "effects">): void {
    const { Records = [] } = event as { Records?: readonly unknown[] };
    const effects: Record<string, number> = {};
    for (const name of names) effects[nameOf(name)] = (effects[nameOf(name)] ?? 0) + 1;
    const key = JSON.stringify([functionName, Records.length, Object.entries(effects).sort()]);
    const { invocations } = this.#invocations.get(key) ?? { invocations: 0 };
    const of = { functionName, memoryMb: this.#memoryMbOf(functionName), messages: Records.length, effects };
    this.#invocations.set(key, { ...of, invocations: invocations + 1 });
    this.#messagesOf(functionName).add(Records.length);
  }

  logged(line: string): void {
    this.#log.lines += 1;
    this.#log.bytes += Buffer.byteLength(line) + 1;
  }

  handled(functionName: string): Count {
    return this.#messagesOf(functionName);
  }

  get tallied(): Tallied {
    return {
      requests: [...this.#requests.values()],
      invocations: [...this.#invocations.values()],
      log: { ...this.#log },
    };
  }

  forget(): void {
    this.#requests = new Map();
    this.#invocations = new Map();
    this.#messages = new Map();
    this.#log = { lines: 0, bytes: 0 };
  }

  #count(service: string, operation: string, asked: Requested): void {
    const key = `${service} ${operation} ${asked.kind}`;
    const known = this.#requests.get(key) ?? { service, operation, ...NOTHING, requests: 0 };
    this.#requests.set(key, {
      ...known,
      kind: asked.kind,
      requests: known.requests + 1,
      items: known.items + asked.items,
      bytes: known.bytes + asked.bytes,
      readUnits: known.readUnits + asked.readUnits,
      writeUnits: known.writeUnits + asked.writeUnits,
    });
  }

  #read(request: IncomingMessage, done: (body: string) => void): void {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => done(Buffer.concat(chunks).toString()));
  }

  #messagesOf(functionName: string): Count {
    const count = this.#messages.get(functionName) ?? new Count(`messages of ${functionName}`);
    this.#messages.set(functionName, count);
    return count;
  }
}

/** AWS operations by themselves; what goes to the carrier and to customers' servers without the address. */
function nameOf(effect: string): string {
  const [target = "", operation] = effect.split(".");
  if (operation !== undefined && SERVICES[target] !== undefined) return `${SERVICES[target]} ${operation}`;
  return effect.replace(/https?:\/\/[^/]+/, "");
}
