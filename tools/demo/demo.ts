import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import type { CallCompleted } from "@promptcall/core/contracts/completed-event";
import { jwtOf, newAccount, postCall } from "../system/caller.ts";
import { simSpeed } from "../system/ports.ts";
import { startSystem } from "../system/system.ts";
import { startCustomer } from "./customer.ts";
import { Inbox } from "./inbox.ts";
import { PEOPLE } from "./people.ts";
import { eventLines, progressOf } from "./progress.ts";
import { isRight, report } from "./report.ts";
import type { Row } from "./row.ts";
import { subscribe } from "./subscriber.ts";

/** Longer than the slowest kind of call may take. Where nothing happens for so long, what is not in counts as missing. */
const patienceSeconds = (speed: number) => 30 + 400 / speed;

async function main(): Promise<boolean> {
  const { verbose } = parseArgs({ options: { verbose: { type: "boolean", default: false } } }).values;
  const { stdout: stream } = process;
  const progress = (verbose ? eventLines : progressOf)({ stream, now: Date.now });
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
  const silence = Promise.withResolvers<void>();
  const patience = setTimeout(silence.resolve, patienceSeconds(speed) * 1000);
  const unsubscribe = await subscribe({
    local: system.local,
    name: "demo",
    detailTypes: ["call.dialed", "call.dial_failed", "call.status", "call.digits", "call.completed"],
    onEvent: (event) => {
      patience.refresh();
      if (event.type === "call.completed") heard.put(event.metadata.tid, event);
      progress.hear(event, rows.get(event.metadata.tid));
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
  await Promise.race([everyResult(rows.keys(), [customer.results, heard]), silence.promise]);

  progress.done();
  const ended = [...rows.values()]
    .toSorted((one, other) => PEOPLE.indexOf(one.person) - PEOPLE.indexOf(other.person))
    .map((row) => ({ row, received: customer.results.all(row.tid), event: heard.all(row.tid)[0] }));
  console.log(report(ended, { stream }));
  await unsubscribe();
  await customer.stop();
  await system.stop();
  return ended.length === PEOPLE.length && ended.every(isRight);
}

/** Until every call has its result at the customer's and with the other subscriber. */
async function everyResult(tids: Iterable<string>, inboxes: readonly Pick<Inbox<unknown>, "first">[]): Promise<void> {
  await Promise.all([...tids].flatMap((tid) => inboxes.map((inbox) => inbox.first(tid))));
}

process.exit((await main()) ? 0 : 1);
