import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CaseParty } from '../src/cases/cases.ts';
import { forgetOldCases } from '../src/cases/forget.ts';
import type { NewMessage } from '../src/cases/messages.ts';
import { openCase } from '../src/cases/open.ts';
import { postToCase } from '../src/cases/post.ts';
import { listCases, readCase } from '../src/cases/read.ts';
import { assignCase, closeCase } from '../src/cases/steps.ts';
import { sequenceEvents } from '../src/events/sequence.ts';
import type { GatewayError } from '../src/lib/errors.ts';
import { type Id, newId } from '../src/lib/ids.ts';
import type { Tx } from '../src/lib/tx.ts';
import { createMerchant, findMerchant } from '../src/merchants/merchants.ts';
import { listInbox } from '../src/notifications/inbox.ts';
import { notifyFromEvents } from '../src/notifications/notify.ts';
import { erase } from '../src/privacy/erase.ts';
import { openedSections, openerOf } from '../src/privacy/export/opened-sections.ts';
import { dataKeyOf } from '../src/shoppers/profile.ts';
import { openShop, type Shop } from './support/shop.ts';
import { authorizedOrder, newBuyer } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
let shop: Shop;
let order: { id: string; planId: string; shopperId: string };
let shopper: CaseParty;
let merchant: CaseParty;
const operator = { side: 'operator', operatorId: newId('opr') } as const;

beforeAll(async () => {
  world = await openWorld();
  shop = await openShop(world);
  const { id, plan_id: planId } = await authorizedOrder(shop, { amount: 5_000 });
  const row = await world.db('orders').where({ id }).first('shopper_id');
  order = { id, planId, shopperId: String(row?.shopper_id) };
  shopper = { side: 'shopper', shopperId: order.shopperId };
  merchant = { side: 'merchant', merchantId: shop.merchantId, memberId: newId('mbr') };
});
afterAll(() => world.close());

const write = (
  readers: NewMessage['readers'],
  text = 'Hello',
  more: Partial<NewMessage> = {},
): NewMessage => ({
  formKey: newId('req'),
  readers,
  text,
  ...more,
});

const open = (party: CaseParty, message: NewMessage, aboutId = order.id, subject = 'My cup') =>
  shop.inTx((tx) => openCase(tx, { party, aboutId, subject, message }));
const post = (caseId: string, party: CaseParty, message: NewMessage) =>
  shop.inTx((tx) => postToCase(tx, { caseId, party, message }));
const read = (caseId: string, party: CaseParty) => shop.inTx((tx) => readCase(tx, { caseId, party }), 'read');
const textsFor = async (caseId: string, party: CaseParty) =>
  (await read(caseId, party)).messages.map(({ text }) => text);
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: GatewayError) => error.code,
  );

