import { effect } from "@preact/signals";
import { currentMs, nowMs } from "../data/clock.ts";
import { isDown } from "../data/connection.ts";
import { phone, texts } from "../data/live.ts";
import { isReal, local, tab } from "../data/session.ts";
import type { PhoneCall } from "../data/stream-data.ts";
import { Badge, stateOf } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { warn } from "../ui/say.ts";
import { duration, spaced, timer } from "../ui/words.ts";
import { act } from "./act.ts";
import { sentencesOf } from "./captions.ts";
import { PhoneForm } from "./phone-form.tsx";
import { callMe, currentCall, request } from "./placed.ts";
import { isOn, turn, voiceMissing } from "./sound.ts";
import { endedDetail, endedSentence } from "./words.ts";

const DOWN = "The live connection is down; the phone cannot ring.";

effect(() => {
  if (phone.value?.state === "ringing") warn("Your phone rings. Answer it with the Answer button or the key A.");
});

function Sound() {
  return (
    <Button kind="quiet sm center" onPress={() => turn(!isOn.value)} pressed={isOn.value}>
      <Icon name={isOn.value ? "sound" : "mute"} />
      {isOn.value ? "Sound is on. Turn it off" : "Sound is off. Turn it on"}
    </Button>
  );
}

function Ringing({ call }: { readonly call: PhoneCall }) {
  const leftMs = Math.max(0, Date.parse(call.rings_until) - nowMs.value);
  const off = isDown.value ? DOWN : undefined;
  return (
    <>
      <div class="caption">
        <p class="now">A call from {call.from}</p>
        <p>Rings for {duration(Math.ceil(leftMs / 1_000) * 1_000)} more</p>
      </div>
      <div class="callbtns">
        <Button kind="hang" disabledBecause={off} onPress={() => act({ act: "decline" })}>
          Decline
        </Button>
        <Button kind="answer" disabledBecause={off} onPress={() => act({ act: "answer" })}>
          Answer
        </Button>
      </div>
      <Sound />
    </>
  );
}

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"] as const;

function Talking({ call }: { readonly call: PhoneCall }) {
  const now = currentMs();
  const begun = sentencesOf(texts.value.get(call.uuid) ?? []).filter(({ at }) => at <= now);
  const [before, current] = begun.length > 1 ? begun.slice(-2) : [undefined, begun.at(-1)];
  const expected = Math.max(call.digits_expected ?? 4, call.digits_keyed);
  const allowed = call.attempts_allowed ?? 3;
  const answeredMs = Date.parse(call.answered_at ?? call.rang_at);
  const off = isDown.value ? DOWN : undefined;
  return (
    <>
      <div class="caption" role="log" aria-label="What is said" aria-live={isOn.value ? "off" : "polite"}>
        {before && <p key={before.at}>{before.text}</p>}
        {current && (
          <p key={current.at} class="now">
            {current.text}
          </p>
        )}
      </div>
      {voiceMissing.value !== undefined && (
        <p class="small muted">No voice for {voiceMissing.value} here; read the text.</p>
      )}
      <div class="digits">
        <span class="small muted">
          Attempt {Math.min(call.attempt, allowed)} of {allowed}
        </span>
        <span class="dots" role="img" aria-label={`${call.digits_keyed} of ${expected} digits entered`}>
          {Array.from({ length: expected }, (_, index) => (
            <i key={index} class={index < call.digits_keyed ? "on" : ""} />
          ))}
        </span>
        <span class="small muted">{timer(nowMs.value - answeredMs)}</span>
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would be a form's, and this is a keypad */}
      <div class="keys" role="group" aria-label="Keypad">
        {KEYS.map((key) => (
          <button key={key} type="button" class="key" data-key={key} onClick={() => act({ act: "key", key })}>
            {key}
          </button>
        ))}
      </div>
      <div class="callbtns">
        <Button kind="hang" disabledBecause={off} onPress={() => act({ act: "hang_up" })}>
          Hang up
        </Button>
      </div>
      <Sound />
    </>
  );
}

function Ended({ call }: { readonly call: PhoneCall }) {
  const known = currentCall.value;
  return (
    <>
      <div class="caption">
        <p class="now">{endedSentence(known, call)}</p>
        <p>{endedDetail(known)}</p>
      </div>
      <Button
        kind="primary"
        disabledBecause={isDown.value ? DOWN : undefined}
        isBusy={request.value.kind === "sending"}
        onPress={callMe}
      >
        Call me again
      </Button>
      <div class="ended-links small">
        {call.tid !== undefined && <a href={`/calls/${call.tid}`}>Open this call</a>}
        <button
          type="button"
          class="link"
          onClick={() => {
            phone.value = undefined;
          }}
        >
          Change what is asked
        </button>
      </div>
    </>
  );
}

function Body() {
  const call = phone.value;
  // The one that was asked for has not rung yet.
  const isNext = request.value.kind === "accepted" && call?.tid !== request.value.tid && call?.state === "ended";
  if (call === undefined || isNext) return <PhoneForm down={isDown.value ? DOWN : undefined} />;
  if (call.state === "ringing") return <Ringing call={call} />;
  if (call.state === "ended") return <Ended call={call} />;
  if (call.tab !== undefined && call.tab !== tab)
    return (
      <div class="caption">
        <p class="now">Answered in another tab</p>
      </div>
    );
  return <Talking call={call} />;
}

export function Phone() {
  const call = phone.value;
  const known = currentCall.value;
  return (
    <section class="card phone" aria-label={isReal.value ? "A real call" : "Your phone"}>
      <div class="who">
        {isReal.value ? (
          <h2 class="big">A real call</h2>
        ) : (
          <div>
            <h2 class="xs faint plain-head">Your phone</h2>
            <div class="big">{spaced(local.value?.phone ?? "447700900011")}</div>
          </div>
        )}
        {call?.state === "ringing" && <Badge state="ringing" />}
        {call?.state === "in_call" && <Badge state="answered" />}
        {call?.state === "ended" && known && known.tid === call.tid && <Badge state={stateOf(known)} />}
      </div>
      <Body />
    </section>
  );
}
