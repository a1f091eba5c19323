import { problem } from "../../http/problem.ts";
import type { Handler, Routes } from "../../http/routes.ts";
import type { OldDoorPorts } from "./old-door.ts";
import type { OldMode } from "./translate.ts";

const PATHS: Readonly<Record<string, OldMode>> = { "/tts-prompt/json": "tts_prompt", "/tts/json": "tts" };

/** The requests of the deprecated API, by its parameters, with its answers and with its results. */
export function addOldDoorRoutes(routes: Routes, ports: OldDoorPorts): void {
  for (const [path, mode] of Object.entries(PATHS)) {
    // Few come by it, and a cold start has no time for what they need.
    const accept: Handler = async (request) => (await import("./old-door.ts")).oldDoor(request, mode, ports);
    routes.get(path, accept);
    routes.post(path, accept);
    routes.all(path, (request) => {
      const detail = "Use GET, POST here.";
      return problem(request, { status: 405, code: "wrong_method", detail, headers: { allow: "GET, POST" } });
    });
  }
}
