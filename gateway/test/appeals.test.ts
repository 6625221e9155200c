import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appealAgainst, appealsLeft } from '../src/appeals/appeal.ts';
import { appealsAgainst, listAppeals, readWords } from '../src/appeals/appeals.ts';
import { askForPerson, withdrawAppeal } from '../src/appeals/ask.ts';
import { type DecideAppeal, decideAppeal } from '../src/appeals/decide.ts';
import { decide } from '../src/checkout/decide.ts';
import { notifyFromEvents } from '../src/notifications/notify.ts';
import { listInbox } from '../src/notifications/inbox.ts';
import { findAssessment, latestAssessment } from '../src/pay-score/assessments.ts';
import { setLocale } from '../src/shoppers/profile.ts';
import { adviceOf, decideOn, payOn } from './support/advice.ts';
import { eventsOf } from './support/lateness.ts';
import { lowerScore } from './support/low-score.ts';
import { refusalFrom } from './support/refusal.ts';
import { openShop, sandboxStart, type Shop } from './support/shop.ts';
import { agree, type Buyer, claimAndDecide, newBuyer, openCheckout } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

async function lowScored(): Promise<{ shop: Shop; buyer: Buyer; planId: string }> {
  const shop = await openShop(world);
  const buyer = await newBuyer(shop, 'insufficient_funds_once');
  return { shop, buyer, planId: await lowerScore(shop, buyer) };
}

async function declinedOf(shop: Shop, buyer: Buyer, amount = 3000): Promise<string> {
  const declined = await decideOn(shop, buyer, amount);
  expect(declined).toMatchObject({ outcome: 'declined', declineCode: 'score_too_low' });
  return declined.id;
}

/** The first step, as far as the answer is one. */
async function rescore(shop: Shop, buyer: Buyer, assessmentId: string) {
  const answer = await shop.inTx((tx) => appealAgainst(tx, { assessmentId, shopperId: buyer.shopperId }));
  if (answer.outcome === 'refused') throw new Error(`refused: ${answer.code}`);
  return answer;
}

async function ask(shop: Shop, buyer: Buyer, assessmentId: string, words = 'It was the bank.') {
  const { appeal } = await rescore(shop, buyer, assessmentId);
  const asked = await shop.inTx((tx) =>
    askForPerson(tx, { appealId: appeal.id, shopperId: buyer.shopperId, words }),
  );
  expect(asked.outcome).toBe('asked');
  return appeal.id;
}

function answer(shop: Shop, appealId: string, input: Partial<DecideAppeal> = {}) {
  return shop.inTx((tx) =>
    decideAppeal(tx, {
      appealId,
      operatorId: 'opr_1',
      outcome: 'granted',
      note: 'The bank was at fault.',
      ...input,
    }),
  );
}

