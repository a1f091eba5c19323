import { isCancelled } from "../data/kinds.ts";
import type { Batch, Call } from "../data/types.ts";
import { Icon } from "./icon.tsx";
import type { IconName } from "./icon-name.ts";

export type State =
  | "queued"
  | "dialing"
  | "ringing"
  | "answered"
  | "ended"
  | "ok"
  | "failed"
  | "error"
  | "parked"
  | "cancelled";

const TONES: Readonly<Record<State, string>> = {
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
};

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
