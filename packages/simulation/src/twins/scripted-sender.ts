import type { CallbackRequest } from "@promptcall/core/callback-request";
import type { CallbackSender } from "@promptcall/functions/ports";

type Answer = Awaited<ReturnType<CallbackSender["send"]>>;

export interface ScriptedSender extends CallbackSender {
  readonly requests: readonly CallbackRequest[];
  /** Of each request, whether it was to be tried in a burst. */
  readonly bursts: readonly boolean[];
}

/** A customer's server: gives these answers in turn, and the last one from then on. */
export function scriptedSender(...answers: [Answer, ...Answer[]]): ScriptedSender {
  const requests: CallbackRequest[] = [];
  const bursts: boolean[] = [];
  return {
    requests,
    bursts,
    async send(request, { burst }) {
      requests.push(structuredClone(request));
      bursts.push(burst);
      return answers[requests.length - 1] ?? answers.at(-1) ?? answers[0];
    },
  };
}
