import { OldAnswerSchema } from "@promptcall/core/contracts/old-answer";
import * as z from "zod/mini";
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from "zod-openapi";
import { OLD_PARAMETERS, type OldMode } from "../old-door/translate.ts";
import { json } from "./openapi-parts.ts";
import { problems } from "./openapi-problems.ts";

const MEANINGS: Readonly<Record<string, string>> = {
  api_key: "As the operator has registered it",
  api_secret: "Its secret",
  to: "Number to call",
  from: "Caller ID; without it, one of the application's numbers",
  text: "What is said",
  lg: "The language, `en-us` where it is not said",
  voice: "`female` or `male`",
  repeat: "How often `text` is said: 1 to 10",
  machine_detection: "`true`: said after the beep. `hangup`: the call ends",
  machine_timeout: "Read, and of no effect",
  callback: "Where the result is sent",
  callback_method: "`GET`, where it is not said, or `POST`",
  max_digits: "1 to 16, 4 where it is not said; a PIN has as many",
  pin_code: "The PIN to expect",
  bye_text: "Said at the end",
  failed_text: "Said after a wrong PIN, before `text` is said again",
};

const REQUIRED = new Set(["api_key", "api_secret", "to", "text"]);

const parametersOf = (mode: OldMode) =>
  z.object(
    Object.fromEntries(
      OLD_PARAMETERS[mode].map((name) => {
        const described = z.string().check(z.describe(MEANINGS[name] ?? ""));
        return [name, REQUIRED.has(name) ? described : z.optional(described)];
      }),
    ),
  );

function operations(mode: OldMode, names: { get: string; post: string; does: string }) {
  const parameters = parametersOf(mode).register(z.globalRegistry, { id: mode === "tts" ? "OldTts" : "OldTtsPrompt" });
  const both: Omit<ZodOpenApiOperationObject, "operationId"> = {
    tags: ["calls"],
    deprecated: true,
    summary: names.does,
    description: "For clients of the carrier's deprecated API; whatever is wrong is a `status` other than 0.",
    responses: { 200: json("Accepted, or why not", OldAnswerSchema), ...problems(["invalid_api_key", "unavailable"]) },
  };
  const content = {
    "application/x-www-form-urlencoded": { schema: parameters },
    "application/json": { schema: parameters },
  };
  return {
    get: { ...both, operationId: names.get, requestParams: { query: parametersOf(mode) } },
    post: { ...both, operationId: names.post, requestBody: { content } },
  };
}

/** The deprecated API's own requests. */
export const OLD_DOOR_PATHS: ZodOpenApiPathsObject = {
  "/tts-prompt/json": operations("tts_prompt", {
    get: "getTtsPrompt",
    post: "postTtsPrompt",
    does: "Place a call as the deprecated TTS Prompt API did",
  }),
  "/tts/json": operations("tts", {
    get: "getTts",
    post: "postTts",
    does: "Place a call as the deprecated TTS API did",
  }),
};
