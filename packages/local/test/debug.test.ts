import { readFile } from "node:fs/promises";
import inspector from "node:inspector";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { type Local, startLocal } from "../src/local.ts";
import { FIXTURE } from "./support/fixture.ts";

interface SpokenParts {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: Record<string, unknown>;
}

/** Speaks the inspector's protocol to the threads of this process, as a debugger does that is attached to it. */
class Debugger {
  readonly threads = new Map<string, string>();
  readonly #session = new inspector.Session();
  readonly #listeners = new Set<(thread: string, said: SpokenParts) => void>();
  #asked = 0;

  async attach(): Promise<void> {
    this.#session.connect();
    this.#session.on("NodeWorker.attachedToWorker", ({ params: { sessionId, workerInfo } }) => {
      this.threads.set(sessionId, workerInfo.title);
    });
    this.#session.on("NodeWorker.receivedMessageFromWorker", ({ params: { sessionId, message } }) => {
      for (const listener of this.#listeners) listener(sessionId, JSON.parse(message));
    });
    await new Promise<void>((resolve, reject) => {
      const enabled = (error: Error | null) => (error ? reject(error) : resolve());
      this.#session.post("NodeWorker.enable", { waitForDebuggerOnStart: false }, enabled);
    });
  }

  detach(): void {
    this.#session.disconnect();
  }

  /** The thread that runs this function. */
  thread(functionName: string): string {
    const found = [...this.threads].find(([, title]) => title.endsWith(` ${functionName}`));
    if (found === undefined) throw new Error(`no thread is called ${functionName}: ${[...this.threads.values()]}`);
    return found[0];
  }

  async ask(thread: string, method: string, params: object = {}): Promise<Record<string, unknown>> {
    const id = ++this.#asked;
    const answered = this.next((from, said) => from === thread && said.id === id);
    const message = JSON.stringify({ id, method, params });
    this.#session.post("NodeWorker.sendMessageToWorker", { sessionId: thread, message });
    return (await answered).result ?? {};
  }

  next(is: (thread: string, said: SpokenParts) => boolean): Promise<SpokenParts> {
    return new Promise((resolve) => {
      const listener = (thread: string, said: SpokenParts) => {
        if (!is(thread, said)) return;
        this.#listeners.delete(listener);
        resolve(said);
      };
      this.#listeners.add(listener);
    });
  }
}

/** Where the bundle of a script has this line. */
async function lineOf(text: string, scriptUrl: string): Promise<number> {
  const lines = (await readFile(new URL(scriptUrl), "utf8")).split("\n");
  return lines.findIndex((line) => line.includes(text));
}

describe("a function under a debugger", () => {
  const tool = new Debugger();
  let local: Local;

  beforeAll(async () => {
    await tool.attach();
    local = await startLocal({ root: FIXTURE, untimed: true });
  }, 20_000);
  afterEach(() => void vi.useRealTimers());
  afterAll(async () => {
    tool.detach();
    await local.stop();
  });

  it("is a thread of its name, stops at a breakpoint, and is not ended however long that takes", async () => {
    const thread = tool.thread("Direct");
    const parsed = tool.next((from, { params }) => from === thread && String(params?.url).includes("/function-"));
    await tool.ask(thread, "Debugger.enable");
    const url = String((await parsed).params?.url);
    const lineNumber = await lineOf("invocations += 1", url);
    await tool.ask(thread, "Debugger.setBreakpointByUrl", { url, lineNumber });

    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const stopped = tool.next((_, { method }) => method === "Debugger.paused");
    const answer = fetch(`${local.resource("Direct").url}/`);
    await stopped;
    vi.advanceTimersByTime(60_000);
    await tool.ask(thread, "Debugger.resume");
    expect(await (await answer).json()).toEqual({ invocations: 1 });
  });
});
