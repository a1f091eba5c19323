import { batches } from "../batches/batch-list.ts";
import { check } from "../batches/check.ts";
import { CheckCard } from "../batches/check-card.tsx";
import { csvRows } from "../batches/csv.ts";
import { Drop } from "../batches/drop.tsx";
import { Progress } from "../batches/progress.tsx";
import { Happened } from "../call/happened.tsx";
import { Timeline } from "../call/timeline.tsx";
import { take } from "../data/calls.ts";
import { failingReceivers } from "../data/live.ts";
import type { Batch, Call } from "../data/types.ts";
import { DeadLetters } from "../queues/dead-letters.tsx";
import { askFirst, Dialog } from "../ui/dialog.tsx";
import { Toasts, toast } from "../ui/toast.tsx";
import { ago, batch, call, over, parked, tidOf } from "./data.ts";
import { type Story, story } from "./story.ts";

const file = {
  name: "april.csv",
  text: "to,pin_code,text\n",
  rows: csvRows(`to,pin_code,text\n${"1,2,3\n".repeat(200)}`),
};
const wrong = [
  {
    id: "1",
    line: 18,
    column: "to",
    value: "447•••",
    wrong: "must be an E.164 number of 7 to 15 digits",
    expected: "a number",
  },
  { id: "2", line: 77, column: "pin_code", value: "••••", wrong: "must be 1 to 20 digits", expected: "1 to 20 digits" },
  { id: "3", line: 140, column: "text", value: "", wrong: "is missing", expected: "text" },
];
const found = { callable: 197, estimate: undefined, wrong, wrongCount: 3 };
const checking = (value: typeof check.value) => () => {
  check.value = value;
};
const progress = (name: string, more: Partial<Batch>) =>
  story(
    `batch/${name}`,
    () => (
      <section class="card" aria-label="Batch">
        <Progress batch={batch(more)} name="spring-pins.csv" />
      </section>
    ),
    () => {
      batches.value = [batch(more)];
    },
  );
const timeline = (name: string, of: Call) =>
  story(`timeline/${name}`, () => (
    <>
      <section class="card" aria-label="Timeline">
        <Timeline call={of} chosen={undefined} onChoose={() => undefined} />
      </section>
      <Happened call={of} chosen="answered" />
    </>
  ));
const { ringing_at: _ringing, ...withoutRing } = over(1);
const never = call(1, { state: "completed", status: "error", reason: "cancelled", completed_at: ago(1) });
const busy = { at: ago(900), uuid: tidOf(901), ended_as: "busy", reason: "busy", attempts: [] };
const hungUp = {
  at: ago(500),
  uuid: tidOf(902),
  ended_as: "completed",
  reason: "hung_up",
  duration_seconds: 9,
  price: "0.01230000",
  attempts: [{ attempt: 1, matched: false, at: ago(490) }],
};
const again = over(1, { accepted_at: ago(905), uuid: tidOf(903), dials: [busy, hungUp, { at: ago(90) }] });
const unanswered = { ...busy, ended_as: "unanswered", reason: "unanswered" };
const atOnce = over(1, { accepted_at: ago(900), uuid: tidOf(903), dials: [unanswered, hungUp, { at: ago(90) }] });
const waits = call(1, { accepted_at: ago(905), dials: [busy], next_dial_at: ago(-60) });
const refused = over(1, { status: "error", reason: "busy", not_redialed: "credential_rejected", attempts: [] });
const letters = () =>
  take([
    over(1, { callback: parked }),
    over(2, { callback: parked }),
    over(3, { callback: { ...parked, receiver: "crm.example" } }),
  ]);

export const SCREEN_STORIES: readonly Story[] = [
  story("check/drop", () => <Drop />),
  story("check/checking", () => <CheckCard />, checking({ kind: "checking", file, found: undefined })),
  story("check/wrong-rows", () => <CheckCard />, checking({ kind: "checked", file, found })),
  story(
    "check/all-right",
    () => <CheckCard />,
    checking({ kind: "checked", file, found: { ...found, callable: 200, wrong: [], wrongCount: 0 } }),
  ),
  story("check/starting", () => <CheckCard />, checking({ kind: "starting", file, found })),
  story(
    "check/refused",
    () => <CheckCard />,
    checking({ kind: "refused", name: "april.csv", sentence: "The column to is there twice." }),
  ),
  progress("running", {}),
  progress("few-errors", { statuses: { ok: 6_409, error: 3 }, states: { queued: 3_588, live: 0, completed: 6_412 } }),
  progress("paused", { state: "paused" }),
  progress("waiting", { state: "waiting", states: { queued: 10_000, live: 0, completed: 0 }, statuses: {} }),
  progress("cancelled", { state: "cancelled" }),
  progress("completed", { state: "completed", states: { queued: 0, live: 0, completed: 10_000 } }),
  progress("credential-refused", { state: "cancelled", reasons: { credential_rejected: 3_400 } }),
  timeline("ok", over(1)),
  timeline("without-ring-report", withoutRing),
  timeline("parked", over(1, { callback: parked })),
  timeline("never-dialed", never),
  timeline("dialed-again", again),
  timeline("dialed-again-and-first-at-once", atOnce),
  timeline("to-be-dialed-again", waits),
  timeline("not-dialed-again", refused),
  story("dead-letters/empty", () => <DeadLetters />),
  story("dead-letters/groups", () => <DeadLetters />, letters),
  story(
    "dead-letters/failing",
    () => <DeadLetters />,
    () => {
      letters();
      failingReceivers.value = new Map([["shop.example", ago(1_200)]]);
    },
  ),
  story(
    "dialog/cancel",
    () => <Dialog />,
    () =>
      askFirst({
        title: "Cancel the 3,400 calls that wait?",
        body: <p>They are not dialed. Each still gets its result.</p>,
        safe: "Keep calling",
        act: { words: "Cancel 3,400 calls", isDanger: true, run: () => undefined },
      }),
  ),
  story(
    "toast/ok-and-error",
    () => <Toasts />,
    () => {
      toast("40 sent again. Waiting for the answers.");
      toast("No connection.", { isError: true });
    },
  ),
];