describe('who reads what', () => {
  it('keeps a question to Morrow from the shop until the shop is written to, and then still what was said before', async () => {
    const { id } = await open(shopper, write('shopper', 'It is late.'));
    expect(await codeOf(read(id, merchant))).toBe('not_found');
    await post(id, operator, write('internal', 'Third time with this shop.'));
    await post(id, operator, write('merchant', 'When did you send it?'));
    expect(await textsFor(id, merchant)).toEqual(['When did you send it?']);
    expect((await read(id, merchant)).shown).toMatchObject({ subject: null, status: 'waiting_for_merchant' });
    await post(id, merchant, write('all', 'On Monday.'));
    expect(await textsFor(id, shopper)).toEqual(['It is late.', 'On Monday.']);
    expect(await textsFor(id, merchant)).toEqual(['When did you send it?', 'On Monday.']);
    expect(await textsFor(id, operator)).toHaveLength(4);
    expect((await read(id, shopper)).shown.subject).toBe('My cup');
    const forMerchant = JSON.stringify(await read(id, merchant));
    expect(forMerchant).not.toContain('My cup');
    expect(forMerchant).not.toContain(operator.operatorId);
  });

  it('shows a merchant’s question to the customer only when it is written to both', async () => {
    const { id } = await open(merchant, write('merchant', 'Is this one real?'));
    expect(await codeOf(read(id, shopper))).toBe('not_found');
    expect(await shop.inTx((tx) => listCases(tx, { party: shopper, limit: 50 }), 'read')).not.toContainEqual(
      expect.objectContaining({ id }),
    );
    const { id: toBoth } = await open(merchant, write('all', 'Which colour?'));
    expect(await textsFor(toBoth, shopper)).toEqual(['Which colour?']);
  });

  it('is nothing to a foreign shopper or merchant, and nobody asks about what is not theirs', async () => {
    const { id } = await open(shopper, write('all'));
    const stranger: CaseParty = { side: 'shopper', shopperId: (await newBuyer(shop)).shopperId };
    const other = await shop.inTx(async (tx) => createMerchant(tx, await findMerchant(tx, shop.merchantId)));
    const neighbour: CaseParty = { side: 'merchant', merchantId: other.id, memberId: newId('mbr') };
    for (const party of [stranger, neighbour]) {
      expect(await codeOf(read(id, party))).toBe('not_found');
      expect(await codeOf(post(id, party, write('all')))).toBe('not_found');
      expect(await codeOf(shop.inTx((tx) => closeCase(tx, { caseId: id, party })))).toBe('not_found');
      expect(await codeOf(open(party, write('all')))).toBe('not_found');
      expect(await codeOf(open(party, write(party.side, 'x'), order.planId))).toBe('not_found');
      expect(await shop.inTx((tx) => listCases(tx, { party, limit: 50 }), 'read')).toEqual([]);
    }
    // A plan is the shopper's affair: their shop asks about orders and disputes.
    expect(await codeOf(open(merchant, write('all'), order.planId))).toBe('not_found');
    expect(await codeOf(open(merchant, write('merchant'), order.shopperId))).toBe('not_found');
    expect((await open(shopper, write('shopper'), order.shopperId)).aboutKind).toBe('general');
  });

  it('refuses readers, help and next steps that are not for whoever writes', async () => {
    expect(await codeOf(open(shopper, write('internal')))).toBe('validation_failed');
    expect(await codeOf(open(shopper, write('merchant')))).toBe('validation_failed');
    expect(await codeOf(open(merchant, write('shopper')))).toBe('validation_failed');
    // There is no shop in a general question.
    expect(await codeOf(open(shopper, write('all'), order.shopperId))).toBe('validation_failed');
    const { id } = await open(shopper, write('shopper'));
    const wrong = [
      post(id, shopper, write('shopper', 'x', { next: 'closed' })),
      post(id, shopper, write('shopper', 'x', { helpArticle: 'late' })),
      post(id, operator, write('shopper', 'x', { next: 'merchant' })),
      post(id, operator, write('internal', 'x', { next: 'closed' })),
    ];
    expect(await Promise.all(wrong.map(codeOf))).toEqual(wrong.map(() => 'validation_failed'));
  });
});

