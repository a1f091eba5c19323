import { buildCommand } from "@stricli/core";
import {
  type BatchParameters,
  type CheckedRows,
  type CreatedBatches,
  OtherRowsError,
  Promptcall,
  PromptcallError,
} from "promptcall";
import { fileJournal } from "promptcall/file-journal";
import { assignmentsOf } from "../assignments.ts";
import { CONNECTION_FLAGS, type ConnectionFlags } from "../connection.ts";
import type { Context } from "../context.ts";
import { UsageError } from "../errors.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { fieldExplained } from "../explained.ts";
import { followBatches } from "../follow-batches.ts";
import { JSON_FLAG, note, print } from "../output.ts";
import { askWhether } from "../questions.ts";
import { type Line, linesOf } from "../read-table.ts";
import { resultsAsCsv } from "../results-file.ts";
import { countsOf, wallTime } from "../sentences.ts";

interface Flags extends ConnectionFlags {
  readonly json?: boolean;
  readonly yes?: boolean;
  readonly wait: boolean;
  readonly expiresIn?: string;
  readonly sendAt?: string;
}

export const batchCommand = buildCommand<Flags, [string, ...string[]], Context>({
  docs: {
    brief: "Call everybody in a table",
    fullDescription:
      "Sends the rows of a CSV or NDJSON file. All of it is checked first, and you are asked. What has been sent is kept in " +
      "FILE.journal: the same command goes on after a crash, and calls nobody twice. Results are written to FILE.results.csv. " +
      "name=value is for rows that do not say otherwise.",
    customUsage: ["pins.csv from=447700900999 text='Please enter your PIN.'"],
  },
  parameters: {
    flags: {
      ...CONNECTION_FLAGS,
      ...JSON_FLAG,
      yes: { kind: "boolean", optional: true, withNegated: false, brief: "Do not ask" },
      wait: { kind: "boolean", default: true, brief: "Wait until all calls are over, and write their results" },
      expiresIn: {
        kind: "parsed",
        parse: String,
        optional: true,
        brief: "Not dialed after so long",
        placeholder: "SECONDS",
      },
      sendAt: { kind: "parsed", parse: String, optional: true, brief: "Not dialed before", placeholder: "TIME" },
    },
    positional: {
      kind: "array",
      parameter: {
        parse: String,
        brief: "The file, or - for the standard input; then parameters",
        placeholder: "FILE",
      },
      minimum: 1,
    },
  },
  async func(flags, file, ...written) {
    const lines = linesOf(await this.read(file));
    if (lines.length === 0) throw new UsageError(`There are no rows in ${file}.`);
    const parameters = await parametersOf(flags, written, this);
    if (!lines.some(({ row }) => "to" in row) && parameters.defaults?.to === undefined)
      throw new UsageError(
        `No row of ${file} says whom to call. The first line of a table names its columns: to,pin_code,….`,
      );
    const { batches } = new Promptcall(await this.connection(flags));
    const rows = lines.map(({ row }) => row);
    const signal = this.interrupted;
    const journal = file === "-" ? undefined : fileJournal(`${file}.journal`);
    const isBegun = ((await journal?.entries()) ?? []).length > 0;
    if (isBegun) note(this, `${file}.journal is there: it goes on where it was. To send all rows anew, move it away.`);
    else if (!(await isWanted(await batches.check(rows, parameters, { signal }), { flags, lines }, this)))
      return note(this, "Nothing was sent.");
    const onProgress = ({ accepted, rejected }: CreatedBatches) =>
      note(this, `${accepted} of ${rows.length} accepted, ${rejected.length} rejected.`);
    const created = await batches
      .create(rows, parameters, { signal, onProgress, ...(journal && { journal }) })
      .catch((error) => {
        if (journal && error instanceof PromptcallError && !(error instanceof OtherRowsError))
          note(this, `The same command goes on where ${file}.journal ends, and calls nobody twice.`);
        throw error;
      });
    if (isBegun) for (const line of wrongLines(created.rejected, lines)) note(this, line);
    if (!flags.wait) return tell(created, flags, this);
    if ((await followBatches({ batches, created }, this)) === "left") return;
    const results = await resultsAsCsv({ batches, created, lines, signal: this.interrupted });
    if (file === "-") print(this, results.csv.trimEnd());
    else {
      await this.write(`${file}.results.csv`, results.csv);
      note(this, `Results are in ${file}.results.csv.`);
      print(this, flags.json ? JSON.stringify(results.statuses) : countsOf(results.statuses).join(", "));
    }
    if (Object.keys(results.statuses).some((status) => status !== "ok")) this.process.exitCode = EXIT_CODES.not_ok;
  },
});

async function parametersOf(flags: Flags, written: readonly string[], { read }: Context): Promise<BatchParameters> {
  const defaults = await assignmentsOf(written, read);
  const { expiresIn, sendAt } = flags;
  if (expiresIn !== undefined && !/^\d{1,6}$/.test(expiresIn))
    throw new UsageError("--expires-in is a number of seconds.");
  return {
    ...(Object.keys(defaults).length > 0 && { defaults }),
    ...(expiresIn !== undefined && { expires_in: Number(expiresIn) }),
    ...(sendAt !== undefined && { send_at: sendAt }),
  };
}

/** Says what would become of the rows, and asks. */
async function isWanted(
  checked: CheckedRows,
  { flags, lines }: { flags: Flags; lines: readonly Line[] },
  context: Context,
): Promise<boolean> {
  const { rejected, rejectedCount, estimates, count } = checked;
  for (const line of wrongLines(rejected, lines)) note(context, line);
  if (rejectedCount > rejected.length) note(context, `… and ${rejectedCount - rejected.length} more.`);
  const right = count - rejectedCount;
  if (right === 0) throw new UsageError("Every row is wrong. Nothing was sent.");
  const price = estimates.reduce((sum, estimate) => sum + Number(estimate.price), 0);
  const last = estimates
    .map(({ last_dial_at }) => last_dial_at)
    .sort()
    .at(-1);
  const currency = estimates[0]?.currency ?? "";
  note(
    context,
    `${right} of ${count} rows can be called, for ${price.toFixed(2)} ${currency} at the most; the last is dialed at ${last && wallTime(last)}.`,
  );
  if (flags.yes) return true;
  if (!context.isTerminal) throw new UsageError("Nobody is there to be asked: say --yes.");
  return await askWhether(`Call ${right} people?`);
}

/** Which lines of the file are wrong, and why. What is wrong with many is said once. */
function wrongLines(rejected: CheckedRows["rejected"], lines: readonly Line[]): string[] {
  const numbers = new Map<string, string[]>();
  for (const { index, errors } of rejected)
    for (const why of errors.map(fieldExplained))
      numbers.set(why, [...(numbers.get(why) ?? []), `${lines[index]?.line ?? "?"}`]);
  return [...numbers].map(([why, of]) => `${linesNamed(of)}: ${why}`);
}

/** The first of them: that many are enough to see what they have in common. */
const NAMED = 5;

function linesNamed(numbers: readonly string[]): string {
  const named = numbers.slice(0, NAMED).join(", ");
  const more = numbers.length - NAMED;
  return `${numbers.length === 1 ? "line" : "lines"} ${named}${more > 0 ? ` and ${more} more` : ""}`;
}

function tell({ accepted, batches, rejected }: CreatedBatches, { json }: Flags, context: Context): void {
  const ids = batches.map(({ batch_id }) => batch_id);
  print(context, json ? JSON.stringify({ accepted, rejected: rejected.length, batches: ids }) : ids.join("\n"));
}
