import { afterEach, expect, test, vi } from 'vitest';
import {
  collect,
  confirmedSession,
  eventually,
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
