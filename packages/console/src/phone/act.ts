import { phone } from "../data/live.ts";
import { tab } from "../data/session.ts";
import { toast } from "../ui/toast.tsx";

type Act = { readonly act: "answer" | "decline" | "hang_up" } | { readonly act: "key"; readonly key: string };

/** What somebody does with the phone: the carrier hears of it. */
export async function act(what: Act): Promise<void> {
  const uuid = phone.value?.uuid;
  if (uuid === undefined) return;
  const response = await fetch("/_local/phone", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ uuid, tab, act: what }),
  }).catch(() => undefined);
  if (response === undefined) toast("No connection.", { isError: true });
}

/** Whether a key of the keyboard is one of the phone's. */
export const isPhoneKey = (key: string) => /^[\d*#]$/.test(key);
export const hasCall = () => phone.value?.state === "in_call" && phone.value.tab === tab;
export const isRinging = () => phone.value?.state === "ringing";
