import { randomUUID } from 'node:crypto';
import { errorFromResponse, MorrowError } from './errors.ts';
import type { PrivateKeyInput, RsaAlgorithm, SigningKey } from './keys.ts';
import {
  answerFault,
  askForSignature,
  type FindGatewayKey,
  pinnedKeys,
  publishedKeys,
} from './response-signature.ts';
import { type RequestToSign, signedHeaders } from './sign.ts';
import type { ApiVersion } from './types.ts';
import type { KeySet } from './verify/types.ts';

/** How to reach the gateway, and with which key. */
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
  /**
   * Asks the gateway to sign every answer, and trusts none that is unsigned or altered: such an answer counts as one that
   * did not come (`response_unverified`). `true` takes the keys from the gateway's `/.well-known/jwks.json`, as the
   * connection of TLS brings them; a key set that you keep trusts no connection.
   */
  verifyResponses?: boolean | KeySet | undefined;
  /** Waits between attempts; replace it in tests. */
  sleep?: ((ms: number, signal?: AbortSignal) => Promise<void>) | undefined;
};

/** What may be said of a single request. */
export type CallOptions = {
  /** Yours if one operation must survive a restart of your program; random otherwise. Kept across retries. */
  idempotencyKey?: string | undefined;
  signal?: AbortSignal | undefined;
  /** Waits until the gateway is back, whatever `maxRetries` says; only a refusal or the signal ends it. */
  keepTrying?: boolean | undefined;
};

export type ApiRequest = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  query?: Record<string, string | number | undefined> | undefined;
  body?: object | null | undefined;
  /** How long the gateway may wait before it answers, on top of the timeout. */
  waitMs?: number | undefined;
};

/** Sends one request until it is answered for good; resolves with the JSON of the answer. */
export type Send = (<Answer>(request: ApiRequest, options?: CallOptions) => Promise<Answer>) & {
  /** Who signs, where, and by which clock. */
  readonly signer: { readonly keyId: string; readonly origin: string; readonly now: () => Date };
};

const firstDelayMs = 250;
const longestDelayMs = 8_000;
/** A gateway that wants a longer pause is told about to the caller instead. */
const longestRetryAfterMs = 60_000;
const userAgent = 'morrow-sdk-js/0.1.0';
/** The version of the API that this client is written for: a newer gateway goes on answering by it. */
const apiVersion: ApiVersion = '2026-11-22';
const commonHeaders = {
  accept: 'application/json',
  'user-agent': userAgent,
  'morrow-version': apiVersion,
};

/** A `Send` that signs each attempt anew, because a signature lives five minutes, with the idempotency key kept. */
export function createSend(options: ConnectionOptions, key: SigningKey): Send {
  const origin = originOf(options.baseUrl);
  const { sleep = sleepMs, maxRetries = 4, now = () => new Date() } = options;
  const findKey = gatewayKeysOf(options, origin);
  const send = async (
    request: ApiRequest,
    { idempotencyKey = randomUUID(), signal, keepTrying = false }: CallOptions = {},
  ): Promise<never> => {
    const url = urlOf(origin, request);
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    const toSign = {
      method: request.method,
      url,
      body,
      idempotencyKey: request.method === 'GET' ? undefined : idempotencyKey,
      waitMs: request.waitMs ?? 0,
    };
    for (let attempt = 0; ; attempt += 1) {
      const outcome = await attemptOnce(options, key, toSign, { signal, findKey });
      if ('answer' in outcome) return outcome.answer as never;
      const { error, retryAfterMs } = outcome;
      const isSpent = attempt >= maxRetries || (retryAfterMs ?? 0) > longestRetryAfterMs;
      if (!mayRetry(error) || (isSpent && !keepTrying)) throw error;
      await sleep(retryAfterMs ?? backoffMs(attempt), signal);
    }
  };
  return Object.assign(send, { signer: { keyId: key.keyId, origin, now } });
}

type Outcome = { answer: unknown } | { error: MorrowError; retryAfterMs?: number | undefined };

async function attemptOnce(
  options: ConnectionOptions,
  key: SigningKey,
  request: RequestToSign & { waitMs: number },
  { signal, findKey }: { signal: AbortSignal | undefined; findKey: FindGatewayKey | undefined },
): Promise<Outcome> {
  const { fetch = globalThis.fetch, now = () => new Date() } = options;
  const timeoutMs = (options.timeoutMs ?? 10_000) + request.waitMs;
  signal?.throwIfAborted();
  const signed = signedHeaders(request, key, now());
  const headers = { ...signed, ...commonHeaders, ...(findKey && askForSignature) };
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const { method, body = null } = request;
    const response = await fetch(request.url, {
      method,
      headers,
      body,
      // Followed, a redirect would send the signed request to somebody else.
      redirect: 'manual',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    const asked = { ...request, signature: signed.signature };
    const fault =
      findKey &&
      (await answerFault(
        { status: response.status, headers: response.headers, body: bytes, request: asked },
        findKey,
        now(),
      ));
    if (fault !== undefined) return { error: unverified(fault) };
    const text = bytes.toString('utf8');
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

/** Where the keys come from that answers are verified with; undefined where they are not. */
function gatewayKeysOf(options: ConnectionOptions, origin: string): FindGatewayKey | undefined {
  const { verifyResponses, fetch = globalThis.fetch, now = () => new Date() } = options;
  if (!verifyResponses) return undefined;
  if (verifyResponses !== true) return pinnedKeys(verifyResponses);
  const fetchSet = async (): Promise<KeySet> => {
    const signal = AbortSignal.timeout(options.timeoutMs ?? 10_000);
    const response = await fetch(`${origin}/.well-known/jwks.json`, { redirect: 'error', signal });
    return (await response.json()) as KeySet;
  };
  return publishedKeys(fetchSet, now);
}

/** Nobody knows what the gateway really answered, so it is as if it had not. */
function unverified(fault: string): MorrowError {
  const message = `The answer is not to be trusted: ${fault}.`;
  return new MorrowError({ status: 0, code: 'response_unverified', message });
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
