import type { CallRequest } from "../definition/call-request.ts";

export interface Detection {
  readonly hangsUpOnMachine: boolean;
  /** The NCCO begins only when it is known who answered. */
  readonly waits: boolean;
  /** Only the beep of a mailbox is reported. */
  readonly beepOnly: boolean;
  /** The beep is reported after the machine, and the answer to that may be another NCCO; so long it is waited for. */
  readonly beepSeconds?: number;
}

/**
 * How long machine detection takes: up to 5 s, less for a person. Until then nothing is played, unless the request asks
 * for both at once: https://developer.vonage.com/voice/voice-api/concepts/advanced-machine-detection
 */
export const DETECTED_AFTER_SECONDS = { human: 3, machine: 5 } as const;

const BEEP_TIMEOUT_SECONDS = 45;

/** The requested machine detection. The advanced setting takes precedence. */
export function detectionAsked(
  request: Pick<CallRequest, "machine_detection" | "advanced_machine_detection">,
): Detection | undefined {
  const { machine_detection: standard, advanced_machine_detection: advanced } = request;
  if (!advanced) {
    return standard && { hangsUpOnMachine: standard === "hangup", waits: true, beepOnly: false };
  }
  const mode = advanced.mode ?? "detect";
  return {
    hangsUpOnMachine: advanced.behavior === "hangup",
    waits: mode !== "default",
    beepOnly: mode === "detect_beep",
    ...(mode === "default" && { beepSeconds: advanced.beep_timeout ?? BEEP_TIMEOUT_SECONDS }),
  };
}
