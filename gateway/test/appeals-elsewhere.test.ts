import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appealAgainst } from '../src/appeals/appeal.ts';
import { askForPerson } from '../src/appeals/ask.ts';
import { decideAppeal } from '../src/appeals/decide.ts';
import { drawChoices } from '../src/draws/choices.ts';
import { drawMarket } from '../src/draws/market.ts';
import { type Assessment, latestAssessment, listAssessmentsOf } from '../src/pay-score/assessments.ts';
import { activeAgreement, agreedOrder, agreedOrderBody } from './support/agreements.ts';
import { adviceOf, payOn } from './support/advice.ts';
import { draw, newBorrower } from './support/draws.ts';
import { lowerScore } from './support/low-score.ts';
import { openShop, type Shop } from './support/shop.ts';
import { type Buyer, newBuyer } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

/** The shopper appeals, asks for a person, and the person grants it. */
async function grantOn(shop: Shop, { shopperId }: Buyer, assessmentId: string): Promise<Assessment> {
  const answer = await shop.inTx((tx) => appealAgainst(tx, { assessmentId, shopperId }));
  if (answer.outcome === 'refused') throw new Error(answer.code);
  const of = { appealId: answer.appeal.id, shopperId };
  await shop.inTx((tx) => askForPerson(tx, { ...of, words: 'Please look.' }));
  await shop.inTx((tx) =>
    decideAppeal(tx, { ...of, operatorId: 'opr_1', outcome: 'granted', note: 'Fine.' }),
  );
  return answer.assessment;
}

describe('an order by an agreement', () => {
  it('that is declined has advice, can be appealed against, and a grant lets the next one pass, once', async () => {
    const shop = await openShop(world);
    const { agreement, path, buyer } = await activeAgreement(
      shop,
      {},
      await newBuyer(shop, 'insufficient_funds_once'),
    );
    const planId = await lowerScore(shop, buyer);
    const refused = await shop.refusal('POST', `${path}/orders`, agreedOrderBody(shop, 2000));
    expect(refused).toMatchObject({ code: 'authorization_declined', status: 402 });
    // The merchant gets its code and no reason.
    expect(JSON.stringify(refused)).not.toMatch(/score|advice|overdue|reason/);
    const first = await shop.inTx((tx) => latestAssessment(tx, agreement.id), 'read');
    expect(first).toMatchObject({ declineCode: 'score_too_low', amount: 2000n });
    expect(adviceOf(first!).down).toBeNull();
    expect(adviceOf(first!).pay).toEqual([expect.objectContaining({ planId })]);

    const again = await grantOn(shop, buyer, first!.id);
    expect(again).toMatchObject({ declineCode: 'score_too_low', agreementId: null });
    expect(await agreedOrder(shop, path, 2000)).toMatchObject({ status: 'authorized' });
    const second = await shop.refusal('POST', `${path}/orders`, agreedOrderBody(shop, 500));
    expect(second.code).toBe('authorization_declined');

    const { pay } = adviceOf((await shop.inTx((tx) => latestAssessment(tx, agreement.id), 'read'))!);
    await payOn(shop, buyer, planId, pay![0]!.amount);
    expect(await agreedOrder(shop, path, 500)).toMatchObject({ status: 'authorized' });
  });
});

describe('a cash draw', () => {
  it('that is declined has advice, can be appealed against, and a grant lets the next one pass, once', async () => {
    const shop = await openShop(world);
    const buyer = await newBorrower(shop, 'insufficient_funds_once');
    await lowerScore(shop, buyer, 20_000n);
    const above = await draw(shop, buyer, { amount: 6000n });
    if (above.outcome !== 'declined') throw new Error(above.outcome);
    const { assessment } = above;
    expect(assessment).toMatchObject({ declineCode: 'score_too_low', amount: 6000n });
    expect(adviceOf(assessment)).toMatchObject({ down: null });
    expect(adviceOf(assessment).pay ?? adviceOf(assessment).behaviour).not.toBeNull();

    const choices = () =>
      shop.inTx(async (tx) => {
        const market = await drawMarket(tx);
        if (!market) throw new Error('nobody lends');
        return drawChoices(tx, { shopperId: buyer.shopperId, market, amount: 6000n });
      }, 'read');
    expect((await choices()).declineCode).toBe('score_too_low');
    const again = await grantOn(shop, buyer, assessment.id);
    expect(again).toMatchObject({ declineCode: 'score_too_low', drawId: null });
    // The page that compares shows it as possible, and uses nothing up by that.
    expect((await choices()).declineCode).toBeNull();
    expect((await draw(shop, buyer, { amount: 6000n })).outcome).toBe('requested');
    await world.runAttempts();
    const [newest] = await shop.inTx(
      (tx) => listAssessmentsOf(tx, { shopperId: buyer.shopperId, since: new Date(0), limit: 1 }),
      'read',
    );
    expect(newest).toMatchObject({ outcome: 'approved', guards: { appeal: { amount: 6000 } } });
    expect((await choices()).declineCode).toBe('score_too_low');
  });

  it('above what is available is advised of the greatest amount, within what the market lends', async () => {
    const shop = await openShop(world);
    const buyer = await newBorrower(shop);
    const answer = await draw(shop, buyer, { amount: 900_000n });
    if (answer.outcome !== 'declined') throw new Error(answer.outcome);
    const { amount } = adviceOf(answer.assessment);
    expect(answer.assessment.declineCode).toBe('amount_above_available');
    expect(amount).not.toBeNull();
    expect((await draw(shop, buyer, { amount: BigInt(amount!) })).outcome).toBe('requested');
  });
});
