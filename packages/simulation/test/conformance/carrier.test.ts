import { randomUUID } from "node:crypto";
import type { LegStatus } from "@promptcall/core/contracts/leg-status";
import type { Carrier } from "@promptcall/functions/ports/carrier";
import { carrier as realCarrier } from "@promptcall/functions/vonage/carrier";
import { startVonageSim } from "@promptcall/vonage-sim/sim";
import { describe, expect, it, onTestFinished } from "vitest";
import { jwt, SETTINGS } from "../../../functions/test/given.ts";
import { closedPort, server } from "../../../functions/test/http-server.ts";
import { FakeCarrier } from "../../src/outside/carrier.ts";
import type { Person } from "../../src/outside/person.ts";
import { FAULTS } from "../../src/world/faults.ts";
import { Random } from "../../src/world/random.ts";
import { Scheduler } from "../../src/world/scheduler.ts";
import { aProcess } from "./a-process.ts";

/** The people of vonage-sim, by the end of their numbers. */
const BUSY = "447700900105";
const REJECTS = "447700900107";
const ANSWERS = "447700900104";
/** Too short for any country. */
const MALFORMED = "12345";
const PEOPLE: Readonly<Record<string, Person["kind"]>> = {
  [BUSY]: "busy",
  [REJECTS]: "declines",
  [ANSWERS]: "answers",
};

/** How the carrier is on the day: well, asked for too much at once, or not to be reached. */
type Day = "clear" | "crowded" | "unreachable";

interface Subject {
  readonly carrier: Carrier;
  now(): Date;
  /** Settles once the call is over. */
  over(uuid: string): Promise<void>;
  /** Where the carrier is to post statuses. */
  readonly eventUrl: string;
}

async function fake(day: Day): Promise<Subject> {
  const scheduler = new Scheduler(new Random(1));
  const faults = {
    ...FAULTS.none,
    carrierLimits: day === "crowded" ? 1 : 0,
    carrierUnreachable: day === "unreachable" ? 1 : 0,
  };
  const exchange = new FakeCarrier({
    scheduler,
    faults,
    personAt: (number) => ({ kind: PEOPLE[number.replace("+", "")] ?? "malformed", attempts: [] }),
    keysAt: () => ({ right: "1234", wrong: "4321" }),
    post: async () => ({ status: 204, body: "" }),
    onAsk: () => {},
    onAskAbout: () => {},
    onDial: () => 0,
    onLimit: () => {},
    onEndReported: () => {},
    settings: SETTINGS.carrier,
    accountOf: (account) => ({ account, callsPerSecond: 3 }),
  });
  /** In a process of its own, to the end of all that follows from it. */
  const inProcess = async <Answer>(ask: (port: Carrier) => Promise<Answer>): Promise<Answer> => {
    const answer = ask(exchange.portFor(aProcess({ scheduler, faults })));
    await scheduler.run({ daysMax: 1, stepsMax: 10_000 });
    return await answer;
  };
  return {
    carrier: {
      placeCall: (call, credential) => inProcess((port) => port.placeCall(call, credential)),
      takes: (credential, longestWaitMs) => inProcess((port) => port.takes(credential, longestWaitMs)),
      findCall: (uuid, credential) => inProcess((port) => port.findCall(uuid, credential)),
      hangUp: (uuid, credential) => inProcess((port) => port.hangUp(uuid, credential)),
    },
    now: () => new Date(scheduler.nowMs),
    over: async () => {},
    eventUrl: "https://hooks.example/status",
  };
}

async function real(day: Day): Promise<Subject> {
  const over = new Set<string>();
  const waiting = new Map<string, () => void>();
  const sim = await startVonageSim({
    speed: 1000,
    callsPerSecond: day === "crowded" ? 3 : Number.POSITIVE_INFINITY,
    onCall: ({ uuid, finished }) => {
      if (!finished) return;
      over.add(uuid);
      waiting.get(uuid)?.();
    },
  });
  onTestFinished(() => sim.stop());
  const hooks = await server((response) => response.writeHead(204).end());
  const host = day === "unreachable" ? `http://127.0.0.1:${await closedPort()}` : sim.url;
  return {
    carrier: realCarrier({ ...SETTINGS.carrier, host }),
    now: () => new Date(),
    over: (uuid) => new Promise((resolve) => (over.has(uuid) ? resolve() : waiting.set(uuid, resolve))),
    eventUrl: hooks.url,
  };
}

