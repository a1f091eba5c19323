import { useState } from "preact/hooks";
import { Button } from "./button.tsx";
import { Icon } from "./icon.tsx";
import { toast } from "./toast.tsx";

/** Copies what `text` gives; where the clipboard refuses, the text is selected instead. */
export function Copy({
  words,
  text,
  said,
}: {
  readonly words: string;
  readonly text: () => string;
  readonly said: string;
}) {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text());
    } catch {
      toast("The clipboard is not to be had here. Select the text, and press Ctrl+C.", { isError: true });
      return;
    }
    setCopied(true);
    setTimeout(() => setCopied(false), 2_000);
    toast(said, { icon: "copy" });
  };
  return (
    <Button kind="sm" onPress={copy}>
      <Icon name={isCopied ? "ok" : "copy"} tone={isCopied ? "c-ok" : ""} />
      {isCopied ? "Copied" : words}
    </Button>
  );
}
