import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebhookEvent, webhookAnswer } from '@morrow/sdk-js/server';

/** How a merchant's receiver treats webhooks just now. */
export type Manner = 'takes' | 'hangs' | 'refuses';

export type Hooks = {
  /** `host:port`, as an operator lists it. */
  target: string;
  urlOf(shop: number): string;
  /** How often each event came to a shop and was taken, by the event's id. */
  taken(shop: number): ReadonlyMap<string, number>;
  behave(manner: Manner): void;
  close: () => Promise<void>;
};

/** The receiver of all shops of a run. */
export async function startHooks(): Promise<Hooks> {
  const taken = new Map<string, Map<string, number>>();
  const hanging = new Set<ServerResponse>();
  let manner: Manner = 'takes';
  const server = createServer((request, response) => {
    response.on('error', () => undefined);
    const chunks: Buffer[] = [];
    request.on('error', () => undefined).on('data', (chunk: Buffer) => chunks.push(chunk));
    request.once('end', () => {
      if (manner === 'hangs') {
        hanging.add(response);
        return;
      }
      if (manner === 'refuses') {
        response.writeHead(503).end();
        return;
      }
      const event = JSON.parse(Buffer.concat(chunks).toString('utf8')) as WebhookEvent;
      if (event.type === 'webhook_endpoint.challenge') {
        response.writeHead(200).end(webhookAnswer(event));
        return;
      }
      const { id } = event;
      const path = String(request.url);
      const events = taken.get(path) ?? new Map<string, number>();
      taken.set(path, events.set(id, (events.get(id) ?? 0) + 1));
      response.writeHead(204).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const target = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    target,
    urlOf: (shop) => `http://${target}/shops/${shop}`,
    taken: (shop) => taken.get(`/shops/${shop}`) ?? new Map(),
    behave(next) {
      manner = next;
      if (next === 'hangs') return;
      for (const response of hanging) response.destroy();
      hanging.clear();
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
