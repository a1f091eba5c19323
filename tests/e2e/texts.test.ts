import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Harness, shareHarness, TEXTS } from "./harness.ts";

let harness: Harness;
beforeAll(async () => {
  harness = await shareHarness();
});
afterAll(() => harness.stop());

const BY_LANGUAGE = {
  "de-DE": { text: "Ihre PIN & mehr?", bye_text: "Danke." },
  "fr-FR": { text: "Votre code ?", bye_text: "Merci." },
};

const playedTo = (to: string) =>
  harness.system.sim
    .calls()
    .find((one) => one.to === to)
    ?.ncco.flatMap((action) => (action.action === "talk" ? [[action.language, action.text]] : []));

describe("a call with texts by language", () => {
  it.concurrent.each<[string, string, string, [string | undefined, string][]]>([
    [
      "its own language",
      "447700908034",
      "de-DE",
      [
        ["de-DE", "<speak>Ihre PIN &amp; mehr?</speak>"],
        ["de-DE", "Danke."],
      ],
    ],
    [
      "the language of the country",
      "33612345600",
      "auto",
      [
        ["fr-FR", "Votre code ?"],
        ["fr-FR", "Merci."],
      ],
    ],
    [
      "the text for all others",
      "447700908100",
      "auto",
      [
        [undefined, TEXTS.text],
        [undefined, TEXTS.bye_text],
      ],
    ],
    [
      "the text for all others",
      "33612345700",
      "",
      [
        [undefined, TEXTS.text],
        [undefined, TEXTS.bye_text],
      ],
    ],
  ])(
    "is said in %s: to %s, %s",
    async (_, to, language, said) => {
      const tid = await harness.post({ to, language, texts: JSON.stringify(BY_LANGUAGE) });
      // Who understands German alone keys nothing after anything else.
      expect((await harness.customer.results.first(tid)).parameters).toEqual({ tid, to, status: "ok" });
      expect(playedTo(to)).toEqual(said);
    },
    30_000,
  );

  it("is a row of a batch that says its language", async () => {
    const calls = [
      { to: "447700908234", language: "de-DE" },
      { to: "447700908200", language: "fr-FR" },
      { to: "447700908201", language: "it-IT" },
    ];
    const answer = await harness.postBatch({ defaults: { text: "", texts: BY_LANGUAGE }, calls });
    const { accepted, rejected } = (await answer.json()) as { accepted: { tid: string }[]; rejected: unknown };
    expect(rejected).toMatchObject([{ index: 2, errors: [{ field: "texts" }] }]);
    for (const { tid } of accepted)
      expect((await harness.customer.results.first(tid)).parameters).toMatchObject({ status: "ok" });
    expect(calls.slice(0, 2).map(({ to }) => playedTo(to)?.[0])).toEqual([
      ["de-DE", "<speak>Ihre PIN &amp; mehr?</speak>"],
      ["fr-FR", "Votre code ?"],
    ]);
  }, 30_000);
});
