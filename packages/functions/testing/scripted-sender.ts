import type { CallbackRequest } from "@promptcall/core/callbacks/callback-request";
import type { CallbackSender } from "../src/ports/callback-sender.ts";

type Answer = Exclude<Awaited<ReturnType<CallbackSender["send"]>>, "given_up">;

export interface ScriptedSender extends CallbackSender {
  readonly requests: readonly CallbackRequest[];
  /** Of each request, whether it was to be tried in a burst. */
  readonly bursts: readonly boolean[];
}

/** An answer, or one slow enough that `whenSlow` is asked. */
type Scripted = Answer | { readonly slowly: Answer };

/** A customer's server: gives these answers in order, then repeats the last. */
export function scriptedSender(...answers: [Scripted, ...Scripted[]]): ScriptedSender {
  const requests: CallbackRequest[] = [];
  const bursts: boolean[] = [];
  return {
    requests,
    bursts,
    async send(request, { burst, whenSlow = async () => true }) {
      requests.push(structuredClone(request));
      bursts.push(burst);
      const answer = answers[requests.length - 1] ?? answers.at(-1) ?? answers[0];
      if (!("slowly" in answer)) return answer;
      return (await whenSlow().catch(() => false)) ? answer.slowly : "given_up";
    },
  };
}
