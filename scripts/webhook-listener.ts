import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Morrow, MorrowError, verifyWebhook, webhookAnswer } from '@morrow/sdk-js/server';
import { freePort } from './free-port.ts';
import { printTable } from './table.ts';

/** A lost webhook is tried again after five seconds; a little more for a busy machine. */
const arrivesWithinMs = 30_000;

export type WebhookListener = {
  /** `host:port`, as an operator lists it. */
  target: string;
  /** Registers with a sandbox; false where the gateway may not send here. */
  listen(morrow: Morrow): Promise<boolean>;
  /** Waits until every event of the feed has come and prints what was lost on the way; returns what is missing. */
  report(morrow: Morrow): Promise<string[]>;
  close(): Promise<void>;
};

/** A shop's webhook endpoint on this machine, which proves every message that comes. */
export async function openWebhookListener(): Promise<WebhookListener> {
  const port = await freePort();
  const arrived = new Set<string>();
  let endpoint: { id: string; secret: string; merchantId: string } | undefined;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (!endpoint) {
        // Its secret is not here yet; the challenge comes again.
        response.writeHead(503).end();
        return;
      }
      const payload = Buffer.concat(chunks).toString();
      const { secret, merchantId } = endpoint;
      const event = verifyWebhook({ payload, headers: request.headers, secret, merchantId });
      arrived.add(event.id);
      response.writeHead(200).end(webhookAnswer(event));
    });
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  const target = `127.0.0.1:${port}`;
  return {
    target,
    async listen(morrow) {
      try {
        const { merchant } = await morrow.sandbox.get();
        const url = `http://${target}/`;
        const { id, secret } = await morrow.webhookEndpoints.create({ url, event_types: ['*'] });
        endpoint = { id, secret, merchantId: merchant.id };
        return true;
      } catch (error) {
        if (error instanceof MorrowError && error.code === 'url_forbidden') return false;
        throw error;
      }
    },
    async report(morrow) {
      if (!endpoint) return [];
      const waitsUntil = performance.now() + arrivesWithinMs;
      let missing = await missingOf(morrow, arrived);
      while (missing.length > 0 && performance.now() < waitsUntil) {
        await sleep(500);
        missing = await missingOf(morrow, arrived);
      }
      await printDeliveries(morrow, endpoint.id);
      return missing;
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function missingOf(morrow: Morrow, arrived: ReadonlySet<string>): Promise<string[]> {
  const missing: string[] = [];
  for await (const { id, type } of morrow.events.list()) if (!arrived.has(id)) missing.push(`${type} ${id}`);
  return missing;
}

async function printDeliveries(morrow: Morrow, endpointId: string): Promise<void> {
  const types = new Map<string, string>();
  for await (const { id, type } of morrow.events.list()) types.set(id, type);
  const rows: string[][] = [];
  for await (const delivery of morrow.webhookEndpoints.deliveries(endpointId)) {
    if (delivery.attempt === 1 && delivery.status === 'succeeded') continue;
    const outcome = delivery.status === 'failed' ? `failed: ${delivery.failure}` : delivery.status;
    rows.push([types.get(delivery.event_id) ?? '', String(delivery.attempt), outcome]);
  }
  printTable(
    `webhooks that did not arrive at once; ${types.size} events in all`,
    ['event', 'attempt', 'outcome'],
    rows,
  );
}
