import { outcomeWords } from "../calls/row-words.ts";
import { askForCredential } from "../credential.tsx";
import { credentialEndsAt, lackingCredential } from "../data/session.ts";
import { Badge, stateOf } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { time } from "../ui/words.ts";
import { currentCall, form } from "./placed.ts";

/** Why nobody can be called yet, where the call would be real. */
export function lackingForReal(): string | undefined {
  if (lackingCredential.value !== undefined) return lackingCredential.value;
  const { to, from } = form.value;
  if (to.trim() === "" || from.trim() === "") return "Give the number to call, and a number of your account.";
  return undefined;
}

/** What a call through a real carrier needs, and how to come by it. */
export function Credential() {
  const endsAt = credentialEndsAt.value;
  if (lackingCredential.value === undefined && endsAt !== undefined)
    return (
      <p class="small muted">
        Credential good until {time(new Date(endsAt).toISOString(), { seconds: false })}.{" "}
        <button type="button" class="link" onClick={askForCredential}>
          Give another
        </button>
      </p>
    );
  return (
    <div class="labelled">
      <p class="small">
        Calls go through Vonage: they ring real phones, and cost what they cost. Vonage has to know whose they are. Make
        a JWT of your application, which is good for 15 minutes:
      </p>
      <pre class="small own-line">npm run -s jwt -- private.key &lt;application id&gt;</pre>
      <Button onPress={askForCredential}>Give a credential</Button>
    </div>
  );
}

/** How the call stands that was asked for: no phone rings here. */
export function RealCall() {
  const call = currentCall.value;
  if (call === undefined) return null;
  return (
    <p class="cb small">
      <Badge state={stateOf(call)} /> {outcomeWords(call)} <a href={`/calls/${call.tid}`}>Open this call</a>
    </p>
  );
}
