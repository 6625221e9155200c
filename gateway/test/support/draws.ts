import { draftDraw, offerOf } from '../../src/draws/choices.ts';
import { findDraw } from '../../src/draws/draws.ts';
import { drawMarket } from '../../src/draws/market.ts';
import { type DrawAnswer, type DrawRequest, requestDraw } from '../../src/draws/request.ts';
import { standingNow } from '../../src/standing/standing.ts';
import { listFunders } from '../../src/credit/funders.ts';
import { fundedBy } from '../../src/credit/funding.ts';
import { type Id, newId } from '../../src/lib/ids.ts';
import { hashSnapshot } from '../../src/plans/snapshot.ts';
import type { TestMethodName } from '../../src/processor/test-methods.ts';
import { consentTexts } from '../../src/shoppers/consent-texts.ts';
import { giveConsents } from '../../src/shoppers/consents.ts';
import { saveIdentity, verifyIdentity } from '../../src/shoppers/identity.ts';
import { findTestPerson, sandboxIdentity } from '../../src/shoppers/sandbox-identity.ts';
import { newSession } from './agreements.ts';
import type { Shop } from './shop.ts';
import { type Buyer, newBuyer } from './walk.ts';

let personsGiven = 700_000;

/** A shopper whose identity is verified, with one saved card. */
export async function newBorrower(shop: Shop, method: TestMethodName = 'ok'): Promise<Buyer> {
  const buyer = await newBuyer(shop, method);
  personsGiven += 1;
  const person = findTestPerson(`good-${personsGiven}`);
  if (!person) throw new Error('there are no more persons');
  const checked = await verifyIdentity(sandboxIdentity, { ...person, today: '2026-03-01' });
  if (checked.outcome === 'refused') throw new Error(checked.code);
  await shop.inTx((tx) =>
    saveIdentity(tx, { shopperId: buyer.shopperId as Id<'shp'>, identity: checked.identity }),
  );
  return buyer;
}

export type DrawWish = {
  amount?: bigint;
  months?: number;
  /** Which of the funders, by their order. */
  funder?: number;
  change?: Partial<DrawRequest>;
  /** Without an identity check in this session. */
  unproven?: boolean;
};

/** What the account's page does when a shopper who has just proved who they are agrees to what it showed. */
export async function draw(shop: Shop, buyer: Buyer, wish: DrawWish = {}): Promise<DrawAnswer> {
  const { amount = 120_000n, months = 6, funder: at = 0, change, unproven } = wish;
  const shopperId = buyer.shopperId as Id<'shp'>;
  return shop.inTx(async (tx) => {
    const funder = (await listFunders(tx))[at];
    const market = await drawMarket(tx);
    if (!funder || !market) throw new Error('nobody lends');
    const { line } = await standingNow(tx, { shopperId, currency: market.currency });
    const offer = offerOf({ market, line, funder, amount, months });
    await giveConsents(tx, {
      shopperId,
      locale: 'en',
      funder,
      given: consentTexts({ locale: 'en', funder }),
    });
    return requestDraw(tx, {
      shopperId,
      sessionId: await newSession(tx, shopperId, !unproven),
      reference: newId('req'),
      amount,
      months,
      funderId: funder.id,
      paymentMethodId: buyer.paymentMethodId,
      agreedHash: offer ? hashSnapshot(draftDraw({ market, funding: fundedBy(funder), offer })) : '',
      shown: { text: 'The words as they were shown.', locale: 'en' },
      ...change,
    });
  });
}

/** A draw that was asked for; what the processor says of it comes with `runAttempts`. */
export async function requested(shop: Shop, buyer: Buyer, wish?: DrawWish): Promise<Id<'drw'>> {
  const answer = await draw(shop, buyer, wish);
  if (answer.outcome !== 'requested')
    throw new Error(JSON.stringify(answer, (_, value: unknown) => String(value)));
  return answer.draw.id;
}

export const readDraw = (shop: Shop, drawId: string) => shop.inTx((tx) => findDraw(tx, { drawId }), 'read');
