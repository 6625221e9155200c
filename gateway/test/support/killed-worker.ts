import './end-with-parent.ts';
import { connect } from '@morrow/db';
import { writeEventCheckpoints } from '../../src/events/checkpoints.ts';
import { sequenceEvents } from '../../src/events/sequence.ts';
import { createVault } from '../../src/lib/vault.ts';
import { deliverDue } from '../../src/webhooks/deliver.ts';
import { fanOut } from '../../src/webhooks/fan-out.ts';
import { createOutbound } from '../../src/webhooks/outbound.ts';
import { movableClock, testHost } from './events-world.ts';

/** What a worker does with events from their commit on, in this order. */
export const stages = ['sequence', 'fan-out', 'deliver', 'checkpoint'] as const;

/** What the parent sends: where the database is, what time it is, and at which moment of which stage to die. */
export type Order = {
  url: string;
  key: string;
  target: string;
  now: string;
  stage: (typeof stages)[number];
  moment: number;
};

/**
 * A worker in a process of its own that kills itself in the middle of its work, as SIGKILL does: nothing is rolled back,
 * closed or said. Moments are before a statement is written, after it is written and before its answer is read, and
 * after its answer; and the same of a request to a receiver.
 */
async function work({ url, key, target, now, ...end }: Order): Promise<void> {
  const db = connect(url);
  const host = {
    ...testHost(db),
    clock: movableClock(new Date(now)),
    vault: createVault([{ id: 'k1', key: Buffer.from(key, 'base64') }]),
    config: { sandboxWebhookTargets: [target] },
  };
  let stage: Order['stage'] = 'sequence';
  let moments = 0;
  const pass = (): void => {
    if (stage !== end.stage) return;
    moments += 1;
    if (moments === end.moment) process.kill(process.pid, 'SIGKILL');
  };
  db.on('query', () => {
    pass();
    setImmediate(pass);
  });
  db.on('query-response', pass);
  const outbound = createOutbound();
  const post: typeof outbound.post = async (message) => {
    pass();
    const answer = outbound.post(message);
    setImmediate(pass);
    await answer;
    pass();
    return answer;
  };
  const does = {
    sequence: () => sequenceEvents(host),
    'fan-out': () => fanOut(host),
    // One, so that each moment is of the same statement every time.
    deliver: () => deliverDue(host, { ...outbound, post }, 1),
    checkpoint: () => writeEventCheckpoints(host),
  };
  for (stage of stages) await does[stage]();
  process.send?.({ survived: moments });
}

process.once('message', (order: Order) => void work(order));
process.send?.('ready');
