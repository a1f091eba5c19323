import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { referenceOf } from "../calls/row-words.ts";
import { askJson, sentenceOf } from "../data/api.ts";
import { row, take } from "../data/calls.ts";
import { connection } from "../data/connection.ts";
import { maskedCall } from "../data/masked.ts";
import { query, setQuery } from "../data/route.ts";
import { local } from "../data/session.ts";
import type { Call } from "../data/types.ts";
import { Badge, stateOf } from "../ui/badge.tsx";
import { Icon } from "../ui/icon.tsx";
import { Actions } from "./call-actions.tsx";
import { CallbackCard, deliveryWords, Facts, Json, Said } from "./call-cards.tsx";
import { Happened } from "./happened.tsx";
import { Timeline } from "./timeline.tsx";

const POLLED_MS = 2_000;

/** Of calls that were opened by their status address. In memory alone. */
const tokens = new Map<string, string>();

/** The token of a status address is taken out of the browser's, where others could read it. */
function addressOf(tid: string): { readonly path: string; readonly anonymous?: true } {
  const token = query.peek().get("token") ?? undefined;
  if (token !== undefined) {
    tokens.set(tid, token);
    setQuery({ token: undefined });
  }
  const known = tokens.get(tid);
  return known === undefined
    ? { path: `/call/${tid}` }
    : { path: `/call/${tid}?token=${encodeURIComponent(known)}`, anonymous: true };
}

export function CallScreen({ tid }: { readonly tid: string }) {
  const failure = useSignal<string | undefined>(undefined);
  const chosen = useSignal<string | undefined>(undefined);
  const hasDigits = useSignal(false);
  const call = row(tid)?.value;
  const isOver = call?.state === "completed";
  useEffect(() => {
    const read = async () => {
      try {
        const known = await askJson<Call>(addressOf(tid));
        hasDigits.value = known.digits !== undefined;
        take([maskedCall(known)]);
        failure.value = undefined;
      } catch (error) {
        failure.value = sentenceOf(error);
      }
    };
    void read();
    // Where there is no stream, it is asked again until it is over.
    const timer = setInterval(() => {
      if (connection.peek().kind === "polling" && row(tid)?.peek().state !== "completed") void read();
    }, POLLED_MS);
    return () => clearInterval(timer);
  }, [isOver]);
  if (!call)
    return (
      <>
        <h1 tabIndex={-1}>Call</h1>
        <p class="muted">{failure.value ?? "Reading it…"}</p>
      </>
    );
  const words = deliveryWords(call);
  const speed = local.value?.speed ?? 1;
  return (
    <>
      <p class="crumb">
        <a href="/">Calls</a> / {referenceOf(call) || tid.slice(0, 8)}
      </p>
      <div class="title">
        <h1 tabIndex={-1}>{call.to}</h1>
        <Badge state={stateOf(call)} />
        {words !== "" && (
          <span class="cb small">
            <Icon
              name={call.callback.state === "delivered" ? "ok" : call.callback.state === "parked" ? "parked" : "dot"}
              tone={call.callback.state === "delivered" ? "c-ok" : call.callback.state === "parked" ? "c-parked" : ""}
            />
            {words}
          </span>
        )}
        <Actions call={call} />
      </div>
      <section class="card" aria-label="Timeline">
        <Facts call={call} hasDigits={hasDigits.value} />
        <Timeline
          call={call}
          chosen={chosen.value}
          onChoose={(id) => {
            chosen.value = id;
            document.querySelector<HTMLElement>(`[data-happened="${LINES[id] ?? id}"]`)?.focus();
          }}
        />
        {speed !== 1 && !call.to.endsWith("11") && (
          <p class="pad small muted">The simulated carrier's clock runs {speed} times as fast.</p>
        )}
      </section>
      <div class="two">
        <Happened call={call} chosen={chosen.value === undefined ? undefined : (LINES[chosen.value] ?? chosen.value)} />
        <div class="col">
          <Said call={call} />
          <CallbackCard call={call} />
          <Json call={call} />
        </div>
      </div>
    </>
  );
}

/** Which line of the list tells of a stretch of the track. */
const LINES: Readonly<Record<string, string>> = {
  queue: "accepted",
  ring: "dialed",
  talk: "answered",
  settle: "ended",
};
