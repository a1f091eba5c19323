import pMap from "p-map";

/**
 * Does some work for each of several calls, and sends on alone whichever it fails for: so one call that fails again and
 * again holds up no other. One that is alone already fails. What was sent on twice is done twice, which changes nothing.
 */
export async function eachApart<Call, Told>(
  calls: readonly Call[],
  options: {
    readonly isAlone: boolean;
    readonly concurrency: number;
    readonly work: (call: Call) => Promise<Told>;
    readonly sendAlone: (call: Call) => Promise<void>;
    /** Told in place of what the work would have told; `again` says in a word why it is done again. */
    readonly tellOfFailed: (call: Call, again: string) => Told;
  },
): Promise<readonly Told[]> {
  const { isAlone, concurrency, work, sendAlone, tellOfFailed } = options;
  const done = await eachToItsEnd(calls, {
    concurrency,
    async work(call) {
      try {
        return await work(call);
      } catch (error) {
        if (isAlone) throw error;
        await sendAlone(call);
        return tellOfFailed(call, error instanceof Error ? error.name : "unknown");
      }
    },
  });
  // It could not be sent on either: the message comes again, for all of them.
  const failed = done.find((one) => one.status === "rejected");
  if (failed !== undefined) throw failed.reason;
  return done.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
}

/** One that fails ends none of the others. */
export async function eachToItsEnd<Call, Done>(
  calls: readonly Call[],
  { concurrency, work }: { concurrency: number; work: (call: Call) => Promise<Done> },
): Promise<readonly PromiseSettledResult<Done>[]> {
  return await pMap(calls, async (call) => (await Promise.allSettled([work(call)]))[0], { concurrency });
}
