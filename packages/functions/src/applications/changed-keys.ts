import { KEY_KINDS, type KeyKind } from "@promptcall/core/contracts/key-kinds";
import type { ApplicationRecord } from "@promptcall/core/contracts/records/application";
import { kindOf } from "@promptcall/core/security/public-key";

/** The kinds of which a key came or went. */
export function changedKinds({ seen, next }: { seen: ApplicationRecord; next: ApplicationRecord }): KeyKind[] {
  const [before, after] = [keysOf(seen), keysOf(next)];
  return KEY_KINDS.filter((kind) => before(kind) !== after(kind));
}

function keysOf({ publicKeys = [] }: ApplicationRecord): (kind: KeyKind) => string {
  return (kind) =>
    publicKeys
      .filter((key) => kindOf(key) === kind)
      .map(({ pem }) => pem)
      .sort()
      .join();
}
