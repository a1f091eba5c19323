import { type Settings, SettingsSchema } from "@promptcall/core/settings";

/** What differs between stages. Everything a function reads at run time is in `settings`, and nowhere else. */
export interface StageConfig {
  production: boolean;
  region: string;
  /** What a consumer may take for a batch; its queue's visibility follows from that (see `queues.ts`). */
  timeoutSeconds: { consumer: number; reducer: number; dispatcher: number };
  /** How many batches are worked on at once. Those of callbacks mostly wait, for servers that are not ours. */
  maximumConcurrency: { consumer: number; callbacks: number; callbackRetries: number };
  settings: Settings;
}

// A prompt of 1500 characters takes about 100 s to say; three tries with their messages come to under 300 s.
const RINGING_SECONDS = 60;
const LENGTH_SECONDS = 300;

// At the usual speed of 30 these are seconds; a run that is to crash is slowed down, until they outlast a redelivery.
const SETTLE_SECONDS_AT_SPEED_1 = 200;

const deployed: Settings = SettingsSchema.parse({
  carrier: {
    host: process.env.VONAGE_HOST ?? "https://api.nexmo.com",
    timeoutSeconds: 10,
    ringingSeconds: RINGING_SECONDS,
    lengthSeconds: LENGTH_SECONDS,
    retryDelaySeconds: 2,
  },
  timers: { settleSeconds: 20, deadlineSeconds: RINGING_SECONDS + LENGTH_SECONDS + 30 },
  callback: {
    timeoutSeconds: 10,
    delaysSeconds: [5, 30, 120, 900, 3_600, 10_800, 21_600, 43_200],
    privateNetworks: false,
  },
  retentionDays: 30,
});

/**
 * The local stage has the same timers as the deployed ones, shortened to seconds: the simulated carrier's clock runs
 * `SIM_SPEED` times faster than ours, and so does everything that waits for it.
 */
function local(): Settings {
  const speed = Number(process.env.SIM_SPEED ?? 30);
  return SettingsSchema.parse({
    carrier: { ...deployed.carrier, retryDelaySeconds: 1 },
    timers: {
      settleSeconds: Math.min(deployed.timers.settleSeconds, Math.ceil(SETTLE_SECONDS_AT_SPEED_1 / speed)),
      deadlineSeconds: Math.ceil((RINGING_SECONDS + LENGTH_SECONDS) / speed) + 1,
    },
    callback: { ...deployed.callback, delaysSeconds: [1, 2, 4, 8], privateNetworks: true },
    retentionDays: 1,
  });
}

export function stageConfig(stage: string): StageConfig {
  const isLocal = stage === "local";
  return {
    production: stage === "production",
    region: process.env.AWS_REGION ?? "us-east-1",
    // The reducer works for milliseconds. What a crash of it held up must come again before the call is settled.
    // The dispatcher's holds a callback's timeout and a second of burst before it, and still fits into the visibility.
    timeoutSeconds: isLocal
      ? { consumer: 5, reducer: 2, dispatcher: 15 }
      : { consumer: 30, reducer: 2, dispatcher: 30 },
    maximumConcurrency: isLocal
      ? { consumer: 2, callbacks: 5, callbackRetries: 3 }
      : { consumer: 20, callbacks: 100, callbackRetries: 50 },
    settings: isLocal ? local() : deployed,
  };
}
