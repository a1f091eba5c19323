import { isSsml } from "@promptcall/core/contracts/spoken-text";
import sax from "sax";

const language = /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/;
const anything = /./s;

/** What the carrier takes: https://developer.vonage.com/en/voice/voice-api/guides/customizing-tts */
const TAGS: Readonly<Record<string, Readonly<Record<string, RegExp>>>> = {
  speak: { version: anything, xmlns: anything, "xml:lang": language },
  break: { time: /^\d+(\.\d+)?(ms|s)$/, strength: /^(none|x-weak|weak|medium|strong|x-strong)$/ },
  emphasis: { level: /^(strong|moderate|reduced)$/ },
  lang: { "xml:lang": language },
  p: {},
  phoneme: { alphabet: /^(ipa|x-sampa)$/, ph: anything },
  prosody: {
    volume: /^(default|silent|x-soft|soft|medium|loud|x-loud|[+-]\d+(\.\d+)?dB)$/,
    rate: /^(x-slow|slow|medium|fast|x-fast|[+-]?\d+%)$/,
    pitch: /^(default|x-low|low|medium|high|x-high|[+-]\d+(\.\d+)?%)$/,
  },
  s: {},
  "say-as": {
    "interpret-as":
      /^(character|characters|cardinal|ordinal|digits|fraction|unit|date|time|expletive|telephone|address|spell-out|number)$/,
    format: /^(mdy|dmy|ymd|md|dm|ym|my|d|m|y|yyyymmdd)$/,
  },
  sub: { alias: anything },
};

const ATTRIBUTE = /=\s*(?:"[^"]*"|'[^']*')/g;

/** What the carrier could not say of a text with tags: it would hang up on the person. Undefined for any other text. */
export function ssmlError(text: string): { wrong: string; expected: string } | undefined {
  if (!isSsml(text)) return undefined;
  // Entities of HTML are none of XML. The option is not in the published types.
  const options: sax.SAXOptions & { strictEntities: true } = { strictEntities: true };
  const parser = sax.parser(true, options);
  let first: { wrong: string; expected: string } | undefined;
  const refuse = (wrong: string, expected: string) => {
    first ??= { wrong, expected };
  };
  parser.onopentag = ({ name, attributes: given }) => {
    const known = Object.hasOwn(TAGS, name) ? TAGS[name] : undefined;
    if (known === undefined) return refuse(`has the tag ${quoted(name)}`, `tags among ${Object.keys(TAGS).join(", ")}`);
    // The parser passes over an attribute that it has seen; XML does not: https://www.w3.org/TR/xml/#uniqattspec
    const written = text.slice(parser.startTagPosition, parser.position).match(ATTRIBUTE)?.length ?? 0;
    if (written > Object.keys(given).length)
      return refuse(`is no well-formed SSML: an attribute twice in the tag ${name}`, "each attribute once");
    for (const [attribute, value] of Object.entries(given)) {
      const form = Object.hasOwn(known, attribute) ? known[attribute] : undefined;
      const those = Object.keys(known).join(", ") || "none";
      if (form === undefined) refuse(`has ${quoted(attribute)} in the tag ${name}`, `attributes among: ${those}`);
      else if (!form.test(String(value)))
        refuse(`has a ${attribute} in the tag ${name} that is none`, "one that the carrier knows");
    }
  };
  parser.ondoctype = () => refuse("has a DOCTYPE", "the tag speak and what is in it");
  parser.onprocessinginstruction = () => refuse("has a processing instruction", "the tag speak and what is in it");
  parser.oncdata = () => refuse("has a CDATA section", "the text itself, with & and < as &amp; and &lt;");
  parser.oncomment = () => refuse("has a comment", "none");
  parser.onerror = ({ message }) => {
    const [what = ""] = message.split("\n");
    refuse(
      `is no well-formed SSML: ${what.toLowerCase().replace(/\.$/, "")}`,
      "each tag closed, and & and < as &amp; and &lt;",
    );
  };
  parser.write(text);
  // It throws if there was an error before.
  if (first === undefined) parser.close();
  return first;
}

/** Names come from the customer: no more of them than is needed to find them. */
function quoted(name: string): string {
  return JSON.stringify(name.slice(0, 40));
}
