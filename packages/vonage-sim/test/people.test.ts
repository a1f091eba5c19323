import { describe, expect, it } from "vitest";
import { ask, place, type Received, type Receiver, startReceiver, startRig, talk } from "./support.ts";

const PROMPT = talk("Please key in your PIN", { bargeIn: true });
const WRONG = talk("That was not it");
const BYE = talk("Thank you");

/** An application that asks for 1234 up to three times. */
function pinApplication(maxDigits: number, digitsUrl: () => string) {
  const attempts = new Map<unknown, Set<unknown>>();
  return ({ path, body }: Received) => {
    if (path !== "/digits") return undefined;
    const entered = (attempts.get(body.uuid) ?? new Set()).add(body.timestamp);
    attempts.set(body.uuid, entered);
    const { digits } = body.dtmf as { digits: string };
    if (digits === "1234") return { json: [BYE] };
    return { json: entered.size < 3 ? [WRONG, ...ask(digitsUrl(), maxDigits)] : [] };
  };
}

const FULL = ["started", "ringing", "answered", "completed"];
const TAKEN_FOR_MACHINE = ["started", "ringing", "answered", "machine", "completed"];

interface Row {
  readonly ending: string;
  readonly what: string;
  readonly statuses: readonly string[];
  readonly plays: readonly string[];
  readonly digits: readonly string[];
  readonly maxDigits?: number;
  readonly request?: object;
  readonly final?: string;
}

