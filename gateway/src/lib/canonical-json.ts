/**
 * JSON text by RFC 8785: keys sorted by UTF-16 code units, no white space, numbers and strings as ECMAScript prints
 * them. Two parties who read the same data get the same bytes, whatever order a database or a parser gave the keys.
 * Throws a TypeError for what is not I-JSON: undefined, bigint, infinite numbers, lone surrogates.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'string') return canonicalString(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) return canonicalObject(value as Record<string, unknown>);
  if (value === null || typeof value === 'boolean' || Number.isFinite(value)) return JSON.stringify(value);
  throw new TypeError(`a ${typeof value} has no canonical JSON`);
}

function canonicalObject(value: Readonly<Record<string, unknown>>): string {
  let text = '';
  // Without a comparison of one's own, an array sorts by UTF-16 code units.
  for (const key of Object.keys(value).toSorted()) {
    text += `${text === '' ? '' : ','}${canonicalString(key)}:${canonicalJson(value[key])}`;
  }
  return `{${text}}`;
}

function canonicalString(text: string): string {
  const json = JSON.stringify(text);
  // Only a lone surrogate is escaped like this, and text that itself looks like an escape.
  if (json.includes('\\ud') && /\p{Surrogate}/u.test(text))
    throw new TypeError('a lone surrogate has no canonical JSON');
  return json;
}
