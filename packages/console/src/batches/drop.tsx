import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "../ui/icon.tsx";
import { checkFile } from "./check.ts";

async function take(file: globalThis.File): Promise<void> {
  await checkFile(file.name, await file.text());
}

/** The whole screen takes a file; a paste is one as well. */
export function Drop() {
  const isOver = useSignal(false);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const over = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      isOver.value = true;
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) isOver.value = false;
    };
    const drop = (event: DragEvent) => {
      event.preventDefault();
      isOver.value = false;
      const file = event.dataTransfer?.files[0];
      if (file) void take(file);
    };
    const paste = ({ clipboardData, target }: ClipboardEvent) => {
      if (target instanceof Element && target.closest("input[type=search], textarea")) return;
      const file = clipboardData?.files[0];
      const text = clipboardData?.getData("text/plain") ?? "";
      if (file) void take(file);
      else if (text.trim() !== "") void checkFile("pasted.csv", text);
    };
    document.addEventListener("dragover", over);
    document.addEventListener("dragleave", leave);
    document.addEventListener("drop", drop);
    document.addEventListener("paste", paste);
    return () => {
      document.removeEventListener("dragover", over);
      document.removeEventListener("dragleave", leave);
      document.removeEventListener("drop", drop);
      document.removeEventListener("paste", paste);
    };
  }, []);
  return (
    <div class={`drop ${isOver.value ? "is-over" : ""}`}>
      <Icon name="file" tone="large" />
      {isOver.value ? (
        <b>Let go to check it</b>
      ) : (
        <span>
          <b>Drop a CSV here</b>, paste it, or{" "}
          <label class="file">
            choose a file
            <input
              ref={input}
              type="file"
              accept=".csv,text/csv,text/plain"
              onChange={({ currentTarget }) => {
                const file = currentTarget.files?.[0];
                if (file) void take(file);
                currentTarget.value = "";
              }}
            />
          </label>
        </span>
      )}
      <span class="small">
        First line: the names of the columns. Up to 10,000 rows or 4.5 MB. It is checked first; nobody is called.
      </span>
    </div>
  );
}
