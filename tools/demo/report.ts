import { isDeepStrictEqual, styleText } from "node:util";
import type { CallCompleted } from "@promptcall/core/contracts/completed-event";
import type { ReceivedResult } from "./customer.ts";
import { resultOf } from "./people.ts";
import type { Row } from "./row.ts";

/** What has come of a call: at the customer's, and on the bus. */
export interface Ended {
  readonly row: Row;
  readonly received: readonly ReceivedResult[];
  readonly event: CallCompleted | undefined;
}

const COLUMNS = [
  { name: "to", align: "left" },
  { name: "the person", align: "left" },
  { name: "result", align: "left" },
  { name: "callback", align: "left" },
  { name: "ms", align: "right" },
  { name: "", align: "left" },
] as const;

const NEXT = `What next:
  npm start                          the same system until you stop it, and a request to try
  docs/api.md                        every parameter, answer and problem
  npm run deploy -- --stage <name>   the same in your AWS account (docs/operations/deploy.md)`;

/** The table of all calls, how many of them are right, and what can be done next. */
export function report(ended: readonly Ended[], { stream }: { readonly stream: NodeJS.WriteStream }): string {
  const rows = ended.map((one) => {
    const { row, received } = one;
    const [first] = received;
    const { status = "-", reason, choice, digits } = first?.parameters ?? {};
    const result = [status, reason, choice, digits].filter(Boolean).join(", ");
    const ms = first ? String(first.receivedAtMs - row.postedAtMs) : "-";
    const verdict = isRight(one) ? "✓ right" : "✗ WRONG";
    return [`…${row.person.ending}`, row.person.does, result, callbackWords(received), ms, verdict];
  });
  const names = COLUMNS.map(({ name }) => name);
  const widths = names.map((name, index) => Math.max(name.length, ...rows.map((row) => row[index]?.length ?? 0)));
  const written = (cells: readonly string[]) =>
    cells
      .map((cell, index) =>
        COLUMNS[index]?.align === "right" ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0),
      )
      .join("  ")
      .trimEnd();
  const coloured = (line: string) =>
    line.replace(/(✓ right|✗ WRONG)$/, (verdict) =>
      styleText(verdict.startsWith("✓") ? "green" : ["red", "bold"], verdict, { stream }),
    );
  const right = ended.filter(isRight).length;
  const lines = [styleText("dim", written(names), { stream }), ...rows.map((row) => coloured(written(row)))];
  return `\n${lines.join("\n")}\n\n${right} of ${ended.length} results are the right ones.\n\n${NEXT}`;
}

/** How it came; more than once is told, since once is what is right. */
function callbackWords(received: readonly ReceivedResult[]): string {
  const [first] = received;
  if (first === undefined) return "-";
  const times = received.length === 1 ? "" : `${received.length} × `;
  return `${times}${first.method} ${first.genuine ? "genuine" : "FORGED"}`;
}

/** One callback, genuine, with the right outcome, and the same outcome on the bus. */
export function isRight({ row, received, event }: Ended): boolean {
  const [first] = received;
  const expected = resultOf(row.person);
  // Digits are in the result alone.
  const { digits: _digits, ...published } = expected;
  const { status, choice, reason } = event?.data ?? {};
  const why = event?.data.detail ?? reason;
  const onBus = { status, ...(choice !== undefined && { choice }), ...(why !== undefined && { reason: why }) };
  return (
    received.length === 1 &&
    first?.genuine === true &&
    isDeepStrictEqual({ ...first.parameters }, { tid: row.tid, to: row.to, ...expected }) &&
    isDeepStrictEqual(onBus, published)
  );
}