describe('how a case goes', () => {
  it('waits for whoever is asked, is closed, and opens again when somebody writes', async () => {
    const { id, status } = await open(shopper, write('shopper'));
    expect(status).toBe('waiting_for_operator');
    expect(await post(id, operator, write('shopper', 'Which?'))).toMatchObject({
      status: 'waiting_for_shopper',
    });
    expect(await post(id, shopper, write('all', 'The red one.'))).toMatchObject({
      status: 'waiting_for_operator',
      withMerchant: true,
    });
    expect(await post(id, operator, write('all', 'A moment.', { next: 'nobody' }))).toMatchObject({
      status: 'open',
    });
    expect(await post(id, operator, write('all', 'Is it so?', { next: 'merchant' }))).toMatchObject({
      status: 'waiting_for_merchant',
    });
    expect(await codeOf(shop.inTx((tx) => closeCase(tx, { caseId: id, party: merchant })))).toBe(
      'state_conflict',
    );
    expect(await post(id, operator, write('all', 'Done.', { next: 'closed' }))).toMatchObject({
      status: 'closed',
    });
    expect(await post(id, operator, write('internal', 'Watch this.'))).toMatchObject({ status: 'closed' });
    expect(await post(id, shopper, write('shopper', 'Not done.'))).toMatchObject({
      status: 'waiting_for_operator',
      closedAt: null,
    });
    const closed = await shop.inTx((tx) => closeCase(tx, { caseId: id, party: shopper }));
    const again = await shop.inTx((tx) => closeCase(tx, { caseId: id, party: operator }));
    expect(again).toEqual(closed);
  });

  it('opens one and writes one for a form that is sent twice at once, and both of two that differ', async () => {
    const first = write('all', 'Once');
    const opened = await Promise.all([1, 2, 3].map(() => open(shopper, first)));
    expect(new Set(opened.map(({ id }) => id)).size).toBe(1);
    const { id } = opened[0]!;
    const twice = write('all', 'Twice sent');
    await Promise.all([
      post(id, shopper, twice),
      post(id, shopper, twice),
      post(id, merchant, write('all', 'From the shop')),
      post(id, operator, write('internal', 'Noted')),
    ]);
    expect((await textsFor(id, operator)).toSorted()).toEqual([
      'From the shop',
      'Noted',
      'Once',
      'Twice sent',
    ]);
    // Who goes back and writes something else has said something else.
    await post(id, shopper, { ...twice, text: 'Changed my mind' });
    expect(await textsFor(id, shopper)).toContain('Changed my mind');
    // One form of one side is none of another's.
    await post(id, merchant, { ...twice, text: 'Mine' });
    expect(await textsFor(id, merchant)).toContain('Mine');
  });

  it('takes 4,000 characters and no more, also of right-to-left text, emoji and what cannot be seen', async () => {
    expect(await codeOf(open(shopper, write('shopper', 'x'.repeat(10_000))))).toBe('validation_failed');
    expect(await codeOf(open(shopper, write('shopper', ' \u0000\n ')))).toBe('validation_failed');
    expect(await codeOf(open(shopper, write('shopper'), order.id, 'x'.repeat(151)))).toBe(
      'validation_failed',
    );
    const text = `שלום, الطلب متأخر 👩‍👩‍👧‍👦\n<script>alert(1)</script>${'。'.repeat(3_000)}`;
    const { id } = await open(shopper, write('shopper', `\u0000${text}\r\n`), order.id, '  طلبي \n 🧋 ');
    expect(await textsFor(id, shopper)).toEqual([text.normalize('NFC')]);
    expect((await read(id, shopper)).shown.subject).toBe('طلبي 🧋');
  });

  it('lets nobody keep more than twenty open', async () => {
    const { shopperId } = await newBuyer(shop);
    const party: CaseParty = { side: 'shopper', shopperId };
    for (let count = 0; count < 20; count += 1) await open(party, write('shopper'), shopperId);
    expect(await codeOf(open(party, write('shopper'), shopperId))).toBe('state_conflict');
  });
});

it('is a queue: what has waited longest comes first, page by page, and mine apart', async () => {
  const own = await openShop(world);
  const { shopperId } = await newBuyer(own);
  const ask = (text: string) =>
    own.inTx((tx) =>
      openCase(tx, {
        party: { side: 'shopper', shopperId },
        aboutId: shopperId,
        subject: text,
        message: write('shopper', text),
      }),
    );
  const queue = (tx: Tx, after?: string) =>
    listCases(tx, {
      party: operator,
      statuses: ['waiting_for_operator', 'open'],
      longestFirst: true,
      after,
      limit: 2,
    });
  const [first, second, third] = [await ask('first'), await ask('second'), await ask('third')];
  await own.advance(1);
  const answer = { ...write('shopper', 'Well?') };
  await own.inTx((tx) => postToCase(tx, { caseId: first.id, party: operator, message: answer }));
  await own.inTx((tx) =>
    postToCase(tx, { caseId: first.id, party: { side: 'shopper', shopperId }, message: write('shopper') }),
  );
  const page = await own.inTx((tx) => queue(tx), 'read');
  const rest = await own.inTx((tx) => queue(tx, page.at(-1)!.id), 'read');
  expect([...page, ...rest].map(({ subject }) => subject)).toEqual(['second', 'third', 'first']);

  // Writing once more does not send anybody to the end of the queue.
  await own.advance(1);
  await own.inTx((tx) =>
    postToCase(tx, { caseId: second.id, party: { side: 'shopper', shopperId }, message: write('shopper') }),
  );
  expect((await own.inTx((tx) => queue(tx), 'read'))[0]?.id).toBe(second.id);

  await own.inTx((tx) => assignCase(tx, { caseId: third.id, by: operator, to: operator.operatorId }));
  const mine = await own.inTx(
    (tx) => listCases(tx, { party: operator, assignedTo: operator.operatorId, limit: 9 }),
    'read',
  );
  expect(mine.map(({ id }) => id)).toEqual([third.id]);
});

