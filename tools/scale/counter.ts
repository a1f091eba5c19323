import type { Bus } from "@promptcall/functions/ports/bus";
import type { Log } from "@promptcall/functions/ports/log";
import type { Queue } from "@promptcall/functions/ports/queue";
import { measuresOf } from "@promptcall/functions/telemetry/measures";
import type { Invocations } from "../bench/rig/tally.ts";
import { LOG_BYTES } from "./assumptions.ts";
import { CARRIER, CUSTOMER, FUNCTIONS, type Usage } from "./cost.ts";
import type { TableRequest } from "./table.ts";

export interface Played extends Usage {
  /** Events that a rule has handed to a queue. */
  readonly deliveries: number;
}

/** Sent, received and deleted, each message by itself: the most it can be, since batches share the last two. */
const REQUESTS_PER_MESSAGE = 3;

/** Counts requests to AWS by the invocation that makes them. There is one at a time. */
export class Counter {
  #effects: Record<string, number> = {};
  #invocations: Invocations[] = [];
  #table = { readUnits: 0, writeUnits: 0 };
  #events = { published: 0, matched: 0 };
  #log = { lines: 0, bytes: 0 };

  forget(): void {
    this.#table = { readUnits: 0, writeUnits: 0 };
  }

  asked({ operation, readUnits, writeUnits }: TableRequest): void {
    this.#effect(`DynamoDB ${operation}`);
    this.#table.readUnits += readUnits;
    this.#table.writeUnits += writeUnits;
  }

  async invocation<Answer>(
    of: Pick<Invocations, "functionName" | "memoryMb" | "messages">,
    run: () => Promise<Answer>,
  ): Promise<Answer> {
    this.#effects = {};
    const answer = await run();
    this.#invocations.push({ ...of, effects: this.#effects, invocations: 1 });
    return answer;
  }

  dialed(): void {
    this.#effect(CARRIER);
  }

  delivered(): void {
    this.#effect(CUSTOMER);
  }

  matched(): void {
    this.#events.matched += 1;
  }

  queue<Message>(queue: Queue<Message>): Queue<Message> {
    return {
      send: (...given) => {
        this.#effect("SQS SendMessage");
        return queue.send(...given);
      },
      sendAll: (messages) => {
        this.#effect("SQS SendMessageBatch");
        return queue.sendAll(messages);
      },
    };
  }

  bus(bus: Bus): Bus {
    return {
      publish: (events) => {
        this.#effect("EventBridge PutEvents");
        this.#events.published += events.length;
        return bus.publish(events);
      },
    };
  }

  readonly log: Log = {
    info: (reported) => {
      this.#log.lines += 1;
      this.#log.bytes += LOG_BYTES.line + (Object.keys(measuresOf(reported)).length > 0 ? LOG_BYTES.metrics : 0);
    },
    failure: (event, error) => {
      throw new Error(`what is played must not fail: ${event}`, { cause: error });
    },
  };

  played({ calls, keptBytes }: Pick<Played, "calls" | "keptBytes">): Played {
    const messages = this.#invocations.reduce((sum, of) => sum + of.messages, 0);
    const nothing = { operation: "", kind: "", items: 0, bytes: 0, readUnits: 0, writeUnits: 0, requests: 0 };
    return {
      ...{
        calls,
        keptBytes,
        apiRequests: this.#invocations.filter(({ functionName }) => functionName === FUNCTIONS.api).length,
      },
      deliveries: this.#events.matched,
      tallied: {
        invocations: this.#invocations,
        log: this.#log,
        mostAtOnce: 1,
        requests: [
          { ...nothing, service: "DynamoDB", ...this.#table },
          { ...nothing, service: "SQS", requests: messages * REQUESTS_PER_MESSAGE },
          { ...nothing, service: "EventBridge", requests: this.#events.published },
        ],
      },
    };
  }

  #effect(name: string): void {
    this.#effects[name] = (this.#effects[name] ?? 0) + 1;
  }
}
