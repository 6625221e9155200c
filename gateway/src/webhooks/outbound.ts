import type { LookupFunction } from 'node:net';
import { Agent, type Dispatcher, request } from 'undici';
import { isLoopbackAddress, isPublicAddress } from './addresses.ts';
import { AddressForbidden, createConnector } from './connector.ts';
import type { Target } from './targets.ts';

export type OutboundRequest = { target: Target; headers: Record<string, string>; body: string };

/** What came of a request: the receiver's status, or why there was none. */
export type Answer = { status: number } | { failure: OutboundFailure };

/** As `Answer`, with the text that came with the status. */
export type AnswerText = { status: number; text: string } | { failure: OutboundFailure };

export type OutboundFailure =
  'address_forbidden' | 'name_not_found' | 'connect_timeout' | 'tls_failed' | 'connection_failed' | 'timeout';

export type OutboundOptions = {
  connectTimeoutMs?: number;
  /** From the first look-up to the answer's headers and, after them, the rest of the answer. */
  totalTimeoutMs?: number;
  lookup?: LookupFunction;
};

/** Sends requests to addresses that strangers chose. */
export type Outbound = {
  /** Sends one POST and never throws. A redirect is an answer like any other and is not followed. */
  post(message: OutboundRequest): Promise<Answer>;
  /** As `post`, and gives the answer's text as well: its first 64 kB. */
  ask(message: OutboundRequest): Promise<AnswerText>;
  close(): Promise<void>;
};

const mostResponseBytes = 64 * 1024;

/**
 * A sender that reaches public addresses, or for loopback targets this machine only. It reads no proxy settings,
 * and each request has a connection of its own, so that every one is checked.
 */
export function createOutbound(options: OutboundOptions = {}): Outbound {
  const { connectTimeoutMs = 3_000, totalTimeoutMs = 10_000, lookup } = options;
  const agentFor = (isAllowed: (address: string) => boolean): Agent =>
    new Agent({
      connect: createConnector({ isAllowed, timeoutMs: connectTimeoutMs, lookup }),
      pipelining: 0,
    });
  const agents = { public: agentFor(isPublicAddress), loopback: agentFor(isLoopbackAddress) };

  async function send<T>(
    { target, headers, body }: OutboundRequest,
    read: (answer: Dispatcher.ResponseData, signal: AbortSignal) => Promise<T>,
  ): Promise<T | { failure: OutboundFailure }> {
    const signal = AbortSignal.timeout(totalTimeoutMs);
    try {
      const dispatcher = agents[target.reach];
      return await read(
        await request(target.url, { method: 'POST', headers, body, dispatcher, signal }),
        signal,
      );
    } catch (error) {
      return { failure: failureOf(error, signal) };
    }
  }

  return {
    post: (message) =>
      send(message, async ({ statusCode: status, body }, signal) => {
        // The status is the answer. The rest is read only so far that an honest receiver can finish writing it.
        await body.dump({ limit: mostResponseBytes, signal }).catch(() => undefined);
        return { status };
      }),
    ask: (message) =>
      send(message, async ({ statusCode: status, body }) => ({ status, text: await textOf(body) })),
    async close() {
      await Promise.all([agents.public.destroy(), agents.loopback.destroy()]);
    },
  };
}

/** What comes after the first 64 kB is not waited for. */
async function textOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= mostResponseBytes) break;
  }
  return Buffer.concat(chunks).toString('utf8', 0, mostResponseBytes);
}

/** Codes of Node and OpenSSL that say that the receiver's certificate or handshake was not acceptable. */
const tlsCode = /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|EPROTO)/;

function failureOf(error: unknown, signal: AbortSignal): OutboundFailure {
  if (signal.aborted) return 'timeout';
  if (error instanceof AddressForbidden) return 'address_forbidden';
  const code = String((error as { code?: unknown }).code);
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return 'connect_timeout';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'name_not_found';
  if (tlsCode.test(code)) return 'tls_failed';
  return 'connection_failed';
}
