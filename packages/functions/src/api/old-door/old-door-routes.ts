import type { Hono } from "hono";
import { problem } from "../../http/problem.ts";
import type { OldDoorPorts } from "./old-door.ts";
import type { OldMode } from "./translate.ts";

const PATHS: Readonly<Record<string, OldMode>> = { "/tts-prompt/json": "tts_prompt", "/tts/json": "tts" };

/** The requests of the deprecated API, by its parameters, with its answers and with its results. */
export function addOldDoorRoutes(app: Hono, ports: OldDoorPorts): void {
  for (const [path, mode] of Object.entries(PATHS)) {
    // Few come by it, and a cold start has no time for what they need.
    app.on(["GET", "POST"], path, async (c) => (await import("./old-door.ts")).oldDoor(c, mode, ports));
    app.all(path, (c) => {
      const detail = "Use GET, POST here.";
      return problem(c, { status: 405, code: "wrong_method", detail, headers: { allow: "GET, POST" } });
    });
  }
}
