import { CallRequestSchema } from "@promptcall/core/contracts/request";
import { nccoSchema } from "@promptcall/vonage-sim/definition/ncco";
import fc from "fast-check";
import { expect, it } from "vitest";

const request = { to: "+447700900001", from: "447700900999", pin_code: "1", callback: "https://customer.example/" };

const part = fc.constantFrom("t", " ", "é", "🙂", "<p>", "</p>", "<", ">", '<break time="1s"/>', "&amp;");
const within = (start: string, end: string) => (text: string) => `${start}${text}${end}`;
const around = fc.constantFrom(
  within("", ""),
  within("<speak>", "</speak>"),
  within("<speak >", "</speak>"),
  within("<speaks>", ""),
);
const text = fc
  .tuple(fc.array(part, { maxLength: 8 }), part, fc.integer({ min: 0, max: 1_505 }), around)
  .map(([parts, one, times, wrap]) => wrap(parts.join("") + one.repeat(times)).trim())
  .filter((one) => one.length <= 10_000);

it("a text is too long for the api where it is too long for the carrier, and nowhere else", () => {
  fc.assert(
    fc.property(text, (one) => {
      const taken = nccoSchema.safeParse([{ action: "talk", text: one }]).success;
      expect(CallRequestSchema.safeParse({ ...request, text: one }).success).toBe(taken);
    }),
    { numRuns: 1_000 },
  );
});
