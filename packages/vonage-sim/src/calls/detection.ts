import type { CallRequest } from "../definition/call-request.ts";
import type { LegUpdate } from "./events.ts";
import type { Person } from "./people.ts";

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
const DETECTED_AFTER_SECONDS = { human: 3, machine: 5 } as const;

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

interface Listening {
  readonly person: Pick<Person, "soundsLike" | "beepsAfterSeconds">;
  readonly after: (seconds: number, run: () => void) => void;
  readonly onFound: (update: LegUpdate) => void;
  /** What waits for it may begin. */
  readonly onReady: () => void;
  readonly onUnwanted: () => void;
  readonly onBeep: () => void;
}

/** Finds out who has answered, and then listens for the beep, where that was asked for. */
export function listen({ hangsUpOnMachine, waits, beepOnly, beepSeconds }: Detection, parts: Listening): void {
  const { person, after, onFound, onReady, onUnwanted } = parts;
  const isMachine = person.soundsLike === "machine";
  after(DETECTED_AFTER_SECONDS[person.soundsLike], () => {
    if (isMachine) onFound({ status: "machine", beep: beepOnly ? "beep_start" : undefined });
    else if (!beepOnly) onFound({ status: "human" });
    if (isMachine && hangsUpOnMachine) onUnwanted();
    else if (waits) onReady();
    if (isMachine && beepSeconds !== undefined) listenForBeep(beepSeconds, parts);
  });
}

function listenForBeep(longestSeconds: number, { person, after, onFound, onBeep }: Listening): void {
  const leftSeconds = (person.beepsAfterSeconds ?? Number.POSITIVE_INFINITY) - DETECTED_AFTER_SECONDS.machine;
  if (leftSeconds > longestSeconds) after(longestSeconds, () => onFound({ status: "machine", beep: "beep_timeout" }));
  else after(leftSeconds, onBeep);
}
