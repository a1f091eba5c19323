import type { IncomingMessage, ServerResponse } from "node:http";
import type { BusDelivery } from "./delivery.ts";
import { BusError } from "./errors.ts";
import { type EntryError, type EventEnvelope, type PutEventsEntry, refuseOversized, toEnvelope } from "./events.ts";
import { matches } from "./pattern.ts";
import { type BusRules, compile, type Target } from "./rules.ts";

interface Request {
  Entries?: PutEventsEntry[];
  Name?: string;
  NamePrefix?: string;
  Rule?: string;
  EventBusName?: string;
  EventPattern?: string;
  State?: string;
  Event?: string;
  Targets?: Target[];
  Ids?: string[];
}

type Operation = (request: Request, traceHeader: string | undefined) => object;

/** The part of EventBridge's API (AWS JSON 1.1) that an event-driven program uses. */
export class BusApi {
  readonly #rules: BusRules;
  readonly #delivery: BusDelivery;
  readonly #account: string;
  readonly #region: string;
  readonly #onLost: (message: string) => void;

  constructor(args: {
    rules: BusRules;
    delivery: BusDelivery;
    account: string;
    region: string;
    onLost: (message: string) => void;
  }) {
    this.#rules = args.rules;
    this.#delivery = args.delivery;
    this.#account = args.account;
    this.#region = args.region;
    this.#onLost = args.onLost;
  }

  readonly #operations: Readonly<Record<string, Operation>> = {
    PutEvents: ({ Entries = [] }, traceHeader) => this.#putEvents(Entries, traceHeader),
    PutRule: (request) => {
      const rule = this.#rules.putRule({
        bus: busName(request),
        name: required({ request, field: "Name" }),
        pattern: request.EventPattern,
        enabled: request.State !== "DISABLED",
      });
      return { RuleArn: rule.arn };
    },
    DeleteRule: (request) => {
      this.#rules.deleteRule({ bus: busName(request), name: required({ request, field: "Name" }) });
      return {};
    },
    ListRules: (request) => {
      const rules = this.#existing(busName(request));
      const named = rules.filter((rule) => rule.name.startsWith(request.NamePrefix ?? ""));
      return {
        Rules: named.map((rule) => ({
          Name: rule.name,
          Arn: rule.arn,
          EventPattern: rule.text,
          State: rule.enabled ? "ENABLED" : "DISABLED",
          EventBusName: busName(request),
        })),
      };
    },
    PutTargets: (request) => {
      this.#rules.putTargets({ rule: this.#ruleOf(request), targets: request.Targets ?? [] });
      return { FailedEntryCount: 0, FailedEntries: [] };
    },
    RemoveTargets: (request) => {
      const rule = this.#ruleOf(request);
      for (const id of request.Ids ?? []) rule.targets.delete(id);
      return { FailedEntryCount: 0, FailedEntries: [] };
    },
    ListTargetsByRule: (request) => ({ Targets: [...this.#ruleOf(request).targets.values()] }),
    DescribeEventBus: (request) => {
      const bus = request.Name === undefined ? "default" : lastPart(request.Name);
      this.#existing(bus);
      return { Name: bus, Arn: this.#rules.busArn(bus) };
    },
    TestEventPattern: ({ EventPattern = "", Event = "" }) => ({
      Result: matches({ pattern: compile(EventPattern), event: parseEvent(Event) }),
    }),
  };

  async handle({ request, response, body }: { request: IncomingMessage; response: ServerResponse; body: Buffer }) {
    const name = String(request.headers["x-amz-target"] ?? "").replace(/^AWSEvents\./, "");
    const traceHeader = request.headers["x-amzn-trace-id"]?.toString();
    const answer = this.#answer({ name, body, traceHeader });
    response.writeHead(answer.status, { "content-type": "application/x-amz-json-1.1" });
    response.end(JSON.stringify(answer.body));
  }

  #answer(args: { name: string; body: Buffer; traceHeader: string | undefined }): { status: number; body: object } {
    const { name, body, traceHeader } = args;
    try {
      const operation = Object.hasOwn(this.#operations, name) ? this.#operations[name] : undefined;
      if (!operation) throw new BusError("UnknownOperationException", `${name} is not imitated locally.`);
      return { status: 200, body: operation(JSON.parse(body.toString("utf8") || "{}") as Request, traceHeader) };
    } catch (error) {
      if (error instanceof BusError) return { status: 400, body: { __type: error.type, message: error.message } };
      return { status: 500, body: { __type: "InternalException", message: String(error) } };
    }
  }

  /** An entry's own trace header comes before the request's. */
  #putEvents(entries: PutEventsEntry[], traceHeader: string | undefined) {
    refuseOversized(entries);
    const results = entries.map((entry) => {
      const event = toEnvelope({ entry, account: this.#account, region: this.#region });
      if (isError(event)) return event;
      this.#route({ event, bus: busName(entry), traceHeader: entry.TraceHeader ?? traceHeader });
      return { EventId: event.id };
    });
    return { FailedEntryCount: results.filter((result) => "ErrorCode" in result).length, Entries: results };
  }

  #route(args: { event: EventEnvelope; bus: string; traceHeader: string | undefined }): void {
    const { event, bus, traceHeader } = args;
    const rules = this.#rules.rulesOf(bus);
    if (!rules) this.#onLost(`The event ${event.id} was put on "${bus}", which does not exist.`);
    for (const rule of rules ?? []) {
      if (!rule.enabled || !matches({ pattern: rule.pattern, event })) continue;
      for (const target of rule.targets.values()) this.#delivery.start({ event, rule, target, traceHeader });
    }
  }

  #existing(bus: string) {
    const rules = this.#rules.rulesOf(bus);
    if (!rules) throw new BusError("ResourceNotFoundException", `Event bus ${bus} does not exist.`);
    return rules;
  }

  #ruleOf(request: Request) {
    return this.#rules.rule({ bus: busName(request), name: required({ request, field: "Rule" }) });
  }
}

function isError(result: EventEnvelope | EntryError): result is EntryError {
  return "ErrorCode" in result;
}

/** A bus is named, or meant by its ARN, or the account's default. */
function busName({ EventBusName }: { EventBusName?: string }): string {
  return EventBusName === undefined ? "default" : lastPart(EventBusName);
}

function lastPart(nameOrArn: string): string {
  return nameOrArn.slice(nameOrArn.lastIndexOf("/") + 1);
}

function required({ request, field }: { request: Request; field: "Name" | "Rule" }): string {
  const value = request[field];
  if (!value) throw new BusError("ValidationException", `${field} is required.`);
  return value;
}

function parseEvent(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BusError("ValidationException", "Parameter Event is not valid.");
  }
}
