import type { ObjectIdentity } from '../../formats/scan-result.ts';

interface EmptyObject {
  readonly kind: string;
  readonly where: string;
}

/** Tracks objects that were found without their contents. One is missing only if no other document has its contents. */
export class MetadataOnlyObjects {
  readonly #empty = new Map<string, EmptyObject>();
  readonly #complete = new Set<string>();

  add(identity: ObjectIdentity | undefined, { kind, where }: EmptyObject): void {
    const key = identity === undefined ? where : keyOf(identity);
    this.#empty.set(key, { kind, where });
  }

  /** Records that the contents of the object were read. */
  noteComplete(identity: ObjectIdentity): void {
    this.#complete.add(keyOf(identity));
  }

  missing(): readonly EmptyObject[] {
    return [...this.#empty].flatMap(([key, object]) => (this.#complete.has(key) ? [] : [object]));
  }
}

function keyOf({ kind, name }: ObjectIdentity): string {
  return `${kind} ${name}`;
}
