import { describe, expect, it } from "vitest";
import { CallRequestSchema } from "../../src/contracts/request.ts";

const defaults = {
  callback_method: "POST",
  callback_format: "form",
  repeat_text: false,
  min_digits: 1,
  max_digits: 4,
  submit_on_hash: false,
  premium: false,
  loop: 1,
  max_attempts: 3,
  input_timeout: 5,
  priority: "normal",
  machine_detection: "off",
  advanced_machine_detection: "off",
  random_from_number: false,
};
const request = {
  to: "+447700900001",
  from: "447700900999",
  text: "Please enter your PIN",
  pin_code: "0123",
  callback: "https://customer.example/result",
};

describe("a call request", () => {
  it("takes five parameters and has defaults for the rest", () => {
    expect(CallRequestSchema.parse(request)).toEqual({ ...request, ...defaults });
  });

  it("accepts the callback method in upper or lower case", () => {
    expect(CallRequestSchema.parse({ ...request, callback_method: "get" })).toMatchObject({ callback_method: "GET" });
  });

  it("accepts texts of exactly the longest length, counted in characters", () => {
    const longest = { ...request, text: "🙂".repeat(1500), bye_text: "b".repeat(500), failed_text: "f".repeat(500) };
    expect(CallRequestSchema.parse(longest)).toEqual({ ...longest, ...defaults });
  });

  it.each(["+44 7700 900001", "+1 (415) 555-0100", "+1.415.555.0100"])(
    "takes a number as people write it: %s",
    (to) => {
      expect(CallRequestSchema.parse({ ...request, to })).toMatchObject({ to });
    },
  );

  it("counts what is said of a text, and no tags", () => {
    const said = (length: number) => `<speak><break time="1s"/>${"t".repeat(length)}</speak>`;
    expect(CallRequestSchema.safeParse({ ...request, text: said(1_500) }).success).toBe(true);
    for (const text of [said(1_501), said(0), "<p>".repeat(501), `<speak>${"<p>".repeat(4_000)}t</speak>`])
      expect(CallRequestSchema.safeParse({ ...request, text }).success).toBe(false);
  });

  it.each([
    ["to", "07700900001"],
    ["to", "123456"],
    ["to", "1234567890123456"],
    ["to", 447700900001],
    ["from", "Promptcall"],
    ["text", ""],
    ["text", "   "],
    ["text", "t".repeat(1501)],
    ["pin_code", ""],
    ["pin_code", "12a4"],
    ["pin_code", "1".repeat(21)],
    ["pin_code", 1234],
    ["callback", "customer.example/result"],
    ["callback", "ftp://customer.example/result"],
    ["callback", "https://us%3Aer:secret@customer.example/result"],
    ["callback", ["https://a.example", "https://b.example"]],
    ["callback_method", "PUT"],
    ["machine_detection", "true"],
    ["machine_detection", true],
    ["bye_text", "b".repeat(501)],
    ["failed_text", "f".repeat(501)],
  ])("with %s as %j is wrong in that field alone", (field, value) => {
    const parsed = CallRequestSchema.safeParse({ ...request, [field]: value });
    expect(new Set(parsed.error?.issues.map((issue) => issue.path[0]))).toEqual(new Set([field]));
  });
});
