import { Agent, request } from 'undici';
import { isLoopbackAddress, isPublicAddress } from '../webhooks/addresses.ts';
import { createConnector } from '../webhooks/connector.ts';
import type { Target } from '../webhooks/targets.ts';

/** There is no answer, or too much of one. What was sent may have arrived. The message has nothing of the answer. */
export class OutsideFailure extends Error {}

export type OutsideRequest = {
  method: 'GET' | 'POST';
  headers: Record<string, string>;
  body?: string;
  /** From the look-up of the name to the last byte of the answer. */
  timeoutMs: number;
  mostBytes: number;
};

export type OutsideAnswer = { status: number; headersDistinct: Record<string, string[]>; body: Buffer };

const connectTimeoutMs = 3_000;

/**
 * Sends one request to an address that somebody else chose, over a connection of its own, under the rules for such
 * addresses (see webhooks/outbound.ts), and reads the whole answer. A redirect is an answer like any other.
 *
 * @throws OutsideFailure
 */
export async function sendOutside({ url, reach }: Target, sent: OutsideRequest): Promise<OutsideAnswer> {
  const { method, headers, body, timeoutMs, mostBytes } = sent;
  const isAllowed = reach === 'public' ? isPublicAddress : isLoopbackAddress;
  const dispatcher = new Agent({
    connect: createConnector({ isAllowed, timeoutMs: Math.min(connectTimeoutMs, timeoutMs) }),
    pipelining: 0,
  });
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const answer = await request(url, { method, headers, body, dispatcher, signal });
    return {
      status: answer.statusCode,
      headersDistinct: distinct(answer.headers),
      body: await readAll(answer.body, mostBytes),
    };
  } catch (error) {
    if (error instanceof OutsideFailure) throw error;
    // What a connection failed at is for whoever runs the gateway; others could map a network by it.
    throw new OutsideFailure(signal.aborted ? 'it took too long' : 'it cannot be reached', { cause: error });
  } finally {
    await dispatcher.destroy();
  }
}

async function readAll(body: AsyncIterable<Buffer>, mostBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw new OutsideFailure(`it has more than ${mostBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function distinct(headers: Record<string, string | string[] | undefined>): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, [value].flat()]])),
  );
}
