import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { buildCommand } from "@stricli/core";
import { parseResult, VerificationError, verify } from "promptcall/verify";
import type { Context } from "../context.ts";
import { UsageError } from "../errors.ts";
import { coloured, JSON_FLAG, note, print } from "../output.ts";
import { countsOf } from "../sentences.ts";

interface Flags {
  readonly json?: boolean;
  readonly port: number;
  readonly host: string;
}

export const listenCommand = buildCommand<Flags, [], Context>({
  docs: {
    brief: "Receive results, and print those that are genuine",
    fullDescription:
      "Receives results until Ctrl-C, and answers 401 to what no secret has signed. The secrets are in " +
      "PROMPTCALL_CALLBACK_SECRET, with spaces between them. For a deployed service, lead a tunnel of your own here.",
  },
  parameters: {
    flags: {
      ...JSON_FLAG,
      port: { kind: "parsed", parse: portOf, default: "8000", brief: "Port to listen on", placeholder: "PORT" },
      host: { kind: "parsed", parse: String, default: "127.0.0.1", brief: "Address to listen on", placeholder: "HOST" },
    },
  },
  async func({ json = false, port, host }) {
    const { secrets } = this;
    if (secrets.length === 0)
      throw new UsageError("Put the secret of your application into PROMPTCALL_CALLBACK_SECRET, as whsec_….");
    const server = createServer(async (request, response) => {
      const body = await text(request);
      const { headers, method, url = "" } = request;
      try {
        const { id, signed } = verify({ headers, secrets, ...(method === "GET" ? { url } : { body }) });
        const result = parseResult(signed);
        print(this, json ? JSON.stringify({ id, ...result }) : resultSentence(result, this));
      } catch (error) {
        if (!(error instanceof VerificationError)) throw error;
        note(this, `Not genuine: ${error.message}`);
        response.statusCode = 401;
      }
      response.end();
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, host, resolve);
    });
    const address = server.address();
    note(this, `Listening on http://${host}:${typeof address === "object" ? address?.port : port}/; Ctrl-C ends it.`);
    await new Promise<void>((resolve) => this.interrupted.addEventListener("abort", () => resolve(), { once: true }));
    server.closeAllConnections();
    server.close();
  },
});

function resultSentence(result: ReturnType<typeof parseResult>, context: Context): string {
  if (result.type === "test") return "A test by promptcall doctor.";
  if (result.type === "batch.completed") {
    const { batch_id: id, count, statuses } = result.data;
    return [id, `${count} calls`, ...countsOf(statuses)].join("  ");
  }
  const { tid, to, status = "", reason = "", reference = "" } = result.data;
  return [tid, to, coloured(status, context), reason, reference].filter((part) => part !== "").join("  ");
}

function portOf(written: string): number {
  if (/^\d{1,5}$/.test(written) && Number(written) < 65_536) return Number(written);
  throw new UsageError(`${written} is not a port.`);
}
