import { afterAll, beforeAll, expect, test } from 'vitest';
import { findSession } from '../src/checkout/sessions.ts';
import { openDesk } from '../src/credit/desks/breaker.ts';
import { createSandboxDesk } from '../src/credit/desks/sandbox-desk.ts';
import { FunderTerms } from '../src/credit/funder-terms.ts';
import { listFunders } from '../src/credit/funders.ts';
import { setFunderTerms } from '../src/credit/set-funder-terms.ts';
import { storeFault } from '../src/faults/faults.ts';
import { latestAssessment } from '../src/pay-score/assessments.ts';
import { newOperator } from './support/console.ts';
import { newReader } from './support/page-reader.ts';
import { openPagesWorld, type PagesWorld } from './support/pages-world.ts';
import { agreeTo, reachOffers } from './support/pages-walk.ts';

let world: PagesWorld;
beforeAll(async () => {
  world = await openPagesWorld();
  const desk = createSandboxDesk(world.context.db);
  world.context.desks = { deadlineMs: 10_000, deskOf: () => desk };
});
afterAll(() => world.close());

test('a funder refuses after the shopper agreed: the next one’s terms are read before they are agreed to', async () => {
  const shop = await world.openShop();
  const [lantern] = await shop.inTx((tx) => listFunders(tx));
  if (!lantern) throw new Error('a sandbox has funders');
  await shop.inTx((tx) => openDesk(tx, lantern.id));
  await shop.inTx((tx) => storeFault(tx, { kind: 'funder_refuses', times: 1, funderId: lantern.id }));
  const { path, sessionId } = await shop.openCheckout();
  const session = () => shop.inTx((tx) => findSession(tx, { sessionId }), 'read');
  const reader = newReader(world.server, { 'Accept-Language': 'en' });
  await reachOffers(reader, shop, path, 41);
  expect(reader.text).toContain('Funded by Lantern Bank');

  await agreeTo(reader, path, 'pay_in_4');
  expect(reader.text).toContain('The lender that you chose does not fund this purchase now.');
  expect(reader.text).toContain('Harbour Credit');
  expect(reader.text).not.toContain('Lantern Bank');
  expect(await session()).toMatchObject({ status: 'open', holdId: null });
  // What was read names the new one, whose consent is asked for on its own.
  await reader.submit('/confirm', { method: 'test:ok', consent: reader.boxes() });
  expect(reader.text).toContain('to Tea House later');
  const confirmed = await session();
  expect(confirmed).toMatchObject({
    status: 'confirmed',
    confirmedOffer: { funder: { name: 'Harbour Credit' } },
  });

  const assessment = await shop.inTx((tx) => latestAssessment(tx, sessionId), 'read');
  const at = `/console/${shop.environmentId}/decisions/${assessment?.id}`;
  const { reader: risk } = await newOperator(world, ['risk'], 'Rita');
  await risk.get(at);
  expect(risk.text).toContain('Who funds it');
  expect(risk.text).toContain('Lantern Bank Chosen');
  expect(risk.text).toContain('Harbour Credit Would carry it as well');
  expect(risk.text).toContain('Lantern Bank Refused (risk_appetite)');
  await risk.get(`${at}?lang=zh-CN`);
  expect(risk.text).toContain('Lantern Bank 选中');
  expect(risk.text).toContain('已拒绝 (risk_appetite)');
});

test('while a funder is asked the page says so, and nothing can be agreed to or left twice', async () => {
  const shop = await world.openShop();
  const [lantern] = await shop.inTx((tx) => listFunders(tx));
  if (!lantern) throw new Error('a sandbox has funders');
  await shop.inTx((tx) => openDesk(tx, lantern.id));
  const { path } = await shop.openCheckout();
  const reader = newReader(world.server, { 'Accept-Language': 'en' });
  await reachOffers(reader, shop, path, 42);
  await reader.get(`${path}/agreement?plan=pay_in_4`);
  const boxes = reader.boxes();
  // The process that asks dies: its desk fails in a way that nobody expects.
  const { desks } = world.context;
  world.context.desks = {
    deadlineMs: 10_000,
    deskOf: () => {
      throw new Error('the process ends here');
    },
  };
  await reader.submit('/confirm', { method: 'test:ok', consent: boxes });
  expect(reader.page.status).toBe(500);
  world.context.desks = desks;
  await reader.get(path);
  expect(reader.text).toContain('We asked Lantern Bank to fund your plan and have no answer yet.');
  expect(reader.page.html).not.toContain(`${path}/leave`);
});

test('each funder of a joint plan is named and agreed to on its own', async () => {
  const shop = await world.openShop();
  const [lantern, harbour] = await shop.inTx((tx) => listFunders(tx));
  if (!lantern || !harbour) throw new Error('a sandbox has two funders');
  const terms = FunderTerms.parse({ joint_with: [{ funder: harbour.id, basis_points: 4_000 }] });
  await shop.inTx((tx) =>
    setFunderTerms(tx, { funderId: lantern.id, terms, effectiveOn: '2026-03-01', createdBy: 'test' }),
  );
  const { path, sessionId } = await shop.openCheckout();
  const reader = newReader(world.server, { 'Accept-Language': 'en' });
  await reachOffers(reader, shop, path, 43);
  await reader.get(`${path}/agreement?plan=pay_in_4`);
  const boxes = reader.boxes();
  expect(boxes).toHaveLength(2);
  expect(reader.text).toContain('Harbour Credit');
  await reader.submit('/confirm', { method: 'test:ok', consent: boxes.slice(0, 1) });
  expect(await shop.inTx((tx) => findSession(tx, { sessionId }), 'read')).toMatchObject({ status: 'open' });
  await reader.submit('/confirm', { method: 'test:ok', consent: reader.boxes() });
  const { agreedTexts, status } = await shop.inTx((tx) => findSession(tx, { sessionId }), 'read');
  expect(status).toBe('confirmed');
  const purposes = agreedTexts.map(({ purpose }) => purpose);
  expect(purposes).toEqual(expect.arrayContaining([`funder:${lantern.id}`, `funder:${harbour.id}`]));
});
