import { longestCallSeconds } from "@promptcall/core/call/call-length";
import type { DialQueueMessage } from "@promptcall/core/contracts/messages";
import type { Settings } from "@promptcall/core/contracts/settings";
import type { ProgressPorts } from "../calls/progress.ts";
import type { AdoptPorts } from "../dialing/adopt.ts";
import type { Log } from "../ports/log.ts";
import type { Queue } from "../ports/queue.ts";
import { consumer } from "../sqs/consumer.ts";
import { DeadDialSchema, dialDeadLetters } from "./dial.ts";
import { DeadStateSchema, stateDeadLetters } from "./state.ts";
import { DeadTimerSchema, type TimerDeadLetterPorts, timerDeadLetters } from "./timers.ts";

type Ports = ProgressPorts &
  AdoptPorts &
  Omit<TimerDeadLetterPorts, "longestCallSeconds"> & {
    readonly dial: Queue<DialQueueMessage>;
    readonly settings: Pick<Settings, "carrier" | "timers">;
    readonly log: Log;
  };

/** What takes dead letters, of each queue that has a consumer for them. */
export function deadLetterHandlers({ settings, log, ...given }: Ports) {
  const ports = { ...given, longestCallSeconds: longestCallSeconds(settings) };
  return {
    dial: consumer({ schema: DeadDialSchema, handle: dialDeadLetters(ports), log }),
    state: consumer({ schema: DeadStateSchema, handle: stateDeadLetters(ports), log }),
    timers: consumer({ schema: DeadTimerSchema, handle: timerDeadLetters(ports), log }),
  };
}
