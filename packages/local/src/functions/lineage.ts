import { createHash, randomBytes } from "node:crypto";

/** How often each function was invoked in a chain, by a hash of its ARN: `Lineage=a87bd80c:1|68fd508a:5`, counted from 0. */
type Lineage = ReadonlyMap<string, number>;

/**
 * All invocations that one event has led to. Their count travels in the trace header: through SQS (its system attribute
 * `AWSTraceHeader`, https://docs.aws.amazon.com/xray/latest/devguide/xray-services-sqs.html), into dead letters and
 * through EventBridge (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-related-service-xray.html). A request
 * by HTTP begins a new chain. Inside of a function the SDK sends the header on by itself.
 */
export interface Chain {
  /** Of this function, the one that is to come included. */
  readonly invocations: number;
  /** What the function is to send on. */
  readonly traceHeader: string;
}

/**
 * The chain that an invocation goes on with. AWS does not say which one that is where a batch is of messages of several:
 * here it is the longest, function by function.
 */
export function chainOf(args: { traceHeaders: readonly string[]; functionArn: string }): Chain {
  const lineage = longest(args.traceHeaders.map(lineageOf));
  const id = createHash("sha256").update(args.functionArn).digest("hex").slice(0, 8);
  const before = lineage.get(id) ?? -1;
  const counts = [...lineage, [id, before + 1] as const];
  const text = [...new Map(counts)].map(([hash, count]) => `${hash}:${count}`).join("|");
  const root = rootOf(args.traceHeaders[0] ?? "") ?? newRoot();
  const parent = randomBytes(8).toString("hex");
  return { invocations: before + 2, traceHeader: `Root=${root};Parent=${parent};Sampled=0;Lineage=${text}` };
}

function lineageOf(traceHeader: string): Lineage {
  const counts = /(?:^|;)Lineage=([^;]*)/.exec(traceHeader)?.[1]?.split("|") ?? [];
  return new Map(
    counts.flatMap((text) => {
      const [, id, count] = /^([0-9a-f]{8}):(\d+)$/.exec(text) ?? [];
      return id === undefined ? [] : [[id, Number(count)] as const];
    }),
  );
}

function longest(lineages: readonly Lineage[]): Lineage {
  const counts = new Map<string, number>();
  for (const [id, count] of lineages.flatMap((lineage) => [...lineage])) {
    counts.set(id, Math.max(count, counts.get(id) ?? 0));
  }
  return counts;
}

function rootOf(traceHeader: string): string | undefined {
  return /(?:^|;)Root=(1-[0-9a-f]{8}-[0-9a-f]{24})/.exec(traceHeader)?.[1];
}

function newRoot(): string {
  const seconds = Math.floor(Date.now() / 1_000);
  return `1-${seconds.toString(16).padStart(8, "0")}-${randomBytes(12).toString("hex")}`;
}
