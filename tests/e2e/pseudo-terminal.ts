import { spawn } from "@lydell/node-pty";
import headless from "@xterm/headless";
import { afterEach, expect, vi } from "vitest";

export const KEYS = { ctrlC: "\x03", down: "\x1b[B", enter: "\r" } as const;

const SIZE = { cols: 100, rows: 30 };

const running = new Set<() => void>();
afterEach(() => {
  for (const kill of running) kill();
});

interface Line {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** A program in a terminal, with somebody who looks at its screen and presses keys. */
export function inTerminal({ file, args, cwd, env }: Line) {
  const terminal = new headless.Terminal({ ...SIZE, allowProposedApi: true });
  const pty = spawn(file, [...args], { ...SIZE, cwd, env: { ...env, TERM: "xterm-256color" } });
  const kill = () => pty.kill("SIGKILL");
  running.add(kill);
  pty.onData((data) => terminal.write(data));
  const ended = new Promise<number>((resolve) =>
    pty.onExit(({ exitCode }) => {
      running.delete(kill);
      // What was written last is on the screen before this is told.
      terminal.write("", () => resolve(exitCode));
    }),
  );
  const screen = () =>
    Array.from({ length: terminal.buffer.active.length }, (_, row) =>
      terminal.buffer.active.getLine(row)?.translateToString(true),
    )
      .join("\n")
      .trimEnd();
  return {
    ended,
    screen,
    press: (keys: string) => pty.write(keys),
    shows: (wanted: string | RegExp) => vi.waitFor(() => expect(screen()).toMatch(wanted), { timeout: 30_000 }),
  };
}
