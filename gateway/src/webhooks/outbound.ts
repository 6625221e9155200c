import type { LookupFunction } from 'node:net';
import { Agent, request } from 'undici';
import { isLoopbackAddress, isPublicAddress } from './addresses.ts';
import { AddressForbidden, createConnector } from './connector.ts';
import type { Target } from './targets.ts';

export type OutboundRequest = { target: Target; headers: Record<string, string>; body: string };

/** What came of a request: the receiver's status, or why there was none. */
export type Answer = { status: number } | { failure: OutboundFailure };

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

  return {
    async post({ target, headers, body }) {
      const signal = AbortSignal.timeout(totalTimeoutMs);
      try {
        const dispatcher = agents[target.reach];
        const response = await request(target.url, { method: 'POST', headers, body, dispatcher, signal });
        // The status is the answer. The rest is read only so far that an honest receiver can finish writing it.
        await response.body.dump({ limit: mostResponseBytes, signal }).catch(() => undefined);
        return { status: response.statusCode };
      } catch (error) {
        return { failure: failureOf(error, signal) };
      }
    },
    async close() {
      await Promise.all([agents.public.destroy(), agents.loopback.destroy()]);
    },
  };
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
