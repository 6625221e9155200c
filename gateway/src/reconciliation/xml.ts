/** What the parser makes of an element: its text, or its attributes and children by their names. */
export type Element = string | { [name: string]: Element | Element[] | undefined } | undefined;

/** The elements of this name below an element. */
export function all(element: Element, name: string): Element[] {
  if (typeof element !== 'object') return [];
  const found = Object.hasOwn(element, name) ? element[name] : undefined;
  return found === undefined ? [] : [found].flat();
}

export function first(element: Element, name: string): Element {
  return all(element, name)[0];
}

/** The text of an element, whether or not it has attributes; undefined when it has none. */
export function textOf(element: Element): string | undefined {
  const text = typeof element === 'object' ? element['#text'] : element;
  return typeof text === 'string' && text.trim() !== '' ? decodeNumbered(text.trim()) : undefined;
}

/** The text at a path of first elements. */
export function textAt(element: Element, ...path: readonly string[]): string | undefined {
  let at = element;
  for (const name of path) at = first(at, name);
  return textOf(at);
}

/** The texts of all elements of this name. */
export function textsAt(element: Element, name: string): string[] {
  return all(element, name).flatMap((found) => textOf(found) ?? []);
}

/** A code, which stands in `Cd` from some version on, and bare before. */
export function codeOf(element: Element, name: string): string | undefined {
  return textAt(element, name, 'Cd') ?? textAt(element, name);
}

/** Characters by their numbers, which the parser leaves as they are. */
function decodeNumbered(text: string): string {
  return text.replaceAll(
    /&#(?:x([0-9a-f]{1,6})|([0-9]{1,7}));/gi,
    (whole, hex?: string, decimal?: string) => {
      const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return point > 0x1f && point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff)
        ? String.fromCodePoint(point)
        : whole;
    },
  );
}
