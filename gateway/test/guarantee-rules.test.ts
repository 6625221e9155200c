import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isInvitedPhone } from '../src/credit/guarantees/is-invited.ts';
import { newId } from '../src/lib/ids.ts';
import { startChallenge, answerChallenge } from '../src/shoppers/challenges.ts';
import {
  accept,
  accepted,
  active,
  buys,
  end,
  type Friend,
  newFriend,
  offer,
  offered,
  openFriends,
  readGuarantee,
} from './support/guarantees.ts';
import type { Shop } from './support/shop.ts';
import { addMethod } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
let shop: Shop;
let guarantors: Friend[];

beforeAll(async () => {
  world = await openWorld();
  ({ shop, guarantors } = await openFriends(world, { guarantors: 8 }));
}, 300_000);
afterAll(() => world.close());

const guarantor = (index: number): Friend => guarantors[index]!;

const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    (value) => value,
    (error: unknown) => (error as { code?: string }).code,
  );

let strangers = 0;
const strangersPhone = (): string => {
  strangers += 1;
  return `+86137${String(strangers).padStart(8, '0')}`;
};

describe('an offer', { timeout: 300_000 }, () => {
  it('needs an identity check, an established shopper, and an amount within half of the limit', async () => {
    const phone = strangersPhone();
    expect(await failureOf(offer(shop, guarantor(0), phone, { unproven: true }))).toBe('step_up_required');
    const newcomer = await newFriend(shop);
    expect(await offer(shop, newcomer, phone)).toEqual({ outcome: 'refused', code: 'thin_file' });
    const refusal = async (wish: Parameters<typeof offer>[3]) => {
      const answer = await offer(shop, guarantor(0), phone, wish);
      return answer.outcome === 'refused' ? answer.code : answer.outcome;
    };
    expect(await refusal({ cap: 9_999n })).toBe('amount_too_small');
    expect(await refusal({ cap: 500_001n })).toBe('amount_too_large');
    expect(await refusal({ months: 13 })).toBe('term_not_offered');
    expect(await refusal({ change: { agreedHash: 'of other terms' } })).toBe('terms_changed');
    expect(await refusal({ change: { phone: guarantor(0).phone } })).toBe('own_phone');
    expect(await failureOf(offer(shop, guarantor(0), '12', {}))).toBe('validation_failed');
    expect(
      await failureOf(
        offer(shop, guarantor(0), phone, { change: { paymentMethodId: newcomer.paymentMethodId } }),
      ),
    ).toBe('not_found');
    expect(await refusal({ cap: 500_000n })).toBe('offered');
  });

  it('says the same whether or not a shopper has the phone, and whatever they are', async () => {
    const [known, unknown] = [await newFriend(shop), strangersPhone()];
    const shapeOf = async (phone: string) => {
      const { outcome, guarantee, isNew } = (await offer(shop, guarantor(1), phone)) as Extract<
        Awaited<ReturnType<typeof offer>>,
        { outcome: 'offered' }
      >;
      return {
        outcome,
        isNew,
        status: guarantee.status,
        debtorId: guarantee.debtorId,
        keys: Object.keys(guarantee),
      };
    };
    const answers = [await shapeOf(known.phone), await shapeOf(unknown), await shapeOf(guarantor(2).phone)];
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
  });

  it('is made once by a form that is sent twice, and not too often', async () => {
    const reference = newId('req');
    const phone = strangersPhone();
    const first = await offered(shop, guarantor(2), phone, { change: { reference } });
    const again = await offer(shop, guarantor(2), phone, { change: { reference } });
    expect(again).toMatchObject({ outcome: 'offered', isNew: false, guarantee: { id: first.id } });
    await offered(shop, guarantor(2), strangersPhone());
    await offered(shop, guarantor(2), strangersPhone());
    expect(await offer(shop, guarantor(2), strangersPhone())).toEqual({
      outcome: 'refused',
      code: 'too_many_offers',
    });
  });

  it('lets its phone, and no other, be sent a code to sign in with, until it lapses', async () => {
    const phone = strangersPhone();
    const isInvited = (of: string) => shop.inTx((tx) => isInvitedPhone(tx, of), 'read');
    expect(await isInvited(phone)).toBe(false);
    const { id } = await offered(shop, guarantor(5), phone);
    expect(await isInvited(phone)).toBe(true);
    expect(await isInvited(strangersPhone())).toBe(false);
    await world.db('guarantees').where({ id }).update({ offered_on: '2020-01-01', expires_on: '2020-06-01' });
    expect(await isInvited(phone)).toBe(false);
  });

  it('keeps the phone sealed, and names nobody in its terms and texts', async () => {
    const phone = strangersPhone();
    const { id } = await offered(shop, guarantor(3), phone);
    const row = await world.db('guarantees').where({ id }).first();
    const stored = JSON.stringify(row, (_, value: unknown) =>
      typeof value === 'bigint' ? String(value) : Buffer.isBuffer(value) ? value.toString('latin1') : value,
    );
    expect(stored).not.toContain(phone.slice(3));
    const events = await world.db('events').where({ object_id: id }).select('data');
    expect(JSON.stringify(events)).not.toContain(phone.slice(3));
  });
});

