import { PromptcallError } from "./errors.ts";
import type { BatchCompleted, CallCompleted } from "./event-shapes.ts";

export type { BatchCompleted, CallCompleted } from "./event-shapes.ts";

/** An event as EventBridge delivers it, also in the message of a queue. */
interface Delivered {
  readonly source: string;
  readonly "detail-type": string;
  readonly detail: unknown;
}

/** What Lambda is invoked with: one event by EventBridge, or messages of a queue. */
export type Invocation =
  | Delivered
  | { readonly Records: readonly { readonly messageId: string; readonly body: string }[] };

/** Which messages a queue keeps for another try; nothing where EventBridge has invoked. */
export type InvocationAnswer = { readonly batchItemFailures: { readonly itemIdentifier: string }[] } | undefined;

/**
 * Remembers which events have been handled. Events come at least once, sometimes twice.
 *
 * @example
 * const ids = new Set<string>();
 * const seen: Seen = { has: async (id) => ids.has(id), add: async (id) => void ids.add(id) };
 */
export interface Seen {
  has(id: string): Promise<boolean>;
  /** Called when the event has been handled. */
  add(id: string): Promise<void>;
}

/**
 * How events are handled.
 *
 * @example
 * export const handler = onCallCompleted(handle, { seen, onFailure: ({ error }) => console.error(error) });
 */
export interface EventOptions {
  /** Without it, every copy of an event is handled. */
  readonly seen?: Seen;
  /** Told of each message that failed, and is left in its queue. */
  readonly onFailure?: (failure: { readonly messageId: string; readonly error: unknown }) => void;
}

/**
 * A Lambda handler for results of calls, from EventBridge or from a queue behind it (with `ReportBatchItemFailures`).
 *
 * @example
 * export const handler = onCallCompleted(async ({ metadata, data }) => {
 *   console.log(metadata.tid, data.status);
 * });
 */
export function onCallCompleted(
  handle: (event: CallCompleted) => Promise<void>,
  options: EventOptions = {},
): (invocation: Invocation) => Promise<InvocationAnswer> {
  return onEvent("call.completed", handle, options);
}

/**
 * The same for batches that are over.
 *
 * @example
 * export const handler = onBatchCompleted(async ({ data }) => console.log(data.batch_id, data.statuses));
 */
export function onBatchCompleted(
  handle: (event: BatchCompleted) => Promise<void>,
  options: EventOptions = {},
): (invocation: Invocation) => Promise<InvocationAnswer> {
  return onEvent("batch.completed", handle, options);
}

const SOURCE = "promptcall";

/** Of both types of event. Another one has fields that mean something else. */
const VERSION: CallCompleted["metadata"]["version"] & BatchCompleted["metadata"]["version"] = 1;

function onEvent<Event extends { metadata: { id: string } }>(
  type: string,
  handle: (event: Event) => Promise<void>,
  { seen, onFailure }: EventOptions,
): (invocation: Invocation) => Promise<InvocationAnswer> {
  async function handleOne(delivered: unknown): Promise<void> {
    const event = detailOf<Event>(delivered, type);
    const { id } = event.metadata;
    if (await seen?.has(id)) return;
    await handle(event);
    await seen?.add(id);
  }

  return async (invocation) => {
    if (!("Records" in invocation)) {
      await handleOne(invocation);
      return undefined;
    }
    const outcomes = await Promise.all(
      invocation.Records.map(async ({ messageId, body }) => {
        try {
          await handleOne(JSON.parse(body));
          return [];
        } catch (error) {
          onFailure?.({ messageId, error });
          return [{ itemIdentifier: messageId }];
        }
      }),
    );
    return { batchItemFailures: outcomes.flat() };
  };
}

/** Whatever else comes is a mistake in a rule, and belongs among the dead letters. */
function detailOf<Event>(delivered: unknown, type: string): Event {
  const { source, "detail-type": detailType, detail } = (delivered ?? {}) as Partial<Delivered>;
  const { id, version } = (detail as { metadata?: { id?: unknown; version?: unknown } } | undefined)?.metadata ?? {};
  if (source !== SOURCE || detailType !== type || typeof id !== "string")
    throw new PromptcallError(`This is not ${type} of ${SOURCE}: change the pattern of the rule.`);
  if (version !== VERSION)
    throw new PromptcallError(
      `This is version ${version} of ${type}, and not ${VERSION}: a newer promptcall reads it.`,
    );
  return detail as Event;
}
