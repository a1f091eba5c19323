import { DESCRIPTIONS, ITEMS } from "@promptcall/functions/dynamodb/items";

/** The page with the catalogue of the table in it. */
export function tableDocument({ page }: { page: string }): string {
  return page.replace(/(?<=<!-- items -->\n).*(?=<!-- end of items -->)/s, () => table());
}

function table(): string {
  const kinds = Object.keys(ITEMS) as (keyof typeof ITEMS)[];
  const rows = kinds.map((kind) => {
    const { pk, sk, kept } = ITEMS[kind];
    const { holds, writtenBy } = DESCRIPTIONS[kind];
    const key = `\`${pk}\`, \`${sk}\``;
    return `| ${key} | ${holds} | ${writtenBy.join(", ")} | ${keptAs(kept)} |\n`;
  });
  return ["| `pk`, `sk` | holds | written by | kept |\n", "| --- | --- | --- | --- |\n", ...rows].join("");
}

function keptAs(kept: (typeof ITEMS)[keyof typeof ITEMS]["kept"]): string {
  if (kept === "retentionDays") return "`retentionDays` after its last write";
  if ("says" in kept) return kept.says;
  const days = kept.seconds / 86_400;
  return days < 1 ? `${kept.seconds} seconds` : `${days} days`;
}
