import { nextWords } from "../calls/row-words.ts";
import { nowMs } from "../data/clock.ts";
import { inbox } from "../data/live.ts";
import type { Received } from "../data/stream-data.ts";
import { currentCall, currentTid } from "../phone/placed.ts";
import { sendAgain } from "../queues/send-again.ts";
import { Button } from "../ui/button.tsx";
import { Code } from "../ui/code.tsx";
import { Copy } from "../ui/copy.tsx";
import { Icon } from "../ui/icon.tsx";
import { number, plural } from "../ui/words.ts";

const HEADERS = ["webhook-id", "webhook-timestamp", "webhook-signature", "content-type"] as const;

/** The middle of a signature says nothing to a reader. */
const cut = (text: string) => (text.length > 44 ? `${text.slice(0, 20)}…${text.slice(-12)}` : text);

function callbacksOf(tid: string | undefined): readonly Received[] {
  return tid === undefined ? [] : inbox.value.filter((one) => one.tid === tid);
}

export function Callback({ received, count }: { readonly received: Received; readonly count: number }) {
  return (
    <>
      <p class={`verdict ${received.verified ? "" : "bad"}`}>
        <Icon name={received.verified ? "ok" : "error"} />
        {received.verified ? "Signature verified" : `Not verified: ${received.why ?? "the signature does not match"}`}
      </p>
      <dl class="kv pad">
        <dt>{received.method}</dt>
        <dd title={received.url}>{received.url}</dd>
        {HEADERS.map((name) => {
          const value = received.headers[name];
          return value === undefined ? null : (
            <div key={name} class="pair">
              <dt>{name}</dt>
              <dd>{cut(value)}</dd>
            </div>
          );
        })}
      </dl>
      {count > 1 && (
        <p class="pad small muted">
          Came {number(count)} times with the same webhook-id. That is allowed: handle each id once.
        </p>
      )}
      <Code label="The body of the callback" text={received.body} />
    </>
  );
}

function Waiting() {
  const call = currentCall.value;
  const last = call?.callback.attempts.at(-1);
  if (call?.callback.state === "parked")
    return (
      <>
        <p class="verdict parked">
          <Icon name="parked" />
          Parked after {plural(call.callback.attempts.length, "attempt")}, the last one{" "}
          {last?.answer ?? "without answer"}
        </p>
        <div class="pad">
          <Button onPress={() => sendAgain([call.tid])}>
            <Icon name="again" />
            Send the result again
          </Button>
        </div>
      </>
    );
  if (call?.callback.state === "pending" && last)
    return (
      <p class="pad small muted">
        {last.answer}, {nextWords(call.callback.next_attempt_at, nowMs.value)}
      </p>
    );
  return <p class="pad small muted">It comes when the call has ended.</p>;
}

export function CallbackPanel() {
  const received = callbacksOf(currentTid.value);
  const [newest] = received;
  const same =
    newest === undefined
      ? 0
      : received.filter((one) => one.headers["webhook-id"] === newest.headers["webhook-id"]).length;
  return (
    <section class="card" aria-label="Callback">
      <header>
        <span class="step" aria-hidden="true">
          2
        </span>
        <h2>The callback</h2>
        {newest && (
          <span class="end">
            <Copy words="Copy" text={() => newest.body} said="Copied" />
          </span>
        )}
      </header>
      {newest ? <Callback received={newest} count={same} /> : <Waiting />}
    </section>
  );
}
