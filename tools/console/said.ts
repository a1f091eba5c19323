import type { Said } from "@promptcall/console/data/stream-data";
import type { SimCall } from "@promptcall/vonage-sim/sim";
import type { Journal } from "./journal.ts";

const LIVE: ReadonlySet<SimCall["status"]> = new Set(["started", "ringing", "answered", "machine"]);

interface SpeechParts {
  readonly journal: Journal;
  readonly now: () => Date;
}

/** Tells what is said in each call that lives. With the end of a call its texts are gone, here and in what the journal keeps. */
export class Speech {
  readonly #parts: SpeechParts;
  readonly #live = new Map<string, Said>();

  constructor(parts: SpeechParts) {
    this.#parts = parts;
  }

  /** Told of every change of every call at the simulated carrier. */
  onCall({ uuid, status, ncco }: SimCall): void {
    const before = this.#live.get(uuid)?.said ?? [];
    const isOver = !LIVE.has(status);
    const spoken = isOver ? [] : ncco.flatMap((action) => (action.action === "talk" ? [action] : []));
    if (spoken.length === before.length) return;
    const at = this.#parts.now().toISOString();
    const said = spoken.map(({ text, language }, index) => ({
      text,
      at: before[index]?.at ?? at,
      ...(language !== undefined && { language }),
    }));
    if (isOver) this.#live.delete(uuid);
    else this.#live.set(uuid, { uuid, said });
    this.#parts.journal.publish({ event: "said", data: { uuid, said } });
  }
}
