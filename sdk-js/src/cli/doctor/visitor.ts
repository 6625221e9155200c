import { type Form, formsOf } from './html.ts';

/** The shop did not do what a visitor needs; the check that was visiting fails with this. */
export class VisitError extends Error {
  override readonly name = 'VisitError';
}

export type Page = {
  url: URL;
  status: number;
  headers: Headers;
  html: string;
  /** Where the visitor is sent; undefined where the page is to be read. */
  location: URL | undefined;
};

/** All that one visitor was given by the shop, to be searched for what no browser may get. */
export type Seen = { what: string; text: string };

type Cookie = { value: string; strict: boolean };
type Ask = {
  method?: string;
  fields?: [string, string][];
  headers?: Record<string, string>;
  from?: 'elsewhere';
};

const mostHops = 10;
const answerWithinMs = 20_000;

/** Somebody with a browser without scripts: keeps cookies, fills in forms, follows the shop's redirects. */
export class Visitor {
  readonly #cookies = new Map<string, Cookie>();
  readonly #origin: string;
  readonly #seen: Seen[];
  readonly #signal: AbortSignal;

  constructor(origin: string, seen: Seen[], signal: AbortSignal) {
    this.#origin = origin;
    this.#seen = seen;
    this.#signal = signal;
  }

  /** Opens a page of the shop. `elsewhere`: by a link on another site, so without cookies that are `Strict`. */
  async open(path: string, from?: 'elsewhere'): Promise<Page> {
    return this.#follow(await this.#ask(path, { ...(from && { from }) }));
  }

  /** The form of a page whose address ends so. */
  form(page: Page, ending: string): Form {
    const forms = formsOf(page.html);
    const form = forms.find(({ action }) => new URL(action, page.url).pathname.endsWith(ending));
    if (form) return { ...form, action: new URL(form.action, page.url).href };
    const found = forms.map(({ action }) => action).join(', ') || 'none';
    throw new VisitError(`${page.url.pathname} has no form to …${ending}; those it has: ${found}.`);
  }

  /** Sends a form, and follows it within the shop. */
  async send(form: Form, fields: Record<string, string> = {}): Promise<Page> {
    return this.#follow(await this.sendOnce(form, fields));
  }

  /** Sends a form and stays with the answer, which may lead to another site. */
  sendOnce(
    form: Form,
    fields: Record<string, string> = {},
    headers: Record<string, string> = {},
  ): Promise<Page> {
    const kept = form.fields.filter(([name]) => !(name in fields));
    return this.#ask(form.action, {
      method: 'POST',
      fields: [...kept, ...Object.entries(fields)],
      headers: { origin: this.#origin, 'sec-fetch-site': 'same-origin', ...headers },
    });
  }

  /** Follows redirects as long as they stay in the shop. */
  async #follow(first: Page): Promise<Page> {
    let page = first;
    for (let hops = 0; page.location?.origin === this.#origin; hops += 1) {
      if (hops === mostHops) throw new VisitError(`${first.url.pathname} redirects without end.`);
      page = await this.#ask(page.location.href, {});
    }
    return page;
  }

  async #ask(path: string, { method = 'GET', fields, headers = {}, from }: Ask): Promise<Page> {
    const url = new URL(path, this.#origin);
    const cookies = [...this.#cookies].filter(([, { strict }]) => !(from && strict));
    const cookie = cookies.map(([name, { value }]) => `${name}=${value}`).join('; ');
    let response: Response;
    let html: string;
    try {
      response = await fetch(url, {
        method,
        body: fields ? new URLSearchParams(fields) : null,
        headers: { 'accept-language': 'en', accept: 'text/html', ...headers, ...(cookie && { cookie }) },
        redirect: 'manual',
        signal: AbortSignal.any([this.#signal, AbortSignal.timeout(answerWithinMs)]),
      });
      html = await response.text();
    } catch (error) {
      this.#signal.throwIfAborted();
      throw new VisitError(`${method} ${url.pathname} was not answered: ${(error as Error).message}.`);
    }
    for (const line of response.headers.getSetCookie()) this.#keep(line);
    this.#seen.push({
      what: `the answer to ${method} ${url.pathname}`,
      text: `${[...response.headers].flat().join('\n')}\n${html}`,
    });
    const leads = response.headers.get('location');
    const location = leads === null ? undefined : new URL(leads, url);
    return { url, status: response.status, headers: response.headers, html, location };
  }

  #keep(line: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (/;\s*max-age=0\b/i.test(line)) this.#cookies.delete(name);
    else this.#cookies.set(name, { value, strict: /;\s*samesite=strict/i.test(line) });
  }
}
