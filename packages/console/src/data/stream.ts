import { connection } from "./connection.ts";
import type { StreamData } from "./stream-data.ts";

const EVENTS = ["call", "counts", "queue", "phone", "inbox", "receiver", "said", "ping", "reset"] as const;

/** Beside its data, the stream says that it is there, and that the page has missed something. */
type Data = StreamData & { readonly ping: unknown; readonly reset: unknown };
export type Message = {
  [Event in (typeof EVENTS)[number]]: { readonly id: string; readonly event: Event; readonly data: Data[Event] };
}[(typeof EVENTS)[number]];

const WAITS_MS = [1_000, 2_000, 4_000, 8_000, 15_000];
/** Pings come every 10 s. */
const SILENT_MS = 15_000;
const LEADER = "promptcall-stream";

/** One tab has the connection, since a browser has six; it hands everything on to the others. */
export class Stream {
  readonly #onMessage: (message: Message) => void;
  readonly #tabs = new BroadcastChannel(LEADER);
  #source: EventSource | undefined;
  #lastId: string | undefined;
  #tries = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isLeader = false;

  constructor({ onMessage }: { readonly onMessage: (message: Message) => void }) {
    this.#onMessage = onMessage;
  }

  start(): void {
    this.#tabs.onmessage = ({ data }: MessageEvent<Message>) => {
      if (!this.#isLeader) this.#hand(data);
    };
    // A tab that follows begins by itself, and is told from then on.
    this.#connect();
    void navigator.locks?.request(LEADER, () => {
      this.#isLeader = true;
      if (this.#source === undefined) this.#connect();
      return new Promise<void>(() => undefined);
    });
    addEventListener("online", () => this.retry());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && connection.value.kind === "lost") this.retry();
    });
    addEventListener("pagehide", () => this.#source?.close());
  }

  /** At once, whatever the wait was. */
  retry(): void {
    clearTimeout(this.#timer);
    this.#connect();
  }

  #connect(): void {
    this.#source?.close();
    const after = this.#lastId === undefined ? "" : `?last_event_id=${this.#lastId}`;
    const source = new EventSource(`/_local/stream${after}`);
    this.#source = source;
    for (const event of EVENTS)
      source.addEventListener(event, ({ data, lastEventId }) =>
        this.#hear({ id: lastEventId, event, data: JSON.parse(data) }),
      );
    source.onerror = () => this.#lose();
    this.#expectMore();
  }

  #hear(message: Message): void {
    this.#tries = 0;
    this.#expectMore();
    if (this.#isLeader) this.#tabs.postMessage(message);
    this.#hand(message);
    // What was missed is here; the leader tells the rest.
    if (message.event === "ping" && !this.#isLeader && navigator.locks !== undefined) this.#follow();
  }

  #follow(): void {
    this.#source?.close();
    this.#source = undefined;
  }

  #hand(message: Message): void {
    if (message.event === "reset") this.#lastId = undefined;
    else if (message.event !== "ping") {
      if (!this.#isNew(message.id)) return;
      this.#lastId = message.id;
    }
    if (this.#source === undefined) this.#expectMore();
    this.#onMessage(message);
  }

  /** A tab that changes from one source to the other is told some things twice. */
  #isNew(id: string): boolean {
    const [boot, number] = id.split("-");
    const [lastBoot, lastNumber] = (this.#lastId ?? "").split("-");
    return boot !== lastBoot || Number(number) > Number(lastNumber);
  }

  #expectMore(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#lose(), SILENT_MS);
  }

  #lose(): void {
    this.#source?.close();
    this.#source = undefined;
    clearTimeout(this.#timer);
    const wait = WAITS_MS[Math.min(this.#tries, WAITS_MS.length - 1)] ?? 15_000;
    this.#tries += 1;
    const { kind, heardAt } = connection.value;
    connection.value = {
      ...connection.value,
      kind: "lost",
      tries: this.#tries,
      heardAt: kind === "lost" ? heardAt : Date.now(),
    };
    this.#timer = setTimeout(() => this.#connect(), wait * (0.8 + Math.random() * 0.4));
  }
}