const rows: Row[] = [
  { ending: "00", what: "keys 1234", statuses: FULL, plays: ["prompt", "input", "bye"], digits: ["1234"] },
  { ending: "77", what: "is like 00", statuses: FULL, plays: ["prompt", "input", "bye"], digits: ["1234"] },
  {
    ending: "01",
    what: "keys a wrong PIN, then 1234",
    statuses: FULL,
    plays: ["prompt", "input", "wrong", "prompt", "input", "bye"],
    digits: ["4321", "1234"],
  },
  {
    ending: "02",
    what: "keys three wrong PINs",
    statuses: FULL,
    plays: ["prompt", "input", "wrong", "prompt", "input", "wrong", "prompt", "input"],
    digits: ["4321", "4321", "4321"],
  },
  {
    ending: "02",
    what: "keys as many digits as asked",
    maxDigits: 6,
    statuses: FULL,
    plays: ["prompt", "input", "wrong", "prompt", "input", "wrong", "prompt", "input"],
    digits: ["432143", "432143", "432143"],
  },
  {
    ending: "03",
    what: "keys nothing",
    statuses: FULL,
    plays: ["prompt", "input", "wrong", "prompt", "input", "wrong", "prompt", "input"],
    digits: ["", "", ""],
  },
  { ending: "04", what: "hangs up during the prompt", statuses: FULL, plays: ["prompt"], digits: [] },
  {
    ending: "05",
    what: "is busy",
    statuses: ["started", "ringing", "busy", "completed"],
    plays: [],
    digits: [],
  },
  {
    ending: "06",
    what: "does not pick up",
    statuses: ["started", "ringing", "unanswered", "completed"],
    plays: [],
    digits: [],
  },
  {
    ending: "07",
    what: "is rejected by the carrier",
    statuses: ["started", "ringing", "rejected"],
    plays: [],
    digits: [],
    final: "rejected",
  },
  {
    ending: "08",
    what: "is a mailbox that records",
    statuses: FULL,
    plays: ["prompt", "input", "wrong", "prompt", "input", "wrong", "prompt", "input"],
    digits: ["", "", ""],
  },
  {
    ending: "08",
    what: "is a mailbox that is hung up on before a word is said",
    request: { machineDetection: "hangup" },
    statuses: TAKEN_FOR_MACHINE,
    plays: [],
    digits: [],
  },
  {
    ending: "08",
    what: "is a mailbox that is spoken to",
    request: { machineDetection: "continue" },
    statuses: TAKEN_FOR_MACHINE,
    plays: ["prompt", "input", "wrong", "prompt", "input", "wrong", "prompt", "input"],
    digits: ["", "", ""],
  },
  {
    ending: "00",
    what: "is found to be human",
    request: { machineDetection: "hangup" },
    statuses: ["started", "ringing", "answered", "human", "completed"],
    plays: ["prompt", "input", "bye"],
    digits: ["1234"],
  },
  {
    ending: "15",
    what: "is taken for a machine, and hung up on",
    request: { machineDetection: "hangup" },
    statuses: TAKEN_FOR_MACHINE,
    plays: [],
    digits: [],
  },
  {
    ending: "15",
    what: "is taken for a machine by nobody who was not asked to look",
    statuses: FULL,
    plays: ["prompt", "input", "bye"],
    digits: ["1234"],
  },
  {
    ending: "16",
    what: "has a phone that asks who it is, and is hung up on",
    request: { machineDetection: "hangup" },
    statuses: TAKEN_FOR_MACHINE,
    plays: [],
    digits: [],
  },
  {
    ending: "40",
    what: "has a mailbox that beeps, which is heard by the advanced detection alone",
    request: { machineDetection: "continue" },
    statuses: TAKEN_FOR_MACHINE,
    plays: ["prompt", "input", "wrong", "prompt", "input", "wrong", "prompt", "input"],
    digits: ["", "", ""],
  },
  {
    ending: "41",
    what: "has a phone that asks who it is, and comes once the first words are said",
    statuses: FULL,
    plays: ["prompt", "input", "bye"],
    digits: ["1234"],
  },
  {
    ending: "16",
    what: "has a phone that asks who it is, and then comes",
    statuses: FULL,
    plays: ["prompt", "input", "wrong", "prompt", "input", "bye"],
    digits: ["", "1234"],
  },
  {
    ending: "09",
    what: "keys 1234, and completed is lost",
    statuses: ["started", "ringing", "answered"],
    plays: ["prompt", "input", "bye"],
    digits: ["1234"],
  },
  ...["10", "13"].map((ending) => ({
    ending,
    what: "is rejected before it rings",
    statuses: ["started", "rejected"],
    plays: [],
    digits: [],
    final: "rejected",
  })),
  ...(["11 failed", "12 failed", "14 unanswered", "23 failed"] as const).map((person) => ({
    ending: person.slice(0, 2),
    what: "is not reached",
    statuses: ["started", person.slice(3), "completed"],
    plays: [],
    digits: [],
  })),
  ...(["21 timeout", "22 cancelled"] as const).map((person) => ({
    ending: person.slice(0, 2),
    what: "is not there in time",
    statuses: ["started", "ringing", person.slice(3), "completed"],
    plays: [],
    digits: [],
  })),
  { ending: "17", what: "is as in captures", statuses: FULL, plays: ["prompt", "input", "bye"], digits: ["1234"] },
  {
    ending: "18",
    what: "keys nothing, reported as null",
    statuses: FULL,
    plays: ["prompt", "input", "wrong", "prompt", "input", "wrong", "prompt", "input"],
    digits: ["", "", ""],
  },
  { ending: "19", what: "hears nothing: the NCCO is refused", statuses: FULL, plays: [], digits: [] },
  {
    ending: "20",
    what: "keys 1234, and webhooks come twice and out of order",
    statuses: ["ringing", "ringing", "started", "started", "completed", "completed", "answered", "answered"],
    plays: ["prompt", "input", "bye"],
    digits: ["1234"],
  },
];

describe("people", () => {
  it.each(rows)("$ending $what", async ({ ending, statuses, plays, digits, maxDigits = 4, request, final }) => {
    const receiver: Receiver = await startReceiver(pinApplication(maxDigits, () => `${receiver.url}/digits`));
    const { voice, sim, finished } = await startRig();
    const to = `4477009001${ending}`;

    const { uuid } = await place(voice, to, {
      ncco: ask(`${receiver.url}/digits`, maxDigits),
      eventUrl: [`${receiver.url}/events`],
      ...request,
    });
    const call = await finished(uuid);

    const steps = { prompt: PROMPT, input: ask("", maxDigits)[1], wrong: WRONG, bye: BYE };
    const played = call.ncco.map((action) => ("eventUrl" in action ? { ...action, eventUrl: undefined } : action));
    const input = { ...steps.input, eventUrl: undefined };
    expect({ statuses: receiver.statuses(), played, digits: call.digits, status: call.status, to: call.to }).toEqual({
      statuses,
      played: plays.map((step) => (step === "input" ? input : steps[step as "prompt"])),
      digits,
      status: final ?? "completed",
      to,
    });
    expect((await voice.getCall(uuid)).status).toBe(final ?? "completed");
    expect(receiver.at("/digits")).toHaveLength(digits.length * (ending === "20" ? 2 : 1));
    expect(sim.requests()).toEqual({ [to]: { 201: 1 } });
  });
});

