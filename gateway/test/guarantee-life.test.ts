import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { coveringGuarantee } from '../src/credit/guarantees/cover.ts';
import { listGuarantees } from '../src/credit/guarantees/guarantees.ts';
import { listInvitations } from '../src/credit/guarantees/invitations.ts';
import { guaranteeActions } from '../src/credit/guarantees/state.ts';
import { availableOf, findLine } from '../src/credit/lines.ts';
import { readFeed } from '../src/events/feed.ts';
import { notifyFromEvents } from '../src/notifications/notify.ts';
import { readTexts } from '../src/shoppers/kept-texts.ts';
import {
  accept,
  accepted,
  active,
  buys,
  end,
  type Friend,
  guarantorLimit,
  newFriend,
  offered,
  openFriends,
  pledgesOf,
  readGuarantee,
} from './support/guarantees.ts';
import type { Shop } from './support/shop.ts';
import { authorizedOrder, claimAndDecide, openCheckout, ship } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

// Amounts are cents. A guarantor's limit is ¥10,000 here, and a debtor nobody knows may owe ¥2,000 of their own.

let world: World;
let shop: Shop;
let guarantors: Friend[];

beforeAll(async () => {
  world = await openWorld();
  ({ shop, guarantors } = await openFriends(world, { guarantors: 6 }));
}, 300_000);
afterAll(() => world.close());

const guarantor = (index: number): Friend => guarantors[index]!;

async function availableFor({ shopperId }: Friend): Promise<bigint> {
  const line = await shop.inTx((tx) => findLine(tx, shopperId, 'CNY'), 'read');
  return line ? availableOf(line) : -1n;
}

async function guaranteeEventsOf({ shopperId }: Friend): Promise<string[]> {
  await world.sequence();
  const events = await shop.inTx((tx) => readFeed(tx, { stream: shopperId, after: 0n, limit: 1000 }), 'read');
  return events.filter(({ type }) => type.startsWith('guarantee.')).map(({ type }) => type);
}

async function messagesTo({ shopperId }: Friend): Promise<string[]> {
  await world.sequence();
  while ((await notifyFromEvents(world.context)) > 0);
  const rows = await world
    .db('messages')
    .where({ environment_id: shop.environmentId, shopper_id: shopperId })
    .whereLike('template', 'guarantee%')
    .orderBy('id')
    .pluck('template');
  return rows as string[];
}

const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'went well',
    (error: unknown) => (error as { code?: string }).code,
  );

