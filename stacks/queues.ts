import { config } from "./defaults/functions.ts";
import { deadLettersOf, queueInto, queueWithDeadLetters, takeOnlyFrom } from "./defaults/queues.ts";

export const dial = queueWithDeadLetters("Dial", { timeoutSeconds: config.timeoutSeconds.dialer });
export const state = queueWithDeadLetters("State", { timeoutSeconds: config.timeoutSeconds.reducer });
export const timers = queueWithDeadLetters("Timers");

const parked = deadLettersOf("Callbacks");
export const callbacks = { queue: queueInto(parked, { name: "Callbacks" }), deadLetters: parked };
export const callbackRetries = queueInto(parked, { name: "CallbackRetries" });
takeOnlyFrom([callbacks.queue, callbackRetries], { name: "Callbacks", deadLetters: parked });
