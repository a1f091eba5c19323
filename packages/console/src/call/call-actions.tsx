import { ask, sentenceOf } from "../data/api.ts";
import type { Call } from "../data/types.ts";
import { sendAgain } from "../queues/send-again.ts";
import { Button } from "../ui/button.tsx";
import { Copy } from "../ui/copy.tsx";
import { askFirst } from "../ui/dialog.tsx";
import { Icon } from "../ui/icon.tsx";
import { toast } from "../ui/toast.tsx";

async function hangUp(tid: string): Promise<void> {
  try {
    await ask({ method: "DELETE", path: `/call/${tid}` });
    toast("Hung up.");
  } catch (error) {
    toast(sentenceOf(error), { isError: true });
  }
}

export function Actions({ call }: { readonly call: Call }) {
  const { tid, state, callback } = call;
  const isLive = state !== "completed" && state !== "queued" && state !== "ended";
  return (
    <span class="end">
      <Copy words="Copy tid" text={() => tid} said="Copied" />
      {(state === "queued" || isLive) && (
        <Button
          kind="danger sm"
          onPress={() =>
            isLive
              ? askFirst({
                  title: "Hang up this call?",
                  body: <p>The person is cut off.</p>,
                  safe: "Leave it",
                  act: { words: "Hang up", isDanger: true, run: () => hangUp(tid) },
                })
              : hangUp(tid)
          }
        >
          {isLive ? "Hang up" : "Cancel"}
        </Button>
      )}
      {(callback.state === "parked" || callback.state === "delivered") && (
        <Button kind="sm" onPress={() => sendAgain([tid])}>
          <Icon name="again" />
          Send the result again
        </Button>
      )}
    </span>
  );
}
