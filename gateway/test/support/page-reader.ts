import type { Server } from 'node:http';
import request from 'supertest';

type Cookie = { name: string; value: string; path: string };

export type PageAnswer = { status: number; html: string; headers: Record<string, string>; path: string };

/**
 * A browser without a window: it keeps cookies by path, follows redirects inside the gateway, and sends a form with the
 * hidden fields that the page gave it. Unlike superagent's own jar it sends Secure cookies over http, as browsers do
 * to loopback addresses.
 */
export function newReader(server: Server, headers: Record<string, string> = {}) {
  const cookies: Cookie[] = [];
  let page: PageAnswer = { status: 0, html: '', headers: {}, path: '/' };

  function keep(setCookie: string[] | undefined): void {
    for (const line of setCookie ?? []) {
      const [pair = '', ...attributes] = line.split(/; */);
      const [name = '', value = ''] = pair.split(/=(.*)/s);
      const path = attributes.find((item) => item.startsWith('Path='))?.slice(5) ?? '/';
      const at = cookies.findIndex((cookie) => cookie.name === name && cookie.path === path);
      if (at >= 0) cookies.splice(at, 1);
      if (!attributes.some((item) => item.startsWith('Expires=Thu, 01 Jan 1970')))
        cookies.push({ name, value, path });
    }
  }

  async function send(
    method: 'get' | 'post',
    path: string,
    body?: Record<string, string | string[]>,
    file?: { name: string; bytes: Buffer },
  ): Promise<PageAnswer> {
    const own = cookies.filter((cookie) => path.startsWith(cookie.path));
    const agent = request(server);
    const call = agent[method](path)
      .redirects(0)
      .set('Cookie', own.map(({ name, value }) => `${name}=${value}`).join('; '))
      .set(headers);
    if (body && file) for (const [name, value] of Object.entries(body)) void call.field(name, value);
    if (file) void call.attach('file', file.bytes, file.name);
    const answer = await (body && !file ? call.type('form').send(encode(body)) : call);
    keep(answer.headers['set-cookie'] as unknown as string[] | undefined);
    page = { status: answer.status, html: answer.text, headers: answer.headers, path };
    const { location } = answer.headers;
    if (location === undefined || !location.startsWith('/')) return page;
    if (answer.status !== 303) throw new Error(`${path} redirects with ${answer.status}`);
    return send('get', location);
  }

  return {
    get page() {
      return page;
    },
    get text() {
      return textOf(page.html);
    },
    cookies,
    get: (path: string) => send('get', path),
    post: (path: string, body: Record<string, string | string[]>) => send('post', path, body),
    /** Fills in and sends the form of this page whose action ends so. */
    submit(action: string, values: Record<string, string | string[]> = {}): Promise<PageAnswer> {
      const form = formOf(page.html, action);
      if (!form) throw new Error(`this page has no form ${action}: ${textOf(page.html)}`);
      return send('post', form.action, { ...form.hidden, ...values });
    },
    /** The same with a file in its field `file`. */
    upload(
      action: string,
      values: Record<string, string | string[]>,
      file: { name: string; bytes: Buffer },
    ): Promise<PageAnswer> {
      const form = formOf(page.html, action);
      if (!form) throw new Error(`this page has no form ${action}: ${textOf(page.html)}`);
      return send('post', form.action, { ...form.hidden, ...values }, file);
    },
    /** Ticks every box of this page. */
    boxes: () =>
      [...page.html.matchAll(/type="checkbox"[^>]*? value="([^"]*)"/g)].map((match) =>
        decode(match[1] ?? ''),
      ),
  };
}

export type Reader = ReturnType<typeof newReader>;

function encode(body: Record<string, string | string[]>): string {
  const pairs = Object.entries(body).flatMap(([name, value]) => [value].flat().map((item) => [name, item]));
  return new URLSearchParams(pairs).toString();
}

export function formOf(
  html: string,
  action: string,
): { action: string; hidden: Record<string, string> } | undefined {
  const forms = html.matchAll(/<form method="post" action="([^"]*)"[^>]*>(.*?)<\/form>/gs);
  for (const [, target = '', inside = ''] of forms) {
    if (!target.endsWith(action)) continue;
    const inputs = inside.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g);
    return {
      action: target,
      hidden: Object.fromEntries([...inputs].map(([, name, value]) => [name, decode(value ?? '')])),
    };
  }
  return undefined;
}

/** What a person reads: the page without its tags. */
export function textOf(html: string): string {
  return decode(html.replaceAll(/<style.*?<\/style>/gs, '').replaceAll(/<[^>]*>/g, ' ')).replaceAll(
    /\s+/g,
    ' ',
  );
}

/** Text as it stands in a page's markup, as a person reads it. */
export function decode(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
