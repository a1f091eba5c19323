import type { Said } from "../data/stream-data.ts";

/** As the simulated carrier speaks. */
const CHARACTERS_A_SECOND = 15;

export interface Sentence {
  readonly text: string;
  readonly at: number;
  readonly language: string | undefined;
}

/** What is said, sentence by sentence, each with the time at which it begins. Tags of SSML are not said. */
export function sentencesOf(said: Said["said"]): readonly Sentence[] {
  return said.flatMap(({ text, at, language }) => {
    let begins = Date.parse(at);
    const plain = text.replace(/<[^>]*>/g, "");
    return (plain.match(/[^.!?。]+[.!?。]*\s*/g) ?? [plain]).map((sentence) => {
      const one = { text: sentence.trim(), at: begins, language };
      begins += (sentence.length / CHARACTERS_A_SECOND) * 1_000;
      return one;
    });
  });
}
