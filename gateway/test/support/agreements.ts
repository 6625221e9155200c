import { approveAgreement, claimAgreement, draftTerms } from '../../src/agreements/approve.ts';
import { hashTerms } from '../../src/agreements/terms.ts';
import type { AgreementJson } from '../../src/api/resources/agreement.ts';
import type { OrderJson } from '../../src/api/resources/order.ts';
import { addMs, minuteMs } from '../../src/lib/dates.ts';
import { type Id, newId } from '../../src/lib/ids.ts';
import type { Tx } from '../../src/lib/tx.ts';
import { consentTexts } from '../../src/shoppers/consent-texts.ts';
import { giveConsents } from '../../src/shoppers/consents.ts';
import { openShopperSession, raiseShopperSession } from '../../src/shoppers/sessions.ts';
import type { CallOptions, Shop } from './shop.ts';
import { type Buyer, newBuyer } from './walk.ts';

export function newAgreementBody(shop: Shop, change: Record<string, unknown> = {}) {
  return {
    merchant_reference: newId('req') as string,
    description: 'Bicycles by the hour',
    currency: shop.currency,
    order_ceiling: 20_000,
    day_ceiling: 40_000,
    month_ceiling: 60_000,
    charge_after_days: 0,
    return_url: 'https://shop.example/agreed',
    ...change,
  };
}

export function openAgreement(
  shop: Shop,
  change: Record<string, unknown> = {},
  options?: CallOptions,
): Promise<AgreementJson> {
  return shop.post('/v1/agreements', newAgreementBody(shop, change), options);
}

/** A signed-in session of the shopper, with an identity check unless told otherwise. */
export async function newSession(tx: Tx, shopperId: Id<'shp'>, proven = true): Promise<Id<'sse'>> {
  const { session } = await openShopperSession(tx, { shopperId, level: 1 });
  const until = addMs(tx.wallNow, 15 * minuteMs);
  if (proven) await raiseShopperSession(tx, { sessionId: session.id, until });
  return session.id;
}

/** What the hosted page does when a shopper who has just proved who they are switches an agreement on. */
export function approve(
  shop: Shop,
  agreementId: string,
  buyer: Buyer,
  session?: Id<'sse'>,
): ReturnType<typeof approveAgreement> {
  const shopperId = buyer.shopperId as Id<'shp'>;
  return shop.inTx(async (tx) => {
    const agreement = await claimAgreement(tx, { agreementId, shopperId });
    const draft = await draftTerms(tx, agreement);
    if (!draft) throw new Error('no funder could carry it');
    const { funder, terms } = draft;
    const texts = consentTexts({ locale: 'en', funder });
    await giveConsents(tx, { shopperId, locale: 'en', funder, given: texts });
    return approveAgreement(tx, {
      agreementId,
      shopperId,
      sessionId: session ?? (await newSession(tx, shopperId)),
      paymentMethodId: buyer.paymentMethodId,
      agreedHash: hashTerms(terms),
      shown: { text: 'The words as they were shown.', locale: 'en' },
    });
  });
}

/** An agreement that a shopper has switched on. */
export async function activeAgreement(
  shop: Shop,
  change: Record<string, unknown> = {},
  by?: Buyer,
): Promise<{ agreement: AgreementJson; buyer: Buyer; path: string }> {
  const opened = await openAgreement(shop, change);
  const buyer = by ?? (await newBuyer(shop));
  await approve(shop, opened.id, buyer);
  const path = `/v1/agreements/${opened.id}`;
  return { agreement: await shop.get<AgreementJson>(path), buyer, path };
}

export function agreedOrderBody(shop: Shop, amount: number, reference: string = newId('req')) {
  return { merchant_reference: reference, amount, currency: shop.currency };
}

export function agreedOrder(shop: Shop, path: string, amount: number): Promise<OrderJson> {
  return shop.post(`${path}/orders`, agreedOrderBody(shop, amount));
}
