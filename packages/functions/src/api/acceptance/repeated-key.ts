interface Level {
  /** The keys so far; undefined within a list. */
  readonly keys: Set<string> | undefined;
  /** The key, or the index, that is being read. */
  at: string | number;
}

/**
 * Where an object names a key for a second time, as `calls[3].to`; undefined where none does. `JSON.parse` takes the last
 * one without a word. Only for what `JSON.parse` has taken: nothing but keys is looked at. Each character is seen once.
 */
export function repeatedKey(json: string): string | undefined {
  const levels: Level[] = [];
  let text = { from: 0, to: 0 };
  for (let index = 0; index < json.length; index += 1) {
    const level = levels.at(-1);
    switch (json[index]) {
      case '"':
        text = { from: index, to: endOfText({ json, from: index }) };
        index = text.to;
        break;
      case "{":
        levels.push({ keys: new Set(), at: "" });
        break;
      case "[":
        levels.push({ keys: undefined, at: 0 });
        break;
      case "}":
      case "]":
        levels.pop();
        break;
      case ",":
        if (typeof level?.at === "number") level.at += 1;
        break;
      case ":": {
        if (level?.keys === undefined) break;
        level.at = JSON.parse(json.slice(text.from, text.to + 1)) as string;
        if (level.keys.has(level.at)) return pathOf(levels);
        level.keys.add(level.at);
        break;
      }
    }
  }
  return undefined;
}

/** Where the text that begins here has its closing quotation mark: the first that no odd number of backslashes is before. */
function endOfText({ json, from }: { json: string; from: number }): number {
  let end = json.indexOf('"', from + 1);
  while (end > 0) {
    let slashes = 0;
    while (json[end - 1 - slashes] === "\\") slashes += 1;
    if (slashes % 2 === 0) return end;
    end = json.indexOf('"', end + 1);
  }
  return json.length;
}

const LONGEST_KEY = 64;
const DEEPEST = 8;

function pathOf(levels: readonly Level[]): string {
  const steps = levels.map(({ at }) => (typeof at === "number" ? `[${at}]` : `.${at.slice(0, LONGEST_KEY)}`));
  return steps.slice(-DEEPEST).join("").replace(/^\./, "");
}
