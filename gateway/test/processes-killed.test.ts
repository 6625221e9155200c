import type { ServerResponse } from 'node:http';
import { type Event, MorrowError, verifyWebhook } from '@morrow/sdk-js/server';
import { expect, test, vi } from 'vitest';
import type { GatewayProcess } from './support/gateway-process.ts';
import {
  chargesOf,
  collect,
  confirmedSession,
  eventually,
  expectSoundBooks,
  openMerchant,
  openProcesses,
  orderOf,
  readFeed,
} from './support/processes.ts';
import { type Receiver, startReceiver } from './support/receiver.ts';

// Whole processes start and end here, and two of the waits are for a lease that runs out.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

/** Longer than the lease of a process that died, after which another one takes over what it had begun. */
const takenOverWithinMs = 45_000;

async function kill(gateway: GatewayProcess): Promise<void> {
  gateway.signal('SIGKILL');
  expect(await gateway.ended()).toEqual({ code: null, signal: 'SIGKILL' });
}

test.concurrent(
  'every acknowledged order exists once when a process is killed among its requests',
  async ({ onTestFinished }) => {
    const processes = await openProcesses();
    onTestFinished(processes.close);
    const [survivor, victim] = processes.gateways as [GatewayProcess, GatewayProcess];
    const merchant = await openMerchant(processes.gateways);
    const sessions = await Promise.all(
      Array.from({ length: 16 }, (_, person) =>
        confirmedSession(merchant.morrow, { person, amount: 40_000 }),
      ),
    );
    const authorize = (gateway: GatewayProcess, session: (typeof sessions)[number]) =>
      merchant.at(gateway).morrow.orders.authorize(orderOf(session), {
        idempotencyKey: `authorize-${session.id}`,
      });

    const acknowledged = new Map<string, string>();
    const unanswered: string[] = [];
    const waiting = sessions.map((session, index) => ({
      session,
      gateway: index % 2 === 0 ? survivor : victim,
    }));
    let killed: Promise<void> | undefined;
    const sendTheNext = async (): Promise<void> => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        try {
          const order = await authorize(next.gateway, next.session);
          acknowledged.set(next.session.id, order.id);
          if (acknowledged.size >= 5) killed ??= kill(victim);
        } catch (error) {
          if (!(error instanceof MorrowError) || error.code !== 'connection_failed') throw error;
          unanswered.push(next.session.id);
        }
      }
    };
    // Several at a time, so that the victim dies with some in its hands.
    await Promise.all([1, 2, 3, 4, 5, 6].map(sendTheNext));
    await killed;
    expect(unanswered).not.toEqual([]);
    expect(acknowledged.size + unanswered.length).toBe(sessions.length);

    const alone = merchant.through([survivor]);
    const before = await collect(alone.orders.list());
    expect(before.map(({ id }) => id)).toEqual(expect.arrayContaining([...acknowledged.values()]));
    await expectSoundBooks(alone);

    // Nobody knows what became of the others; the same key again answers for each, once.
    const orders = await Promise.all(sessions.map((session) => authorize(survivor, session)));
    for (const order of orders) {
      const told = acknowledged.get(order.checkout_session_id ?? '');
      if (told !== undefined) expect(order.id).toBe(told);
    }
    const after = await collect(alone.orders.list());
    expect(after.map(({ id }) => id).toSorted()).toEqual(orders.map(({ id }) => id).toSorted());
    expect(new Set(after.map((order) => order.checkout_session_id)).size).toBe(sessions.length);
    await expectSoundBooks(alone);
    const authorized = await eventually(
      async () => (await readFeed(alone)).filter(({ type }) => type === 'order.authorized'),
      (events) => events.length >= orders.length,
    );
    expect(authorized.map((event) => event.object_id).toSorted()).toEqual(
      orders.map(({ id }) => id).toSorted(),
    );
  },
);

