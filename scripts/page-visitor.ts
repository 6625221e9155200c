/** A form as a page offers it: where it goes and what it carries already. */
type Form = { action: string; fields: Map<string, string> };

export type Page = { url: string; html: string; heading: string; forms: Form[] };

/** Visits server-rendered pages as a browser without script does: keeps cookies, follows redirects, submits forms. */
export class PageVisitor {
  readonly #cookies = new Map<string, string>();

  open(url: string): Promise<Page> {
    return this.#request(url, { method: 'GET' });
  }

  /** Submits the form whose address ends in `ending`, with its hidden fields and checked boxes and these fields. */
  submit(page: Page, ending: string, fields: Record<string, string | string[]> = {}): Promise<Page> {
    const form = page.forms.find(({ action }) => action.endsWith(ending));
    if (!form) throw new Error(`"${page.heading}" at ${page.url} has no form to …${ending}`);
    const body = new URLSearchParams([...form.fields]);
    for (const [name, value] of Object.entries(fields)) {
      body.delete(name);
      for (const each of [value].flat()) body.append(name, each);
    }
    const url = new URL(form.action, page.url);
    return this.#request(url.href, {
      method: 'POST',
      body,
      headers: { origin: url.origin, 'sec-fetch-site': 'same-origin' },
    });
  }

  async #request(
    url: string,
    init: { method: string; body?: URLSearchParams; headers?: Record<string, string> },
  ): Promise<Page> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { ...init, redirect: 'manual', headers: { ...init.headers, cookie } });
    for (const line of response.headers.getSetCookie()) this.#keep(line);
    const location = response.headers.get('location');
    if (location !== null) {
      await response.arrayBuffer();
      return this.#request(new URL(location, url).href, { method: 'GET' });
    }
    const html = await response.text();
    if (!response.ok) throw new Error(`${init.method} ${url} answered ${response.status}:\n${html}`);
    return {
      url,
      html,
      heading: textOf(/<h1[^>]*>(.*?)<\/h1>/s.exec(html)?.[1] ?? ''),
      forms: formsOf(html),
    };
  }

  #keep(line: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    this.#cookies.set(name, value);
  }
}

function formsOf(html: string): Form[] {
  return [...html.matchAll(/<form([^>]*)>(.*?)<\/form>/gs)].map(([, head = '', inner = '']) => {
    const fields = new Map<string, string>();
    for (const [tag] of inner.matchAll(/<input[^>]*>/g)) {
      const kept = /type="hidden"/.test(tag) || /\schecked(\s|=|\/|>)/.test(tag);
      if (kept) fields.set(attributeOf(tag, 'name'), attributeOf(tag, 'value'));
    }
    return { action: attributeOf(head, 'action'), fields };
  });
}

/** The values that a page offers for a field, such as those of its radio buttons and boxes. */
export function choicesOf(page: Page, name: string): string[] {
  const tags = [...page.html.matchAll(/<(?:input|button)[^>]*>/g)].map(([tag]) => tag);
  return tags.filter((tag) => attributeOf(tag, 'name') === name).map((tag) => attributeOf(tag, 'value'));
}

function attributeOf(tag: string, name: string): string {
  return textOf(new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1] ?? '');
}

function textOf(html: string): string {
  return html
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}
