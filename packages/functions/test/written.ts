import { vi } from "vitest";

/** The lines that are written to the log by what is called. */
export async function written(run: () => unknown): Promise<Record<string, unknown>[]> {
  const spy = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  try {
    await run();
    return spy.mock.calls.map(([line]) => JSON.parse(String(line)));
  } finally {
    spy.mockRestore();
  }
}
