import type { CallbackRequest } from "@promptcall/core/callback-request";
import type { CallbackAnswer, CallbackSender } from "../../src/ports.ts";

export interface MemoryCallbackSender extends CallbackSender {
  readonly requests: readonly CallbackRequest[];
}

/** A customer's server: gives these answers in turn, and the last one from then on. */
export function memoryCallbackSender(...answers: [CallbackAnswer, ...CallbackAnswer[]]): MemoryCallbackSender {
  const requests: CallbackRequest[] = [];
  return {
    requests,
    async send(request) {
      requests.push(structuredClone(request));
      return answers[requests.length - 1] ?? answers.at(-1) ?? answers[0];
    },
  };
}
