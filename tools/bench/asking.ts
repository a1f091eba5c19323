import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";

/** What a process can be asked for, with what it answers. */
type Commands<Of> = { readonly [Name in keyof Of]: (argument: never) => Promise<unknown> };
type Argument<Command> = Command extends (argument: infer Given) => Promise<unknown> ? Given : never;
type Answer<Command> = Command extends (argument: never) => Promise<infer Given> ? Given : never;

interface Request {
  readonly id: number;
  readonly command: string;
  readonly argument: unknown;
}

type Reply = { readonly id: number } & ({ readonly value: unknown } | { readonly error: string });

const READY = "ready";

export interface Asked<Of> {
  ask<Name extends keyof Of>(command: Name, argument: Argument<Of[Name]>): Promise<Answer<Of[Name]>>;
  stop(): Promise<void>;
}

/** Starts a program in a process of its own, whose time and memory nobody else's are mixed with. */
export async function startAsked<Of>(program: URL, options: Parameters<typeof fork>[2] = {}): Promise<Asked<Of>> {
  const child = fork(program, options);
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let last = 0;
  child.on("message", (reply: Reply | typeof READY) => {
    if (reply === READY) return;
    if ("error" in reply) waiting.get(reply.id)?.reject(new Error(`a process failed: ${reply.error}`));
    else waiting.get(reply.id)?.resolve(reply.value);
    waiting.delete(reply.id);
  });
  child.on("exit", (code) => {
    for (const { reject } of waiting.values()) reject(new Error(`a process has ended: ${code}`));
  });
  await once(child, "message");
  return {
    async ask(command, argument) {
      const id = ++last;
      const answer = Promise.withResolvers<unknown>();
      waiting.set(id, answer);
      child.send({ id, command, argument });
      return (await answer.promise) as never;
    },
    stop: () => ended(child),
  };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill();
  await exit;
}

/** The other side: answers what this process is asked, one thing beside the other. */
export function answerAs<Of extends Commands<Of>>(commands: Of): void {
  process.on("message", async ({ id, command, argument }: Request) => {
    const reply = (answered: Reply) => process.send?.(answered);
    try {
      const run = commands[command as keyof Of] as unknown as (argument: unknown) => Promise<unknown>;
      reply({ id, value: await run(argument) });
    } catch (error) {
      reply({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  });
  // Its parent is gone, so it ends, too.
  process.on("disconnect", () => process.exit());
  // From now on it can be asked for something: what is sent before may be lost.
  process.send?.(READY);
}
