/** What the secret of this name holds in a synthesis. */
export function secretValue(name: string): string {
  return `the-secret-${name}-in-clear`;
}

export const SECRET_IN_CLEAR = /the-secret-\w+-in-clear/;
