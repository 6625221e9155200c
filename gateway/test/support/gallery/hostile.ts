import { decode } from '../page-reader.ts';
import type { GalleryPage } from './pages.ts';

/** Script in the ways in which it is smuggled, and text that turns round what stands behind it. */
export const markup = `"'></textarea><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}\u202e🙂`;

/** Longer than anything that somebody is called. */
export const longName = 'n'.repeat(10_000);

const smuggled = /<script>alert|<img src=x/;

/** What is wrong with an answer into which such text may have come. */
export function faultOf(status: number, html: string): string | undefined {
  if (status >= 500) return `status ${status}`;
  return smuggled.test(html) ? 'the text is part of the page' : undefined;
}

/** Somebody with the cookies of the reader of a page, and with those that answers set. */
export function openVisitor(origin: string, reader: GalleryPage['reader']) {
  const cookies = new Map((reader?.cookies ?? []).map(({ name, value }) => [name, value]));
  return async function ask(path: string, form?: URLSearchParams): Promise<{ status: number; html: string }> {
    const answer = await fetch(new URL(path, origin), {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form && { method: 'POST', body: form }),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    const html = await answer.text();
    const location = answer.headers.get('location');
    if (!location?.startsWith('/')) return { status: answer.status, html };
    return ask(location);
  };
}

/** A form whose text fields are filled with `text`, and whose other fields are as the page gives them. */
export type Filled = { method: string; action: string; fields: URLSearchParams };

/** The forms of a page that have a text field. */
export function filledForms(html: string, path: string, text: string): Filled[] {
  return [...html.matchAll(/<form([^>]*)>(.*?)<\/form>/gs)].flatMap(([, attributes = '', inside = '']) => {
    const fields = new URLSearchParams();
    let texts = 0;
    for (const [tag, kind] of inside.matchAll(/<(input|textarea|select)\b[^>]*>/g)) {
      const name = attributeOf(tag, 'name');
      if (name === undefined) continue;
      const type = kind === 'input' ? (attributeOf(tag, 'type') ?? 'text') : kind;
      if (isText.has(type ?? '')) {
        fields.set(name, text);
        texts += 1;
      } else if (type === 'hidden' || (type === 'radio' && !fields.has(name))) {
        fields.append(name, attributeOf(tag, 'value') ?? '');
      } else if (type === 'checkbox') {
        fields.append(name, attributeOf(tag, 'value') ?? 'on');
      } else if (type === 'select') {
        const options = inside.slice(inside.indexOf(tag)).matchAll(/<option[^>]*value="([^"]+)"/g);
        fields.set(name, decode([...options][0]?.[1] ?? ''));
      }
    }
    const action = attributeOf(`<form${attributes}>`, 'action') ?? path;
    const method = attributeOf(`<form${attributes}>`, 'method') ?? 'get';
    return texts === 0 ? [] : [{ method, action, fields }];
  });
}

const isText = new Set(['text', 'search', 'email', 'tel', 'url', 'number', 'date', 'textarea']);

function attributeOf(tag: string, name: string): string | undefined {
  const found = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
  return found === undefined ? undefined : decode(found);
}