describe.each([
  { name: "the fake", start: fake },
  { name: "the carrier", start: real },
])("$name, as a carrier", ({ start }) => {
  const credential = ({ now }: Subject, { application = "app", exp = 900 } = {}) => {
    const iat = Math.floor(now().getTime() / 1000) - 60;
    return jwt({ application_id: application, iat, exp: iat + 60 + exp, jti: randomUUID() });
  };
  const place = (subject: Subject, to: string, token = credential(subject)) =>
    subject.carrier.placeCall(
      {
        to,
        from: "+447700900999",
        ncco: [{ action: "talk", text: "Hello" }],
        eventUrl: subject.eventUrl,
        lengthSeconds: 300,
      },
      token,
    );
  const placed = async (subject: Subject, to: string) => {
    const outcome = await place(subject, to);
    if (outcome.kind !== "placed") throw new Error(`${to} was not dialed: ${outcome.why}`);
    return outcome.uuid;
  };

  it.each([BUSY, `+${BUSY}`])("places a call to %s under an id of its own", async (to) => {
    const subject = await start("clear");
    const outcomes = [await place(subject, to), await place(subject, to)];
    const uuid = expect.stringMatching(/^[\dA-Za-z-]{17,36}$/);
    expect(outcomes).toStrictEqual([
      { kind: "placed", uuid },
      { kind: "placed", uuid },
    ]);
    expect(outcomes[0]).not.toEqual(outcomes[1]);
  });

  it("refuses a number that is malformed", async () => {
    const subject = await start("clear");
    expect(await place(subject, MALFORMED)).toStrictEqual({
      kind: "refused",
      reason: "invalid_number",
      why: "carrier answered 400",
    });
  });

  it.each([
    ["has expired", { exp: -1 }],
    ["names no application", { application: "" }],
  ])("refuses a credential that %s, and does not dial", async (_, claims) => {
    const subject = await start("clear");
    expect(await place(subject, BUSY, credential(subject, claims))).toStrictEqual({
      kind: "refused",
      reason: "credential_rejected",
      why: "carrier answered 401",
    });
  });

  it("refuses what is no credential at all", async () => {
    const subject = await start("clear");
    expect(await place(subject, BUSY, "nothing")).toMatchObject({ kind: "refused", reason: "credential_rejected" });
  });

  it("asked for too much at once dials the one part and wants the other again", async () => {
    const subject = await start("crowded");
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => place(subject, BUSY)));
    const again = outcomes.filter(({ kind }) => kind === "try_again");
    expect(again.length).toBeGreaterThan(0);
    const outcome = { kind: "try_again", throttled: true, why: "carrier answered 429" };
    expect(again).toStrictEqual(new Array(again.length).fill(outcome));
    expect(outcomes.filter(({ kind }) => kind === "placed")).toHaveLength(10 - again.length);
  });

  it("that cannot be reached may be asked to dial again", async () => {
    expect(await place(await start("unreachable"), BUSY)).toStrictEqual({ kind: "try_again", why: "ECONNREFUSED" });
  });

  it.each<[string, string, LegStatus, boolean]>([
    ["busy", BUSY, "completed", false],
    ["answered", ANSWERS, "completed", true],
    ["rejected", REJECTS, "rejected", false],
  ])("tells how a call that was %s ended, and what it cost", async (_, to, status, costs) => {
    const subject = await start("clear");
    const uuid = await placed(subject, to);
    await subject.over(uuid);
    const found = await subject.carrier.findCall(uuid, credential(subject));
    expect(found).toStrictEqual({
      uuid,
      status,
      durationSeconds: expect.any(Number),
      price: expect.stringMatching(/^\d+\.\d+$/),
      rate: expect.stringMatching(/^\d+\.\d+$/),
      network: expect.stringMatching(/^\w+$/),
    });
    expect([Number(found?.durationSeconds) > 0, Number(found?.price) > 0]).toEqual([costs, costs]);
  });

  it("finds no unknown call", async () => {
    const subject = await start("clear");
    const unknown = "63f61863-4a51-4f6b-86e1-46edebcf9356";
    expect(await subject.carrier.findCall(unknown, credential(subject))).toBeUndefined();
  });

  it.each([
    ["an expired credential", { exp: -1 }],
    ["another application's credential", { application: "other" }],
  ])("tells nothing of a call to %s", async (_, claims) => {
    const subject = await start("clear");
    const uuid = await placed(subject, BUSY);
    await subject.over(uuid);
    expect(await subject.carrier.findCall(uuid, credential(subject, claims))).toBeUndefined();
  });

  it("that cannot be reached finds no call", async () => {
    const subject = await start("unreachable");
    expect(await subject.carrier.findCall("63f61863-4a51-4f6b-86e1-46edebcf9356", credential(subject))).toBeUndefined();
  });

  it("takes a credential of its own, before anything is dialed with it", async () => {
    const subject = await start("clear");
    expect(await subject.carrier.takes(credential(subject), 3_000)).toBe("yes");
  });

  it.each([
    ["has expired", { exp: -1 }],
    ["names no application", { application: "" }],
  ])("does not take a credential that %s", async (_, claims) => {
    const subject = await start("clear");
    expect(await subject.carrier.takes(credential(subject, claims), 3_000)).toBe("no");
  });

  it("asked about too many credentials at once says nothing of some", async () => {
    const subject = await start("clear");
    const token = credential(subject);
    const answers = await Promise.all(Array.from({ length: 20 }, () => subject.carrier.takes(token, 3_000)));
    expect(new Set(answers)).toEqual(new Set(["yes", undefined]));
  });

  it("that cannot be reached says nothing of a credential", async () => {
    const subject = await start("unreachable");
    expect(await subject.carrier.takes(credential(subject), 3_000)).toBeUndefined();
  });
});

describe("the carrier, asked about a credential", () => {
  it("is not waited for when it is silent", async () => {
    const silent = await server(() => {});
    const carrier = realCarrier({ ...SETTINGS.carrier, host: silent.url });
    expect(await carrier.takes("credential", 50)).toBeUndefined();
  });

  it.each([
    [401, "no"],
    [403, "no"],
    [400, "yes"],
    [404, "yes"],
    [429, undefined],
    [500, undefined],
    [503, undefined],
  ])("whose answer is %i is understood as %s", async (code, said) => {
    const hooks = await server((response) =>
      response.writeHead(code, { "content-type": "application/json" }).end("{}"),
    );
    const carrier = realCarrier({ ...SETTINGS.carrier, host: hooks.url });
    expect(await carrier.takes("credential", 3_000)).toBe(said);
  });
});