describe('an acceptance', { timeout: 300_000 }, () => {
  it('is for the invited phone only, and needs an identity check and the terms that were read', async () => {
    const [debtor, other] = [await newFriend(shop), await newFriend(shop)];
    const { id } = await offered(shop, guarantor(3), debtor.phone);
    expect(await failureOf(accept(shop, id, other))).toBe('not_found');
    expect(await failureOf(accept(shop, id, guarantor(3)))).toBe('not_found');
    expect(await failureOf(accept(shop, newId('gua'), debtor))).toBe('not_found');
    expect(await failureOf(accept(shop, id, debtor, { unproven: true }))).toBe('step_up_required');
    expect(await accept(shop, id, debtor, { agreedHash: 'of other terms' })).toEqual({
      outcome: 'refused',
      code: 'terms_changed',
    });
    expect((await readGuarantee(shop, id)).status).toBe('offered');
  });

  it('is refused on the device of the guarantor: where the offer was made, or where they signed in', async () => {
    const debtor = await newFriend(shop);
    const { id } = await offered(shop, guarantor(4), debtor.phone, { cap: 20_000n });
    const same = { outcome: 'refused', code: 'same_device' };
    expect(await accept(shop, id, { ...debtor, browser: guarantor(4).browser })).toEqual(same);
    const browser = newId('req');
    await shop.inTx(async (tx) => {
      const { challengeId, code } = await startChallenge(tx, {
        phone: guarantor(4).phone,
        merchantId: null,
        isInvited: false,
        browser,
        address: '10.0.0.1',
        purpose: 'account',
      });
      const answer = { challengeId, browser, purpose: 'account', code, locale: 'en' as const };
      expect((await answerChallenge(tx, answer)).outcome).toBe('right');
    });
    expect(await accept(shop, id, { ...debtor, browser })).toEqual(same);
    // Decisions about both have seen one device.
    const seen = (shopperId: string) => ({
      environment_id: shop.environmentId,
      purchase: newId('cs'),
      trace: Buffer.from(newId('req')),
      kind: 'checkout',
      shopper_id: shopperId,
      device: Buffer.from('one device'),
      phone: Buffer.from('a phone'),
      amount: 1n,
      currency: 'CNY',
      hour: 9,
      is_new_shopper: false,
      seen_at: new Date(),
      seen_by_wall_at: new Date(),
    });
    await world.db('fraud_sightings').insert([seen(guarantor(4).shopperId), seen(debtor.shopperId)]);
    expect(await accept(shop, id, debtor)).toEqual(same);
    await world.db('fraud_sightings').where({ shopper_id: debtor.shopperId }).delete();
    expect(await accept(shop, id, debtor)).toMatchObject({ outcome: 'accepted' });
  });

  it('is refused to who is late, has a guarantor, or vouches; there are no chains and no circles', async () => {
    const [debtor, second] = [await newFriend(shop), await newFriend(shop)];
    await accepted(shop, guarantor(5), debtor, { cap: 20_000n });
    const refusalOf = async (by: Friend, to: Friend) => {
      const answer = await accept(shop, (await offered(shop, by, to.phone, { cap: 20_000n })).id, to);
      return answer.outcome === 'refused' ? answer.code : answer.outcome;
    };
    expect(await refusalOf(guarantor(4), debtor)).toBe('has_guarantor');
    // A chain: somebody vouches for the one who vouches.
    expect(await refusalOf(guarantor(6), guarantor(5))).toBe('is_guarantor');
    const late = await newFriend(shop, 'declined');
    await buys(shop, late, 8000);
    await shop.advance(5);
    expect(await refusalOf(guarantor(6), late)).toBe('late');
    // At most two debtors.
    expect(await refusalOf(guarantor(5), second)).toBe('accepted');
    expect(await offer(shop, guarantor(5), strangersPhone())).toEqual({
      outcome: 'refused',
      code: 'debtors_full',
    });
    await shop.expectSoundBooks();
  });

  it('closes a circle neither from an older offer nor in the database', async () => {
    const [a, b] = [guarantor(6), guarantor(7)];
    const back = await offered(shop, b, a.phone, { cap: 20_000n, change: { browser: newId('req') } });
    await accepted(shop, a, b, { cap: 20_000n });
    expect(await accept(shop, back.id, a)).toEqual({ outcome: 'refused', code: 'is_guarantor' });
    const force = world.db('guarantees').where({ id: back.id }).update({
      status: 'accepted',
      debtor_id: a.shopperId,
      slot: 1,
      pledged: 20_000n,
      browser_hash: null,
      accepted_at: new Date(),
    });
    await expect(force).rejects.toMatchObject({ code: '23503' });
    const flip = world.db('guarantee_parties').where({ shopper_id: a.shopperId }).update({ role: 'debtor' });
    await expect(flip).rejects.toMatchObject({ code: '23503' });
  });

  it('of a third debtor, or of a second guarantor, is refused by the database too', async () => {
    const [debtor, spare] = [await newFriend(shop), await newFriend(shop)];
    const id = await accepted(shop, guarantor(0), debtor, { cap: 20_000n });
    const { id: open } = await offered(shop, guarantor(0), spare.phone, { cap: 20_000n });
    const bind = (change: object) =>
      world
        .db('guarantees')
        .where({ id: open })
        .update({
          status: 'accepted',
          slot: 1,
          pledged: 20_000n,
          browser_hash: null,
          accepted_at: new Date(),
          ...change,
        });
    await expect(bind({ debtor_id: debtor.shopperId, slot: 2 })).rejects.toMatchObject({ code: '23505' });
    const party = { environment_id: shop.environmentId, shopper_id: spare.shopperId, role: 'debtor' };
    await world.db('guarantee_parties').insert(party);
    await expect(bind({ debtor_id: spare.shopperId })).rejects.toMatchObject({ code: '23505' });
    const over = world.db('guarantees').where({ id }).update({ pledged: 20_001n });
    await expect(over).rejects.toMatchObject({ code: '23514' });
  });

  it('is gone when the guarantor has been late since, and that is not told', async () => {
    const debtor = await newFriend(shop);
    const by = guarantor(2);
    await world.db('guarantees').where({ guarantor_id: by.shopperId, status: 'offered' }).delete();
    const { id } = await offered(shop, by, debtor.phone, { cap: 20_000n });
    await buys(shop, { ...by, paymentMethodId: await addMethod(shop, by.shopperId, 'declined') }, 8000);
    await shop.advance(6);
    expect(await accept(shop, id, debtor)).toEqual({ outcome: 'refused', code: 'gone' });
    expect(await offer(shop, by, strangersPhone())).toEqual({ outcome: 'refused', code: 'late' });
  });

  it('frees both roles once nothing is open any more', async () => {
    const debtor = guarantor(3);
    await world.db('guarantees').where({ guarantor_id: debtor.shopperId, status: 'offered' }).delete();
    const by = guarantor(4);
    const id = await active(shop, by, debtor, { cap: 20_000n });
    expect(await offer(shop, debtor, strangersPhone())).toEqual({ outcome: 'refused', code: 'is_debtor' });
    await end(shop, id, by);
    expect((await offer(shop, debtor, strangersPhone(), { cap: 20_000n })).outcome).toBe('offered');
  });
});
