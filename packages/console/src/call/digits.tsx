import { useSignal } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";
import { askJson, sentenceOf } from "../data/api.ts";
import type { Call } from "../data/types.ts";
import { Button } from "../ui/button.tsx";
import { toast } from "../ui/toast.tsx";

const SHOWN_MS = 30_000;

/** Digits that a call has captured: asked for when somebody wants to see them, and shown for a short while. */
export function Digits({ tid }: { readonly tid: string }) {
  const shown = useSignal<string | undefined>(undefined);
  // Counted from when they are there to be seen, not from some frame after that.
  useLayoutEffect(() => {
    if (shown.value === undefined) return undefined;
    const timer = setTimeout(() => {
      shown.value = undefined;
    }, SHOWN_MS);
    return () => clearTimeout(timer);
  }, [shown.value]);
  const show = async () => {
    try {
      const { digits } = await askJson<Call>({ path: `/call/${tid}` });
      if (digits === undefined) toast("The digits are erased: their result was delivered.", { isError: true });
      shown.value = digits;
    } catch (error) {
      toast(sentenceOf(error), { isError: true });
    }
  };
  if (shown.value !== undefined) return <span class="mono">{shown.value}</span>;
  return (
    <Button kind="sm" label="Show the digits" onPress={show}>
      Show
    </Button>
  );
}
