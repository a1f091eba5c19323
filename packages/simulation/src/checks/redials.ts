import { type Completed, outcomeFields } from "@promptcall/core/call/call";
import { dialNumberOf } from "@promptcall/core/call/redial";
import { ENDINGS, reasonOf } from "../outside/person.ts";
import { personOf } from "../outside/redials.ts";
import type { RequestedCall } from "../outside/requests.ts";
import { FAULTS, type FaultLevel, isExact, SLOWEST_MS } from "../world/faults.ts";

interface Dialed {
  readonly asked: RequestedCall;
  readonly dials: readonly number[];
  readonly level: FaultLevel;
}

/** A person is called again only as often as that was asked for, after what, and not before. */
export function dialedAgain({ asked, dials, level }: Dialed): string[] {
  const { retry, lastDialMs = Number.POSITIVE_INFINITY } = asked;
  const most = 1 + (retry?.times ?? 0);
  if (dials.length > most) return [`was dialed ${dials.length} times, and was to be ${most}`];
  const { clockSkewSeconds, slowRequest } = FAULTS[level];
  const leewayMs = 2_000 * clockSkewSeconds;
  // The dial that is under way then is claimed, and may be as long on its way to the carrier.
  const underWayMs = slowRequest > 0 ? 2 * SLOWEST_MS : 0;
  return dials.slice(1).flatMap((atMs, callsBefore) => {
    const afterMs = atMs - (dials[callsBefore] ?? 0);
    const words = endsOf({ asked, callsBefore, level });
    return [
      ...(afterMs < (retry?.afterSeconds ?? 0) * 1_000 - leewayMs
        ? [`was dialed again after ${Math.round(afterMs / 1_000)} s`]
        : []),
      ...(words.some((word) => retry?.on.includes(word)) ? [] : [`was dialed again after ${words.join(" or ")}`]),
      ...(atMs > lastDialMs + leewayMs + underWayMs ? ["was dialed again after it was said that it is not"] : []),
    ];
  });
}

/** How a dial may be known to have ended. Where reports are lost, nobody knows how it rang out. */
function endsOf({ asked, callsBefore, level }: Omit<Dialed, "dials"> & { callsBefore: number }): readonly string[] {
  const person = personOf(asked, callsBefore);
  if (isExact(level)) return [reasonOf(person)];
  if (!(person.kind in ENDINGS)) return person.kind === "mailbox" ? ["machine", "hung_up"] : ["hung_up"];
  return [reasonOf(person), "busy", "unanswered", "timeout", "rejected", "failed", "unavailable"];
}

/** What it takes at the most until the end of a dial is known, and until the next one has its turn. */
const SLACK_MS = 15 * 60_000;
const EXPIRES_MS = 3_600_000;

/** Without faults, as often as that was asked for. */
export function notDialedAgain({ asked, dials, level }: Dialed): string[] {
  const { retry, credential, notBeforeMs = 0, isCancelled, hours, pauses = [] } = asked;
  const lastMs = dials.at(-1);
  if (!isExact(level) || retry === undefined || lastMs === undefined || dials.length > retry.times) return [];
  if (credential !== "good" || isCancelled || hours !== undefined || pauses.length > 0) return [];
  const person = personOf(asked, dials.length - 1);
  const isOver = person.attempts.includes(true) || person.attempts.length === 3 || asked.ask === "say";
  if (isOver || !retry.on.includes(reasonOf(person))) return [];
  const nextMs = lastMs + retry.afterSeconds * 1_000 + SLACK_MS;
  return nextMs < notBeforeMs + EXPIRES_MS ? [`was dialed ${dials.length} times, and not again`] : [];
}

/** A result tells why no other dial came, where one was to follow and dials were left; and only there. */
export function reasonNotTold({ asked: { retry }, call }: { asked: RequestedCall; call: Completed }): string[] {
  const { reason = "", not_redialed } = outcomeFields(call.outcome);
  const wasToFollow = retry?.on.includes(reason) === true && dialNumberOf(call) <= retry.times;
  if (wasToFollow === (not_redialed !== undefined)) return [];
  return [wasToFollow ? `was not dialed again after ${reason}, and nobody was told why` : `says ${not_redialed}`];
}
