import "uplot/dist/uPlot.min.css";
import type { ReadonlySignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import Plot from "uplot";
import { theme } from "../theme.ts";
import { type Line, SPAN_SECONDS, sentenceOf } from "./series.ts";

const HEIGHT = 112;
const REDRAWN_MS = 500;
const isDark = matchMedia("(prefers-color-scheme: dark)");

interface ChartProps {
  readonly name: string;
  readonly now: string;
  readonly line: ReadonlySignal<Line>;
  readonly color: "--accent" | "--parked";
  readonly isWhole: boolean;
}

const token = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** A colour of the tokens as the canvas takes it: `light-dark()` is for styles alone. */
function colorOf(name: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const color = getComputedStyle(probe).color;
  probe.remove();
  return color;
}

/** Three lines across, from nought. */
function scaleOf(highest: number, isWhole: boolean): number {
  const target = Math.max(isWhole ? 2 : 1, highest);
  const magnitude = 10 ** Math.floor(Math.log10(target));
  const step = [1, 2, 4, 5, 10].find((factor) => factor * magnitude >= target) ?? 10;
  return step * magnitude;
}

function optionsOf({ color, width, isWhole }: { color: string; width: number; isWhole: boolean }): Plot.Options {
  const grid = { stroke: colorOf("--line"), width: 1 };
  const font = `11px ${token("--sans")}`;
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    padding: [8, 0, 8, 0],
    cursor: { sync: { key: "queues" }, drag: { x: false, y: false }, points: { show: false } },
    scales: {
      x: { time: false },
      y: {
        range: (_plot, _lowest, highest) => [0, scaleOf(Number.isFinite(highest) ? highest : 0, isWhole)],
      },
    },
    axes: [
      { show: false },
      {
        side: 1,
        size: 44,
        gap: 6,
        font,
        stroke: colorOf("--text-3"),
        grid,
        ticks: { show: false },
        splits: (plot) => {
          const top = plot.scales.y?.max ?? 1;
          return [0, top / 2, top];
        },
        values: (_plot, splits) => splits.map((value) => String(Math.round(value * 10) / 10)),
      },
    ],
    series: [
      {},
      { stroke: color, width: 2, points: { show: false }, spanGaps: false },
      { stroke: colorOf("--text-2"), width: 1.5, dash: [4, 3], points: { show: false }, spanGaps: false },
    ],
  };
}

export function Chart({ name, now, line, color, isWhole }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    let plot: Plot | undefined;
    let isSeen = true;
    let last = 0;
    const dataOf = ({ times, values: [main = [], other] }: Line): Plot.AlignedData => [
      [...times],
      [...main],
      other ? [...other] : times.map(() => null),
    ];
    const build = () => {
      plot?.destroy();
      plot = new Plot(
        optionsOf({ color: colorOf(color), width: element.clientWidth, isWhole }),
        dataOf(line.peek()),
        element,
      );
    };
    const stop = line.subscribe((value) => {
      if (!isSeen || !plot || Date.now() - last < REDRAWN_MS) return;
      last = Date.now();
      plot.setData(dataOf(value));
    });
    const sizes = new ResizeObserver(build);
    sizes.observe(element);
    const sight = new IntersectionObserver(([entry]) => {
      isSeen = entry?.isIntersecting ?? true;
    });
    sight.observe(element);
    isDark.addEventListener("change", build);
    const stopTheme = theme.subscribe(build);
    return () => {
      stop();
      stopTheme();
      sizes.disconnect();
      sight.disconnect();
      isDark.removeEventListener("change", build);
      plot?.destroy();
    };
  }, []);
  const { times, values } = line.value;
  const isEmpty = (values[0] ?? []).filter((value) => value !== null).length < 2;
  return (
    <figure class="chart card pad">
      <figcaption>
        <span class="chart-name">{name}</span>
        <span class="muted">{now}</span>
      </figcaption>
      <div class="plot-area" role="img" aria-label={sentenceOf(name, line.value)} ref={place} />
      {isEmpty && <p class="small muted chart-empty">Nothing measured yet</p>}
      <p class="chart-span xs faint">
        <span>10 min ago</span>
        <span>now</span>
      </p>
      <details>
        <summary>As a table</summary>
        <table class="plain-table">
          <caption class="sr">{name}, minute by minute</caption>
          <thead>
            <tr>
              <th scope="col">Minutes ago</th>
              <th scope="col" class="num">
                {name}
              </th>
            </tr>
          </thead>
          <tbody>
            {Array.from({ length: 10 }, (_, minute) => {
              const value = values[0]?.[SPAN_SECONDS - 1 - minute * 60];
              return (
                <tr key={times[minute]}>
                  <td>{minute}</td>
                  <td class="num">{value === null || value === undefined ? "–" : Math.round(value * 10) / 10}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </details>
    </figure>
  );
}
