import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { readBody } from "../http/server.ts";
import { LIMITS } from "../limits.ts";
import type { Throughputs } from "../program/table-throughput.ts";
import { type Admitted, admit, isCounted, type TableRequest } from "./requests.ts";

interface Answer {
  status: number;
  headers: Record<string, string | number>;
  body: string;
}

interface Capacity {
  TableName: string;
  CapacityUnits: number;
}

interface TableAnswer {
  ConsumedCapacity?: Capacity | Capacity[];
  UnprocessedItems?: object;
  UnprocessedKeys?: object;
}

/** The wording of AWS for a table that is billed by request. */
const THROTTLED = {
  __type: "com.amazon.coral.availability#ThrottlingException",
  message:
    "Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling your table or index " +
    "so please try again shortly. If exceptions persist, check if you have a hot key: " +
    "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html",
};

/** Stands before dynalite: counts the units of requests, and throttles those above the table's throughput. */
export function countingListener({
  dynalite,
  throughputs,
}: {
  dynalite: RequestListener;
  throughputs: Throughputs;
}): RequestListener {
  return (request, response) => {
    const operation = String(request.headers["x-amz-target"] ?? "").replace(/^DynamoDB_\d+\./, "");
    if (operation !== "CreateTable" && !isCounted(operation)) return dynalite(request, response);
    void answer().catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));

    async function answer(): Promise<void> {
      const body = await readBody({ request, maximumBytes: LIMITS.dynamoDb.requestBytes });
      const asked = parsed(body);
      if (!body || !asked) return send(response, await replay({ dynalite, request, body: body ?? Buffer.alloc(0) }));
      if (!isCounted(operation)) return send(response, await create({ dynalite, request, asked, throughputs }));
      const admitted = admit({ operation, request: asked, throughputs });
      if (!admitted) return send(response, { status: 400, headers: JSON_HEADERS, body: JSON.stringify(THROTTLED) });
      const counted = { ...admitted.request, ReturnConsumedCapacity: asked.ReturnConsumedCapacity ?? "TOTAL" };
      const answered = await replay({ dynalite, request, body: Buffer.from(JSON.stringify(counted)) });
      send(response, settled({ answered, asked, admitted }));
    }
  };
}

const JSON_HEADERS = { "content-type": "application/x-amz-json-1.0" };

async function create(args: {
  dynalite: RequestListener;
  request: IncomingMessage;
  asked: TableRequest;
  throughputs: Throughputs;
}): Promise<Answer> {
  const { WarmThroughput: warm = {}, ...table } = args.asked;
  const answered = await replay({ ...args, body: Buffer.from(JSON.stringify(table)) });
  const { ReadUnitsPerSecond: read, WriteUnitsPerSecond: write } = warm;
  if (answered.status === 200) args.throughputs.add({ table: table.TableName ?? "", read, write });
  return answered;
}

/** What it has taken is known now. The rest goes back with what dynalite itself gives back. */
function settled(args: { answered: Answer; asked: TableRequest; admitted: Admitted }): Answer {
  const { answered, asked, admitted } = args;
  if (answered.status !== 200) return answered;
  const { ConsumedCapacity = [], ...answer } = JSON.parse(answered.body) as TableAnswer;
  for (const { TableName, CapacityUnits } of [ConsumedCapacity].flat()) {
    const share = admitted.shares.find(({ table }) => table === TableName);
    share?.units.take(CapacityUnits - share.taken);
  }
  for (const [name, rest] of Object.entries(admitted.rest)) {
    const own = answer[name as keyof Admitted["rest"]] ?? {};
    Object.assign(answer, { [name]: merged({ own: own as Parts, rest: rest as Parts }) });
  }
  const isAskedFor = (asked.ReturnConsumedCapacity ?? "NONE") !== "NONE";
  const body = JSON.stringify({ ...answer, ...(isAskedFor && { ConsumedCapacity }) });
  const { "x-amz-crc32": _sum, "content-length": _length, ...headers } = answered.headers;
  return { ...answered, headers, body };
}

type Parts = Record<string, unknown[] | { Keys: unknown[] }>;

function merged({ own, rest }: { own: Parts; rest: Parts }): Parts {
  const tables = new Set([...Object.keys(own), ...Object.keys(rest)]);
  return Object.fromEntries(
    [...tables].map((table) => {
      const [one, other] = [own[table], rest[table]];
      if (one === undefined || other === undefined) return [table, one ?? other ?? []];
      if (Array.isArray(one) || Array.isArray(other)) return [table, [one, other].flat()];
      return [table, { ...one, Keys: [...one.Keys, ...other.Keys] }];
    }),
  );
}

/** Undefined for what dynalite will say itself: that it is no JSON, or too much of it. */
function parsed(body: Buffer | undefined): TableRequest | undefined {
  try {
    const request: unknown = JSON.parse(body?.toString("utf8") ?? "");
    return typeof request === "object" && request !== null ? (request as TableRequest) : undefined;
  } catch {
    return undefined;
  }
}

/** Gives dynalite the request once more with another body, and keeps its answer. */
function replay(args: { dynalite: RequestListener; request: IncomingMessage; body: Buffer }): Promise<Answer> {
  const { method, url, headers } = args.request;
  const request = Object.assign(Readable.from([args.body]), { method, url, headers });
  return new Promise((resolve) => {
    const answer: Answer = { status: 200, headers: {}, body: "" };
    const response = {
      set statusCode(status: number) {
        answer.status = status;
      },
      setHeader: (name: string, value: string | number) => {
        answer.headers[name.toLowerCase()] = value;
      },
      end: (body = "") => resolve({ ...answer, body }),
    };
    args.dynalite(
      request as unknown as IncomingMessage,
      response as unknown as ServerResponse & { req: IncomingMessage },
    );
  });
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) }).end(body);
}