describe("people who are asked for something else than a PIN", () => {
  /** An application that says all it has, whatever is keyed: what it heard in one call. */
  async function called(ending: string, { language, dtmf = {} }: { language?: string; dtmf?: object }) {
    const receiver: Receiver = await startReceiver(({ path }) =>
      path === "/digits" && receiver.at("/digits").length < 2 ? { json: script(`${receiver.url}/digits`) } : undefined,
    );
    const script = (url: string) => [
      talk("Please answer", { bargeIn: true, ...(language && { language }) }),
      { action: "input" as const, type: ["dtmf" as const], dtmf, eventUrl: [url] },
    ];
    const { voice, finished } = await startRig();
    const to = `4477009001${ending}`;
    const events = { eventUrl: [`${receiver.url}/events`] };
    const { uuid } = await place(voice, to, { ncco: script(`${receiver.url}/digits`), ...events });
    return (await finished(uuid)).digits;
  }

  it.each<[string, string, Parameters<typeof called>[1], string[]]>([
    ["30", "ends with #", { dtmf: { maxDigits: 8, submitOnHash: true } }, ["42", "42"]],
    ["30", "keys # where it ends nothing", { dtmf: { maxDigits: 8 } }, ["42#", "42#"]],
    ["31", "is silent at first", {}, ["", "1234"]],
    ["32", "presses 2", { dtmf: { maxDigits: 1 } }, ["2", "2"]],
    ["33", "presses 9, then 1", { dtmf: { maxDigits: 1 } }, ["9", "1"]],
    ["34", "understands German", { language: "de-AT" }, ["1234", "1234"]],
    ["34", "does not understand what is no German", {}, ["", ""]],
  ])("%s %s", async (ending, _, asked, digits) => {
    expect(await called(ending, asked)).toEqual(digits);
  });
});

describe("people who do something else when they are called again", () => {
  it.each<[string, string, string[]]>([
    ["50", "is busy, then picks up", ["busy", "answered"]],
    ["51", "does not pick up, then does", ["unanswered", "answered", "answered"]],
    ["53", "is busy, then switched off, then picks up", ["busy", "unanswered", "answered"]],
  ])("%s %s", async (ending, _, expected) => {
    const receiver: Receiver = await startReceiver();
    const { voice, finished } = await startRig();
    for (const _call of expected) {
      const request = { ncco: [BYE], eventUrl: [`${receiver.url}/events`] };
      const { uuid } = await place(voice, `4477009001${ending}`, request);
      await finished(uuid);
    }
    const statuses = receiver.at("/events").map(({ body }) => body.status);
    expect(statuses.filter((status) => ["busy", "unanswered", "answered"].includes(String(status)))).toEqual(expected);
  });
});

describe("a notification", () => {
  it("is posted when all before it was said, as it is, and its answer is played in place of the rest", async () => {
    const receiver: Receiver = await startReceiver(({ path }) => (path === "/said" ? { json: [BYE] } : undefined));
    const { voice, finished } = await startRig();
    const told = { action: "notify" as const, payload: { said: true }, eventUrl: [`${receiver.url}/said`] };
    const ncco = [talk("Good morning"), told, talk("Unsaid")];
    const { uuid } = await place(voice, "447700900100", { ncco, eventUrl: [`${receiver.url}/events`] });
    expect((await finished(uuid)).ncco).toEqual([ncco[0], told, BYE]);
    expect(receiver.at("/said").map(({ body }) => body)).toEqual([{ said: true }]);
  });

  it("is not posted where the person hangs up before", async () => {
    const receiver: Receiver = await startReceiver();
    const { voice, finished } = await startRig();
    const ncco = [
      talk("Good morning, and a long text"),
      { action: "notify" as const, payload: { said: true }, eventUrl: [`${receiver.url}/said`] },
    ];
    const { uuid } = await place(voice, "447700900104", { ncco, eventUrl: [`${receiver.url}/events`] });
    await finished(uuid);
    expect(receiver.at("/said")).toEqual([]);
  });
});
