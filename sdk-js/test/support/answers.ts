import { generateKeyPairSync } from 'node:crypto';
import { createMorrow } from '../../src/server.ts';
import type { Morrow, MorrowOptions } from '../../src/server.ts';

export const ORIGIN = 'https://api.example';

export type Sent = { method: string; url: string; headers: Record<string, string>; body: string };

/** What the gateway does with one request: an answer, or a failure of the connection. */
export type Answer = Response | Error;

export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return Response.json(body, { status, headers });
}

export function problem(status: number, code: string, members: object = {}, headers = {}): Response {
  return json(
    { type: `${ORIGIN}/docs/problems/${code}`, title: code, status, code, request_id: 'req_1', ...members },
    status,
    headers,
  );
}

/** A client whose requests get these answers one after another, and what it sent and how long it waited between. */
export function clientWith(
  answers: Answer[],
  options: Partial<MorrowOptions> = {},
): { morrow: Morrow; sent: Sent[]; waits: number[] } {
  const sent: Sent[] = [];
  const waits: number[] = [];
  const morrow = createMorrow({
    baseUrl: ORIGIN,
    keyId: 'mer_1/k1',
    privateKey: generateKeyPairSync('ed25519').privateKey,
    sleep: async (ms) => {
      waits.push(ms);
    },
    fetch: async (url, init = {}) => {
      sent.push({
        method: init.method ?? 'GET',
        url: url instanceof Request ? url.url : url.toString(),
        headers: init.headers as Record<string, string>,
        body: (init.body as string | null) ?? '',
      });
      const answer = answers.shift();
      if (!answer) throw new Error('there is no further answer');
      if (answer instanceof Error) throw answer;
      return answer;
    },
    ...options,
  });
  return { morrow, sent, waits };
}
