/**
 * A secret as it is, and as it looks within something that is base64 or base64url. Where it starts there is a matter of
 * three; the characters it shares with its neighbours are left out.
 */
export function spellings(secret: string): string[] {
  const encoded = (["base64", "base64url"] as const).flatMap((encoding) =>
    [0, 1, 2].map((offset) => {
      const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)]);
      const shared = Math.ceil((offset * 8) / 6);
      return bytes.toString(encoding).slice(shared, Math.floor((bytes.length * 8) / 6));
    }),
  );
  return [secret, ...encoded];
}
