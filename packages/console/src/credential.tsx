import { signal } from "@preact/signals";
import { useCredential } from "./data/session.ts";
import { askFirst } from "./ui/dialog.tsx";
import { toast } from "./ui/toast.tsx";

const typed = signal("");

/** Nothing of it is kept but in memory. */
export function askForCredential(): void {
  typed.value = "";
  askFirst({
    title: "Give a credential",
    body: (
      <div class="labelled">
        <p>Kept in this tab's memory. Gone when you close or reload it.</p>
        <label for="jwt">Vonage JWT</label>
        <input
          id="jwt"
          class="field mono"
          type="password"
          autocomplete="off"
          onInput={({ currentTarget }) => {
            typed.value = currentTarget.value;
          }}
        />
      </div>
    ),
    safe: "Read only",
    act: {
      words: "Use it",
      isDanger: false,
      run: () => {
        const fault = useCredential(typed.value);
        typed.value = "";
        if (fault !== undefined) toast(fault, { isError: true });
      },
    },
  });
}