describe('the first step of an appeal', () => {
  it('decides again with the facts of today, as an assessment of its own', async () => {
    const { shop, buyer, planId } = await lowScored();
    const first = await declinedOf(shop, buyer);
    const still = await rescore(shop, buyer, first);
    expect(still.assessment).toMatchObject({
      outcome: 'declined',
      declineCode: 'score_too_low',
      appealId: still.appeal.id,
      checkoutSessionId: null,
      amount: 3000n,
    });
    expect(adviceOf(still.assessment)).toBeDefined();
    expect(still.appeal).toMatchObject({ status: 'rescored', assessmentId: first });
    // Asking twice on a date gives the same answer, and is one appeal.
    expect((await rescore(shop, buyer, first)).assessment.id).toBe(still.assessment.id);

    await payOn(shop, buyer, planId, 6000);
    await shop.advance(1);
    const now = await rescore(shop, buyer, first);
    expect(now.assessment).toMatchObject({ outcome: 'approved', declineCode: null });
    // The checkout of then is not touched: only a new one can be agreed to.
    const session = await shop.inTx((tx) => findAssessment(tx, { assessmentId: first }), 'read');
    const latest = await shop.inTx((tx) => latestAssessment(tx, session.checkoutSessionId!), 'read');
    expect(latest?.id).toBe(first);
    expect((await decideOn(shop, buyer, 3000)).outcome).toBe('approved');
    expect(
      await shop.inTx((tx) => appealsAgainst(tx, { assessmentId: first, ...buyer }), 'read'),
    ).toHaveLength(2);
  });

  it('is refused for what was approved, for others, and after 13 months', async () => {
    const { shop, buyer } = await lowScored();
    const first = await declinedOf(shop, buyer);
    const refused = async (assessmentId: string) => {
      const said = await shop.inTx((tx) => appealAgainst(tx, { assessmentId, shopperId: buyer.shopperId }));
      return said.outcome === 'refused' ? said.code : said.outcome;
    };
    const stranger = await newBuyer(shop);
    const approved = await decideOn(shop, stranger, 3000);
    expect((await refusalFrom(refused(approved.id))).code).toBe('not_found');
    const mine = await shop.inTx((tx) =>
      appealAgainst(tx, { assessmentId: approved.id, shopperId: stranger.shopperId }),
    );
    expect(mine).toEqual({ outcome: 'refused', code: 'approved' });
    const { assessment } = await rescore(shop, buyer, first);
    expect(await refused(assessment.id)).toBe('rescored');
    // As if 400 days had passed, without all that they would bring.
    const clockAt = new Date(new Date(sandboxStart).getTime() + 400 * 86_400_000);
    await world.db('environments').where({ id: shop.environmentId }).update({ clock_at: clockAt });
    expect(await refused(first)).toBe('too_old');
  });

  it('is possible three times in 30 days', async () => {
    const { shop, buyer } = await lowScored();
    for (const left of [2, 1, 0]) {
      await rescore(shop, buyer, await declinedOf(shop, buyer));
      await shop.advance(1);
      expect(await shop.inTx((tx) => appealsLeft(tx, buyer.shopperId), 'read')).toBe(left);
    }
    const fourth = await declinedOf(shop, buyer);
    const said = await shop.inTx((tx) =>
      appealAgainst(tx, { assessmentId: fourth, shopperId: buyer.shopperId }),
    );
    expect(said).toEqual({ outcome: 'refused', code: 'too_many' });
    await world
      .db('appeals')
      .where({ shopper_id: buyer.shopperId })
      .update({ created_at: '2026-01-01T00:00:00Z' });
    expect((await rescore(shop, buyer, fourth)).outcome).toBe('rescored');
  });

  it('of two at once makes one appeal', async () => {
    const { shop, buyer } = await lowScored();
    const first = await declinedOf(shop, buyer);
    const [one, two] = await Promise.all([rescore(shop, buyer, first), rescore(shop, buyer, first)]);
    expect(one.appeal.id).toBe(two.appeal.id);
    expect(await world.db('appeals').where({ shopper_id: buyer.shopperId })).toHaveLength(1);
  });
});

describe('the second step of an appeal', () => {
  it('keeps the own words sealed, tells the shopper, and waits for a person', async () => {
    const { shop, buyer } = await lowScored();
    const words = '  The bank blocked my card by mistake. 银行误锁了我的卡。 ';
    const appealId = await ask(shop, buyer, await declinedOf(shop, buyer), words);
    const [row] = await world.db('appeals').where({ id: appealId });
    expect(JSON.stringify(row)).not.toContain('bank');
    expect(row.words_sealed).toMatch(/^v1\./);
    expect(await shop.inTx((tx) => readWords(tx, appealId), 'read')).toEqual({
      words: words.trim(),
      answer: null,
    });
    const waiting = await shop.inTx((tx) => listAppeals(tx, { status: 'open', limit: 10 }), 'read');
    expect(waiting.map(({ id }) => id)).toEqual([appealId]);
    expect((await eventsOf(shop, 'appeal.asked')).map((event) => event.object_id)).toEqual([appealId]);
  });

  it('asks for words, keeps one open appeal a decision, and can be withdrawn', async () => {
    const { shop, buyer } = await lowScored();
    const first = await declinedOf(shop, buyer);
    const { appeal } = await rescore(shop, buyer, first);
    const of = { appealId: appeal.id, shopperId: buyer.shopperId };
    const said = (words: string) => shop.inTx((tx) => askForPerson(tx, { ...of, words }));
    expect(await said('   ')).toEqual({ outcome: 'refused', code: 'words_missing' });
    expect(await said('x'.repeat(2001))).toEqual({ outcome: 'refused', code: 'words_too_long' });
    expect((await said('Please look.')).outcome).toBe('asked');
    // Again, as from a second tab: nothing more happens.
    expect((await said('Please look again.')).outcome).toBe('asked');
    expect(await eventsOf(shop, 'appeal.asked')).toHaveLength(1);
    await shop.advance(1);
    const refused = await shop.inTx((tx) =>
      appealAgainst(tx, { assessmentId: first, shopperId: buyer.shopperId }),
    );
    expect(refused).toEqual({ outcome: 'refused', code: 'under_way' });
    const stranger = await newBuyer(shop);
    const foreign = shop.inTx((tx) => withdrawAppeal(tx, { ...of, shopperId: stranger.shopperId }));
    expect((await refusalFrom(foreign)).code).toBe('not_found');
    expect(await shop.inTx((tx) => withdrawAppeal(tx, of))).toBe(true);
    expect(await shop.inTx((tx) => withdrawAppeal(tx, of))).toBe(false);
    expect(await said('And once more.')).toEqual({ outcome: 'refused', code: 'not_possible' });
    // Of two that were decided again, one waits for a person at a time, also when both are asked at once.
    const second = await rescore(shop, buyer, first);
    await shop.advance(1);
    const third = await rescore(shop, buyer, first);
    const both = await Promise.all(
      [second, third].map(({ appeal: { id } }) =>
        shop.inTx((tx) => askForPerson(tx, { appealId: id, shopperId: buyer.shopperId, words: 'Please.' })),
      ),
    );
    expect(both.map(({ outcome }) => outcome).toSorted()).toEqual(['asked', 'refused']);
    expect((await refusalFrom(answer(shop, appeal.id))).code).toBe('state_conflict');
    expect(await eventsOf(shop, 'appeal.withdrawn')).toHaveLength(1);
    expect(await eventsOf(shop, 'appeal.asked')).toHaveLength(2);
  });
});

