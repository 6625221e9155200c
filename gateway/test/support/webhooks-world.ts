import { randomBytes } from 'node:crypto';
import { freshDatabase } from '@morrow/db/testing';
import { sequenceEvents } from '../../src/events/sequence.ts';
import type { EventType } from '../../src/events/types.ts';
import type { Tx } from '../../src/lib/tx.ts';
import { createVault } from '../../src/lib/vault.ts';
import { challengeDue } from '../../src/webhooks/challenge.ts';
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
      /** A new endpoint, whose address has proven itself where it can. */
      async add(
        eventTypes: string[] = ['*'],
        url = receiver.url,
      ): Promise<{ endpoint: Endpoint; secret: string }> {
        const loopbackTargets = host.config.sandboxWebhookTargets;
        const { endpoint, secret } = await inside(host, environmentId, (tx) =>
          createEndpoint(tx, { merchantId, url, eventTypes, loopbackTargets }),
        );
        await challengeDue(host, outbound);
        return {
          endpoint: await inside(host, environmentId, (tx) => findEndpoint(tx, of(endpoint.id))),
          secret,
        };
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
    outbound,
    environmentId,
    openMerchant,
    inTx: <T>(work: Parameters<typeof inside<T>>[2]) => inside(host, environmentId, work),
    /** Numbers, fans out and sends until nothing is due; gives what came. */
    async deliver(): Promise<Received[]> {
      const before = receiver.received.length;
      await sequenceEvents(host);
      await challengeDue(host, outbound);
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

/** As if the endpoint's address had answered a challenge, where that is not what the test is about. */
export async function proveEndpoint(
  { db, clock }: Pick<TestHost, 'db' | 'clock'>,
  id: string,
): Promise<void> {
  await db('webhook_endpoints').where({ id }).update({ proven_at: clock.now(), challenge_at: null });
}
