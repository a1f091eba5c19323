import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import fc from "fast-check";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { startClock } from "../src/clock.ts";
import { seededRandom } from "../src/random.ts";
import { startVonageSim } from "../src/sim.ts";
import { ask, close, listen, place, type Receiver, startReceiver, startRig, talk } from "./support.ts";

const FOREVER = [talk("On and on", { loop: 0 })];

describe("a call's timers", () => {
  it("length_timer ends it", async () => {
    const { voice, finished } = await startRig();
    const { uuid } = await place(voice, "447700900100", { ncco: FOREVER, lengthTimer: 12 });
    expect(await finished(uuid)).toMatchObject({
      status: "completed",
      disconnectedBy: "platform",
      summary: { duration: "12", price: "0.02000000" },
    });
  });

  it("ringing_timer gives up before the person picks up", async () => {
    const { voice, finished } = await startRig();
    const receiver = await startReceiver();
    const { uuid } = await place(voice, "447700900100", {
      ncco: FOREVER,
      ringingTimer: 2,
      eventUrl: [`${receiver.url}/events`],
    });
    expect((await finished(uuid)).ncco).toEqual([]);
    expect(receiver.statuses()).toEqual(["started", "ringing", "unanswered", "completed"]);
  });

  it("talk takes a second for 15 characters, and a key cuts it short", async () => {
    const { voice, finished } = await startRig();
    const spoken = await place(voice, "447700900100", { ncco: [talk("x".repeat(150), { loop: 3 })] });
    expect((await finished(spoken.uuid)).summary?.duration).toBe("30");
    const [prompt, input] = ask("http://127.0.0.1:9");
    const cut = await place(voice, "447700900100", { ncco: [{ ...prompt, text: "x".repeat(1500) }, input] });
    // Two seconds of listening, then four keys 0.3 s apart, and a webhook nobody answers.
    expect(Number((await finished(cut.uuid)).summary?.duration)).toBeLessThan(60);
  });

  it("count a second of waiting for an NCCO as a second, however fast the clock", async () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    onTestFinished(() => void vi.useRealTimers());
    const receiver: Receiver = await startReceiver(({ path }) => {
      if (path !== "/digits") return undefined;
      vi.advanceTimersByTime(1000);
      return { json: [talk("Thank you, and goodbye")] };
    });
    const { voice, until, finished } = await startRig({ speed: 100 });
    const { uuid } = await place(voice, "447700900100", { ncco: ask(`${receiver.url}/digits`), lengthTimer: 10 });
    // Four seconds until it is answered, and three of listening and keying.
    vi.advanceTimersByTime(75);
    await until((call) => call.ncco.length === 3);
    vi.advanceTimersByTime(30);
    expect(await finished(uuid)).toMatchObject({ digits: ["1234"], summary: { duration: "6" } });
  });
});

describe("the clock", () => {
  it("runs timers in the order they are due, and cancelled ones never", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.record({ due: fc.nat(20), kept: fc.boolean() })), async (alarms) => {
        let nowMs = 0;
        const clock = startClock(1_000_000, () => nowMs);
        const rung: number[] = [];
        const cancels = alarms.map(({ due }, n) => clock.after(due, () => rung.push(n)));
        for (const [n, { kept }] of alarms.entries()) if (!kept) cancels[n]?.();
        const all = new Promise<void>((resolve) => clock.after(21, resolve));
        nowMs = 1;
        await all;
        const expected = alarms.flatMap(({ due, kept }, n) => (kept ? [{ due, n }] : []));
        expect(rung).toEqual(expected.sort((a, b) => a.due - b.due).map(({ n }) => n));
        clock.stop();
      }),
      { numRuns: 50 },
    );
  });

  it("gives a call the same length on a slow machine", () => {
    const times: number[] = [];
    let nowMs = 0;
    const clock = startClock(1000, () => nowMs);
    clock.after(1, () => clock.after(2, () => times.push(clock.elapsedMs())));
    nowMs = 60;
    return new Promise<void>((resolve) => clock.after(0, resolve)).then(() => {
      clock.stop();
      expect(times).toEqual([3000]);
    });
  });

  it("random numbers stay between 0 and 1 and follow the seed", () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(), (seed, stream) => {
        const one = seededRandom(seed, stream);
        const other = seededRandom(seed, stream);
        for (let n = 0; n < 20; n++) {
          const value = one();
          expect(value).toBe(other());
          expect(value >= 0 && value < 1).toBe(true);
        }
      }),
    );
  });
});

describe("starting and stopping", () => {
  it("stop leaves nothing running: no timer, no webhook, no change", async () => {
    const changes: string[] = [];
    const receiver = await startReceiver();
    const { sim, voice } = await startRig({ onCall: (call) => changes.push(call.status) });
    await place(voice, "447700900100", { ncco: FOREVER, eventUrl: [`${receiver.url}/events`] });
    await sim.stop();
    await sim.stop();
    const [before, stopped] = [changes.length, structuredClone(sim.calls())];
    await expect(fetch(`${sim.url}/sim/calls`)).rejects.toThrow();
    expect(changes).toHaveLength(before);
    // How far it came by then is a matter of how quick the machine is.
    expect(stopped).toMatchObject([{ finished: false }]);
    expect(sim.calls()).toEqual(stopped);
  });

  it("stop does not wait for a webhook that is never answered", async () => {
    const asked = Promise.withResolvers<void>();
    const receiver = await startReceiver(() => {
      asked.resolve();
      return { silent: true };
    });
    const { sim, voice } = await startRig();
    await place(voice, "447700900100", { ncco: FOREVER, eventUrl: [`${receiver.url}/events`] });
    await asked.promise;
    await sim.stop();
    expect(sim.calls()[0]?.webhooks).toEqual([]);
  });

  it("reports a port that is in use", async () => {
    const taken = createServer();
    const port = await listen(taken);
    await expect(startVonageSim({ port })).rejects.toMatchObject({ code: "EADDRINUSE" });
    const main = run({ SIM_PORT: String(port) });
    expect(await main.ended).toEqual({
      code: 1,
      out: "",
      error: `vonage-sim: port ${port} is in use, set SIM_PORT to another\n`,
    });
    await close(taken);
  });

  it.each([{ speed: 0 }, { speed: Number.POSITIVE_INFINITY }, { host: "0.0.0.0" }, { webhookFaults: { lose: 2 } }])(
    "%o is refused",
    async (options) => {
      await expect(startVonageSim(options)).rejects.toThrow(RangeError);
    },
  );

  it.each(["SIGINT", "SIGTERM"] as const)("alone, it is ready in one line and %s stops it", async (signal) => {
    const main = run({ SIM_PORT: "0", SIM_SPEED: "7" });
    await once(main.child.stdout, "data");
    main.child.kill(signal);
    expect(await main.ended).toEqual({
      code: 0,
      out: expect.stringMatching(/^[^\n]+:\d+, at 7 times[^\n]+\n$/),
      error: "",
    });
  });
});

function run(env: Record<string, string>) {
  const child = spawn(process.execPath, [new URL("../src/main.ts", import.meta.url).pathname], {
    env: { ...process.env, NODE_OPTIONS: "", ...env },
  });
  const ended = Promise.all([once(child, "exit"), text(child.stdout), text(child.stderr)]).then(
    ([[code], out, error]) => ({ code, out, error }),
  );
  return { child, ended };
}
