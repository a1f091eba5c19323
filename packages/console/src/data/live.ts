import { batch, signal } from "@preact/signals";
import { askJson } from "./api.ts";
import { forgetAll, isLoaded, take } from "./calls.ts";
import { connection } from "./connection.ts";
import { maskedCall } from "./masked.ts";
import { type Message, Stream } from "./stream.ts";
import type { Counts, PhoneCall, QueueSample, Received, Said } from "./stream-data.ts";
import type { Call } from "./types.ts";

export const counts = signal<Counts | undefined>(undefined);
/** How they were in the last ten minutes. */
export const countSamples = signal<readonly Counts[]>([]);
export const phone = signal<PhoneCall | undefined>(undefined);
/** What is said in calls that live, by the id that they have at the carrier. */
export const texts = signal<ReadonlyMap<string, Said["said"]>>(new Map());
export const inbox = signal<readonly Received[]>([]);
/** The last ten minutes. */
export const samples = signal<readonly QueueSample[]>([]);
export const failingReceivers = signal<ReadonlyMap<string, string>>(new Map());

const IN_A_FRAME = 500;
const TEN_MINUTES_MS = 600_000;
const CALLBACKS_KEPT = 200;

const pending: { message: Message; cameAt: number }[] = [];
let isScheduled = false;

export const stream = new Stream({
  onMessage: (message) => {
    pending.push({ message, cameAt: Date.now() });
    schedule();
  },
});

/** At most so many events between two frames; nothing is drawn in a tab that nobody sees, but the phone still rings. */
function schedule(): void {
  if (isScheduled) return;
  isScheduled = true;
  if (document.hidden) setTimeout(apply, 1_000);
  else requestAnimationFrame(apply);
}

function apply(): void {
  isScheduled = false;
  const taken = pending.splice(0, IN_A_FRAME);
  const calls: Call[] = [];
  batch(() => {
    for (const { message } of taken) {
      if (message.event === "call") calls.push(message.data);
      else applyOne(message);
    }
    if (calls.length > 0) take(calls);
    const oldest = taken.at(-1)?.cameAt ?? Date.now();
    hear({ lagMs: pending.length > 0 ? Date.now() - oldest : 0 });
  });
  if (pending.length > 0) schedule();
}

function applyOne(message: Exclude<Message, { event: "call" }>): void {
  switch (message.event) {
    case "counts":
      counts.value = message.data;
      countSamples.value = lately([...countSamples.peek(), message.data]);
      return;
    case "phone": {
      const call = message.data;
      // One that was over before this page was opened is none of its business.
      if (call.state !== "ended" || call.uuid === phone.peek()?.uuid) phone.value = call;
      return;
    }
    case "inbox":
      inbox.value = [message.data, ...inbox.peek()].slice(0, CALLBACKS_KEPT);
      return;
    case "queue":
      samples.value = lately([...samples.peek(), message.data]);
      return;
    case "receiver": {
      const { receiver, failing_since } = message.data;
      const known = new Map(failingReceivers.peek());
      if (failing_since === undefined) known.delete(receiver);
      else known.set(receiver, failing_since);
      failingReceivers.value = known;
      return;
    }
    case "said": {
      const { uuid, said } = message.data;
      const known = new Map(texts.peek());
      if (said.length === 0) known.delete(uuid);
      else known.set(uuid, said);
      texts.value = known;
      return;
    }
    case "ping":
      isLoaded.value = true;
      hear({ isReset: false });
      return;
    case "reset":
      forgetAll();
      inbox.value = [];
      texts.value = new Map();
      samples.value = [];
      hear({ isReset: true });
      void readList();
      return;
    default:
      message satisfies never;
  }
}

function lately<Sample extends { readonly at: string }>(all: readonly Sample[]): readonly Sample[] {
  const since = new Date(Date.now() - TEN_MINUTES_MS).toISOString();
  return all.filter(({ at }, index) => at >= since || index === all.length - 1);
}

function hear(more: { lagMs?: number; isReset?: boolean }): void {
  connection.value = { ...connection.peek(), ...more, kind: "open", tries: 0, heardAt: Date.now() };
}

/** The newest calls of the application that the page has the credential of. */
export async function readList(): Promise<void> {
  const { data } = await askJson<{ data: Call[] }>({ path: "/calls?limit=100" });
  take(data.map(maskedCall));
  isLoaded.value = true;
}
