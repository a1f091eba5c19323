import type { FieldError } from "../../http/problem.ts";
import type { Fields } from "./parameters.ts";
import { type ReadNumber, readNumber } from "./read-number.ts";

const TO = "an E.164 number of 7 to 15 digits, with or without +";
const FROM = "an E.164 number of your account, 7 to 15 digits, with or without +";

/**
 * What is wrong with the numbers of a call. A number at home is one in the country of the caller's own; that is mostly the
 * same for a whole batch, and looked at once.
 */
export function numberErrors(): (fields: Fields) => readonly FieldError[] {
  let caller: { from: unknown; read: ReadNumber } | undefined;
  return ({ to, from }) => {
    if (typeof from === "string" && caller?.from !== from)
      caller = { from, read: readNumber({ written: from, expected: FROM }) };
    const own = typeof from === "string" ? caller?.read : undefined;
    const near = own !== undefined && "countryCode" in own ? own.countryCode : undefined;
    const called = typeof to === "string" ? readNumber({ written: to, expected: TO, near }) : undefined;
    return [...errorOf("to", called), ...errorOf("from", own)];
  };
}

function errorOf(field: string, read: ReadNumber | undefined): FieldError[] {
  return read === undefined || "countryCode" in read ? [] : [{ field, ...read }];
}
