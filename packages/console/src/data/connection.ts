import { computed, signal } from "@preact/signals";
import { nowMs } from "./clock.ts";

interface Connection {
  readonly kind: "connecting" | "open" | "lost" | "polling" | "none";
  readonly tries: number;
  /** When it was last heard of. */
  readonly heardAt: number;
  /** How old the newest event was when it was applied. */
  readonly lagMs: number;
  readonly isReset: boolean;
}

export const connection = signal<Connection>({
  kind: "connecting",
  tries: 0,
  heardAt: Date.now(),
  lagMs: 0,
  isReset: false,
});

const GIVES_UP_MS = 30_000;
const BEHIND_MS = 2_000;

export interface Told {
  readonly words: string;
  readonly tone: "" | "warn" | "bad";
  readonly icon: "dot" | "again" | "error";
  /** What can be done about it. */
  readonly offers?: "try" | "credential";
}

/** What the header says of it. */
export const told = computed((): Told => {
  const { kind, tries, heardAt, lagMs, isReset } = connection.value;
  switch (kind) {
    case "polling":
      return { words: "Read every 5 s", tone: "", icon: "dot" };
    case "none":
      return { words: "Read only.", tone: "", icon: "dot", offers: "credential" };
    case "connecting":
      return { words: "Connecting", tone: "", icon: "again" };
    case "lost": {
      if (nowMs.value - heardAt < GIVES_UP_MS)
        return { words: `Reconnecting, try ${tries}`, tone: "warn", icon: "again" };
      const since = new Date(heardAt).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
      return { words: `No connection since ${since}.`, tone: "bad", icon: "error", offers: "try" };
    }
    case "open":
      if (isReset) return { words: "Some events were missed. Reading the list again", tone: "warn", icon: "again" };
      if (lagMs > BEHIND_MS) return { words: `Behind by ${Math.round(lagMs / 1_000)} s`, tone: "warn", icon: "dot" };
      return { words: "Live", tone: "", icon: "dot" };
    default:
      return kind satisfies never;
  }
});

export const isDown = computed(() => connection.value.kind === "lost");
