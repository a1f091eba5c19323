import type { ComponentChild } from "preact";
import type { IconName } from "./icon-name.ts";

/** Each glyph in a square of twelve. */
const PATHS = {
  queued: <circle cx="6" cy="6" r="4" stroke-dasharray="2.2 2" />,
  dialing: <path d="M2 6h7M6.5 3 9.5 6l-3 3" />,
  ringing: <path d="M2.5 9h7M3.5 9V5.5a2.5 2.5 0 0 1 5 0V9M5.5 11h1M6 1v1" />,
  answered: <path d="M2 5v2M4.7 3v6M7.3 1.5v9M10 4.5v3" />,
  ended: <rect x="2.5" y="2.5" width="7" height="7" rx="1.5" />,
  ok: <path d="m2 6.5 2.7 2.7L10 3.2" />,
  failed: <path d="m3 3 6 6M9 3 3 9" />,
  error: <path d="M6 1.5 11 10.5H1ZM6 5v2.2M6 9v.01" />,
  parked: <path d="M1.5 6.5v3.5h9V6.5M1.5 6.5h2.6l.7 1.4h2.4l.7-1.4h2.6M6 1v3.5" />,
  cancelled: <path d="M1.7 6a4.3 4.3 0 1 0 8.6 0 4.3 4.3 0 1 0-8.6 0M3 9l6-6" />,
  dot: <circle cx="6" cy="6" r="3" fill="currentColor" stroke="none" />,
  copy: (
    <path d="M5.5 4h4A1.5 1.5 0 0 1 11 5.5v4A1.5 1.5 0 0 1 9.5 11h-4A1.5 1.5 0 0 1 4 9.5v-4A1.5 1.5 0 0 1 5.500 4M8 2.2A1.2 1.2 0 0 0 6.8 1H2.2A1.2 1.2 0 0 0 1 2.2v4.6A1.2 1.2 0 0 0 2.2 8" />
  ),
  again: <path d="M10.5 6A4.5 4.5 0 1 1 9 2.7M9.2.8v2.2H7" />,
  mute: <path d="M1 4.5h2L6 2v8L3 7.5H1ZM8 4.500l3 3M11 4.500l-3 3" />,
  sound: <path d="M1 4.5h2L6 2v8L3 7.5H1ZM8 4.200a2.500 2.500 0 0 1 0 3.600M9.500 2.700a4.600 4.600 0 0 1 0 6.600" />,
  right: <path d="m4.5 2.5 3.5 3.5-3.5 3.5" />,
  pause: <path d="M4 2.5v7M8 2.5v7" />,
  file: <path d="M2.5 1h4.5L9.5 3.5V11h-7ZM4.5 6h3M4.5 8.3h3" />,
  close: <path d="m3 3 6 6M9 3 3 9" />,
} as const satisfies Record<IconName, ComponentChild>;

export function Icon({ name, tone = "" }: { readonly name: IconName; readonly tone?: string }) {
  return (
    <svg class={`ico ${tone}`} viewBox="0 0 12 12" aria-hidden="true">
      {PATHS[name]}
    </svg>
  );
}
