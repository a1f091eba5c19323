import type { Figure, Quantity, Table } from "../figure.ts";
import type { Machine } from "../machine.ts";
import { peersTable } from "../peers.ts";

export interface Report {
  readonly machine: Machine;
  readonly figures: readonly Figure[];
  readonly seconds: number;
}

/** Three digits are as many as mean anything. */
function number(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 1 ? 2 : 3;
  return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

const quantity = ({ value, unit }: Quantity): string => `${number(value)} ${unit}`;

const verdict = ({ isMet }: Figure["goal"]): string => (isMet ? "met" : "missed");

export function lineOf({ name, measured, reference, ratio, goal }: Figure): string {
  const parts = [quantity(measured), `reference ${quantity(reference)}`, `${number(ratio.value)} ${ratio.of}`];
  return `${name}: ${parts.join(", ")}; goal ${goal.text}: ${verdict(goal)}`;
}

export function machineLine({ processor, cores, memoryGb, system, node, commit, date, command }: Machine): string {
  return `${processor}, ${cores} cores, ${memoryGb} GB, ${system}, Node ${node}, commit ${commit}, ${date} UTC, \`${command}\``;
}

/** The page that is kept: what was measured, against what, and how. */
export function markdownOf({ machine, figures, seconds }: Report): string {
  const summary: Table = {
    columns: ["figure", "measured", "reference", "ratio", "goal", ""],
    rows: figures.map((figure) => [
      `[${figure.title}](#${figure.name})`,
      quantity(figure.measured),
      quantity(figure.reference),
      `${number(figure.ratio.value)} ${figure.ratio.of}`,
      figure.goal.text,
      verdict(figure.goal),
    ]),
  };
  const intro = [
    "# What was measured",
    `On ${machineLine(machine)}; it took ${Math.ceil(seconds / 60)} minutes.`,
    "Written by `npm run bench`, every figure together with its reference and in the same run; `npm run bench -- --only <figure>` measures one and writes nothing, `--json` is for machines. own-cpu, start, held and growth run the functions' bundles by themselves, before a server that answers at once, over TLS; latency, fairness and pace run the real handlers on the simulation's clock; cost plays them in virtual time on an emulated table, to count what they ask for. No figure is of an emulator's speed.",
    tableOf(summary),
  ];
  const peers = [
    "## Peers",
    "What others would take for the same million calls, by their list prices and our count of steps; without the carrier's price of a call. Ours is under cost.",
    tableOf(peersTable()),
  ];
  return `${[...intro, ...figures.map(sectionOf), ...peers].join("\n\n")}\n`;
}

function sectionOf({ name, title, measured, reference, ratio, goal, how, table, plots = [] }: Figure): string {
  const result = `**${quantity(measured)}**, reference ${quantity(reference)}: ${number(ratio.value)} ${ratio.of}. Goal: ${goal.text}; **${verdict(goal)}**.`;
  return [
    `## ${name}`,
    `${title}. ${result}`,
    ...how,
    ...(table === undefined ? [] : [tableOf(table)]),
    ...plots.map(({ file, plot }) => `![${plot.title}](${file})`),
  ].join("\n\n");
}

/** In columns that line up, as the formatter of the project has it: numbers to the right. */
export function tableOf({ columns, rows }: Table): string {
  const cells = [columns, ...rows.map((row) => row.map(String))].map((row) =>
    row.map((cell) => cell.replaceAll("|", "\\|")),
  );
  const widths = columns.map((_, column) => Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)));
  const [head = [], ...body] = cells;
  const isNumber = widths.map((_, column) => body.every((row) => /^[\d.,]*$/.test(row[column] ?? "")));
  const padded = (cell: string, column: number) =>
    isNumber[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0);
  const line = (row: readonly string[]) =>
    `| ${widths.map((_, column) => padded(row[column] ?? "", column)).join(" | ")} |`;
  const rule = widths.map((width, column) => (isNumber[column] ? `${"-".repeat(width - 1)}:` : "-".repeat(width)));
  return [line(head), line(rule), ...body.map(line)].join("\n");
}
