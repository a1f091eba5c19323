import { enableCompileCache, flushCompileCache } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { parentPort, workerData } from "node:worker_threads";
import { setClockAhead } from "./worker-clock.ts";
import { EffectWatch } from "./worker-effects.ts";
import { refuseUnpermitted } from "./worker-permissions.ts";
import type { Invocation, Reply, WorkerSettings } from "./worker-protocol.ts";
import { showSources } from "./worker-stack-trace.ts";

type Handler = (event: unknown, context: object) => unknown;

const settings = workerData as WorkerSettings;
const port = parentPort;
if (!port) throw new Error("This file is run by a worker thread only.");
const reply = (message: Reply) => port.postMessage(message);

showSources(settings.file);

refuseUnpermitted({ functionName: settings.name, actions: settings.actions });
/** This machine's, by which Lambda ends an invocation. */
const { now } = Date;
if (settings.clockAheadMs > 0) setClockAhead(settings.clockAheadMs);
const watch = settings.watchesEffects ? new EffectWatch({ die }) : undefined;
// Each worker would compile the same bundle, and may be gone before its end, when it would be written.
enableCompileCache(path.join(path.dirname(settings.file), "compiled"));
const handler = await loadHandler();
flushCompileCache();

async function loadHandler(): Promise<Handler> {
  try {
    const module = (await import(pathToFileURL(settings.file).href)) as Record<string, unknown>;
    const exported = module[settings.exportName];
    if (typeof exported !== "function") {
      throw Object.assign(new Error(`${settings.handler} is undefined or not exported`), {
        name: "Runtime.HandlerNotFound",
      });
    }
    return exported as Handler;
  } catch (error) {
    reply({ type: "initFailed", ...describe(error) });
    throw error;
  }
}

port.on("message", (invocation: Invocation) => {
  void answer(invocation);
});
reply({ type: "ready" });

/** Nothing of the handler runs on, not even what it left for the end of its process. */
function die(effects: readonly string[]): never {
  reply({ type: "died", effects });
  process.removeAllListeners("exit");
  process.exit(1);
}

async function answer({ event, requestId, deadline, traceHeader, crash }: Invocation): Promise<void> {
  watch?.begin(crash);
  // As Lambda's runtime for Node.js does. A worker has an environment of its own, and one invocation at a time.
  process.env._X_AMZN_TRACE_ID = traceHeader;
  try {
    const result = await handler(JSON.parse(event), contextOf({ requestId, deadline }));
    reply({ type: "succeeded", result: JSON.stringify(result) ?? "null", effects: watch?.effects ?? [] });
  } catch (error) {
    reply({ type: "failed", ...describe(error), effects: watch?.effects ?? [] });
  }
}

function contextOf({ requestId, deadline }: { requestId: string; deadline: number }) {
  return {
    awsRequestId: requestId,
    callbackWaitsForEmptyEventLoop: true,
    functionName: settings.functionName,
    functionVersion: "$LATEST",
    invokedFunctionArn: settings.functionArn,
    memoryLimitInMB: String(settings.memoryMb),
    logGroupName: `/aws/lambda/${settings.functionName}`,
    logStreamName: "local",
    getRemainingTimeInMillis: () => Math.max(0, deadline - now()),
  };
}

function describe(error: unknown) {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), stack: undefined };
  return { errorType: error.name, errorMessage: error.message, stack: error.stack };
}
