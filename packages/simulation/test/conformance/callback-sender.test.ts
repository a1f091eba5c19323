import { callbackRequest } from "@promptcall/core/callbacks/callback-request";
import { resultContent } from "@promptcall/core/callbacks/result";
import { callbackSender } from "@promptcall/functions/http/callback-sender";
import type { CallbackSender, SendOptions } from "@promptcall/functions/ports/callback-sender";
import { describe, expect, it } from "vitest";
import { at, KEYS, TID, TO } from "../../../functions/test/given.ts";
import { closedPort, json, server } from "../../../functions/test/http-server.ts";
import { Customers, type Received } from "../../src/outside/customers.ts";
import { FAULTS } from "../../src/world/faults.ts";
import { Random } from "../../src/world/random.ts";
import { Scheduler } from "../../src/world/scheduler.ts";
import { aProcess } from "./a-process.ts";

/** How the customer's server is on the day. */
type Manner = "well" | "500" | "redirect" | "gone" | "wait" | "silent" | "closed";

interface Subject {
  readonly sender: CallbackSender;
  readonly url: string;
  /** The results that the customer took note of, in order. */
  readonly received: readonly Received[];
}

/** Chance that falls as it has to for the customer to be of this manner. */
class Fate extends Random {
  readonly #manner: Manner;

  constructor(manner: Manner) {
    super(1);
    this.#manner = manner;
  }

