import pMap from "p-map";

/**
 * Does some work for each of several calls, and sends a failed call on in a message of its own, so that it holds up no
 * other. A call that is alone already just fails. A message that is sent twice is harmless.
 */
export async function isolateFailures<Call, Record>(
  calls: readonly Call[],
  options: {
    readonly isAlone: boolean;
    readonly concurrency: number;
    readonly work: (call: Call) => Promise<Record>;
    readonly sendAlone: (call: Call) => Promise<void>;
    /** The log record of a failed call; `again` names the error. */
    readonly recordOfFailed: (call: Call, again: string) => Record;
  },
): Promise<readonly Record[]> {
  const { isAlone, concurrency, work, sendAlone, recordOfFailed } = options;
  const done = await attemptEach(calls, {
    concurrency,
    async work(call) {
      try {
        return await work(call);
      } catch (error) {
        if (isAlone) throw error;
        await sendAlone(call);
        return recordOfFailed(call, error instanceof Error ? error.name : "unknown");
      }
    },
  });
  // Sending it on failed too: the whole message is redelivered.
  const failed = done.find((one) => one.status === "rejected");
  if (failed !== undefined) throw failed.reason;
  return done.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
}

/** Does some work for each call; a failure stops no other. */
export async function attemptEach<Call, Done>(
  calls: readonly Call[],
  { concurrency, work }: { concurrency: number; work: (call: Call) => Promise<Done> },
): Promise<readonly PromiseSettledResult<Done>[]> {
  return await pMap(calls, async (call) => (await Promise.allSettled([work(call)]))[0], { concurrency });
}
