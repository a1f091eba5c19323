import { OLD_RESULT_PARAMETERS } from "@promptcall/core/callbacks/old-result";
import type { FieldError } from "../../http/problem.ts";
import type { Fields } from "../acceptance/parameters.ts";

const NAMES = new Set<string>(OLD_RESULT_PARAMETERS);

/** A GET is signed as a whole: a parameter of the receiver's own would be taken for one of the result. */
export function ofOldReceiver({ callback, callback_method }: Fields): FieldError[] {
  if (String(callback_method).toUpperCase() === "POST" || typeof callback !== "string" || !URL.canParse(callback))
    return [];
  if (!new URL(callback).searchParams.keys().some((name) => NAMES.has(name))) return [];
  const expected = `for GET a URL without any parameter of the result: ${OLD_RESULT_PARAMETERS.join(", ")}`;
  return [{ field: "callback", wrong: `must be ${expected}`, expected }];
}
