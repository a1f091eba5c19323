import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Button } from "./button.tsx";

interface Question {
  readonly title: string;
  readonly body: ComponentChildren;
  /** What happens where nothing is done; the focus is there. */
  readonly safe: string;
  readonly act?: { readonly words: string; readonly isDanger: boolean; readonly run: () => unknown };
}

const question = signal<Question | undefined>(undefined);

export function askFirst(asked: Question): void {
  question.value = asked;
}

/** A native dialog: Esc closes it, and the focus goes back to where it was. */
export function Dialog() {
  const element = useRef<HTMLDialogElement>(null);
  const asked = question.value;
  useEffect(() => {
    if (asked && !element.current?.open) {
      element.current?.showModal();
      // On what is asked for, or else where nothing is done.
      element.current?.querySelector<HTMLElement>("input.field, .acts .btn")?.focus();
    }
    if (!asked) element.current?.close();
  }, [asked]);
  const close = () => {
    question.value = undefined;
  };
  return (
    <dialog ref={element} class="dialog" aria-labelledby="question" onClose={close}>
      {asked && (
        <>
          <h2 id="question" class="dialog-title">
            {asked.title}
          </h2>
          <div class="muted">{asked.body}</div>
          <div class="acts">
            <Button onPress={close}>{asked.safe}</Button>
            {asked.act && (
              <Button
                kind={asked.act.isDanger ? "danger solid" : "primary"}
                onPress={() => {
                  const { run } = asked.act ?? {};
                  close();
                  void run?.();
                }}
              >
                {asked.act.words}
              </Button>
            )}
          </div>
        </>
      )}
    </dialog>
  );
}
