import { randomBytes } from "node:crypto";
import { isDeepStrictEqual, styleText } from "node:util";
import { outcomeFields } from "@promptcall/core/call/call";
import type { CallCompleted, Event } from "@promptcall/core/contracts/events";
import { jwtOf, newAccount, postCall } from "../system/caller.ts";
import { simSpeed } from "../system/ports.ts";
import { startSystem } from "../system/system.ts";
import { type Customer, type ReceivedResult, startCustomer } from "./customer.ts";
import { Inbox } from "./inbox.ts";
import { PEOPLE, type Person } from "./people.ts";
import { subscribe } from "./subscriber.ts";

/** Longer than the slowest kind of call may take; a result that is not in by then counts as missing. */
const patienceSeconds = (speed: number) => 30 + 400 / speed;

interface Row {
  readonly person: Person;
  readonly to: string;
  readonly tid: string;
  readonly postedAtMs: number;
}

async function main(): Promise<boolean> {
  const speed = simSpeed();
  const account = newAccount();
  const callbackKey = randomBytes(32);
  const system = await startSystem({
    speed,
    secrets: { CallbackKey: callbackKey.toString("base64url") },
  });
  const customer = await startCustomer({ callbackKey, applicationId: account.applicationId });
  const heard = new Inbox<CallCompleted>();
  const rows = new Map<string, Row>();
  const unsubscribe = await subscribe({
    local: system.local,
    name: "demo",
    detailTypes: ["call.dialed", "call.dial_failed", "call.status", "call.digits", "call.completed"],
    onEvent: (event) => {
      if (event.type === "call.completed") heard.put(event.metadata.tid, event);
      show(event, rows.get(event.metadata.tid));
    },
  });

  console.log(`One call to each kind of person, by ${system.apiUrl}:\n`);
  const jwt = await jwtOf(account);
  await Promise.all(
    PEOPLE.map(async (person, index) => {
      const to = `+4477009000${person.ending}`;
      const byKey = { app_id: account.applicationId, private_key: account.pem };
      const postedAtMs = Date.now();
      const tid = await postCall({
        apiUrl: system.apiUrl,
        // Both ways to bring a credential, in turn.
        ...(index % 2 === 0 && { jwt }),
        fields: {
          to,
          from: "447700900999",
          text: "This is Promptcall. Please enter your PIN.",
          pin_code: "1234",
          bye_text: "Thank you. Goodbye.",
          failed_text: "That is not it. Please try again.",
          callback: `${customer.url}/result`,
          callback_method: index % 3 === 0 ? "GET" : "POST",
          ...(index % 2 === 1 && byKey),
          ...person.asks,
        },
      });
      rows.set(tid, { person, to, tid, postedAtMs });
    }),
  );
  await Promise.race([everyResult(rows.keys(), [customer.results, heard]), patience(speed)]);

  const right = table(
    [...rows.values()].toSorted((one, other) => PEOPLE.indexOf(one.person) - PEOPLE.indexOf(other.person)),
    { customer, heard },
  );
  await unsubscribe();
  await customer.stop();
  await system.stop();
  return right;
}

/** Until every call has its result at the customer's and with the other subscriber. */
async function everyResult(tids: Iterable<string>, inboxes: readonly Pick<Inbox<unknown>, "first">[]): Promise<void> {
  await Promise.all([...tids].flatMap((tid) => inboxes.map((inbox) => inbox.first(tid))));
}

function patience(speed: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, patienceSeconds(speed) * 1000).unref());
}

function show({ type, metadata, data }: Event, row: Row | undefined): void {
  const who = row ? `…${row.person.ending}` : metadata.tid.slice(0, 8);
  const seconds = row ? ((Date.now() - row.postedAtMs) / 1000).toFixed(1).padStart(5) : "     ";
  const isResult = type === "call.completed";
  const what = Object.entries(data).flatMap(([name, value]) =>
    ["status", "reason", "attempt", "matched"].includes(name) ? [`${name} ${value}`] : [],
  );
  const line = `${seconds} s  ${who}  ${type.padEnd(16)} ${what.join(", ")}`;
  console.log(isResult ? styleText("bold", `${line}  (heard by another subscriber)`) : line);
}

function table(rows: readonly Row[], { customer, heard }: { customer: Customer; heard: Inbox<CallCompleted> }) {
  const columns = ["to", "the person", "status", "reason", "callback received", "ms", ""];
  const verdicts = rows.map((row) => {
    const received = customer.results.all(row.tid);
    return { row, received, right: isRight({ row, received, event: heard.all(row.tid)[0] }) };
  });
  const lines = verdicts.map(({ row, received, right }) => {
    const [first] = received;
    const { status = "-", reason = "" } = first?.parameters ?? {};
    const came = first ? `${received.length} by ${first.method}, ${first.genuine ? "genuine" : "FORGED"}` : "none";
    const ms = first ? String(first.receivedAtMs - row.postedAtMs) : "-";
    return [row.to, row.person.does, status, reason, came, ms, right ? "right" : "WRONG"];
  });
  const widths = columns.map((name, index) => Math.max(name.length, ...lines.map((line) => line[index]?.length ?? 0)));
  const written = (cells: readonly string[]) => cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join("  ");
  console.log(`\n${[columns, ...lines].map((cells) => written(cells).trimEnd()).join("\n")}\n`);
  const count = verdicts.filter(({ right }) => right).length;
  console.log(`${count} of ${PEOPLE.length} results are the right ones.`);
  return count === PEOPLE.length;
}

/** One callback, genuine, with the right outcome, and the same outcome on the bus. */
function isRight({
  row,
  received,
  event,
}: {
  row: Row;
  received: readonly ReceivedResult[];
  event: CallCompleted | undefined;
}) {
  const [first] = received;
  const expected = outcomeFields(row.person.outcome);
  const reason = event?.data.detail ?? event?.data.reason;
  const onBus = event && { status: event.data.status, ...(reason !== undefined && { reason }) };
  return (
    received.length === 1 &&
    first?.genuine === true &&
    isDeepStrictEqual({ ...first.parameters }, { tid: row.tid, to: row.to, ...expected }) &&
    isDeepStrictEqual(onBus, expected)
  );
}

process.exit((await main()) ? 0 : 1);
