import { randomBytes } from 'node:crypto';
import { freshDatabase } from '@morrow/db/testing';
import { sequenceEvents } from '../../src/events/sequence.ts';
import type { EventType } from '../../src/events/types.ts';
import type { Tx } from '../../src/lib/tx.ts';
import { createVault } from '../../src/lib/vault.ts';
import { deliverDue } from '../../src/webhooks/deliver.ts';
import { type Delivery, listDeliveries } from '../../src/webhooks/deliveries.ts';
import { createEndpoint, type Endpoint, findEndpoint } from '../../src/webhooks/endpoints.ts';
import { fanOut } from '../../src/webhooks/fan-out.ts';
import { createOutbound } from '../../src/webhooks/outbound.ts';
import {
  createEnvironment,
  createTestMerchant,
  inside,
  recordNamed,
  testHost,
  type TestHost,
} from './events-world.ts';
import { type Received, startReceiver } from './receiver.ts';

/** A merchant in a sandbox with a receiver for its webhooks, on a database of its own; the test runs the worker's rounds. */
export async function openWebhooks() {
  const key = randomBytes(32);
  const database = await freshDatabase();
  const receiver = await startReceiver();
  const outbound = createOutbound();
  const unlisted = testHost(database.db);
  const host: TestHost = {
    ...unlisted,
    vault: createVault([{ id: 'k1', key }]),
    config: { ...unlisted.config, sandboxWebhookTargets: [receiver.target] },
  };
  const environmentId = await createEnvironment(host, 'sandbox');

  async function openMerchant() {
    const merchantId = await createTestMerchant(host, environmentId);
    const of = (endpointId: string) => ({ merchantId, endpointId });
    return {
      merchantId,
      of,
      add(eventTypes: string[] = ['*'], url = receiver.url): Promise<{ endpoint: Endpoint; secret: string }> {
        const loopbackTargets = host.config.sandboxWebhookTargets;
        return inside(host, environmentId, (tx) =>
          createEndpoint(tx, { merchantId, url, eventTypes, loopbackTargets }),
        );
      },
      /** Records events of these types and makes their deliveries. */
      async happen(...types: EventType[]): Promise<void> {
        for (const type of types)
          await inside(host, environmentId, (tx) => recordNamed(tx, merchantId, type, type));
        await sequenceEvents(host);
        await fanOut(host);
      },
      record: (tx: Tx, name: string) => recordNamed(tx, merchantId, name),
      find: (endpointId: string) => inside(host, environmentId, (tx) => findEndpoint(tx, of(endpointId))),
      log: (endpointId: string, filter: Partial<Pick<Delivery, 'status' | 'eventId'>> = {}) =>
        inside(host, environmentId, (tx) =>
          listDeliveries(tx, { ...of(endpointId), ...filter, after: undefined, limit: 1000 }),
        ),
    };
  }

  return {
    database,
    host,
    key,
    receiver,
    environmentId,
    openMerchant,
    inTx: <T>(work: Parameters<typeof inside<T>>[2]) => inside(host, environmentId, work),
    /** Numbers, fans out and sends until nothing is due; gives what came. */
    async deliver(): Promise<Received[]> {
      const before = receiver.received.length;
      await sequenceEvents(host);
      while ((await fanOut(host)) + (await deliverDue(host, outbound, 100)) > 0);
      return receiver.received.slice(before);
    },
    async close() {
      await outbound.close();
      await receiver.close();
      await database.drop();
    },
  };
}

export type Webhooks = Awaited<ReturnType<typeof openWebhooks>>;
export type WebhookMerchant = Awaited<ReturnType<Webhooks['openMerchant']>>;
