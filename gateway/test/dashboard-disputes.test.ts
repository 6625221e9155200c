import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DisputeJson } from '../src/api/resources/dispute.ts';
import { memberActionsOf, signInToDashboard } from './support/dashboard.ts';
import { openDashboardOn } from './support/dashboard-on.ts';
import { formOf } from './support/page-reader.ts';
import { openShop, type Shop } from './support/shop.ts';
import { authorizedOrder, type Purchase, ship } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
let shop: Shop;
let dashboard: ReturnType<typeof openDashboardOn>;

beforeAll(async () => {
  world = await openWorld();
  shop = await openShop(world);
  dashboard = openDashboardOn(world);
});
afterAll(async () => {
  dashboard.close();
  await world.close();
});

const receipt = { name: 'receipt.pdf', bytes: Buffer.from('%PDF-1.7 signed for') };

/** A dispute over a shipped order. */
async function disputed(purchase: Purchase = { amount: 5_000 }): Promise<DisputeJson> {
  const { id } = await authorizedOrder(shop, purchase);
  await ship(shop, id, purchase.amount);
  return shop.post(`/v1/sandbox/orders/${id}/dispute`, {
    reason: 'damaged',
    text: 'The <b>cup</b> was broken.',
  });
}

const read = ({ id }: DisputeJson) => shop.get<DisputeJson>(`/v1/disputes/${id}`);
const pathOf = ({ id }: { id: string }) => `/dashboard/disputes/${id}`;

/** What a dispute is, without the names and times that differ between two that went the same way. */
function standingOf({ id: _id, order_id: _order, refund_id, evidence, ...dispute }: DisputeJson) {
  const files = evidence.map(({ given_by, name, sha256 }) => ({ given_by, name, sha256 }));
  return { ...dispute, hasRefund: refund_id !== null, files };
}

it('is answered with a file and accepted by the pages as by the API', async () => {
  const { reader, memberId } = await dashboard.memberOf(shop, 'support');
  const byApi = await disputed();
  const byPage = await disputed();
  await reader.get('/dashboard/disputes');
  expect(reader.text).toContain('waits for you');
  await reader.get(pathOf(byPage));
  expect(reader.text).toContain('Without an answer the dispute is lost.');
  expect(reader.text).toContain('The <b>cup</b> was broken.');
  expect(reader.page.html).not.toContain('<b>cup');

  const text = 'It left us whole.\nSee the receipt.';
  await shop.post(`/v1/disputes/${byApi.id}/evidence`, { text });
  await reader.upload('/answer', { answer: text.replace('\n', '\r\n') }, receipt);
  expect(reader.text).toContain('Your answer is sent.');
  expect(await read(byPage)).toMatchObject({ status: 'under_review', answer_text: text });
  const [file] = (await read(byPage)).evidence;
  expect(file).toMatchObject({ given_by: 'merchant', name: 'receipt.pdf' });
  await reader.get(`${pathOf(byPage)}/files/${file!.id}`);
  expect(reader.page.headers).toMatchObject({
    'content-disposition': 'attachment; filename=receipt.pdf',
    'x-content-type-options': 'nosniff',
  });

  await reader.get(pathOf(byPage));
  expect(reader.page.html).not.toContain('/answer"');
  await reader.upload('/files', {}, { name: 'run.exe', bytes: Buffer.from('MZ\u0000\u0001') });
  expect(reader.text).toContain('That file was not taken');

  await reader.get(`${pathOf(byPage)}?lang=zh-CN`);
  expect(reader.text).toContain('接受争议：向用户退还');
  await reader.get(`${pathOf(byPage)}?lang=en`);
  await shop.post(`/v1/disputes/${byApi.id}/accept`);
  const form = formOf(reader.page.html, '/accept');
  await Promise.all([1, 2].map(() => reader.post(form!.action, form!.hidden)));
  expect(reader.text).toContain('The dispute is accepted.');
  const [accepted, reference] = [standingOf(await read(byPage)), standingOf(await read(byApi))];
  expect({ ...accepted, files: [], version: 0 }).toEqual({ ...reference, files: [], version: 0 });
  expect(accepted).toMatchObject({ status: 'lost', ended_by: 'merchant', refunded_amount: 5_000 });
  expect(await memberActionsOf(dashboard.pages, memberId)).toEqual(
    expect.arrayContaining([
      'dispute_answered',
      'dispute_file_added',
      'dispute_file_read',
      'dispute_accepted',
    ]),
  );
  await world.runAttempts();
  await shop.expectSoundBooks();
});

it('takes an answer once, and none that says nothing', async () => {
  const { reader } = await dashboard.memberOf(shop, 'finance');
  const dispute = await disputed();
  await reader.get(pathOf(dispute));
  await reader.submit('/answer', { answer: '  ' });
  expect(reader.text).toContain('Write your answer in 1 to 2,000 characters.');
  await reader.upload('/answer', { answer: 'x'.repeat(2_001) }, receipt);
  expect(await read(dispute)).toMatchObject({ status: 'open', evidence: [] });
  await reader.get(pathOf(dispute));
  const form = formOf(reader.page.html, '/answer');
  const answer = { ...form!.hidden, answer: 'It was whole.' };
  await reader.post(form!.action, answer);
  await reader.post(form!.action, answer);
  expect(reader.text).toContain('Your answer is sent.');
  await reader.post(form!.action, { ...answer, answer: 'It was not ours.' });
  expect(reader.text).toContain('the dispute is over, answered, or past its time');
  expect(await read(dispute)).toMatchObject({ answer_text: 'It was whole.', version: 2 });
});

it('asks for the passkey once more before so much is given back', async () => {
  const { reader, authenticator } = await dashboard.memberOf(shop);
  const dispute = await disputed({ amount: 120_000, plan: 'monthly_6' });
  world.passMs(14 * 60_000);
  await reader.get(pathOf(dispute));
  world.passMs(2 * 60_000);
  await reader.submit('/accept');
  expect(reader.text).toContain('Confirm that it is you');
  expect(await read(dispute)).toMatchObject({ status: 'open' });
  await signInToDashboard(reader, authenticator, reader.page.path);
  await reader.submit('/accept');
  expect(reader.text).toContain('The dispute is accepted.');
  expect(await read(dispute)).toMatchObject({ status: 'lost', refunded_amount: 120_000 });
});

it('is nothing to a developer, nor to another shop', async () => {
  const dispute = await disputed();
  const { reader: own } = await dashboard.memberOf(shop, 'support');
  await own.get(pathOf(dispute));
  await own.upload('/files', {}, receipt);
  const [file] = (await read(dispute)).evidence;
  const pages = [pathOf(dispute), `${pathOf(dispute)}/files/${file!.id}`];
  const visits = [
    [(await dashboard.memberOf(shop, 'developer')).reader, 403],
    [(await dashboard.memberOf(await openShop(world))).reader, 404],
  ] as const;
  for (const [reader, status] of visits) {
    await reader.get('/dashboard');
    const token = formOf(reader.page.html, '/sign-out')?.hidden ?? {};
    for (const path of pages) {
      await reader.get(path);
      expect(reader.page.status, path).toBe(status);
    }
    for (const step of ['answer', 'files', 'accept']) {
      await reader.post(`${pathOf(dispute)}/${step}`, { ...token, answer: 'It was whole.' });
      expect(reader.page.status, step).toBe(status);
    }
  }
  expect(await read(dispute)).toMatchObject({ status: 'open' });
  expect(world.errors).toEqual([]);
});
