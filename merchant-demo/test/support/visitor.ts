/** A browser that does not follow redirects: one visitor with cookies, who fills in the forms that they see. */
export class Visitor {
  origin: string;
  readonly #cookies = new Map<string, string>();

  constructor(origin: string) {
    this.origin = origin;
  }

  async get(path: string): Promise<Page> {
    return this.#fetch(path, {});
  }

  /** Sends a form with the token of the page that the visitor is on. */
  async post(
    path: string,
    fields: Record<string, string> = {},
    headers: Record<string, string> = {},
  ): Promise<Page> {
    const token =
      /name="form_token" value="([^"]+)"/.exec((await this.get('/products/oak-chair')).text)?.[1] ?? '';
    return this.#fetch(path, {
      method: 'POST',
      body: new URLSearchParams({ form_token: token, ...fields }),
      headers: { origin: this.origin, ...headers },
    });
  }

  async #fetch(path: string, init: RequestInit): Promise<Page> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(this.origin + path, {
      ...init,
      redirect: 'manual',
      headers: { ...(init.headers as Record<string, string>), ...(cookie && { cookie }) },
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      this.#cookies.set(name, value);
    }
    return {
      status: response.status,
      headers: response.headers,
      location: response.headers.get('location') ?? '',
      text: await response.text(),
    };
  }
}

export type Page = { status: number; headers: Headers; location: string; text: string };
