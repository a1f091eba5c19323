/** What a body may be. */
export const MEDIA_TYPES = [
  "application/json",
  "application/x-www-form-urlencoded",
  "text/csv",
  "application/x-ndjson",
  "application/jsonl",
] as const;

export interface ContentType {
  readonly mediaType: (typeof MEDIA_TYPES)[number];
  readonly charset: string | undefined;
}

/** The media type of a body, and the encoding that it says it has; undefined for a type that is not taken. */
export function contentTypeOf(header = ""): ContentType | undefined {
  const [type = "", ...parameters] = header.split(";").map((part) => part.trim());
  const mediaType = MEDIA_TYPES.find((known) => known === type.toLowerCase());
  if (mediaType === undefined) return undefined;
  const [charset] = parameters.flatMap((parameter) => /^charset\s*=\s*"?([^"]*)"?$/i.exec(parameter)?.[1] ?? []);
  return { mediaType, charset: charset?.trim() };
}
