import { pathToFileURL } from "node:url";
import { answerAs } from "../asking.ts";
import { bareOperations } from "./bare.ts";
import type { BareRequest, FunctionCommands, Invocation, Taken } from "./function.ts";

type Handler = (event: unknown, context: object) => Promise<unknown>;

const RealDate = Date;
let offsetMs = 0;

/** A clock that is moved: what is played again happens when it was recorded. */
globalThis.Date = class extends RealDate {
  constructor(...given: []) {
    super(...((given.length === 0 ? [RealDate.now() + offsetMs] : given) as []));
  }
  static override now(): number {
    return RealDate.now() + offsetMs;
  }
} as DateConstructor;

let module: Readonly<Record<string, unknown>> = {};
let send: (request: BareRequest) => Promise<unknown> = async () => undefined;

answerAs<FunctionCommands>({
  async load({ file }) {
    return await taken(async () => {
      module = (await import(pathToFileURL(file).href)) as typeof module;
    });
  },
  async invoke({ invocations }) {
    const answers: string[] = [];
    const all = await taken(async () => {
      for (const invocation of invocations) answers.push(await invoked(invocation));
    });
    return { ...all, answers };
  },
  async prepare(options) {
    send = bareOperations(module, options);
  },
  async request({ requests }) {
    return await taken(async () => {
      for (const request of requests) {
        process.env._X_AMZN_TRACE_ID = request.trace;
        await send(request);
      }
    });
  },
  async heapMb() {
    for (let time = 0; time < 3; time += 1) globalThis.gc?.();
    return process.memoryUsage().heapUsed / 1024 ** 2;
  },
});

async function invoked({ exportName, atMs, event, trace }: Invocation): Promise<string> {
  offsetMs = atMs - RealDate.now();
  // As Lambda's runtime for Node.js does: the SDK sends it on.
  process.env._X_AMZN_TRACE_ID = trace;
  const context = { awsRequestId: trace, functionName: exportName, getRemainingTimeInMillis: () => 30_000 };
  return JSON.stringify(await (module[exportName] as Handler)(JSON.parse(event), context)) ?? "null";
}

/** By the whole process, collecting garbage and compiling included: that is what shares a function's processor. */
async function taken(work: () => Promise<void>): Promise<Taken> {
  const [startMs, before] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(before);
  return { cpuMs: (user + system) / 1_000, wallMs: performance.now() - startMs };
}
