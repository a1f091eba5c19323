import type { Point } from "../statistics.ts";

interface Line {
  readonly name: string;
  readonly points: readonly Point[];
  /** What the others are compared with: drawn in dashes. */
  readonly isReference?: boolean;
}

export interface Plot {
  readonly title: string;
  /** What the axes are, with their units. Both begin at 0. */
  readonly x: string;
  readonly y: string;
  readonly lines: readonly Line[];
}

const WIDTH = 720;
const HEIGHT = 360;
const MARGIN = { left: 70, right: 20, top: 40, bottom: 50 };
const COLOURS = ["#0b6bcb", "#c2410c", "#15803d", "#7e22ce"];
const REFERENCE_COLOUR = "#6b7280";

/** Lines over two axes, on a ground of their own, to be read in any theme. */
export function svgOf({ title, x, y, lines }: Plot): string {
  const points = lines.flatMap((line) => line.points);
  const xTicks = ticksTo(Math.max(...points.map((point) => point.x)));
  const yTicks = ticksTo(Math.max(...points.map((point) => point.y)));
  const left = scale(xTicks, [MARGIN.left, WIDTH - MARGIN.right]);
  const top = scale(yTicks, [HEIGHT - MARGIN.bottom, MARGIN.top]);
  const [end, bottom] = [WIDTH - MARGIN.right, HEIGHT - MARGIN.bottom];
  const elements = [
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    text(title, { x: MARGIN.left, y: 22, size: 15 }),
    ...yTicks.map((tick) => path(`M${MARGIN.left} ${top(tick)}H${end}`, "#e5e7eb")),
    ...yTicks.map((tick) => text(written(tick), { x: MARGIN.left - 8, y: Number(top(tick)) + 4, anchor: "end" })),
    ...xTicks.map((tick) => text(written(tick), { x: Number(left(tick)), y: bottom + 18, anchor: "middle" })),
    path(`M${MARGIN.left} ${bottom}H${end}`, "#374151"),
    text(x, { x: end, y: HEIGHT - 10, anchor: "end" }),
    text(y, { x: MARGIN.left, y: MARGIN.top - 4 }),
    ...lines.flatMap((line, index) => drawn(line, { index, left, top })),
  ];
  const size = `width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}"`;
  const head = `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" font-family="sans-serif">`;
  return `${[head, `<title>${escaped(title)}</title>`, ...elements, "</svg>"].join("\n")}\n`;
}

type Scale = (value: number) => string;

function scale(ticks: readonly number[], [from, to]: readonly [number, number]): Scale {
  const last = ticks.at(-1) ?? 1;
  return (value) => (from + ((to - from) * value) / last).toFixed(1);
}

function drawn({ name, points, isReference = false }: Line, at: { index: number; left: Scale; top: Scale }): string[] {
  const { index, left, top } = at;
  const colour = isReference ? REFERENCE_COLOUR : (COLOURS[index % COLOURS.length] ?? REFERENCE_COLOUR);
  const places = points.map((point) => `${left(point.x)} ${top(point.y)}`);
  const legend = { x: WIDTH - MARGIN.right - 150 * (index % 3), y: 22 + 16 * Math.floor(index / 3) };
  return [
    path(`M${places.join("L")}`, colour, isReference ? ' stroke-dasharray="6 4"' : ' stroke-width="2"'),
    ...(isReference
      ? []
      : points.map((point) => `<circle cx="${left(point.x)}" cy="${top(point.y)}" r="3" fill="${colour}"/>`)),
    text(name, { ...legend, anchor: "end", colour }),
  ];
}

/** Round numbers from 0 to the first that is not below the largest value. */
function ticksTo(largest: number): readonly number[] {
  if (!(largest > 0)) return [0, 1];
  const rough = largest / 5;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * magnitude).find((candidate) => candidate >= rough) ?? rough;
  return Array.from({ length: Math.ceil(largest / step - 1e-9) + 1 }, (_, index) =>
    Number((index * step).toPrecision(6)),
  );
}

function written(tick: number): string {
  return tick.toLocaleString("en-US", { maximumFractionDigits: 6 });
}

function path(d: string, colour: string, more = ""): string {
  return `<path d="${d}" fill="none" stroke="${colour}"${more}/>`;
}

interface TextPlace {
  readonly x: number;
  readonly y: number;
  readonly anchor?: "start" | "middle" | "end";
  readonly size?: number;
  readonly colour?: string;
}

function text(content: string, { x, y, anchor = "start", size = 12, colour = "#111827" }: TextPlace): string {
  const at = `x="${x}" y="${y}" font-size="${size}" text-anchor="${anchor}" fill="${colour}"`;
  return `<text ${at}>${escaped(content)}</text>`;
}

function escaped(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
