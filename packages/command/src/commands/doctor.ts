import { buildCommand } from "@stricli/core";
import { Promptcall, PromptcallError, type PromptcallOptions, RefusedError } from "promptcall";
import { type Check, checkAllowed, checkReceiver } from "../check-callback.ts";
import { CONNECTION_FLAGS, type ConnectionFlags } from "../connection.ts";
import type { Context } from "../context.ts";
import { UsageError } from "../errors.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { JSON_FLAG, print } from "../output.ts";

interface Flags extends ConnectionFlags {
  readonly json?: boolean;
  readonly callback?: string;
}

/** A JWT of a clock that is further off is refused, or ends early. */
const MOST_CLOCK_SECONDS = 30;

const LONGEST_SECONDS = 10;

export const doctorCommand = buildCommand<Flags, [], Context>({
  docs: {
    brief: "Check that calls could be sent, and their results received",
    fullDescription:
      "Looks whether calls could be sent from here, and says what to mend. Nobody is called. --callback is an address of yours for " +
      "results: it is sent a test that is signed with PROMPTCALL_CALLBACK_SECRET, and one that a stranger has signed.",
  },
  parameters: {
    flags: {
      ...CONNECTION_FLAGS,
      ...JSON_FLAG,
      callback: { kind: "parsed", parse: addressOf, optional: true, brief: "A receiver to check", placeholder: "URL" },
    },
  },
  async func({ json = false, callback, ...flags }) {
    const connection = await this.connection(flags);
    const [secret] = this.secrets;
    const checks = [...(await checkService(connection)), ...(await checkCredential(connection))];
    if (callback !== undefined)
      checks.push(
        ...(await checkAllowed(callback, connection)),
        ...(await checkReceiver({ callback, secret, signal: this.interrupted })),
      );
    for (const check of checks)
      print(
        this,
        json ? JSON.stringify(check) : `${check.is_right ? "right" : "WRONG"}  ${check.check}: ${check.finding}`,
      );
    if (checks.some(({ is_right }) => !is_right)) this.process.exitCode = EXIT_CODES.not_ok;
  },
});

async function checkService({ endpoint }: PromptcallOptions): Promise<Check[]> {
  const check = "service";
  try {
    const address = `${endpoint.replace(/\/$/, "")}/health`;
    const response = await fetch(address, { signal: AbortSignal.timeout(LONGEST_SECONDS * 1_000) });
    await response.text();
    if (!response.ok) return [{ check, is_right: false, finding: `${address} answers ${response.status}` }];
    return [{ check, is_right: true, finding: `${endpoint} answers` }, ...checkClock(response.headers.get("date"))];
  } catch {
    return [{ check, is_right: false, finding: `${endpoint} could not be reached: is the address right?` }];
  }
}

function checkClock(date: string | null): Check[] {
  const aheadSeconds = Math.round((Date.now() - Date.parse(date ?? "")) / 1_000);
  if (Number.isNaN(aheadSeconds)) return [];
  const is_right = Math.abs(aheadSeconds) <= MOST_CLOCK_SECONDS;
  const way = aheadSeconds > 0 ? "ahead of" : "behind";
  const finding = is_right ? "as at the service" : `${Math.abs(aheadSeconds)} s ${way} the service: set it`;
  return [{ check: "clock", is_right, finding }];
}

async function checkCredential(connection: PromptcallOptions): Promise<Check[]> {
  const check = "credential";
  try {
    const { application_id: id, public_keys: keys } = await new Promptcall({
      ...connection,
      retries: 0,
    }).application.get();
    const isRegistered = keys.some(({ learned }) => !learned);
    const finding = isRegistered
      ? "registered"
      : "not registered: each new JWT is checked by the carrier, a few a second";
    return [
      { check, is_right: true, finding: `of application ${id}` },
      // The service works without, only slower.
      { check: "key", is_right: true, finding },
    ];
  } catch (error) {
    if (!(error instanceof PromptcallError)) throw error;
    const code = error instanceof RefusedError ? `${error.code}: ` : "";
    return [{ check, is_right: false, finding: `${code}${error.message}` }];
  }
}

function addressOf(written: string): string {
  if (URL.canParse(written) && /^https?:/.test(written)) return written;
  throw new UsageError("it is no http or https address");
}
