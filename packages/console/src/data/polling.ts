import { effect } from "@preact/signals";
import { warn } from "../ui/say.ts";
import { time } from "../ui/words.ts";
import { askJson, ProblemError } from "./api.ts";
import { connection } from "./connection.ts";
import { counts, readList } from "./live.ts";
import { authorization, credentialEndsAt, dropCredential } from "./session.ts";

const EVERY_MS = 5_000;
const HIDDEN_MS = 30_000;

interface Application {
  readonly counts: { queued: number; live: number; done: number; failed: number; parked: number };
}

/** A deployed stage has no stream: its lists are read again and again, once there is a credential. */
export function startPolling(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const poll = async () => {
    const endsAt = credentialEndsAt.peek();
    if (endsAt !== undefined && Date.now() >= endsAt) {
      warn(
        `The credential ended at ${time(new Date(endsAt).toISOString(), { seconds: false })}. Give a new one to go on.`,
      );
      connection.value = { ...connection.peek(), kind: "none" };
      return dropCredential();
    }
    let waitMs = document.hidden ? HIDDEN_MS : EVERY_MS;
    try {
      const [{ counts: known }] = await Promise.all([askJson<Application>({ path: "/application" }), readList()]);
      counts.value = { at: new Date().toISOString(), ...known, cancelled: 0, failed_pins: 0, errors: known.failed };
      connection.value = { ...connection.peek(), kind: "polling", heardAt: Date.now(), tries: 0 };
    } catch (error) {
      const problem = error instanceof ProblemError ? error.problem : undefined;
      if (problem?.status === 429) waitMs = Math.max(waitMs, Number(problem.retryAfter ?? 0) * 1_000);
      connection.value = { ...connection.peek(), kind: "lost", tries: connection.peek().tries + 1 };
    }
    timer = setTimeout(poll, waitMs);
  };
  effect(() => {
    clearTimeout(timer);
    if (authorization.value !== undefined) void poll();
  });
}
