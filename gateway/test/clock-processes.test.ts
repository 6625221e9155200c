import { expect, test, vi } from 'vitest';
import type { GatewayProcess } from './support/gateway-process.ts';
import {
  chargesOf,
  confirmedSession,
  eventually,
  expectSoundBooks,
  openMerchant,
  openProcesses,
  orderOf,
  readFeed,
} from './support/processes.ts';

// Whole processes start and end here, and one of the waits is for a lease that runs out.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

test('a clock on its way over two years is walked on by another worker when the first one is killed', async ({
  onTestFinished,
}) => {
  const processes = await openProcesses(['server', 'worker']);
  onTestFinished(processes.close);
  const [server, victim] = processes.gateways as [GatewayProcess, GatewayProcess];
  const { morrow } = await openMerchant([server]);
  const session = await confirmedSession(morrow, { person: 1, amount: 40_000 });
  const order = await morrow.orders.authorize(orderOf(session));
  await morrow.orders.capture(order.id, { reference: 'shipment-1', amount: 40_000 });

  await morrow.sandbox.advanceClock({ to: '2026-03-14T12:00:00.000Z' });
  expect(await chargesOf(processes)).toEqual([10_000]);

  // The victim stands still in the middle of its walk: it may not write the second charge down.
  const release = await processes.lock('ledger_transfers');
  const arrived = morrow.sandbox.advanceClock({ days: 730 });
  await eventually(
    () => chargesOf(processes),
    (charges) => charges.length === 2,
  );
  const { clock } = await morrow.sandbox.get();
  expect(clock).toMatchObject({ moving: true, target: '2028-03-13T12:00:00.000Z' });
  expect(clock.days_left).toBeGreaterThan(700);
  victim.signal('SIGKILL');
  expect(await victim.ended()).toEqual({ code: null, signal: 'SIGKILL' });
  await release();
  await processes.start('worker');

  expect((await arrived).clock).toMatchObject({
    now: '2028-03-13T12:00:00.000Z',
    moving: false,
    days_left: 0,
  });
  const { installments } = await morrow.plans.get(order.plan_id);
  expect(installments.map(({ status }) => status)).toEqual(['paid', 'paid', 'paid', 'paid']);
  expect(await chargesOf(processes)).toEqual([10_000, 10_000, 10_000, 10_000]);
  await readFeed(morrow);
  await expectSoundBooks(morrow);
});
