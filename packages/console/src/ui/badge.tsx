import { isCancelled } from "../data/kinds.ts";
import type { Batch, Call } from "../data/types.ts";
import type { IconName } from "./glyphs.ts";
import { Icon } from "./icon.tsx";

const TONES = {
  queued: "",
  dialing: "move",
  ringing: "move",
  answered: "live",
  ended: "",
  ok: "ok",
  failed: "failed",
  error: "error",
  parked: "parked",
  cancelled: "outline",
} as const satisfies Partial<Record<IconName, string>>;

export type State = keyof typeof TONES;

/** A completed call shows its status. */
export function stateOf(call: Call): State {
  if (call.state !== "completed") return call.state;
  return isCancelled(call) ? "cancelled" : (call.status ?? "ended");
}

function Pill({ word, icon, tone }: { readonly word: string; readonly icon: IconName; readonly tone: string }) {
  return (
    <span class={`badge ${tone}`}>
      <Icon name={icon} />
      {word}
    </span>
  );
}

export function Badge({ state }: { readonly state: State }) {
  return <Pill word={state} icon={state} tone={TONES[state]} />;
}
const OF_BATCH: Readonly<Record<Batch["state"], { icon: IconName; tone: string }>> = {
  waiting: { icon: "queued", tone: "" },
  running: { icon: "dialing", tone: "move" },
  paused: { icon: "pause", tone: "" },
  cancelled: { icon: "cancelled", tone: "outline" },
  completed: { icon: "ok", tone: "ok" },
};

export function BatchBadge({ state }: { readonly state: Batch["state"] }) {
  return <Pill word={state} {...OF_BATCH[state]} />;
}
