import { randomUUID } from "node:crypto";
import type { StreamData } from "@promptcall/console/data/stream-data";

/** What happened, and its data. */
type Told = {
  [Event in keyof StreamData]: { readonly event: Event; readonly data: StreamData[Event] };
}[keyof StreamData];

/** The id is `<boot>-<n>`: a page that comes back says which one it had last. */
export type Entry = Told & { readonly id: string };

/** For pages that were away for a moment. */
const KEPT = 5_000;
/** For pages that know nothing: of how many things the newest word is kept. */
const SUBJECTS = 20_000;
/** Of what is one more each time, as many as a page shows. */
const CALLBACKS = 200;
const SAMPLES = 600;

/** What the stream has told since this run began, so that nobody misses anything while away. */
export class Journal {
  readonly #boot = randomUUID().slice(0, 8);
  readonly #entries: Entry[] = [];
  readonly #newest = new Map<string, Entry>();
  readonly #listeners = new Set<(entry: Entry) => void>();
  #last = 0;

  get lastId(): string {
    return `${this.#boot}-${this.#last}`;
  }

  publish(told: Told): void {
    this.#last += 1;
    const entry: Entry = { id: this.lastId, ...told };
    this.#entries.push(entry);
    // Not at each one: to shift an array is to move it.
    if (this.#entries.length >= 2 * KEPT) this.#entries.splice(0, this.#entries.length - KEPT);
    this.#replace(`${told.event} ${this.#subjectOf(entry)}`, entry);
    for (const listener of this.#listeners) listener(entry);
  }

  /** What came after that entry; undefined where it is of another run, or not kept any more. */
  after(id: string): readonly Entry[] | undefined {
    const [boot, number = ""] = id.split("-");
    const missed = this.#last - Number(number);
    if (boot !== this.#boot || !/^\d+$/.test(number) || missed < 0) return undefined;
    if (missed > Math.min(this.#entries.length, KEPT)) return undefined;
    return missed === 0 ? [] : this.#entries.slice(-missed);
  }

  /** The newest word about each thing, in the order in which it was told. */
  newest(): readonly Entry[] {
    return [...this.#newest.values()];
  }

  listen(listener: (entry: Entry) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #replace(subject: string, entry: Entry): void {
    const before = this.#newest.get(subject);
    this.#newest.delete(subject);
    if (entry.event === "said") {
      // Texts are nowhere but in the newest word about a call that lives.
      if (before) Object.assign(before, { data: { ...entry.data, said: [] } });
      if (entry.data.said.length === 0) return;
    }
    this.#newest.set(subject, entry);
    const [oldest] = this.#newest.keys();
    if (this.#newest.size > SUBJECTS && oldest !== undefined) this.#newest.delete(oldest);
  }

  #subjectOf(entry: Entry): string | number {
    switch (entry.event) {
      case "call":
        return entry.data.tid;
      case "said":
        return entry.data.uuid;
      case "receiver":
        return entry.data.receiver;
      case "inbox":
        return this.#last % CALLBACKS;
      case "queue":
      case "counts":
        return this.#last % SAMPLES;
      case "phone":
        return "";
      default:
        return entry satisfies never;
    }
  }
}
