import { pathToFileURL } from "node:url";
import { type Asked, startAsked } from "../asking.ts";

export interface Invocation {
  readonly exportName: string;
  /** When it is, by the clock that the function sees. */
  readonly atMs: number;
  /** JSON, as it comes to the runtime. */
  readonly event: string;
  /** Names it to whoever answers its requests. */
  readonly trace: string;
}

/** A request as a client of the SDK is given it. */
export interface BareRequest {
  /** `DynamoDB_20120810.GetItem`, `POST /v1/calls`. */
  readonly target: string;
  readonly input: unknown;
  /** Of the invocation that asked for it. */
  readonly trace: string;
}

export interface Taken {
  readonly cpuMs: number;
  readonly wallMs: number;
}

export interface FunctionCommands {
  load(given: { file: string }): Promise<Taken>;
  invoke(given: { invocations: readonly Invocation[] }): Promise<Taken & { answers: readonly string[] }>;
  /** For requests without a function: the bundle that is loaded has the clients. */
  prepare(given: { carrier: string }): Promise<void>;
  request(given: { requests: readonly BareRequest[] }): Promise<Taken>;
  heapMb(given: null): Promise<number>;
}

export type FunctionProcess = Asked<FunctionCommands>;

/** One sandbox of Lambda: a process that loads a bundle and works on one event at a time. What it logs is not kept. */
export async function startFunction(
  environment: Readonly<Record<string, string>>,
  { runtime }: { readonly runtime: string },
): Promise<FunctionProcess> {
  return await startAsked<FunctionCommands>(pathToFileURL(runtime), {
    env: { ...environment },
    execArgv: ["--expose-gc"],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
}
