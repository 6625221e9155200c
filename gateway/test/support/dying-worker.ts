import { connect } from '@morrow/db';
import { deliverDue } from '../../src/webhooks/deliver.ts';
import { createOutbound } from '../../src/webhooks/outbound.ts';
import { createVault } from '../../src/lib/vault.ts';
import { testHost } from './events-world.ts';

/**
 * A delivery worker in a process of its own that sends what is due, tells its parent, and stays there between
 * sending and recording until it is killed.
 */
const given = JSON.parse(process.env.DYING_WORKER ?? '{}') as { url: string; key: string; target: string };
const host = {
  ...testHost(connect(given.url)),
  vault: createVault([{ id: 'k1', key: Buffer.from(given.key, 'base64') }]),
  config: { sandboxWebhookTargets: [given.target] },
};
const outbound = createOutbound();
await deliverDue(host, {
  ...outbound,
  post: async (message) => {
    process.send?.(await outbound.post(message));
    return new Promise<never>(() => undefined);
  },
});
