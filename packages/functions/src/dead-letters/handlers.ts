import type { DialQueueMessage } from "@promptcall/core/contracts/messages";
import type { Settings } from "@promptcall/core/contracts/settings";
import type { ProgressPorts } from "../calls/progress.ts";
import type { AdoptPorts } from "../dialing/adopt.ts";
import type { Log } from "../ports/log.ts";
import type { Queue } from "../ports/queue.ts";
import { consumer } from "../sqs/consumer.ts";
import {
  DEAD_LETTER_SCHEMAS,
  dialDeadLetters,
  stateDeadLetters,
  type TimerDeadLetterPorts,
  timerDeadLetters,
} from "./consumers.ts";

type Ports = ProgressPorts &
  AdoptPorts &
  Omit<TimerDeadLetterPorts, "longestCallSeconds"> & {
    readonly dial: Queue<DialQueueMessage>;
    readonly settings: Settings;
    readonly log: Log;
  };

/** What takes dead letters, of each queue that has a consumer for them. */
export function deadLetterHandlers({ settings, log, ...given }: Ports) {
  const ports = { ...given, longestCallSeconds: settings.timers.deadlineSeconds };
  return {
    dial: consumer({ schema: DEAD_LETTER_SCHEMAS.dial, handle: dialDeadLetters(ports), log }),
    state: consumer({ schema: DEAD_LETTER_SCHEMAS.state, handle: stateDeadLetters(ports), log }),
    timers: consumer({ schema: DEAD_LETTER_SCHEMAS.timers, handle: timerDeadLetters(ports), log }),
  };
}