test.concurrent(
  'every event arrives, signed and in one sequence, when the process that delivers is killed',
  async ({ onTestFinished }) => {
    const receiver = await startReceiver();
    onTestFinished(() => receiver.close());
    const processes = await openProcesses(['all'], [receiver.target]);
    onTestFinished(processes.close);
    const [victim] = processes.gateways as [GatewayProcess];
    const merchant = await openMerchant([victim]);
    const endpoint = await merchant.morrow.webhookEndpoints.create({ url: receiver.url, event_types: ['*'] });

    const { accepted, held } = holdSecond(receiver);
    const sell = async (gateways: GatewayProcess[], person: number) => {
      const morrow = merchant.through(gateways);
      const { id } = await morrow.orders.authorize(orderOf(await confirmedSession(morrow, { person })));
      await morrow.orders.capture(id, { reference: 'shipment-1', amount: 120_000 });
    };
    await sell([victim], 1);
    // The victim now waits for an answer that will not come.
    await eventually(
      () => held.length,
      (count) => count > 0,
    );
    const survivor = await processes.start();
    await sell([survivor, victim], 2);
    await kill(victim);
    await sell([survivor], 3);

    const morrow = merchant.through([survivor]);
    const events = await eventually(
      () => readFeed(morrow),
      (feed) => feed.filter(({ type }) => type === 'installment.paid').length === 3,
    );
    await eventually(
      () => new Set(accepted()).size,
      (count) => count === events.length,
      takenOverWithinMs,
    );
    const arrived = receiver.received.map(({ body, headers }) =>
      verifyWebhook({ payload: body, headers, secret: endpoint.secret, merchantId: merchant.merchantId }),
    );
    const newest = new Map(arrived.map((event) => [event.id, event.sequence]));
    const numbers = [...newest.values()].toSorted((a, b) => a - b);
    expect(numbers).toEqual(events.map(({ sequence }) => sequence));
    expect([...newest.keys()].toSorted()).toEqual(events.map(({ id }: Event) => id).toSorted());
    // What the victim had sent and not recorded came once more, under the same id.
    expect(arrived.filter(({ id }) => id === held[0])).toHaveLength(2);
  },
);

/** Accepts every webhook but the second, which hangs when it comes for the first time. */
function holdSecond(receiver: Receiver): { accepted: () => string[]; held: string[] } {
  const ids: string[] = [];
  const held: string[] = [];
  receiver.answer((request, response: ServerResponse) => {
    const id = String(request.headers['webhook-id']);
    if (ids.length === 1 && held.length === 0) {
      held.push(id);
      return;
    }
    ids.push(id);
    response.writeHead(204).end();
  });
  return { accepted: () => ids, held };
}

test.concurrent(
  'a clock that a killed process moved is moved on by another, and a charge it made is made once',
  async ({ onTestFinished }) => {
    const processes = await openProcesses();
    onTestFinished(processes.close);
    const [survivor, victim] = processes.gateways as [GatewayProcess, GatewayProcess];
    const merchant = await openMerchant(processes.gateways);
    const session = await confirmedSession(merchant.morrow, { person: 1, amount: 40_000 });
    const order = await merchant.morrow.orders.authorize(orderOf(session));
    await merchant.morrow.orders.capture(order.id, { reference: 'shipment-1', amount: 40_000 });
    await merchant.morrow.sandbox.advanceClock({ to: '2026-03-14T12:00:00.000Z' });
    expect(await chargesOf(processes)).toEqual([10_000]);

    // The victim charges the second installment, and cannot write down that it did.
    const release = await processes.lock('ledger_transfers');
    const to = '2026-03-31T00:00:00.000Z';
    const cutOff = merchant.at(victim).morrow.sandbox.advanceClock({ to });
    const failure = expect(cutOff).rejects.toMatchObject({ code: 'connection_failed' });
    await eventually(
      () => chargesOf(processes),
      (charges) => charges.length === 2,
    );
    await kill(victim);
    await failure;
    await release();

    const alone = merchant.through([survivor]);
    expect((await alone.sandbox.get()).clock.moving).toBe(true);
    const refused = merchant
      .at(survivor)
      .morrow.orders.refund(order.id, { reference: 'return-1', amount: 1 });
    await expect(refused).rejects.toMatchObject({ code: 'clock_moving' });

    const { clock } = await alone.sandbox.advanceClock({ to });
    expect(clock).toMatchObject({ now: to, moving: false });
    const { installments } = await alone.plans.get(order.plan_id);
    expect(installments.map(({ status }) => status)).toEqual(['paid', 'paid', 'paid', 'scheduled']);
    expect(await chargesOf(processes)).toEqual([10_000, 10_000, 10_000]);
    await readFeed(alone);
    await expectSoundBooks(alone);
  },
);
