import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { listen } from './http.ts';

export const KEY = `pub_${'0'.repeat(32)}`;
export const SESSION = 'cs_1';
export const CLIENT_TOKEN = 'client-token';

export type Answer = { status?: number; body: unknown; until?: Promise<void> };

/** What a page may see of the gateway, by the contract, with answers that a test chooses. */
export type BrowserGateway = {
  origin: string;
  url: string;
  message: (query: URLSearchParams) => Answer;
  eligibility: (query: URLSearchParams) => Answer;
  /** The status of the session; a number is an HTTP status that refuses the question. */
  status: string | number;
  /** What was asked, in order: path and query. */
  asked: URL[];
  /** The acknowledgements that hosted pages got. */
  acks: unknown[];
  close(): Promise<void>;
};

/** The hosted page's part of the protocol; a test calls `finish` in its window. */
const hostedPage = `<!doctype html><html lang="en"><title>Checkout</title><h1>Checkout</h1><script>
const told = new URLSearchParams(location.hash.slice(1));
const [nonce, shop] = [told.get('popup'), told.get('origin')];
addEventListener('message', (event) => {
  if (event.source !== opener || event.origin !== shop) return;
  navigator.sendBeacon('/acks', JSON.stringify(event.data));
  close();
});
function finish(change) {
  const message = { source: 'morrow', v: 1, type: 'checkout.finished', session: '${SESSION}', nonce, status: 'confirmed' };
  (opener || parent).postMessage({ ...message, ...change }, shop || '*');
}
</script>`;

/** The gateway's own script for its pages, so that both ends of the protocol are held together. */
const popupScript = new URL('../../../gateway/src/pages/assets/popup.js', import.meta.url);

/** A page as the gateway renders it: first without a status, and with one when the checkout has ended. */
function realPage(shop: string, status: string): string {
  const data = `data-session="${SESSION}" data-origin="${shop}" data-back="${shop}/return" data-status="${status}"`;
  return `<!doctype html><title>Checkout</title><a href="/c/real/done?shop=${shop}">Agree</a><script src="/popup.js" ${data}></script>`;
}

export async function openBrowserGateway(script: () => string): Promise<BrowserGateway> {
  const handle = async (req: IncomingMessage, res: ServerResponse) => {
    const url = new URL(req.url ?? '', gateway.origin);
    if (/^\/sdk\/v1\/(?:\d[\d.]*\/)?morrow\.js$/.test(url.pathname)) {
      res.setHeader('Access-Control-Allow-Origin', '*');
      res.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
      return send(res, script(), 'text/javascript');
    }
    if (url.pathname === '/acks') {
      gateway.acks.push(JSON.parse(await textOf(req)));
      return send(res, '', 'text/plain', 204);
    }
    if (url.pathname === '/popup.js') return send(res, readFileSync(popupScript, 'utf8'), 'text/javascript');
    if (url.pathname.startsWith('/c/real')) {
      const status = url.pathname.endsWith('/done') ? 'confirmed' : '';
      return send(res, realPage(url.searchParams.get('shop') ?? '', status), 'text/html');
    }
    if (url.pathname.startsWith('/c/')) return send(res, hostedPage, 'text/html');
    return answerPage(gateway, url, req, res);
  };
  const site = await listen((req, res) => void handle(req, res));
  const origin = `http://127.0.0.1:${site.port}`;
  const gateway: BrowserGateway = {
    origin,
    url: `${origin}/c/secret`,
    message: () => ({ body: { text: '4 payments', plan_code: 'pay_in_4', parts: [] } }),
    eligibility: () => ({ body: { eligible: true, reason: null } }),
    status: 'open',
    asked: [],
    acks: [],
    close: () => site.close(),
  };
  return gateway;
}

/** The routes that pages of a shop may call: never with a cookie, and only with what the contract asks for. */
async function answerPage(gateway: BrowserGateway, url: URL, req: IncomingMessage, res: ServerResponse) {
  res.setHeader('Access-Control-Allow-Origin', req.headers.origin ?? 'null');
  if (req.method === 'OPTIONS') {
    res.setHeader('Access-Control-Allow-Headers', 'Authorization, Morrow-Publishable-Key');
    return send(res, '', 'text/plain', 204);
  }
  gateway.asked.push(url);
  const { status = 200, body, until } = answerOf(gateway, url, req);
  await until;
  return send(res, JSON.stringify(body), 'application/json', status);
}

function answerOf(gateway: BrowserGateway, url: URL, req: IncomingMessage): Answer {
  if (req.headers.cookie !== undefined) return refusal(400, 'a cookie came');
  if (url.pathname === `/v1/checkout-sessions/${SESSION}/status`) {
    if (req.headers.authorization !== `Bearer ${CLIENT_TOKEN}`) return refusal(401, 'token_invalid');
    if (typeof gateway.status === 'number') return refusal(gateway.status, 'unavailable');
    return { body: { status: gateway.status, expires_at: '2026-03-01T08:30:00.000Z' } };
  }
  if (url.searchParams.get('key') !== KEY) return refusal(401, 'key_unknown');
  if (url.pathname === '/v1/messages') return gateway.message(url.searchParams);
  if (url.pathname === '/v1/eligibility') return gateway.eligibility(url.searchParams);
  return refusal(404, 'not_found');
}

export function refusal(status: number, code: string): Answer {
  return { status, body: { type: `/problems/${code}`, title: code, status, code } };
}

function send(res: ServerResponse, content: string, type: string, status = 200): void {
  res.statusCode = status;
  res.setHeader('Content-Type', `${type}; charset=utf-8`);
  res.setHeader('Cache-Control', 'no-store');
  res.end(content);
}

async function textOf(req: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of req) text += String(chunk);
  return text;
}
