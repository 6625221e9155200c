import { recordRequests } from '../../../src/http/request-records.ts';
import { sequenceEvents } from '../../../src/events/sequence.ts';
import { newId } from '../../../src/lib/ids.ts';
import { notifyFromEvents } from '../../../src/notifications/notify.ts';
import { operatorRoles } from '../../../src/operators/operators.ts';
import { createEndpoint } from '../../../src/webhooks/endpoints.ts';
import { fanOut } from '../../../src/webhooks/fan-out.ts';
import { findTestPerson } from '../../../src/shoppers/sandbox-identity.ts';
import { addMerchant, advanceTo, buy, order, pay, runAttempts } from '../account-walk.ts';
import { fillBook } from '../console-book.ts';
import { newOperator } from '../console.ts';
import { newMember } from '../dashboard.ts';
import { liveThroughAYear } from '../limits-story.ts';
import { newReader, type Reader } from '../page-reader.ts';
import type { PagesWorld, Shop } from '../pages-world.ts';

const number = 5_001;
const english = { 'Accept-Language': 'en' };

/** Who has something to see on their pages, and what. */
export type Story = {
  shop: Shop;
  shopper: Reader;
  member: Reader;
  operator: Reader;
  /** Of the shopper: overdue, over six months with interest, and repaid in four, each by its page; and whose order that is. */
  plans: { late: string; monthly: string; open: string; openOrder: string };
};

/** A year of one shopper, what its merchant has of that, and what operators find: enough for no list to be empty. */
export async function tellStory(world: PagesWorld): Promise<Story> {
  const shop = await world.openShop({ name: 'Lantern & Loom' });
  const { phone } = findTestPerson(`good-${number}`)!;
  await liveThroughAYear(world, shop, phone);
  const shopper = newReader(world.server, english);
  const plans = await shopAround(world, shop, shopper);
  const member = (await newMember(world, shop, 'owner', 'Olga Ortega')).reader;
  await runShop(world, shop, member, plans.openOrder);
  await complain(shopper, shop, plans.open, plans.openOrder);
  const operator = (await newOperator(world, operatorRoles, 'Ada Abel')).reader;
  await fillBook(world, shop);
  await tell(world);
  return { shop, shopper, member, operator, plans };
}

/** Buys at two shops: paid, being paid, with interest, overdue, and not shipped yet. */
async function shopAround(world: PagesWorld, shop: Shop, reader: Reader): Promise<Story['plans']> {
  const books = await addMerchant(shop, 'Book Barn');
  const paid = await buy(world, reader, shop, { number, reference: 'A-1042', amount: 4_000 });
  await pay(reader, paid.page, 'all');
  const open = await buy(world, reader, shop, { number, reference: 'A-1043', amount: 12_800 });
  const monthly = await buy(world, reader, shop, {
    number,
    plan: 'monthly_6',
    reference: 'A-1044',
    amount: 64_000,
  });
  const late = { number, reference: 'B-77', plan: 'pay_in_4', amount: 8_000, merchant: books };
  const overdue = await buy(world, reader, shop, { ...late, method: 'test:insufficient_funds' });
  await order(reader, shop, { number, reference: 'A-1045', amount: 5_600 });
  await advanceTo(world, shop, '2027-01-20');
  return { late: overdue.page, monthly: monthly.page, open: open.page, openOrder: open.orderId };
}

/** What a member does on a day: a sale at the counter, a part sent back, an endpoint that answers now and then. */
async function runShop(world: PagesWorld, shop: Shop, member: Reader, orderId: string): Promise<void> {
  const { db, clock } = world.context;
  await member.get('/dashboard/counter');
  await member.submit('/dashboard/counter', { amount: '128.00', reference: 'till-7' });
  await member.get(`/dashboard/orders/${orderId}/refund?amount=15`);
  await member.submit('/refunds');
  await runAttempts(world);
  const { endpoint } = await shop.inTx((tx) =>
    createEndpoint(tx, {
      merchantId: shop.merchant.id,
      url: 'https://shop.example/webhooks',
      eventTypes: ['*'],
      loopbackTargets: [],
    }),
  );
  await db('webhook_endpoints').where({ id: endpoint.id }).update({
    proven_at: clock.now(),
    challenge_at: null,
    challenge_failure: null,
  });
  await order(newReader(world.server, english), shop, {
    number: number + 1,
    reference: 'A-1046',
    amount: 9_900,
  });
  await sequenceEvents(world.context);
  await fanOut(world.context);
  const { note, stop } = recordRequests(world.context);
  const by = {
    environmentId: shop.environmentId,
    merchantId: shop.merchant.id,
    kid: 'shop-1',
    durationMs: 12,
  };
  const listing = { method: 'GET', path: '/v1/orders', operation: 'listOrders', status: 200, problem: null };
  note({ ...by, ...listing, id: newId('req') });
  const refused = {
    method: 'POST',
    operation: 'authorizeOrder',
    status: 401,
    problem: 'signature_invalid',
  } as const;
  note({ ...by, ...listing, ...refused, id: newId('req') });
  await stop();
}

/** A question to the shop, and an order that is disputed. */
async function complain(shopper: Reader, shop: Shop, plan: string, orderId: string): Promise<void> {
  await shopper.get(`/account/${shop.environmentId}/cases/new?about=${orderId}`);
  const words = { subject: 'My parcel has not come', text: 'It was to be here on Monday.' };
  const question = { ...words, about: orderId };
  await shopper.submit('/cases/look', question);
  await shopper.submit('/cases', { ...question, readers: 'all' });
  await shopper.get(`${plan}/dispute`);
  const photo = { name: 'cup.jpg', bytes: Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]) };
  await shopper.upload('/disputes', { reason: 'damaged', sum: '40', words: 'The cup was broken.' }, photo);
}

/** What shoppers and merchants are told of all that. */
async function tell(world: PagesWorld): Promise<void> {
  await sequenceEvents(world.context);
  while ((await notifyFromEvents(world.context)) > 0);
}
