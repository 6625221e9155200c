import type { Knex } from '@morrow/db';
import nock from 'nock';
import { type Clock, wallClock } from '../../lib/clock.ts';
import type { MockReply, MockRequest } from './answers.ts';
import { decodeBody, decodeForm } from './form.ts';
import { sandboxHost } from './host.ts';
import { postgresStore } from './postgres-store.ts';
import { respond } from './respond.ts';

/**
 * Answers this process's requests to the sandbox processor's host from the mock, whose memory is in `db`; requests to
 * every other host go their way. Returns what ends it. One database serves a process: of two mounts, the first answers.
 */
export function mountMockProcessor(db: Knex, clock: Clock = wallClock): () => void {
  const scope = nock(`https://${sandboxHost}`).persist();
  async function reply(this: nock.ReplyFnContext, uri: string, body: nock.Body): Promise<nock.ReplyFnResult> {
    // nock keeps the request on an object that concurrent requests share: it is read before anything is awaited.
    const key = this.req.headers['idempotency-key'];
    const account = this.req.headers['stripe-account'];
    const request = toRequest(this.req.method, uri, textOf(body), { key, account }, clock);
    return toResult(await db.transaction((sql) => respond(request, postgresStore(sql))));
  }
  const interceptors = [scope.get(/.*/), scope.post(/.*/)];
  for (const interceptor of interceptors) interceptor.reply(reply);
  return () => {
    for (const interceptor of interceptors) nock.removeInterceptor(interceptor);
  };
}

/** nock has read a body in JSON already; the same object is written as the same text. */
function textOf(body: nock.Body): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

function toRequest(
  method: string,
  uri: string,
  rawBody: string,
  headers: { key: unknown; account: unknown },
  clock: Clock,
): MockRequest {
  const { key, account } = headers;
  const [path = '', query = ''] = uri.split('?');
  return {
    method,
    path,
    query: decodeForm(query),
    body: decodeBody(path, rawBody),
    rawBody,
    idempotencyKey: typeof key === 'string' ? key : undefined,
    account: typeof account === 'string' ? account : undefined,
    now: Math.floor(clock.now().getTime() / 1000),
  };
}

function toResult(reply: MockReply): nock.ReplyFnResult | Promise<never> {
  if (reply.kind === 'silence') return new Promise<never>(() => undefined);
  if (reply.kind === 'broken') throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
  const body = JSON.stringify(reply.body);
  // Without a length, nock 14 never ends the answer to a request that asks to keep the connection.
  const headers = { 'Content-Type': 'application/json', 'Content-Length': String(Buffer.byteLength(body)) };
  return [reply.status, body, headers];
}
