import type { Batch, CallInBatch, CancelledBatch } from "./api.ts";
import type { RequestOptions } from "./calls.ts";
import { type CheckedRows, checkRows } from "./check-rows.ts";
import { type Journal, memoryJournal } from "./journal.ts";
import { items } from "./pages.ts";
import { queryOf } from "./query.ts";
import type { BatchParameters } from "./row.ts";
import type { Rows } from "./rows.ts";
import { type CreatedBatches, sendRows } from "./send-rows.ts";
import type { Send, Sleep } from "./transport.ts";

/**
 * Which batches are listed; times are ISO 8601.
 *
 * @example
 * for await (const batch of promptcall.batches.list({ state: "running" })) console.log(batch.batch_id);
 */
export interface BatchFilters {
  readonly state?: Batch["state"] | readonly Batch["state"][];
  readonly since?: string;
  readonly until?: string;
}

/**
 * How batches are created.
 *
 * @example
 * await promptcall.batches.create(rows, { defaults }, { journal: fileJournal("rows.journal") });
 */
export interface CreateBatchesOptions extends RequestOptions {
  /** Where it is kept how far it has come: with the same one it goes on, also after a crash. Without it that is forgotten. */
  readonly journal?: Journal;
  /** Called whenever some rows have been answered. */
  readonly onProgress?: (progress: CreatedBatches) => void;
  /** Where there is no room for longer, `NotNowError` is thrown; seconds, an hour without it. */
  readonly longestWaitSeconds?: number;
}

interface Ports {
  readonly send: Send;
  readonly sleep: Sleep;
  readonly nowMs: () => number;
}

/** As many as the service takes at once. */
const MOST_ROWS = 10_000;

const LONGEST_WAIT_SECONDS = 3_600;

const BETWEEN_LOOKS_SECONDS = 2;

/**
 * Many calls at once, as `new Promptcall(…).batches`.
 *
 * @example
 * const { batches } = await promptcall.batches.create(rows, { defaults: { from, text } });
 */
export class Batches {
  readonly #ports: Ports;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /**
   * Has many people called. Rows are sent in batches of up to 10,000, and those that would be dialed too late are offered again
   * when there is room.
   *
   * @example
   * const { accepted, rejected, batches } = await promptcall.batches.create(
   *   await readFile("pins.csv", "utf8"),
   *   { defaults: { from: "447700900999", text: "Please enter your PIN." } },
   *   { journal: fileJournal("pins.csv.journal") },
   * );
   * @throws {OtherRowsError} the journal is of other rows, or of other parameters
   * @throws {NotNowError} there will be no room for longer than `longestWaitSeconds`; the same again goes on
   * @throws {UnansweredError} the service does not answer; the same again, with the same journal, calls nobody twice
   */
  async create(
    rows: Rows,
    parameters: BatchParameters = {},
    options: CreateBatchesOptions = {},
  ): Promise<CreatedBatches> {
    const { journal = memoryJournal(), onProgress, longestWaitSeconds = LONGEST_WAIT_SECONDS, signal } = options;
    const asked = { rows, mostRows: MOST_ROWS, parameters, journal, onProgress, longestWaitSeconds, signal };
    return await sendRows(asked, this.#ports);
  }

  /**
   * What would become of many calls: which rows are wrong, what the others may cost, and when they would be dialed. Nobody is
   * called.
   *
   * @example
   * const { rejected, estimates } = await promptcall.batches.check(rows, { defaults });
   */
  async check(rows: Rows, parameters: BatchParameters = {}, { signal }: RequestOptions = {}): Promise<CheckedRows> {
    return await checkRows({ rows, parameters, mostRows: MOST_ROWS, signal }, this.#ports.send);
  }

  /**
   * How a batch stands.
   *
   * @example
   * const { states, statuses } = await promptcall.batches.get(batch_id);
   * @throws {RefusedError} with the code `not_found` where the application has no such batch
   */
  async get(batchId: string, { signal }: RequestOptions = {}): Promise<Batch> {
    return (await this.#ports.send({ method: "GET", path: pathOf(batchId), signal })).json as Batch;
  }

  /**
   * How a batch stands, whenever that has changed, until its last call is over.
   *
   * @example
   * for await (const { states, count } of promptcall.batches.watch(batch_id)) console.log(`${states.completed}/${count}`);
   */
  async *watch(batchId: string, { signal }: RequestOptions = {}): AsyncGenerator<Batch, void, undefined> {
    for (let seen = ""; ; ) {
      const batch = await this.get(batchId, { ...(signal && { signal }) });
      const now = JSON.stringify(batch);
      if (now !== seen) yield batch;
      if (batch.completed_at !== undefined) return;
      seen = now;
      await this.#ports.sleep(BETWEEN_LOOKS_SECONDS, signal);
    }
  }

  /**
   * Has no more of a batch dialed for now, but for a second's worth. It expires all the same.
   *
   * @example
   * await promptcall.batches.pause(batch_id);
   */
  async pause(batchId: string, { signal }: RequestOptions = {}): Promise<Batch> {
    return (await this.#ports.send({ method: "POST", path: pathOf(batchId, "/pause"), signal })).json as Batch;
  }

  /**
   * Goes on with a batch that was paused.
   *
   * @example
   * await promptcall.batches.resume(batch_id);
   */
  async resume(batchId: string, { signal }: RequestOptions = {}): Promise<Batch> {
    return (await this.#ports.send({ method: "POST", path: pathOf(batchId, "/resume"), signal })).json as Batch;
  }

  /**
   * Cancels what is queued of a batch, and hangs up what is live. Each call gets its one result all the same.
   *
   * @example
   * const { cancelling } = await promptcall.batches.cancel(batch_id);
   */
  async cancel(batchId: string, { signal }: RequestOptions = {}): Promise<CancelledBatch> {
    return (await this.#ports.send({ method: "DELETE", path: pathOf(batchId), signal })).json as CancelledBatch;
  }

  /**
   * The batches of the application, the newest first, page by page as they are read.
   *
   * @example
   * for await (const { batch_id } of promptcall.batches.list({ state: "running" })) console.log(batch_id);
   */
  list(filters: BatchFilters = {}, { signal }: RequestOptions = {}): AsyncGenerator<Batch, void, undefined> {
    return items<Batch>({ path: "/batches", filters: { ...filters }, signal }, this.#ports.send);
  }

  /**
   * The calls of a batch and how each stands, by priority and in the order of their rows, page by page as they are read.
   *
   * @example
   * for await (const { reference, status } of promptcall.batches.results(batch_id)) console.log(reference, status);
   */
  async *results(batchId: string, { signal }: RequestOptions = {}): AsyncGenerator<CallInBatch, void, undefined> {
    let path: string | undefined = `${pathOf(batchId, "/results")}${queryOf({ format: "ndjson" })}`;
    while (path !== undefined) {
      const { text, headers } = await this.#ports.send({ method: "GET", path, accept: "application/x-ndjson", signal });
      for (const line of text.split("\n")) if (line !== "") yield JSON.parse(line) as CallInBatch;
      path = /<([^>]*)>; rel="next"/.exec(headers.get("link") ?? "")?.[1];
    }
  }
}

const pathOf = (batchId: string, rest = "") => `/batch/${encodeURIComponent(batchId)}${rest}`;
