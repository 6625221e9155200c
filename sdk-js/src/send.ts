import { randomUUID } from 'node:crypto';
import { errorFromResponse, MorrowError } from './errors.ts';
import type { PrivateKeyInput, RsaAlgorithm, SigningKey } from './keys.ts';
import { signedHeaders } from './sign.ts';

export type ConnectionOptions = {
  /** The gateway's API origin, such as `https://api.example`. */
  baseUrl: string;
  privateKey: PrivateKeyInput;
  /** How an RSA key signs, unless its JWK says so by `alg`. */
  rsaAlgorithm?: RsaAlgorithm | undefined;
  fetch?: typeof globalThis.fetch | undefined;
  now?: (() => Date) | undefined;
  /** For each attempt, until the last byte of the answer; 10,000 by default. */
  timeoutMs?: number | undefined;
  /** How often a request is sent again after the first time; 4 by default. */
  maxRetries?: number | undefined;
  /** Waits between attempts; replace it in tests. */
  sleep?: ((ms: number, signal?: AbortSignal) => Promise<void>) | undefined;
};

export type CallOptions = {
  /** Yours if one operation must survive a restart of your program; random otherwise. Kept across retries. */
  idempotencyKey?: string | undefined;
  signal?: AbortSignal | undefined;
};

export type ApiRequest = {
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  query?: Record<string, string | number | undefined> | undefined;
  body?: object | undefined;
};

/** Sends one request until it is answered for good; resolves with the JSON of the answer. */
export type Send = <Answer>(request: ApiRequest, options?: CallOptions) => Promise<Answer>;

const firstDelayMs = 250;
const longestDelayMs = 8_000;
/** A gateway that wants a longer pause is told about to the caller instead. */
const longestRetryAfterMs = 60_000;
const userAgent = 'morrow-sdk-js/0.1.0';

/** A `Send` that signs each attempt anew, because a signature lives five minutes, with the idempotency key kept. */
export function createSend(options: ConnectionOptions, key: SigningKey): Send {
  const origin = originOf(options.baseUrl);
  const { sleep = sleepMs, maxRetries = 4 } = options;
  return async (request, { idempotencyKey = randomUUID(), signal } = {}) => {
    const url = urlOf(origin, request);
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    const toSign = {
      method: request.method,
      url,
      body,
      idempotencyKey: request.method === 'GET' ? undefined : idempotencyKey,
    };
    for (let attempt = 0; ; attempt += 1) {
      const outcome = await attemptOnce(options, key, toSign, signal);
      if ('answer' in outcome) return outcome.answer as never;
      const { error, retryAfterMs } = outcome;
      if (attempt >= maxRetries || !mayRetry(error) || (retryAfterMs ?? 0) > longestRetryAfterMs) throw error;
      await sleep(retryAfterMs ?? backoffMs(attempt), signal);
    }
  };
}

type Outcome = { answer: unknown } | { error: MorrowError; retryAfterMs?: number | undefined };

async function attemptOnce(
  options: ConnectionOptions,
  key: SigningKey,
  request: { method: string; url: string; body: string | undefined; idempotencyKey: string | undefined },
  signal: AbortSignal | undefined,
): Promise<Outcome> {
  const { fetch = globalThis.fetch, now = () => new Date(), timeoutMs = 10_000 } = options;
  signal?.throwIfAborted();
  const headers = signedHeaders(request, key, now());
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(request.url, {
      method: request.method,
      headers: { ...headers, accept: 'application/json', 'user-agent': userAgent },
      body: request.body ?? null,
      // Followed, a redirect would send the signed request to somebody else.
      redirect: 'manual',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    const text = await response.text();
    if (response.ok) return { answer: text === '' ? undefined : JSON.parse(text) };
    return {
      error: errorFromResponse(response.status, text),
      retryAfterMs: retryAfterMsOf(response.headers.get('retry-after'), now()),
    };
  } catch (cause) {
    signal?.throwIfAborted();
    const code = timeout.aborted ? 'timeout' : 'connection_failed';
    const message = timeout.aborted
      ? `No answer within ${timeoutMs} ms.`
      : `No whole answer came: ${(cause as Error).message}.`;
    return { error: new MorrowError({ status: 0, code, message, cause }) };
  }
}

/** Every request may safely be sent again: reads change nothing, and a write's idempotency key makes it happen once. */
function mayRetry({ status, code }: MorrowError): boolean {
  return code === 'idempotency_in_progress' || [0, 429, 502, 503, 504].includes(status);
}

/** Doubles, and is spread by half so that clients that failed together do not come back together. */
function backoffMs(attempt: number): number {
  return Math.min(longestDelayMs, firstDelayMs * 2 ** attempt) * (0.5 + Math.random() / 2);
}

/** RFC 9110 section 10.2.3: seconds, or a date. */
function retryAfterMsOf(header: string | null, now: Date): number | undefined {
  if (header === null) return undefined;
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now.getTime());
}

function sleepMs(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, ms);
    if (signal?.aborted) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  });
}

function originOf(baseUrl: string): string {
  const { origin, pathname, search } = new URL(baseUrl);
  if (pathname !== '/' || search !== '') throw new TypeError('baseUrl is an origin, without a path.');
  return origin;
}

/** As the URL parser writes it, because that is what fetch sends and what therefore has to be signed. */
function urlOf(origin: string, { path, query = {} }: ApiRequest): string {
  const url = new URL(origin + path);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  return url.href;
}
