import { expect, it, type TestContext } from "vitest";
import { alteredProgram } from "../../packages/synth/test/support/altered.ts";
import { type Harness, startHarness } from "./harness.ts";

/** The batch takes twenty steps of one call, each an invocation of the dialer that the one before has led to. */
const CALLS = 20;
const CALLS_PER_SECOND = 1;
const INVOCATIONS_IN_CHAIN = 16;
/** Who takes the least time, on a machine that may have little. */
const BUSY = "05";
const REFUSED = /"DialQueueSubscriberFunction" was not invoked: RecursiveInvocationException/;
const TIMEOUT_MS = 100_000;

async function start({ onTestFinished }: TestContext, { root }: { root?: string } = {}): Promise<Harness> {
  const harness = await startHarness({ local: { untimed: true }, ...(root !== undefined && { root }) });
  onTestFinished(() => harness.stop());
  await harness.pace(harness.account.applicationId, CALLS_PER_SECOND);
  return harness;
}

/** Posts the batch, and waits until it is over or goes no further. */
async function dialBatch(harness: Harness) {
  const calls = Array.from({ length: CALLS }, (_, index) => ({
    to: `447700${String(index).padStart(4, "0")}${BUSY}`,
  }));
  const answer = (await (await harness.postBatch({ calls })).json()) as { accepted: { tid: string }[] };
  const results = Promise.all(answer.accepted.map(({ tid }) => harness.customer.results.first(tid)));
  const isRefused = () => harness.logLines.some((line) => REFUSED.test(line));
  const refused = expect.poll(isRefused, { timeout: TIMEOUT_MS }).toBe(true);
  refused.catch(() => undefined);
  await Promise.race([results, refused]);
  return { dialed: harness.system.sim.calls().length, isRefused: isRefused() };
}

// Both mostly wait.
it.concurrent(
  "dials all of a long batch, each step of which leads to the next",
  async (context) => {
    context.expect(await dialBatch(await start(context))).toEqual({ dialed: CALLS, isRefused: false });
  },
  TIMEOUT_MS + 20_000,
);

it.concurrent(
  "leaves calls of it undialed, as AWS would, where nothing says that this is meant",
  async (context) => {
    const program = await alteredProgram({
      file: "stacks/defaults/functions.ts",
      from: 'recursiveLoop: "Allow"',
      to: 'recursiveLoop: "Terminate"',
    });
    context.onTestFinished(program.remove);
    const { dialed, isRefused } = await dialBatch(await start(context, { root: program.root }));
    context.expect(isRefused).toBe(true);
    context.expect(dialed).toBeLessThanOrEqual(INVOCATIONS_IN_CHAIN);
  },
  TIMEOUT_MS + 20_000,
);
