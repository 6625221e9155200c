import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { MorrowError } from '../../errors.ts';
import type { WebhookEndpoint } from '../../types.ts';
import { webhookAnswer, type WebhookEvent } from '../../webhooks.ts';
import type { Connection } from '../connection.ts';
import { newestSequence } from '../newest-sequence.ts';
import { UsageError } from '../read-files.ts';
import type { WebhookMessage } from '../sign-webhook.ts';

/** A genuine webhook that was meant for the shop. */
export type Caught = WebhookMessage & { event: WebhookEvent };

/** Stands in for the shop's endpoint: catches what Morrow sends to it, and lets through what a check wants to. */
export type Tap = {
  endpointId: string;
  /** The webhooks about these objects, in their order, once everything that has happened is here. */
  about(ids: readonly string[]): Promise<Caught[]>;
  /** The first webhook about an object, and of a type, as soon as it is here; undefined when none comes. */
  first(id: string, type?: WebhookEvent['type']): Promise<Caught | undefined>;
  /** Sends to the shop; returns its status, 0 where there was no answer. */
  deliver(message: WebhookMessage): Promise<number>;
  /** Points the endpoint at the shop again, by whatever key is good then, and lets Morrow send what the shop has not had. */
  close(connection: Connection): Promise<void>;
};

/** In the address of a tap: where the endpoint led before, for whoever finds it after a crash. */
const wasAt = 'was';
const arrivesWithinMs = 20_000;
const quietMs = 500;
const lookMs = 50;
const answerWithinMs = 10_000;

/**
 * Points the shop's endpoint at a port of this machine for the run; the secret stays, so all signatures stay genuine.
 * Returns why not, where that is not possible.
 */
export async function openTap(
  connection: Connection,
  { origin, port, signal }: { origin: string; port: number; signal: AbortSignal },
): Promise<Tap | string> {
  const endpoint = await findEndpoint(connection, origin);
  if (typeof endpoint === 'string') return endpoint;
  const from = await newestSequence(connection.morrow, signal);
  const caught = new Map<string, Caught>();
  const delivered = new Set<string>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => void chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      keep(caught, request.headers, body);
      response.writeHead(200, { 'content-type': 'application/json' }).end(answerOf(body));
    });
  });
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening');
  } catch (error) {
    return `Port ${port} of this machine, where webhooks should be caught, is not free: ${(error as Error).message}.`;
  }
  const here = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  here.searchParams.set(wasAt, endpoint.url);
  const stop = async (): Promise<void> => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  try {
    await connection.morrow.webhookEndpoints.update(endpoint.id, { url: here.href });
  } catch (error) {
    await stop();
    if (!(error instanceof MorrowError)) throw error;
    return refusal(error, here.host);
  }
  const deliver = async (message: WebhookMessage): Promise<number> => {
    const status = await post(endpoint.url, message, signal);
    if (status >= 200 && status < 300) delivered.add(message.headers['webhook-id'] ?? '');
    return status;
  };
  return {
    endpointId: endpoint.id,
    deliver,
    first: (id, type) => awaitFirst(caught, { id, type, signal }),
    about: (ids) => collect(connection, caught, { from, types: endpoint.event_types, ids, signal }),
    async close({ morrow }) {
      try {
        await morrow.webhookEndpoints.update(endpoint.id, { url: endpoint.url });
        for (const { event } of inOrder(caught)) {
          if (delivered.has(event.id)) continue;
          await morrow.webhookEndpoints.redeliver(endpoint.id, { event_id: event.id });
        }
      } catch (error) {
        throw new UsageError(
          `The webhook endpoint ${endpoint.id} may still lead to doctor: set its url to ${endpoint.url}. ${(error as Error).message}`,
        );
      } finally {
        await stop();
      }
    },
  };
}

function refusal({ code, message }: MorrowError, host: string): string {
  if (code === 'url_forbidden') {
    return `The gateway may not send webhooks to ${host}, where doctor would catch them: its operator has to list it in SANDBOX_WEBHOOK_TARGETS.`;
  }
  if (code === 'scope_missing')
    return 'The key has no scope "keys", which changing a webhook endpoint takes.';
  return `The webhook endpoint could not be changed: ${message}`;
}

