import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { referenceOf } from "../calls/row-words.ts";
import { ask, askJson, sentenceOf } from "../data/api.ts";
import { row, take } from "../data/calls.ts";
import { connection } from "../data/connection.ts";
import { inbox } from "../data/live.ts";
import { maskedCall } from "../data/masked.ts";
import { query, setQuery } from "../data/route.ts";
import { local } from "../data/session.ts";
import type { Call } from "../data/types.ts";
import { sendAgain } from "../queues/send-again.ts";
import { Callback } from "../request/callback-panel.tsx";
import { Badge, stateOf } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { Code } from "../ui/code.tsx";
import { Copy } from "../ui/copy.tsx";
import { askFirst } from "../ui/dialog.tsx";
import { download } from "../ui/download.ts";
import { Icon } from "../ui/icon.tsx";
import { toast } from "../ui/toast.tsx";
import { duration, plural, time } from "../ui/words.ts";
import { Happened } from "./happened.tsx";
import { Timeline } from "./timeline.tsx";
import { trimmed } from "./what-happened.ts";

const POLLED_MS = 2_000;
const LARGEST_JSON = 64_000;

function delivered({ callback }: Call): string {
  const made = callback.attempts.length;
  switch (callback.state) {
    case "delivered":
      return made === 1 ? "delivered at once" : `delivered after ${plural(made, "attempt")}`;
    case "parked":
      return `parked after ${plural(made, "attempt")}`;
    case "none":
      return "no callback was asked for";
    default:
      return made === 0 ? "" : `not delivered yet, ${plural(made, "attempt")}`;
  }
}

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

async function hangUp(tid: string): Promise<void> {
  try {
    await ask({ method: "DELETE", path: `/call/${tid}` });
    toast("Hung up.");
  } catch (error) {
    toast(sentenceOf(error), { isError: true });
  }
}

function Actions({ call }: { readonly call: Call }) {
  const { tid, state, callback } = call;
  const isLive = state !== "completed" && state !== "queued" && state !== "ended";
  return (
    <span class="end">
      <Copy words="Copy tid" text={() => tid} said="Copied" />
      {(state === "queued" || isLive) && (
        <Button
          kind="danger sm"
          onPress={() =>
            isLive
              ? askFirst({
                  title: "Hang up this call?",
                  body: <p>The person is cut off.</p>,
                  safe: "Leave it",
                  act: { words: "Hang up", isDanger: true, run: () => hangUp(tid) },
                })
              : hangUp(tid)
          }
        >
          {isLive ? "Hang up" : "Cancel"}
        </Button>
      )}
      {(callback.state === "parked" || callback.state === "delivered") && (
        <Button kind="sm" onPress={() => sendAgain([tid])}>
          <Icon name="again" />
          Send the result again
        </Button>
      )}
    </span>
  );
}

function Facts({ call }: { readonly call: Call }) {
  const { status, reason, attempts, accepted_at, completed_at, duration_seconds, price, currency, batch_id } = call;
  const result =
    status === undefined
      ? call.state
      : status === "error"
        ? `error, ${reason ?? ""}`
        : `${status}, ${plural(attempts.length, "attempt")}`;
  const facts: readonly (readonly [string, preact.ComponentChildren])[] = [
    ["Result", result],
    ["Accepted", time(accepted_at)],
    ["In all", completed_at === undefined ? "–" : duration(Date.parse(completed_at) - Date.parse(accepted_at))],
    ["On the phone", duration_seconds === undefined ? "–" : duration(duration_seconds * 1_000)],
    ["Price", price === undefined ? "–" : `${trimmed(price)} ${currency ?? "EUR"}`],
    ["Batch", batch_id === undefined ? "none" : <a href={`/batches/${batch_id}`}>{batch_id.slice(0, 8)}</a>],
  ];
  return (
    <dl class="sum">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function CallbackCard({ call }: { readonly call: Call }) {
  const received = inbox.value.filter(({ tid }) => tid === call.tid);
  const [newest] = received;
  const { url, method } = call.callback;
  return (
    <section class="card" aria-label="Callback">
      <header>
        <h2>The callback</h2>
      </header>
      {newest ? (
        <Callback received={newest} count={received.length} />
      ) : (
        <dl class="kv pad">
          <dt>{method ?? "none"}</dt>
          <dd title={url}>{url ?? "The request named no callback"}</dd>
        </dl>
      )}
    </section>
  );
}

function Json({ call }: { readonly call: Call }) {
  const text = JSON.stringify(call, null, 2);
  const save = () => download({ name: `${call.tid}.json`, text, type: "application/json" });
  return (
    <section class="card" aria-label="JSON">
      <header>
        <h2>JSON</h2>
        <span class="end">
          <Copy words="Copy" text={() => text} said="Copied, with the number masked" />
        </span>
      </header>
      {text.length > LARGEST_JSON ? (
        <p class="pad">
          <button type="button" class="link" onClick={save}>
            Save it as a file
          </button>
        </p>
      ) : (
        <Code label="The call as JSON" text={text} />
      )}
    </section>
  );
}

export function CallScreen({ tid }: { readonly tid: string }) {
  const failure = useSignal<string | undefined>(undefined);
  const chosen = useSignal<string | undefined>(undefined);
  const call = row(tid)?.value;
  useEffect(() => {
    const read = async () => {
      try {
        take([maskedCall(await askJson<Call>(addressOf(tid)))]);
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
  }, []);
  if (!call)
    return (
      <>
        <h1 tabIndex={-1}>Call</h1>
        <p class="muted">{failure.value ?? "Reading it…"}</p>
      </>
    );
  const words = delivered(call);
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
        <Facts call={call} />
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
          <section class="card" aria-label="What was said">
            <header>
              <h2>What was said</h2>
            </header>
            <p class="pad small muted">The texts are erased when a call is completed.</p>
          </section>
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
