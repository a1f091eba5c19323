import fc from "fast-check";

/** A call that would be taken. */
export const VALID: Readonly<Record<string, unknown>> = {
  to: "447700900001",
  from: "447700900999",
  text: "Please enter your PIN",
  pin_code: "4711",
  callback: "https://customer.example/result",
};
/** What may be named beside that, and what nobody should name. */
export const OPTIONAL = [
  "callback_method",
  "callback_secret",
  "bye_text",
  "failed_text",
  "reference",
  "expires_in",
  "send_at",
  "max_price",
  "dry_run",
  "machine_detection",
  "ask",
  "choices",
  "choice_texts",
  "min_digits",
  "submit_on_hash",
  "texts",
  "language",
  "private_key",
  "app_id",
  "atomic",
  "repeat",
  "defaults",
  "batch_callback",
  "__proto__",
  "constructor",
  "t\u00f6",
];

/** Text of every kind that people and programs send, some of it long. */
export const text = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
  { weight: 3, arbitrary: fc.string({ maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ minLength: 1, maxLength: 8 }).map((piece) => piece.repeat(2_000)) },
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      "",
      " ",
      "null",
      "true",
      "0",
      "-1",
      "1e309",
      "NaN",
      "\u0000",
      "\ud800",
      "+44 (0) 7700 900001",
      "007",
      "../../etc/passwd",
      "%{(#_memberAccess)}",
      "<speak><break time='9999999s'/></speak>",
      "capture",
      "auto",
      '{"1":"confirmed"}',
      '{"de-DE":{"text":"Ihre PIN?"}}',
      '{"__proto__":"x","1":1}',
      "http://169.254.169.254/",
      "https://user:password@customer.example/",
      "2026-01-01T12:00:00Z",
      "9999-99-99T99:99:99Z",
    ),
  },
);

/** What a parameter may be instead. */
export const value = fc.oneof(
  { weight: 6, arbitrary: text as fc.Arbitrary<unknown> },
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<unknown> },
  { weight: 2, arbitrary: fc.double() as fc.Arbitrary<unknown> },
);
