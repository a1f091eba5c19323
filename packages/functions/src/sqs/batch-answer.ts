import type { Context, SQSBatchResponse, SQSRecord } from "aws-lambda";
import { NotYetError } from "../errors.ts";
import { tidOf } from "../messages/named-call.ts";
import type { Log } from "../ports/log.ts";
import { type Ids, withIds } from "../telemetry/ids.ts";

/** Work for one record or a group of records. */
export interface Work {
  readonly records: readonly SQSRecord[];
  readonly run: () => Promise<void>;
}

/** The part of Lambda's context that is used here. */
export type Invocation = Pick<Context, "awsRequestId"> | undefined;

/**
 * Runs all work at once, each under its own ids. The answer names the records whose work failed, so only those are
 * redelivered.
 */
export async function answerBatch(
  works: readonly Work[],
  { log, invocation }: { log: Log; invocation: Invocation },
): Promise<SQSBatchResponse> {
  const request = invocation === undefined ? {} : { request_id: invocation.awsRequestId };
  const failed = await Promise.all(
    works.map(({ records, run }) => withIds({ ...request, ...idsOf(records) }, () => failedOf({ records, run }, log))),
  );
  return { batchItemFailures: failed.flat().map((itemIdentifier) => ({ itemIdentifier })) };
}

async function failedOf({ records, run }: Work, log: Log): Promise<readonly string[]> {
  try {
    await run();
    return [];
  } catch (error) {
    for (const record of records)
      withIds(idsOf([record]), () => {
        if (error instanceof NotYetError) log.info({ event: "message.early" });
        else log.failure("message.failed", error);
      });
    return records.map(({ messageId }) => messageId);
  }
}

/** Records that are worked on together are about one call. */
function idsOf(records: readonly SQSRecord[]): Ids {
  const tid = tidOf(records[0]?.body ?? "");
  const message_id = records.map(({ messageId }) => messageId).join(" ");
  return tid === undefined ? { message_id } : { message_id, tid };
}
