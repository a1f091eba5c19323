import { effect, signal } from "@preact/signals";
import { currentMs } from "../data/clock.ts";
import { phone, texts } from "../data/live.ts";
import { hasCall } from "./act.ts";
import { sentencesOf } from "./captions.ts";

/** Off until it is turned on, which is also what a browser asks for before it makes a sound. */
export const isOn = signal(false);
export const voiceMissing = signal<string | undefined>(undefined);

let context: AudioContext | undefined;
let ring: ReturnType<typeof setInterval> | undefined;
let spoken = 0;
/** What was said while it was off has been read: it is not said when it is turned on. */
let wasOff = false;

export function turn(on: boolean): void {
  // First: whoever hears that it is on begins to ring at once.
  if (on) context ??= new AudioContext();
  isOn.value = on;
  if (!on) speechSynthesis?.cancel();
}

/** Two tones, as a phone has them in Britain. */
function beep(): void {
  if (!context) return;
  for (const start of [0, 0.6]) {
    for (const pitch of [400, 450]) {
      const oscillator = context.createOscillator();
      const gain = context.createGain();
      oscillator.frequency.value = pitch;
      gain.gain.value = 0.06;
      oscillator.connect(gain).connect(context.destination);
      oscillator.start(context.currentTime + start);
      oscillator.stop(context.currentTime + start + 0.4);
    }
  }
}

effect(() => {
  const isRinging = isOn.value && phone.value?.state === "ringing";
  if (isRinging && ring === undefined) {
    beep();
    ring = setInterval(beep, 3_000);
  } else if (!isRinging && ring !== undefined) {
    clearInterval(ring);
    ring = undefined;
  }
});

/** One utterance for each sentence: some browsers stop in the middle of a long one. */
effect(() => {
  const call = phone.value;
  const isInCall = call?.state === "in_call" && hasCall();
  if (!isInCall || !isOn.value) {
    spoken = 0;
    wasOff = !isOn.value;
    return;
  }
  const sentences = sentencesOf(texts.value.get(call.uuid) ?? []);
  if (wasOff) {
    const now = currentMs();
    spoken = sentences.filter(({ at }) => at <= now).length;
    wasOff = false;
  }
  for (const { text, language } of sentences.slice(spoken)) {
    const utterance = new SpeechSynthesisUtterance(text);
    if (language !== undefined) utterance.lang = language;
    const voices = speechSynthesis.getVoices();
    const isSpoken = language === undefined || voices.length === 0 || voices.some(({ lang }) => lang === language);
    voiceMissing.value = isSpoken ? undefined : language;
    speechSynthesis.speak(utterance);
  }
  spoken = sentences.length;
});
