/** The carrier takes SSML within this element, and nowhere else. */
const SSML = /^\s*<speak[\s>]/;

export function isSsml(text: string): boolean {
  return SSML.test(text);
}

const TAGS = /<[^>]*>/g;

/**
 * How long a text is for the carrier, which says no tags of SSML and counts none: in characters, as its published schema
 * counts them (https://json-schema.org/draft/2020-12/json-schema-validation#section-6.3.1). Nothing for white space.
 */
export function spokenLength(text: string): number {
  const spoken = isSsml(text) ? text.replace(TAGS, "") : text;
  let length = 0;
  if (spoken.trim() !== "") for (const _ of spoken) length += 1;
  return length;
}