  override pick<Item>(items: readonly Item[]): Item {
    return items.find((item) => item === this.#manner) ?? super.pick(items.slice(-1));
  }
}

async function fake(manner: Manner): Promise<Subject> {
  const scheduler = new Scheduler(new Fate(manner));
  const faults = {
    ...FAULTS.none,
    customerDown: manner === "closed" ? 1 : 0,
    customerFlaky: manner === "well" ? 0 : 1,
  };
  const received: Received[] = [];
  const customers = new Customers({
    scheduler,
    faults,
    timeoutSeconds: 10,
    onResult: (result) => received.push(result),
  });
  return {
    sender: {
      async send(request, options) {
        const answer = customers.portFor(aProcess({ scheduler, faults })).send(request, options);
        await scheduler.run({ daysMax: 1, stepsMax: 10_000 });
        return await answer;
      },
    },
    url: "https://customer.example/result",
    received,
  };
}

async function real(manner: Manner): Promise<Subject> {
  const received: Received[] = [];
  const elsewhere = await server(json(200, {}));
  const { url } = await server((response, { method, url: path = "/", headers, body }) => {
    const parameters = new URLSearchParams(method === "POST" ? body : new URL(path, "http://customer").search);
    const result = [parameters.get("status"), parameters.get("reason")].filter(Boolean).join(" ");
    received.push({ tid: parameters.get("tid") ?? "", result, webhookId: String(headers["webhook-id"]) });
    switch (manner) {
      case "well":
        return response.writeHead(200).end();
      case "500":
        return response.writeHead(500).end();
      case "redirect":
        return response.writeHead(302, { location: elsewhere.url }).end();
      case "gone":
        return response.writeHead(410).end();
      case "wait":
        return response.writeHead(503, { "retry-after": "120" }).end();
      case "silent":
      case "closed":
        return;
      default:
        return manner satisfies never;
    }
  });
  return {
    sender: callbackSender({ timeoutSeconds: manner === "silent" ? 1.2 : 5, privateNetworks: true }),
    url: manner === "closed" ? `http://127.0.0.1:${await closedPort()}/result` : `${url}/result`,
    received,
  };
}

function answered(answer: Awaited<ReturnType<CallbackSender["send"]>>) {
  if (answer === "given_up") throw new Error(answer);
  return answer;
}

const TAKEN: Received = { tid: TID, result: "error busy", webhookId: `msg_${TID}` };
const durationMs = expect.any(Number);

describe.each([
  { name: "the fake", start: fake },
  { name: "the real one", start: real },
])("$name, as a sender of callbacks", ({ start }) => {
  const send = (
    { sender, url }: Subject,
    { method = "POST", ...options }: { method?: "GET" | "POST" } & Partial<SendOptions> = {},
  ) => {
    const request = callbackRequest({
      callback: { url, method },
      content: resultContent({ tid: TID, to: TO, outcome: { status: "error", reason: "busy" } }),
      secrets: [Buffer.from(KEYS.callback)],
      now: new Date(at(0)),
    });
    return sender.send(request, { burst: false, ...options });
  };

  it.each(["GET", "POST"] as const)("delivers the result by %s", async (method) => {
    const subject = await start("well");
    expect(await send(subject, { method })).toStrictEqual({ httpStatus: 200, durationMs });
    expect(subject.received).toEqual([TAKEN]);
  });

  it.each([
    ["500", 500],
    ["gone", 410],
    ["redirect", 302],
  ] as const)("tells an answer that is none of success: %s", async (manner, httpStatus) => {
    expect(await send(await start(manner))).toStrictEqual({ httpStatus, durationMs });
  });

  it("returns the receiver's Retry-After", async () => {
    expect(await send(await start("wait"))).toStrictEqual({ httpStatus: 503, retryAfterSeconds: 120, durationMs });
  });

  it("returns ECONNREFUSED for a closed port", async () => {
    const subject = await start("closed");
    expect(await send(subject)).toStrictEqual({ failure: "ECONNREFUSED", durationMs });
    expect(subject.received).toEqual([]);
  });

  it("returns timeout when the receiver does not answer", async () => {
    const subject = await start("silent");
    expect(await send(subject)).toStrictEqual({ failure: "timeout", durationMs });
    expect(subject.received).toEqual([TAKEN]);
  });

  it.each([true, false])("gives up on a slow receiver without leave to wait: burst %s", async (burst) => {
    const subject = await start("silent");
    let asked = 0;
    const whenSlow = async () => {
      asked += 1;
      return false;
    };
    expect(await send(subject, { burst, whenSlow })).toBe("given_up");
    expect([asked, subject.received]).toEqual([1, [TAKEN]]);
  });

  it("gives up on a slow receiver when the leave to wait fails", async () => {
    expect(await send(await start("silent"), { whenSlow: () => Promise.reject(new Error("throttled")) })).toBe(
      "given_up",
    );
  });

  it("waits for a slow receiver with leave", async () => {
    expect(await send(await start("silent"), { whenSlow: async () => true })).toStrictEqual({
      failure: "timeout",
      durationMs,
    });
  });

  it.each(["well", "gone"] as const)("asks for no leave when the answer is fast: %s", async (manner) => {
    const whenSlow = () => expect.unreachable("the answer was there");
    expect(await send(await start(manner), { burst: true, whenSlow })).toMatchObject({ durationMs });
  });

  it.each([
    ["well", { httpStatus: 200 }],
    ["gone", { httpStatus: 410 }],
    ["redirect", { httpStatus: 302 }],
    ["wait", { httpStatus: 503, retryAfterSeconds: 120 }],
    ["silent", { failure: "timeout" }],
  ] as const)("in a burst asks only once who does this: %s", async (manner, answer) => {
    expect(await send(await start(manner), { burst: true })).toStrictEqual({ ...answer, durationMs });
  });

  it.each([
    ["500", { httpStatus: 500 }],
    ["closed", { failure: "ECONNREFUSED" }],
  ] as const)("in a burst tries again who may be back in a moment: %s", async (manner, answer) => {
    const { earlier = [], ...last } = answered(await send(await start(manner), { burst: true }));
    const again = { ...answer, durationMs, afterMs: expect.any(Number) };
    const tries = [...earlier, last];
    expect([2, 3]).toContain(tries.length);
    expect(tries).toStrictEqual([{ ...answer, durationMs }, again, again].slice(0, tries.length));
    const starts = tries.map(({ afterMs = 0 }) => afterMs);
    expect(starts).toEqual(starts.toSorted((one, other) => one - other));
  });
});
