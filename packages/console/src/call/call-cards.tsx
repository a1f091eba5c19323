import { inbox, texts } from "../data/live.ts";
import { isReal, local } from "../data/session.ts";
import type { Call } from "../data/types.ts";
import { Callback } from "../request/callback-panel.tsx";
import { Code } from "../ui/code.tsx";
import { Copy } from "../ui/copy.tsx";
import { download } from "../ui/download.ts";
import { duration, plural, time } from "../ui/words.ts";
import { Digits } from "./digits.tsx";
import { trimmed } from "./what-happened.ts";

const LARGEST_JSON = 64_000;

/** What became of its result, in few words. */
export function deliveryWords({ callback }: Call): string {
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

export function Facts({ call, hasDigits }: { readonly call: Call; readonly hasDigits: boolean }) {
  const {
    status,
    reason,
    not_redialed: why,
    attempts,
    accepted_at,
    completed_at,
    duration_seconds,
    price,
    currency,
    batch_id,
  } = call;
  const result =
    status === undefined
      ? call.state
      : status === "error"
        ? `error, ${reason ?? ""}${why ? `, not called again: ${why}` : ""}`
        : `${status}, ${plural(attempts.length, "attempt")}`;
  const facts: readonly (readonly [string, preact.ComponentChildren])[] = [
    ["Result", result],
    ["Accepted", time(accepted_at)],
    ["In all", completed_at === undefined ? "–" : duration(Date.parse(completed_at) - Date.parse(accepted_at))],
    ["On the phone", duration_seconds === undefined ? "–" : duration(duration_seconds * 1_000)],
    ["Price", price === undefined ? "–" : `${trimmed(price)} ${currency ?? "EUR"}`],
    ...(hasDigits ? [["Digits", <Digits key="digits" tid={call.tid} />] as const] : []),
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

export function CallbackCard({ call }: { readonly call: Call }) {
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

export function Json({ call }: { readonly call: Call }) {
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

function nothingSaid({ state }: Call): string {
  if (state === "completed" || state === "ended") return "The texts are erased when a call is completed.";
  if (local.value === null || isReal.value) return "What a call says is shown where the carrier is simulated.";
  return "Nothing has been said yet.";
}

/** Of a call that lives, as the simulated carrier tells it. */
export function Said({ call }: { readonly call: Call }) {
  const said = texts.value.get(call.uuid ?? "") ?? [];
  return (
    <section class="card" aria-label="What was said">
      <header>
        <h2>What was said</h2>
      </header>
      {said.length === 0 ? (
        <p class="pad small muted">{nothingSaid(call)}</p>
      ) : (
        <ol class="ncco">
          {said.map(({ text, at, language }) => (
            <li key={at}>
              <time class="faint" dateTime={at}>
                {time(at)}
              </time>
              <span lang={language}>{text}</span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