describe('what a person answers', () => {
  it('lets one purchase up to the amount pass the score, once, and says so in its decision', async () => {
    const { shop, buyer } = await lowScored();
    const appealId = await ask(shop, buyer, await declinedOf(shop, buyer));
    expect(await answer(shop, appealId)).toMatchObject({ status: 'granted', decidedBy: 'opr_1' });
    // Above what was granted, the rule stands.
    expect((await decideOn(shop, buyer, 3001)).declineCode).toBe('score_too_low');

    const { id } = await openCheckout(shop, 3000);
    const granted = (await claimAndDecide(shop, id, buyer.shopperId)).assessment;
    expect(granted).toMatchObject({
      outcome: 'approved',
      guards: { appeal: { appealId, amount: 3000 } },
    });
    // The page that is loaded again shows the same decision, and it can be agreed to.
    const again = await shop.inTx((tx) => decide(tx, { sessionId: id, shopperId: buyer.shopperId }));
    expect(again.assessment.id).toBe(granted.id);
    expect(again.offers.length).toBeGreaterThan(0);
    await agree(shop, id, buyer, 'pay_after');
    // Used: another purchase asks for the score again.
    expect((await decideOn(shop, buyer, 500)).declineCode).toBe('score_too_low');
    const [grant] = await world.db('score_grants').where({ appeal_id: appealId });
    expect(grant).toMatchObject({ used_for: id, amount: 3000n });
  });

  it('passes over no other rule: not what is available, not lateness', async () => {
    const { shop, buyer } = await lowScored();
    const first = await declinedOf(shop, buyer);
    const appealId = await ask(shop, buyer, first);
    await answer(shop, appealId, { grant: { amount: 500_000n } });
    // 40.00 is available.
    const above = await decideOn(shop, buyer, 5000);
    expect(above.declineCode).toBe('amount_above_available');
    // Its advice counts with the grant: what is available would be approved.
    expect(adviceOf(above).amount).toBe(4000);
    expect((await world.db('score_grants').where({ appeal_id: appealId }))[0].used_for).toBeNull();
    await world
      .db('installments')
      .where({ environment_id: shop.environmentId, number: 2 })
      .update({ due_date: '2026-02-20', status: 'overdue' });
    expect((await decideOn(shop, buyer, 3000)).declineCode).toBe('overdue');
  });

  it('holds for as long as the person says', async () => {
    const { shop, buyer } = await lowScored();
    const appealId = await ask(shop, buyer, await declinedOf(shop, buyer));
    await answer(shop, appealId, { grant: { untilDays: 2 } });
    await shop.advance(2);
    expect((await decideOn(shop, buyer, 3000)).declineCode).toBe('score_too_low');
  });

  it('may uphold, with words that only the shopper and the person read', async () => {
    const { shop, buyer } = await lowScored();
    const appealId = await ask(shop, buyer, await declinedOf(shop, buyer));
    await answer(shop, appealId, { outcome: 'upheld', note: 'Pay on time for two months.' });
    expect((await shop.inTx((tx) => readWords(tx, appealId), 'read')).answer).toBe(
      'Pay on time for two months.',
    );
    const [row] = await world.db('appeals').where({ id: appealId });
    expect(JSON.stringify(row)).not.toContain('Pay on time');
    expect((await refusalFrom(answer(shop, appealId))).code).toBe('state_conflict');
    expect((await decideOn(shop, buyer, 3000)).declineCode).toBe('score_too_low');
  });

  it('cannot grant what no person may pass over', async () => {
    const shop = await openShop(world);
    const buyer = await newBuyer(shop);
    const declined = await decideOn(shop, buyer, 900_000);
    expect(declined.declineCode).toBe('amount_above_available');
    const appealId = await ask(shop, buyer, declined.id);
    expect((await refusalFrom(answer(shop, appealId))).code).toBe('state_conflict');
    for (const note of ['', '   ', 'x'.repeat(2001)]) {
      expect((await refusalFrom(answer(shop, appealId, { outcome: 'upheld', note }))).code).toBe(
        'validation_failed',
      );
    }
    expect((await answer(shop, appealId, { outcome: 'upheld' })).status).toBe('upheld');
  });

  it('is refused with a grant out of range', async () => {
    const { shop, buyer } = await lowScored();
    const appealId = await ask(shop, buyer, await declinedOf(shop, buyer));
    for (const grant of [{ amount: 0n }, { untilDays: 0 }, { untilDays: 91 }, { untilDays: 1.5 }]) {
      expect((await refusalFrom(answer(shop, appealId, { grant }))).code).toBe('validation_failed');
    }
    expect(await world.db('score_grants').where({ appeal_id: appealId })).toEqual([]);
  });

  it.each([
    ['en', 'A person looks at it and answers you', 'goes ahead whatever your score'],
    ['zh-CN', '将有专人查看并答复您', '不受分数限制'],
  ] as const)(
    'is told to the shopper in %s, without a word of what was written',
    async (locale, received, granted) => {
      const { shop, buyer } = await lowScored();
      await shop.inTx((tx) => setLocale(tx, { shopperId: buyer.shopperId, locale }));
      const first = await declinedOf(shop, buyer);
      const appealId = await ask(shop, buyer, first, 'SECRET-WORDS');
      const newest = async (): Promise<string> => {
        await world.sequence();
        await notifyFromEvents(world.context);
        return (await shop.inTx((tx) => listInbox(tx, { limit: 1 }), 'read')).messages[0]?.body ?? '';
      };
      expect(await newest()).toContain(received);
      await answer(shop, appealId, { note: 'SECRET-ANSWER' });
      const told = await newest();
      expect(told).toContain(granted);
      expect(told).toContain(`/account/${shop.environmentId}/decisions/${first}`);
      expect(told).not.toMatch(/SECRET/);
    },
  );
});

