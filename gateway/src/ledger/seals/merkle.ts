import { createHash } from 'node:crypto';

/** The hash of a leaf: what it says after a zero byte, so that no leaf can pass for a node (RFC 9162 section 2.1.1). */
export function leafHash(content: string): Buffer {
  return createHash('sha256').update(Buffer.of(0)).update(content, 'utf8').digest();
}

/** The root of the Merkle tree over leaves, one at least (RFC 9162 section 2.1.1). */
export function rootOf(leaves: readonly Buffer[]): Buffer {
  const top = levelsOf(leaves).at(-1)?.[0];
  if (!top) throw new Error('a tree needs a leaf');
  return top;
}

/** The hashes beside the way from a leaf up to the root, the lowest first (RFC 9162 section 2.1.3.1). */
export function pathOf(leaves: readonly Buffer[], place: number): Buffer[] {
  return levelsOf(leaves).flatMap((level, height) => level[(place >> height) ^ 1] ?? []);
}

/** Each level from the leaves up; the last one of an odd number goes up as it is. */
function levelsOf(leaves: readonly Buffer[]): (readonly Buffer[])[] {
  const levels = [leaves];
  for (let level = leaves; level.length > 1; levels.push(level)) level = above(level);
  return levels;
}

function above(level: readonly Buffer[]): Buffer[] {
  return level.flatMap((left, place) => {
    if (place % 2 === 1) return [];
    const right = level[place + 1];
    return [right ? createHash('sha256').update(Buffer.of(1)).update(left).update(right).digest() : left];
  });
}
