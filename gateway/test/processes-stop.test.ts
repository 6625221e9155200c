import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { startBalancer } from './support/balancer.ts';
import {
  chargesOf,
  collect,
  confirmedSession,
  eventually,
  expectSoundBooks,
  openMerchant,
  openProcesses,
  orderOf,
  type Processes,
} from './support/processes.ts';

// Whole processes start and end here.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

let processes: Processes | undefined;

afterEach(async () => {
  await processes?.close();
  processes = undefined;
});

test.each([
  ['all', 'SIGTERM'],
  ['server', 'SIGTERM'],
  ['worker', 'SIGTERM'],
  ['all', 'SIGINT'],
] as const)('RUN=%s ends cleanly on %s', async (run, signal) => {
  processes = await openProcesses([run]);
  const [gateway] = processes.gateways;
  gateway!.signal(signal);
  expect(await gateway!.ended()).toEqual({ code: 0, signal: null });
  expect(gateway!.errors).toEqual([]);
});

test('a request that waits for events is answered at once when the process is told to end', async () => {
  processes = await openProcesses(['server']);
  const [gateway] = processes.gateways;
  const merchant = await openMerchant([gateway!]);
  // Its answer comes after the signal, so it was under way when that came.
  let told = false;
  const waiting = merchant.morrow.events.page({ wait: 30 }).then((page) => ({ page, told }));
  await merchant.morrow.events.page({ wait: 1 });
  told = true;
  gateway!.signal('SIGTERM');
  expect(await waiting).toEqual({ page: { data: [], next_after: 0, has_more: false }, told: true });
  expect(await gateway!.ended()).toEqual({ code: 0, signal: null });
  expect(gateway!.errors).toEqual([]);
});

test('a request in progress is answered before the process ends, and no new one is taken', async () => {
  processes = await openProcesses();
  const [stopping, other] = processes.gateways;
  const merchant = await openMerchant([other!]);
  const session = await confirmedSession(merchant.morrow, { person: 1 });

  const release = await processes.lock('orders');
  const slow = merchant.at(stopping!).morrow.orders.authorize(orderOf(session));
  await eventually(
    () => processes!.waitingFor('orders'),
    (waiting) => waiting > 0,
  );
  stopping!.signal('SIGTERM');
  await eventually(
    () =>
      fetch(`${stopping!.address}/health`).then(
        () => 'taken',
        () => 'refused',
      ),
    (outcome) => outcome === 'refused',
  );
  await release();

  const order = await slow;
  expect(await stopping!.ended()).toEqual({ code: 0, signal: null });
  expect(await collect(merchant.morrow.orders.list())).toEqual([order]);
  expect(stopping!.errors).toEqual([]);
});

test('a process that was told to end serves on while it says that it is not ready, until it is told again', async () => {
  processes = await openProcesses([]);
  const gateway = await processes.start('server', { DRAIN_SECONDS: '600' });
  const ask = async (path: string) => {
    const { status, headers, ...response } = await fetch(gateway.address + path);
    await response.body?.cancel();
    return { status, connection: headers.get('connection') };
  };
  expect(await ask('/ready')).toEqual({ status: 200, connection: 'keep-alive' });
  gateway.signal('SIGTERM');
  await eventually(
    () => ask('/ready'),
    ({ status }) => status === 503,
  );
  expect(await ask('/ready')).toEqual({ status: 503, connection: 'close' });
  expect(await ask('/health')).toEqual({ status: 200, connection: 'close' });
  expect(await ask('/openapi.json')).toEqual({ status: 200, connection: 'close' });
  expect(gateway.hasEnded()).toBe(false);
  gateway.signal('SIGTERM');
  expect(await gateway.ended()).toEqual({ code: 0, signal: null });
  expect(gateway.errors).toEqual([]);
});

test('all processes are replaced under load without a request that fails or anything done twice', async () => {
  processes = await openProcesses([]);
  const drain = { DRAIN_SECONDS: '2' };
  // All before the load, which would slow down their start.
  const [one, other, next] = await Promise.all(
    (['all', 'server', 'all'] as const).map((run) => processes!.start(run, drain)),
  );
  const old = [one!, other!];
  const merchant = await openMerchant(old);
  const balancer = await startBalancer();
  const over = new AbortController();
  const withinMs = 60_000;
  try {
    for (const { address } of old) balancer.add(address);
    await eventually(
      () => balancer.ready(),
      (ready) => ready === 2,
    );
    const { morrow } = merchant.at(balancer);
    let people = 0;
    const bought: string[] = [];
    const buy = async (): Promise<void> => {
      while (!over.signal.aborted) {
        people += 1;
        const session = await confirmedSession(morrow, { person: people, amount: 1000 });
        const order = await morrow.orders.authorize(orderOf(session));
        await morrow.orders.capture(order.id, { reference: 'parcel', amount: 1000 });
        bought.push(order.id);
      }
    };
    const look = async (): Promise<void> => {
      while (!over.signal.aborted) {
        await morrow.events.page({ limit: 100 });
        const { body } = await fetch(`${balancer.address}/health`);
        await body?.cancel();
        await sleep(20);
      }
    };
    const load = Promise.all([buy(), look()]);
    const replaced = await Promise.race([
      load.then(() => []),
      (async () => {
        balancer.add(next!.address);
        await eventually(
          () => balancer.ready(),
          (ready) => ready === 3,
        );
        await eventually(
          () => bought.length,
          (count) => count > 1,
          withinMs,
        );
        const before = bought.length;
        for (const gateway of old) gateway.signal('SIGTERM');
        const endings = await Promise.all(old.map((gateway) => gateway.ended()));
        await eventually(
          () => bought.length,
          (count) => count > before + 1,
          withinMs,
        );
        over.abort();
        return endings;
      })(),
    ]);
    await load;
    expect(balancer.failures).toEqual([]);
    expect(replaced).toEqual(old.map(() => ({ code: 0, signal: null })));
    expect(old.flatMap(({ errors }) => errors)).toEqual([]);
    const orders = await collect(morrow.orders.list());
    expect(orders.map(({ id }) => id).toSorted()).toEqual(bought.toSorted());
    expect(new Set(orders.map(({ merchant_reference }) => merchant_reference)).size).toBe(orders.length);
    // The first of four parts of each, once.
    const charges = await eventually(
      () => chargesOf(processes!),
      (all) => all.length >= bought.length,
      withinMs,
    );
    expect(charges).toEqual(bought.map(() => 250));
    await expectSoundBooks(morrow);
  } finally {
    over.abort();
    await balancer.close();
  }
}, 240_000);

test('what merchants asked last is in their request log when the process has ended', async () => {
  processes = await openProcesses(['server', 'server']);
  const [stopping, other] = processes.gateways;
  const merchant = await openMerchant([other!]);
  await collect(merchant.at(stopping!).morrow.orders.list());
  stopping!.signal('SIGTERM');
  expect(await stopping!.ended()).toEqual({ code: 0, signal: null });
  expect(await processes.db('api_requests').where({ operation: 'listOrders' })).toMatchObject([
    { method: 'GET', path: '/v1/orders', status: 200 },
  ]);
});
