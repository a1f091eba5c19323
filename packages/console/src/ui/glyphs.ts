/** How a glyph is drawn, in a square of twelve. */
interface Glyph {
  readonly path: string;
  readonly dashes?: string;
  readonly isFilled?: boolean;
}

export const GLYPHS = {
  queued: { path: "M10 6a4 4 0 1 1-8 0a4 4 0 1 1 8 0", dashes: "2.2 2" },
  dialing: { path: "M2 6h7M6.5 3 9.5 6l-3 3" },
  ringing: { path: "M2.5 9h7M3.5 9V5.5a2.5 2.5 0 0 1 5 0V9M5.5 11h1M6 1v1" },
  answered: { path: "M2 5v2M4.7 3v6M7.3 1.5v9M10 4.5v3" },
  ended: {
    path: "M4 2.5h4a1.5 1.5 0 0 1 1.5 1.5v4a1.5 1.5 0 0 1-1.5 1.5h-4a1.5 1.5 0 0 1-1.5-1.5v-4a1.5 1.5 0 0 1 1.5-1.5Z",
  },
  ok: { path: "m2 6.5 2.7 2.7L10 3.2" },
  failed: { path: "m3 3 6 6M9 3 3 9" },
  error: { path: "M6 1.5 11 10.5H1ZM6 5v2.2M6 9v.01" },
  parked: { path: "M1.5 6.5v3.5h9V6.5M1.5 6.5h2.6l.7 1.4h2.4l.7-1.4h2.6M6 1v3.5" },
  cancelled: { path: "M1.7 6a4.3 4.3 0 1 0 8.6 0 4.3 4.3 0 1 0-8.6 0M3 9l6-6" },
  dot: { path: "M9 6a3 3 0 1 1-6 0a3 3 0 1 1 6 0", isFilled: true },
  copy: {
    path: "M5.5 4h4A1.5 1.5 0 0 1 11 5.5v4A1.5 1.5 0 0 1 9.5 11h-4A1.5 1.5 0 0 1 4 9.5v-4A1.5 1.5 0 0 1 5.500 4M8 2.2A1.2 1.2 0 0 0 6.8 1H2.2A1.2 1.2 0 0 0 1 2.2v4.6A1.2 1.2 0 0 0 2.2 8",
  },
  again: { path: "M10.5 6A4.5 4.5 0 1 1 9 2.7M9.2.8v2.2H7" },
  mute: { path: "M1 4.5h2L6 2v8L3 7.5H1ZM8 4.500l3 3M11 4.500l-3 3" },
  sound: { path: "M1 4.5h2L6 2v8L3 7.5H1ZM8 4.200a2.500 2.500 0 0 1 0 3.600M9.500 2.700a4.600 4.600 0 0 1 0 6.600" },
  right: { path: "m4.5 2.5 3.5 3.5-3.5 3.5" },
  pause: { path: "M4 2.5v7M8 2.5v7" },
  file: { path: "M2.5 1h4.5L9.5 3.5V11h-7ZM4.5 6h3M4.5 8.3h3" },
  half: { path: "M6 1a5 5 0 1 0 0 10a5 5 0 1 0 0-10ZM6 2.200v7.600a3.800 3.800 0 0 1 0-7.600Z", isFilled: true },
  sun: {
    path: "M8 6a2 2 0 1 1-4 0a2 2 0 1 1 4 0M6 .8v1M6 10.200v1M.8 6h1M10.200 6h1M2.300 2.300l.7.7M9 9l.7.7M2.300 9.700l.7-.7M9 3l.7-.7",
  },
  moon: { path: "M10.200 7.200A4.500 4.500 0 1 1 4.800 1.800a3.600 3.600 0 0 0 5.400 5.400Z" },
  close: { path: "m3 3 6 6M9 3 3 9" },
} as const satisfies Readonly<Record<string, Glyph>>;

export type IconName = keyof typeof GLYPHS;
export const glyph = (name: IconName): Glyph => GLYPHS[name];
