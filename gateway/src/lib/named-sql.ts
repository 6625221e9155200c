import type { Statement } from './insert-sql.ts';

/**
 * A statement with `:name` for its values, for `tx.query` and `tx.later`: its text is composed once. A name that stands in
 * several places is one value, so it needs one type. Whatever is not among the names of the text is left alone.
 */
export function namedSql<Name extends string>(
  text: string,
): (values: Readonly<Record<Name, unknown>>) => Statement {
  const names: Name[] = [];
  // Not the casts `::type`.
  const composed = text.replaceAll(/(?<!:):([a-z]\w*)/gi, (_whole, name: Name) => {
    if (!names.includes(name)) names.push(name);
    return `$${names.indexOf(name) + 1}`;
  });
  return (values) => ({ text: composed, values: names.map((name) => values[name]) });
}
