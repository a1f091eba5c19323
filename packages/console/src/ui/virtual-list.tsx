import { useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { number } from "./words.ts";

const OVERSCAN = 8;
const HEIGHTS = { row: 40, coarse: 48, card: 64 };

const isNarrow = matchMedia("(max-width: 719px)");
const isCoarse = matchMedia("(pointer: coarse)");
/** Cards have no head above them. */
const headHeight = () => (isNarrow.matches ? 0 : 32);
const rowHeight = () => (isNarrow.matches ? HEIGHTS.card : isCoarse.matches ? HEIGHTS.coarse : HEIGHTS.row);

export interface VirtualListProps {
  readonly ids: readonly string[];
  readonly caption: string;
  readonly head: ComponentChildren;
  readonly columns: number;
  /** Draws the row; the attributes belong on its `tr`. */
  readonly draw: (id: string, attributes: RowAttributes) => ComponentChildren;
  readonly onOpen?: (id: string) => void;
  readonly onSelect?: (id: string) => void;
  /** Whether the list is at its top and left alone, and what is looked at. */
  readonly onAttend?: (attended: { free: boolean; tid: string | undefined }) => void;
  readonly noun?: string;
  readonly note?: ComponentChildren;
}

export type RowAttributes = Pick<
  JSX.IntrinsicElements["tr"],
  "tabIndex" | "aria-rowindex" | "onFocus" | "onPointerEnter"
> & { readonly "data-row": string };

/** A table of which only what can be seen is in the document: rows have one height, and nothing is measured. */
export function VirtualList(props: VirtualListProps) {
  const { ids, caption, head, columns, draw, onOpen, onSelect, onAttend, noun = "Rows", note } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const top = useSignal(0);
  const height = useSignal(600);
  const active = useSignal<string | undefined>(undefined);
  const focused = useRef(false);
  const hovered = useRef<string | undefined>(undefined);
  const mustFocus = useRef(false);
  const row = rowHeight();

  const attend = () =>
    onAttend?.({
      free: top.peek() === 0 && !focused.current && hovered.current === undefined,
      tid: focused.current ? active.peek() : hovered.current,
    });

  useEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => {
      height.value = element.clientHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const index = active.value === undefined ? -1 : ids.indexOf(active.value);
  const first = Math.max(0, Math.floor(top.value / row) - OVERSCAN);
  const last = Math.min(ids.length, Math.ceil((top.value + height.value) / row) + OVERSCAN);
  const shown = ids.slice(first, last);
  // The row that has the focus stays in the document, wherever it is.
  const kept = focused.current && index >= 0 && (index < first || index >= last) ? index : undefined;

  useLayoutEffect(() => {
    if (!mustFocus.current || active.value === undefined) return;
    mustFocus.current = false;
    scroller.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(active.value)}"]`)?.focus();
  });

  const move = (to: number) => {
    const target = Math.min(Math.max(to, 0), ids.length - 1);
    const id = ids[target];
    const element = scroller.current;
    if (id === undefined || !element) return;
    active.value = id;
    mustFocus.current = true;
    const from = target * row;
    if (from < element.scrollTop) element.scrollTop = from;
    else if (from + row > element.scrollTop + element.clientHeight - headHeight())
      element.scrollTop = from + row - element.clientHeight + headHeight();
    top.value = element.scrollTop;
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const page = Math.max(1, Math.floor(height.value / row) - 1);
    const steps: Record<string, number> = {
      ArrowDown: index + 1,
      j: index + 1,
      ArrowUp: index - 1,
      k: index - 1,
      PageDown: index + page,
      PageUp: index - page,
      Home: 0,
      End: ids.length - 1,
    };
    const to = steps[event.key];
    if (to !== undefined) {
      event.preventDefault();
      move(to);
    } else if (active.value !== undefined && !(event.target instanceof HTMLButtonElement)) {
      const run = { Enter: onOpen, " ": onSelect }[event.key];
      if (run === undefined) return;
      event.preventDefault();
      run(active.value);
    }
  };

  const attributesOf = (id: string, at: number): RowAttributes => ({
    "data-row": id,
    tabIndex: active.value === id || (index < 0 && at === 0) ? 0 : -1,
    "aria-rowindex": at + 2,
    onFocus: () => {
      active.value = id;
      focused.current = true;
      attend();
    },
    onPointerEnter: () => {
      hovered.current = id;
      attend();
    },
  });

  const space = (rows: number, key: string) =>
    rows > 0 && (
      <tr key={key} class="space">
        <td colSpan={columns} style={{ height: `${rows * row}px` }} />
      </tr>
    );
  const one = (at: number) => {
    const id = ids[at];
    return id === undefined ? null : draw(id, attributesOf(id, at));
  };

  const firstSeen = ids.length === 0 ? 0 : Math.floor(top.value / row) + 1;
  const lastSeen = Math.min(
    ids.length,
    Math.max(firstSeen, Math.floor((top.value + height.value - headHeight()) / row)),
  );
  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the keys are of the rows in it, which take the focus */}
      <div
        class="scroller"
        ref={scroller}
        onScroll={(event) => {
          top.value = event.currentTarget.scrollTop;
          attend();
        }}
        onKeyDown={onKeyDown}
        onFocusOut={(event) => {
          if (event.currentTarget.contains(event.relatedTarget as Node | null)) return;
          focused.current = false;
          attend();
        }}
        onPointerLeave={() => {
          hovered.current = undefined;
          attend();
        }}
      >
        <table class="cards" aria-rowcount={ids.length + 1}>
          <caption class="sr">{caption}</caption>
          <thead>
            <tr aria-rowindex={1}>{head}</tr>
          </thead>
          <tbody>
            {kept !== undefined && kept < first && one(kept)}
            {space(first - (kept !== undefined && kept < first ? 1 : 0), "before")}
            {shown.map((_, offset) => one(first + offset))}
            {space(ids.length - last - (kept !== undefined && kept >= last ? 1 : 0), "after")}
            {kept !== undefined && kept >= last && one(kept)}
          </tbody>
        </table>
      </div>
      {(note || firstSeen > 1 || lastSeen < ids.length) && (
        <div class="foot">
          <span>{note}</span>
          <span>{`${noun} ${number(firstSeen)} to ${number(lastSeen)} of ${number(ids.length)}`}</span>
        </div>
      )}
    </>
  );
}
