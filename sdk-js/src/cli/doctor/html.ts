/** A form as a page offers it: where it goes, and what it carries before anybody fills it in. */
export type Form = { action: string; fields: [string, string][] };

/** The forms of a page that are posted, in its order. */
export function formsOf(html: string): Form[] {
  return [...html.matchAll(/<form\b([^>]*)>([^]*?)<\/form>/gi)].flatMap(([, head = '', inner = '']) =>
    attributeOf(head, 'method').toLowerCase() === 'post'
      ? [{ action: attributeOf(head, 'action'), fields: fieldsOf(inner) }]
      : [],
  );
}

function fieldsOf(inner: string): [string, string][] {
  const fields: [string, string][] = [];
  for (const [tag] of inner.matchAll(/<(?:input|button|select|textarea)\b[^>]*>/gi)) {
    const name = attributeOf(tag, 'name');
    const type = attributeOf(tag, 'type').toLowerCase();
    const isUnchecked = ['checkbox', 'radio'].includes(type) && !/\schecked\b/i.test(tag);
    // A button is sent only by being clicked, and doctor clicks the one without a name.
    if (name === '' || isUnchecked || /^<button/i.test(tag) || ['submit', 'button', 'file'].includes(type))
      continue;
    fields.push([name, attributeOf(tag, 'value') || (type === 'checkbox' ? 'on' : '')]);
  }
  return fields;
}

function attributeOf(tag: string, name: string): string {
  const [, double, single, bare] =
    new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`, 'i').exec(tag) ?? [];
  return unescape(double ?? single ?? bare ?? '');
}

/** What a page says, without its markup: a line for each text. */
export function textOf(html: string): string {
  const said = html.replaceAll(/<(script|style)\b[^]*?<\/\1>/gi, '').replaceAll(/<[^>]*>/g, '\n');
  return unescape(said)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n');
}

const entities: Record<string, string> = { quot: '"', '#39': "'", lt: '<', gt: '>', amp: '&', nbsp: ' ' };

function unescape(text: string): string {
  return text.replaceAll(/&(quot|#39|lt|gt|amp|nbsp);/g, (_, name: string) => entities[name] ?? '');
}