/** The endpoint at the shop, also where a run that was killed has left it pointing at its tap. */
async function findEndpoint(
  { morrow }: Connection,
  origin: string,
): Promise<Pick<WebhookEndpoint, 'id' | 'url' | 'event_types'> | string> {
  const found = [];
  for await (const { id, url, event_types, status } of morrow.webhookEndpoints.list()) {
    const home = new URL(url).searchParams.get(wasAt) ?? url;
    if (status !== 'disabled' && new URL(home).origin === origin) found.push({ id, url: home, event_types });
  }
  const [endpoint, ...more] = found;
  if (!endpoint) return `No enabled webhook endpoint leads to ${origin}.`;
  return more.length === 0 ? endpoint : `${found.length} webhook endpoints lead to ${origin}; one is enough.`;
}

function keep(
  caught: Map<string, Caught>,
  given: Record<string, string | string[] | undefined>,
  body: string,
): void {
  const names = ['content-type', 'user-agent', 'webhook-id', 'webhook-timestamp', 'webhook-signature'];
  const headers = Object.fromEntries(names.map((name) => [name, String(given[name] ?? '')]));
  try {
    const event = JSON.parse(body) as WebhookEvent;
    if (event.type === 'webhook_endpoint.challenge') return;
    caught.set(event.id, { headers, body, event });
  } catch {
    // Not from Morrow: anybody on this machine may knock at the port.
  }
}

/** The tap proves itself as the shop would. */
function answerOf(body: string): string {
  try {
    return webhookAnswer(JSON.parse(body) as WebhookEvent);
  } catch {
    return '{}';
  }
}

function inOrder(caught: ReadonlyMap<string, Caught>): Caught[] {
  return [...caught.values()].toSorted((one, other) => one.event.sequence - other.event.sequence);
}

function isAbout(
  { object_id: id, data }: Pick<WebhookEvent, 'object_id' | 'data'>,
  ids: readonly string[],
): boolean {
  return [id, ...Object.values(data)].some((value) => typeof value === 'string' && ids.includes(value));
}

async function awaitFirst(
  caught: ReadonlyMap<string, Caught>,
  { id, type, signal }: { id: string; type: WebhookEvent['type'] | undefined; signal: AbortSignal },
): Promise<Caught | undefined> {
  const end = performance.now() + arrivesWithinMs;
  for (;;) {
    const found = inOrder(caught).find(
      ({ event }) => (event.id === id || isAbout(event, [id])) && (type === undefined || event.type === type),
    );
    if (found || performance.now() > end) return found;
    await sleep(lookMs, undefined, { signal });
  }
}

/** Waits until the feed has been quiet for a moment and every event of it that the endpoint gets has come. */
async function collect(
  { morrow }: Connection,
  caught: ReadonlyMap<string, Caught>,
  {
    from,
    types,
    ids,
    signal,
  }: { from: number; types: readonly string[]; ids: readonly string[]; signal: AbortSignal },
): Promise<Caught[]> {
  const isWanted = (type: string) => types.includes('*') || types.includes(type);
  const end = performance.now() + arrivesWithinMs;
  let wanted: string[] = [];
  for (let seen = -1; performance.now() < end; seen = wanted.length) {
    wanted = [];
    for await (const event of morrow.events.list({ after: from, limit: 100 }, { signal })) {
      if (isWanted(event.type) && isAbout(event, ids)) wanted.push(event.id);
    }
    if (wanted.length === seen && wanted.every((id) => caught.has(id))) break;
    await sleep(quietMs, undefined, { signal });
  }
  return inOrder(caught).filter(({ event }) => wanted.includes(event.id));
}

async function post(url: string, { headers, body }: WebhookMessage, signal: AbortSignal): Promise<number> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers,
      body,
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(answerWithinMs)]),
    });
    await response.arrayBuffer();
    return response.status;
  } catch {
    signal.throwIfAborted();
    return 0;
  }
}
