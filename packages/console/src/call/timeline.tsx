import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { nowMs } from "../data/clock.ts";
import type { Call } from "../data/types.ts";
import { Icon } from "../ui/icon.tsx";
import { duration, time } from "../ui/words.ts";
import { labelled, marksOf, type Placed, place, stretchesOf } from "./timeline-scale.ts";

const LEAST_STOP_PIXELS = 24;
const NAMES = { attempt: "Attempt", delivery: "Delivery attempt", dial: "Dial" } as const;
const ICONS = { wrong: "failed", yes: "ok", no: "failed", park: "parked" } as const;

const wordsOf = (from: number, to: number) => duration(to - from);

interface TimelineProps {
  readonly call: Call;
  readonly onChoose: (id: string) => void;
  readonly chosen: string | undefined;
}

/** One track, time runs right. The list under it says the same in words. */
export function Timeline({ call, onChoose, chosen }: TimelineProps) {
  const plot = useRef<HTMLDivElement>(null);
  const width = useSignal(1_000);
  const active = useSignal(0);
  // Before it is painted: a plot for a wide page would make a narrow one scroll for a moment.
  useLayoutEffect(() => {
    const element = plot.current;
    if (!element) return undefined;
    width.value = element.clientWidth;
    const sizes = new ResizeObserver(() => {
      width.value = element.clientWidth;
    });
    sizes.observe(element);
    return () => sizes.disconnect();
  }, []);
  const isLive = call.state !== "completed";
  const stretches = stretchesOf(call, isLive ? nowMs.value : Date.parse(call.completed_at ?? call.accepted_at));
  const placed = place({ stretches, marks: marksOf(call), width: width.value });
  const stops = stopsOf(placed);
  const labels = labelled(placed.stretches, wordsOf);
  const move = (by: number) => {
    active.value = Math.min(stops.length - 1, Math.max(0, active.value + by));
    plot.current?.querySelectorAll<HTMLElement>("button")[active.value]?.focus();
  };
  const attributes = (id: string) => {
    const index = stops.indexOf(id);
    return {
      tabIndex: index === active.value ? 0 : -1,
      class: chosen === id ? "on" : "",
      onClick: () => {
        active.value = index;
        onChoose(id);
      },
    };
  };
  return (
    <div class="tl">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would be a form's, and this is a drawing */}
      <div
        ref={plot}
        class="plot"
        role="group"
        aria-label="Timeline of the call. The list below says the same in words."
        onKeyDown={(event) => {
          const by = { ArrowRight: 1, ArrowLeft: -1, Home: -stops.length, End: stops.length }[event.key];
          if (by === undefined) return;
          event.preventDefault();
          move(by);
        }}
      >
        {placed.stretches.map((one) => (
          <Part key={one.id} one={one} isLabelled={labels.has(one.id)} attributes={attributes} />
        ))}
        {placed.marks.map((mark) => {
          const { class: on, ...rest } = attributes(mark.id);
          return (
            <>
              {mark.spanWidth > LEAST_STOP_PIXELS && (
                <i
                  class={`span ${mark.kind}`}
                  style={{ left: `${mark.left - mark.spanWidth}px`, width: `${mark.spanWidth}px` }}
                />
              )}
              <button
                key={mark.id}
                type="button"
                class={`mark ${mark.what === "delivery" ? "try" : "up"} ${mark.kind} ${on}`}
                style={{
                  left: `${mark.left}px`,
                  "--before": `${mark.left}px`,
                  "--after": `${width.value - mark.left}px`,
                }}
                aria-label={`${NAMES[mark.what]} ${mark.word}, ${time(new Date(mark.at).toISOString())}`}
                {...rest}
              >
                <span class="lbl">{mark.word}</span>
                {mark.what === "delivery" ? (
                  <span class="pin">
                    <Icon name={ICONS[mark.kind]} />
                  </span>
                ) : (
                  <Icon name={ICONS[mark.kind]} />
                )}
              </button>
            </>
          );
        })}
      </div>
    </div>
  );
}

/** What the arrow keys go through: what is too small to be hit is in the list alone. */
function stopsOf({ stretches, marks }: Placed): readonly string[] {
  return [...stretches.filter((one) => isStop(one)).map(({ id }) => id), ...marks.map(({ id }) => id)];
}

const isStop = ({ kind, width, isBreak }: Placed["stretches"][number]) =>
  (kind === "ring" || kind === "talk") && width >= LEAST_STOP_PIXELS && !isBreak;

interface PartProps {
  readonly one: Placed["stretches"][number];
  readonly isLabelled: boolean;
  readonly attributes: (id: string) => object & { class: string };
}

function Part({ one, isLabelled, attributes }: PartProps) {
  const style = { left: `${one.left}px`, width: `${one.width}px` };
  const words = wordsOf(one.from, one.to);
  const label = isLabelled && (
    <span class="lab" style={{ left: `${one.left}px` }}>
      <b>{words}</b>
      {one.word}
    </span>
  );
  if (one.isBreak)
    return (
      <>
        <div class="brk" style={style}>
          <svg viewBox="0 0 100 36" preserveAspectRatio="none" aria-hidden="true">
            <path vector-effect="non-scaling-stroke" d="M0 18h30l7-9 13 18 13-18 7 9h30" />
          </svg>
        </div>
        {label}
      </>
    );
  if (!isStop(one))
    return (
      <>
        <div class={`seg ${one.kind === "queue" ? "wait" : one.kind}`} style={style} />
        {label}
      </>
    );
  const { class: on, ...rest } = attributes(one.id);
  return (
    <>
      <button
        type="button"
        class={`seg ${one.kind} ${on}`}
        style={style}
        aria-label={`${one.word}, ${words}, from ${time(new Date(one.from).toISOString())}`}
        {...rest}
      />
      {label}
    </>
  );
}