describe('what becomes of the words', () => {
  it('tells the shopper of what is written to them, and of nothing else', async () => {
    const { id } = await open(shopper, write('shopper'));
    const inbox = async () => {
      await sequenceEvents(world.context);
      while ((await notifyFromEvents(world.context)) > 0);
      const { messages } = await shop.inTx((tx) => listInbox(tx, { limit: 100 }), 'read');
      return messages.filter(({ body }) => body.includes(id)).map(({ template }) => template);
    };
    await post(id, operator, write('internal', 'Hm.'));
    await post(id, operator, write('merchant', 'You?'));
    await post(id, merchant, write('merchant', 'Yes.'));
    expect(await inbox()).toEqual([]);
    await post(id, operator, write('shopper', 'It is on its way.', { next: 'closed' }));
    expect(await inbox()).toEqual(['case_message']);
    const { messages } = await shop.inTx((tx) => listInbox(tx, { limit: 100 }), 'read');
    expect(messages.find(({ body }) => body.includes(id))?.body).toMatch(
      /^Morrow has written to you in your account.*\/account\/sbx_[0-9a-f]+\/cases\/cse_[0-9a-f]+$/,
    );
    await post(id, shopper, write('shopper', 'Thanks.'));
    await shop.inTx((tx) => closeCase(tx, { caseId: id, party: operator }));
    expect(await inbox()).toEqual(['case_closed', 'case_message']);
  });

  it('gives the shopper what was written to them with their data, and nothing of the rest', async () => {
    const { id } = await open(merchant, write('merchant', 'Between us.'), order.id, 'A secret subject');
    await post(id, operator, write('internal', 'An internal note.'));
    await post(id, operator, write('all', 'To everybody.'));
    const sections = await shop.inTx(async (tx) => {
      const opener = openerOf(tx, order.shopperId, await dataKeyOf(tx, order.shopperId));
      const asked = { environment: tx.environment.id, shopper: order.shopperId };
      const found: unknown[] = [];
      for (const name of ['cases', 'case_messages']) {
        const { query, read: readRow } = openedSections[name]!;
        const { rows } = await tx.sql.raw<{ rows: Record<string, unknown>[] }>(query, asked);
        found.push(...rows.map((row) => readRow(tx, opener, row)));
      }
      return found;
    }, 'read');
    const file = JSON.stringify(sections);
    expect(file).toContain('To everybody.');
    expect(file).toContain('My cup');
    expect(file).not.toMatch(/Between us|internal note|secret subject/);
  });

  it('opens no more once the shopper was erased, whose cases are closed by that', async () => {
    const { shopperId } = await newBuyer(shop);
    const party: CaseParty = { side: 'shopper', shopperId };
    const { id } = await open(party, write('shopper', 'Words of mine'), shopperId);
    await post(id, operator, write('internal', 'A note about them'));
    expect(await shop.inTx((tx) => erase(tx, shopperId as Id<'shp'>))).toEqual({ outcome: 'erased' });
    expect((await read(id, operator)).shown).toMatchObject({ subject: '[erased]', status: 'closed' });
    expect(await textsFor(id, operator)).toEqual(['[erased]', '[erased]']);
    expect(await codeOf(post(id, operator, write('shopper')))).toBe('not_found');
  });

  it('lies sealed and goes three years after closing', async () => {
    const { id } = await open(shopper, write('shopper', 'Words of mine'));
    const rows = JSON.stringify([await world.db('cases'), await world.db('case_messages')]);
    expect(rows).not.toContain('Words of mine');
    expect(rows).not.toContain('My cup');
    expect(await shop.inTx(forgetOldCases)).toBe(0);
    await world.db('cases').where({ id }).update({ status: 'closed', closed_at: '2020-01-01' });
    expect(await shop.inTx(forgetOldCases)).toBe(1);
    expect(await world.db('case_messages').where({ case_id: id })).toEqual([]);
  });
});
