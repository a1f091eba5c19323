import { costOf, totalUsd } from "./cost.ts";
import type { Figures, Wait } from "./figures.ts";
import type { Quota } from "./quotas.ts";
import { QUEUES } from "./settings.ts";

type Cell = string | number;

/** Columns of plain text: the first to the left, numbers to the right. */
function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const texts = [head, ...rows.map((row) => row.map(textOf))];
  const widths = head.map((_, column) => Math.max(...texts.map((row) => row[column]?.length ?? 0)));
  const isNumber = head.map((_, column) => rows.every((row) => typeof row[column] === "number"));
  return texts
    .map((row) =>
      row
        .map((text, column) =>
          isNumber[column] ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0),
        )
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function textOf(cell: Cell): string {
  if (typeof cell === "string") return cell;
  if (Number.isNaN(cell)) return "-";
  const digits = cell !== 0 && Math.abs(cell) < 10 && !Number.isInteger(cell) ? 2 : 0;
  return cell.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** With the rate of calls at which each would be full, where it is known what rate they are needed for. */
export function quotaReport(quotas: readonly Quota[], callsPerSecond: number | undefined): string {
  const rows = quotas.map(({ name, need, limit, setBy }) => [
    name,
    need,
    limit,
    shareOf(need / limit),
    ...(callsPerSecond === undefined ? [] : [need === 0 ? Number.NaN : (callsPerSecond * limit) / need]),
    setBy,
  ]);
  const full = callsPerSecond === undefined ? [] : ["full at calls/s"];
  return table(["what bounds it", "need", "limit", "use", ...full, "set by"], rows);
}

function shareOf(use: number): string {
  if (use > 1) return `EXCEEDED ${use.toFixed(1)} times`;
  return use > 0 && use < 0.01 ? "< 1 %" : `${Math.round(100 * use)} %`;
}

export function flowReport(figures: Figures): string {
  const { calls, attempts, queues, concurrency, secondsToDial, secondsToDeliver } = figures;
  const wait = ({ median, p99, longest }: Wait) =>
    `median ${textOf(median)} s, 99 % within ${textOf(p99)} s, longest ${textOf(longest)} s`;
  const queueRows = QUEUES.map((queue) => {
    const { concurrency, waiting, oldestSeconds, inFlight, delayed, longestBatchSeconds } = queues[queue];
    return [queue, concurrency, waiting, oldestSeconds, inFlight, delayed, longestBatchSeconds];
  });
  const head = ["queue", "concurrency", "waiting", "oldest s", "in flight", "delayed", "longest batch s"];
  return [
    table(head, queueRows),
    `concurrency of api ${concurrency.api}, webhooks ${concurrency.webhooks}, all functions ${concurrency.all}`,
    `asked ${textOf(calls.asked)}, requests turned away by the gateway at first ${textOf(calls.turnedAway)}`,
    `refused at once, since no place was early enough ${textOf(calls.refused)}`,
    `dialed ${textOf(calls.dialed)}, asking the carrier ${textOf(attempts.dials)} times, refused ${textOf(attempts.refused)} times; sent on for another hop ${textOf(attempts.hops)} times`,
    `expired before they were dialed ${textOf(calls.expired)}`,
    `closed by the deadline with reports still waiting ${textOf(calls.closedEarly)}`,
    `results delivered ${textOf(calls.delivered)}`,
    `asked to dialed: ${wait(secondsToDial)}; the last call ${textOf(figures.lastCall.secondsToDial)} s`,
    `over to result delivered: ${wait(secondsToDeliver)}`,
    `all delivered ${textOf(figures.drainSeconds)} s after the last call was asked for`,
    `AWS, storage apart: $${figures.usd.toFixed(2)}`,
  ].join("\n");
}

export function costReport(options: Parameters<typeof costOf>[0]): string {
  const lines = costOf(options);
  const rows = lines.map(({ name, perCall, perMonth, usdPerMonth }) => [
    name,
    perCall === 0 ? "" : perCall.toPrecision(3),
    perMonth,
    usdPerMonth.toFixed(2),
  ]);
  const total = totalUsd(lines);
  return [
    table(["part", "each call", "a month", "$"], rows),
    `${textOf(options.callsPerMonth)} calls a month: $${total.toFixed(2)}, $${((1e6 * total) / options.callsPerMonth).toFixed(2)} for a million`,
  ].join("\n");
}