describe('a guarantee', { timeout: 300_000 }, () => {
  it('is offered, found by the phone alone, accepted, reconsidered for a day, and then lifts the limit', async () => {
    const debtor = await newFriend(shop);
    const { id } = await offered(shop, guarantor(0), debtor.phone, { cap: 150_000n });
    expect(await readGuarantee(shop, id)).toMatchObject({
      status: 'offered',
      debtorId: null,
      pledged: 0n,
      offeredOn: '2026-05-16',
      expiresOn: '2026-11-16',
    });
    expect(guaranteeActions(await readGuarantee(shop, id), 'debtor')).toEqual(['accept', 'decline']);
    const waiting = (friend: Friend) => shop.inTx((tx) => listInvitations(tx, friend.shopperId), 'read');
    expect((await waiting(debtor)).map((offer) => offer.id)).toEqual([id]);
    expect(await waiting(await newFriend(shop))).toEqual([]);
    expect(await waiting(guarantor(0))).toEqual([]);

    expect(await accept(shop, id, debtor)).toMatchObject({ outcome: 'accepted' });
    expect(await accept(shop, id, debtor)).toMatchObject({ outcome: 'accepted' });
    expect(await waiting(debtor)).toEqual([]);
    expect(await pledgesOf(shop, guarantor(0))).toMatchObject({ guaranteed: 0n, pledged: 150_000n });
    expect(await availableFor(guarantor(0))).toBe(guarantorLimit - 150_000n);
    // Nothing is covered before the day is over.
    expect(await availableFor(debtor)).toBe(200_000n);

    await shop.advance(1);
    expect((await readGuarantee(shop, id)).status).toBe('active');
    expect(await availableFor(debtor)).toBe(350_000n);
    await shop.expectSoundBooks();

    const { terms, guarantorTexts, debtorTexts } = await readGuarantee(shop, id);
    expect(terms).toMatchObject({ cap: 150_000, fee: 0, expires_on: '2026-11-16' });
    const hashes = [...guarantorTexts, ...debtorTexts].map(({ text_hash: hash }) => hash);
    const kept = await shop.inTx((tx) => readTexts(tx, hashes), 'read');
    expect(hashes.map((hash) => kept.get(hash))).toEqual([
      'The words as they were shown to the guarantor.',
      'The words as they were shown to the debtor.',
    ]);
    expect(await guaranteeEventsOf(guarantor(0))).toEqual([
      'guarantee.offered',
      'guarantee.accepted',
      'guarantee.active',
    ]);
    expect(await guaranteeEventsOf(debtor)).toEqual(['guarantee.accepted', 'guarantee.active']);
    expect(await messagesTo(guarantor(0))).toEqual([
      'guarantee_offered',
      'guarantee_accepted',
      'guarantee_active',
    ]);
    expect(await messagesTo(debtor)).toEqual(['guarantee_accepted_debtor', 'guarantee_active_debtor']);
  });

  it('may be withdrawn by either side within the day, and then nothing remains', async () => {
    for (const [index, by] of (['guarantor', 'debtor'] as const).entries()) {
      const debtor = await newFriend(shop);
      const id = await accepted(shop, guarantor(1), debtor, { cap: 20_000n + BigInt(index) });
      const who = by === 'guarantor' ? guarantor(1) : debtor;
      expect(await failureOf(end(shop, id, who, 'end'))).toBe('state_conflict');
      expect(await end(shop, id, who, 'withdraw')).toMatchObject({
        status: 'ended',
        endedBy: by,
        pledged: 0n,
      });
      expect(await end(shop, id, who, 'withdraw')).toMatchObject({ status: 'ended' });
      expect(await pledgesOf(shop, guarantor(1))).toMatchObject({ pledged: 0n });
      expect(await messagesTo(debtor)).toEqual(['guarantee_accepted_debtor', 'guarantee_withdrawn']);
    }
    await shop.advance(2);
    const given = await shop.inTx((tx) => listGuarantees(tx, guarantor(1).shopperId, 'guarantor'), 'read');
    expect(given.map(({ status }) => status)).toEqual(['ended', 'ended']);
    await shop.expectSoundBooks();
  });

  it('covers nothing on the day after its last one, also before the sweep has come by', async () => {
    const debtor = await newFriend(shop);
    const id = await active(shop, guarantor(4), debtor, { cap: 12_000n });
    await world.db('guarantees').where({ id }).update({ offered_on: '2026-01-01', expires_on: '2026-01-02' });
    const line = { shopperId: debtor.shopperId, currency: 'CNY', guaranteed: 12_000n };
    expect(await shop.inTx((tx) => coveringGuarantee(tx, line), 'read')).toBeNull();
  });

  it('does not become active when the debtor is late by then', async () => {
    const debtor = await newFriend(shop, 'declined');
    await buys(shop, debtor, 8000);
    await shop.advance(3);
    const id = await accepted(shop, guarantor(5), debtor, { cap: 12_000n });
    await shop.advance(2);
    expect(await readGuarantee(shop, id)).toMatchObject({ status: 'ended', endedBy: 'review', pledged: 0n });
    expect(await pledgesOf(shop, guarantor(5))).toMatchObject({ pledged: 0n });
    expect(await messagesTo(debtor)).toEqual(['guarantee_accepted_debtor', 'guarantee_withdrawn']);
    expect((await readGuarantee(shop, id)).activeAt).toBeNull();
    const session = await openCheckout(shop, 8000);
    const { assessment } = await claimAndDecide(shop, session.id, debtor.shopperId);
    expect(assessment.declineCode).toBe('overdue');
  });

  it('covers what is confirmed while it is active, and nothing from before or after', async () => {
    const debtor = await newFriend(shop);
    const before = await buys(shop, debtor, 8000);
    const id = await active(shop, guarantor(2), debtor, { cap: 30_000n });
    const during = await buys(shop, debtor, 8000);
    const line = { shopperId: debtor.shopperId, currency: 'CNY', guaranteed: 30_000n };
    expect(await shop.inTx((tx) => coveringGuarantee(tx, line), 'read')).toBe(id);
    const open = await authorizedOrder(shop, { amount: 4000, plan: 'pay_in_4', buyer: debtor });
    await end(shop, id, debtor);
    const after = await buys(shop, debtor, 8000);
    // What was confirmed before the end is covered although it ships after it.
    await ship(shop, open.id, 4000);
    const covered = await world
      .db('plans as p')
      .join('holds as h', 'h.id', 'p.hold_id')
      .whereIn('p.id', [before.planId, during.planId, open.plan_id, after.planId])
      .orderBy('p.id')
      .pluck('h.guarantee_id');
    expect(covered).toEqual([null, id, id, null]);
    // 6,000 of the first and 3,000 of the second are still to be paid.
    expect(await readGuarantee(shop, id)).toMatchObject({
      status: 'ended',
      endedBy: 'debtor',
      pledged: 10_000n,
    });
    expect(await pledgesOf(shop, debtor)).toMatchObject({ guaranteed: 0n });
    await shop.advance(1);
    expect((await readGuarantee(shop, id)).pledged).toBe(9_000n);
    expect(await pledgesOf(shop, guarantor(2))).toMatchObject({ pledged: 9_000n });
    await shop.expectSoundBooks();
    await shop.advance(44);
    expect(await readGuarantee(shop, id)).toMatchObject({ status: 'ended', pledged: 0n, calledAmount: 0n });
    expect(await pledgesOf(shop, guarantor(2))).toMatchObject({ pledged: 0n });
    await shop.expectSoundBooks();
  });

  it('expires after its last day, and its offer lapses after two weeks', async () => {
    const [debtor, silent] = [await newFriend(shop), await newFriend(shop)];
    const id = await active(shop, guarantor(3), debtor, { cap: 12_000n, months: 3 });
    const { id: lapsing } = await offered(shop, guarantor(3), silent.phone, { cap: 12_000n });
    const { expiresOn } = await readGuarantee(shop, id);
    await shop.advance(14);
    expect(await readGuarantee(shop, lapsing)).toMatchObject({ status: 'ended', endedBy: 'time' });
    expect(await failureOf(accept(shop, lapsing, silent))).toBe('not_found');
    const today = async () => (await shop.inTx(async (tx) => tx.now, 'read')).toISOString().slice(0, 10);
    while ((await today()) < expiresOn) await shop.advance(13);
    await shop.advance(1);
    expect(await readGuarantee(shop, id)).toMatchObject({ status: 'expired', endedBy: 'time', pledged: 0n });
    expect(await pledgesOf(shop, debtor)).toMatchObject({ guaranteed: 0n });
    expect((await messagesTo(debtor)).at(-1)).toBe('guarantee_expired_debtor');
    expect((await messagesTo(guarantor(3))).includes('guarantee_expired')).toBe(true);
  });

  it('goes with its sandbox, and leaves no error behind', async () => {
    await world.db.raw('select purge_sandbox(?)', [shop.environmentId]);
    for (const table of ['guarantees', 'guarantee_parties', 'guarantee_warnings', 'holds'])
      expect(await world.db(table).where({ environment_id: shop.environmentId })).toEqual([]);
    expect(world.errors).toEqual([]);
  });
});
