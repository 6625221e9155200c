/**
 * JSON text by RFC 8785: members sorted by UTF-16 code units, no white space, numbers and strings as ECMAScript prints
 * them. Throws a TypeError for what is not I-JSON.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return ofArray(value);
  if (typeof value === 'object' && value !== null) return ofObject(value);
  if (typeof value === 'string' && /\p{Surrogate}/u.test(value))
    throw new TypeError('a lone surrogate has no canonical JSON');
  const isPlain = value === null || typeof value === 'string' || typeof value === 'boolean';
  if (isPlain || Number.isFinite(value)) return JSON.stringify(value);
  throw new TypeError(`a ${typeof value} has no canonical JSON`);
}

function ofArray(values: readonly unknown[]): string {
  return `[${values.map(canonicalJson).join(',')}]`;
}

function ofObject(object: object): string {
  const names = Object.keys(object).sort();
  const members = object as Record<string, unknown>;
  return `{${names.map((name) => `${canonicalJson(name)}:${canonicalJson(members[name])}`).join(',')}}`;
}
