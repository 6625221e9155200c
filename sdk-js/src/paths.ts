/**
 * A path with ids in it. An id from outside, such as a query parameter, must not be able to name another path
 * (`../orders`), so only the characters of ids and of keys' names pass, and no dot segment.
 */
export function path(strings: TemplateStringsArray, ...ids: string[]): string {
  const unsafe = ids.find((id) => typeof id !== 'string' || !/^(?!\.{1,2}$)[A-Za-z0-9._-]+$/.test(id));
  if (unsafe !== undefined) throw new TypeError(`${JSON.stringify(unsafe)} is not an id.`);
  return String.raw({ raw: strings }, ...ids);
}