describe('a merchant', () => {
  it('plays the person in a sandbox, and reads nothing of why', async () => {
    const { shop, buyer } = await lowScored();
    const first = await declinedOf(shop, buyer);
    const appealId = await ask(shop, buyer, first, 'SECRET-WORDS');
    const { data } = await shop.get<{ data: Record<string, unknown>[] }>('/v1/sandbox/appeals');
    expect(data).toEqual([
      expect.objectContaining({ id: appealId, status: 'open', amount: 3000, currency: 'CNY' }),
    ]);
    expect(JSON.stringify(data)).not.toMatch(/score|reason|SECRET|late|overdue/);
    const granted = await shop.post(`/v1/sandbox/appeals/${appealId}/decide`, {
      outcome: 'granted',
      note: 'Fine.',
      grant_days: 3,
    });
    expect(granted).toMatchObject({ id: appealId, status: 'granted' });
    expect((await decideOn(shop, buyer, 3000)).outcome).toBe('approved');
    const twice = await shop.refusal('POST', `/v1/sandbox/appeals/${appealId}/decide`, {
      outcome: 'upheld',
      note: 'No.',
    });
    expect(twice.code).toBe('state_conflict');
    const other = await openShop(world);
    const foreign = await other.refusal('POST', `/v1/sandbox/appeals/${appealId}/decide`, {
      outcome: 'upheld',
      note: 'No.',
    });
    expect(foreign.code).toBe('not_found');
  });

  it('is told by API and feed that it was declined, and never why', async () => {
    const { shop, buyer } = await lowScored();
    const { id } = await openCheckout(shop, 3000);
    const { assessment } = await claimAndDecide(shop, id, buyer.shopperId);
    expect(adviceOf(assessment).pay).not.toBeNull();
    await ask(shop, buyer, assessment.id, 'SECRET-WORDS');
    await world.sequence();
    const session = JSON.stringify(await shop.get(`/v1/checkout-sessions/${id}`));
    const feed = JSON.stringify(await shop.get('/v1/events?limit=100'));
    expect(JSON.parse(session)).toMatchObject({ decline_code: 'declined' });
    for (const text of [session, feed]) {
      expect(text).not.toMatch(/score|reasons|advice|appeal|SECRET|behaviour|lateness/);
      expect(text).not.toContain(assessment.id);
    }
  });

  it('leaves nothing behind when its sandbox ends', async () => {
    const { shop, buyer } = await lowScored();
    const appealId = await ask(shop, buyer, await declinedOf(shop, buyer));
    await answer(shop, appealId);
    await world.db.raw('select purge_sandbox(?)', [shop.environmentId]);
    for (const table of ['appeals', 'score_grants', 'assessments']) {
      expect(await world.db(table).where({ environment_id: shop.environmentId })).toEqual([]);
    }
  });
});
