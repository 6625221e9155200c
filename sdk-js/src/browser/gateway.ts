import { errorFromResponse, MorrowError } from '../errors.ts';

/** The gateway as a page reaches it: without cookies, by a key that identifies and authorizes nothing. */
export type Gateway = { origin: string; publishableKey: string };

const timeoutMs = 10_000;

/** A question about the merchant's offers. The key travels in the query, since a header would cost a preflight. */
export function ask<Answer>(
  { origin, publishableKey }: Gateway,
  path: string,
  query: Record<string, string | undefined>,
): Promise<Answer> {
  const url = new URL(path, origin);
  url.searchParams.set('key', publishableKey);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return getJson(url, {});
}

/** How far a session is, for the bearer of its client token. */
export function askStatus<Answer>(
  { origin }: Gateway,
  session: string,
  clientToken: string,
): Promise<Answer> {
  const url = new URL(`/v1/checkout-sessions/${encodeURIComponent(session)}/status`, origin);
  return getJson(url, { authorization: `Bearer ${clientToken}` });
}

/** @throws MorrowError for a refusal, and with status 0 when no whole answer came. */
async function getJson<Answer>(url: URL, headers: HeadersInit): Promise<Answer> {
  try {
    const response = await fetch(url, {
      headers,
      credentials: 'omit',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await response.text();
    if (!response.ok) throw errorFromResponse(response.status, text);
    return JSON.parse(text) as Answer;
  } catch (cause) {
    if (cause instanceof MorrowError) throw cause;
    const code = (cause as Error).name === 'TimeoutError' ? 'timeout' : 'connection_failed';
    throw new MorrowError({ status: 0, code, message: `No whole answer came from ${url.origin}.`, cause });
  }
}
