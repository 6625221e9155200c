import { approveAgreement, claimAgreement, draftTerms } from '../../gateway/src/agreements/approve.ts';
import { firstSlotOf } from '../../gateway/src/credit/funders.ts';
import { openAgreement } from '../../gateway/src/agreements/open.ts';
import { hashTerms } from '../../gateway/src/agreements/terms.ts';
import { addMs, minuteMs } from '../../gateway/src/lib/dates.ts';
import { newId } from '../../gateway/src/lib/ids.ts';
import type { Tx } from '../../gateway/src/lib/tx.ts';
import { addPaymentMethod } from '../../gateway/src/processor/payment-methods.ts';
import { consentTexts } from '../../gateway/src/shoppers/consent-texts.ts';
import { giveConsents } from '../../gateway/src/shoppers/consents.ts';
import { findOrCreateShopper } from '../../gateway/src/shoppers/profile.ts';
import { openShopperSession, raiseShopperSession } from '../../gateway/src/shoppers/sessions.ts';
import { reviewStanding } from '../../gateway/src/standing/standing.ts';
import { copyOf, type CopiedRows, copyRows, freshId } from './copies.ts';
import type { Purchase, PurchaseKind } from './purchases.ts';
import { currency, savedCard, type World } from './world.ts';

const amount = 10_000;

/** One agreement, switched on the way the hosted page does it. The others are its copies. */
async function approveTemplate({ inTx, merchantId }: World): Promise<string> {
  const { shopperId } = await inTx((tx) =>
    findOrCreateShopper(tx, { phone: '+8613900000002', locale: 'en' }),
  );
  const method = await inTx((tx) => addPaymentMethod(tx, { shopperId, saved: savedCard }));
  return inTx(async (tx) => {
    const { agreement: opened } = await openAgreement(tx, {
      merchantId,
      merchantReference: newId('req'),
      description: 'Bicycles by the hour',
      currency,
      orderCeiling: 20_000n,
      dayCeiling: 40_000n,
      monthCeiling: 60_000n,
      chargeAfterDays: 0,
      returnUrl: 'https://shop.example/agreed',
    });
    const agreementId = opened.id;
    const agreement = await claimAgreement(tx, { agreementId, shopperId });
    const draft = await draftTerms(tx, agreement);
    if (!draft) throw new Error('no funder could carry it');
    const { funder, terms } = draft;
    await giveConsents(tx, {
      shopperId,
      locale: 'en',
      funder,
      given: consentTexts({ locale: 'en', funder }),
    });
    const { session } = await openShopperSession(tx, { shopperId, level: 1 });
    await raiseShopperSession(tx, { sessionId: session.id, until: addMs(tx.wallNow, 15 * minuteMs) });
    await approveAgreement(tx, {
      agreementId,
      shopperId,
      sessionId: session.id,
      paymentMethodId: method.id,
      agreedHash: hashTerms(terms),
      shown: { text: 'The words as they were shown.', locale: 'en' },
    });
    // Its credit line exists already, as of everybody who agreed some days ago.
    await reviewStanding(tx, { shopperId, currency });
    return agreementId;
  });
}

const copied: CopiedRows = {
  ids: { agreement_id: 'agr', shopper_id: 'shp', line_id: 'crl', method_id: 'pm', opened: 'req' },
  template: `select a.environment_id, a.id as agreement_id, a.shopper_id, a.payment_method_id as method_id, l.id as line_id
    from agreements a
      join credit_lines l on l.environment_id = a.environment_id and l.shopper_id = a.shopper_id
        and l.currency = a.currency
    where a.id = :template`,
  sql: [
    copyOf(
      'shoppers',
      'x.id = t.shopper_id',
      `'id', b.shopper_id, 'phone_index', '\\x' || encode(sha256(convert_to(b.shopper_id, 'utf8')), 'hex')`,
    ),
    copyOf('payment_methods', 'x.id = t.method_id', `'id', b.method_id, 'shopper_id', b.shopper_id`),
    copyOf('credit_lines', 'x.id = t.line_id', `'id', b.line_id, 'shopper_id', b.shopper_id`),
    copyOf('consents', 'x.shopper_id = t.shopper_id', `'id', ${freshId('cns')}, 'shopper_id', b.shopper_id`),
    copyOf(
      'agreements',
      'x.id = t.agreement_id',
      `'id', b.agreement_id, 'shopper_id', b.shopper_id, 'payment_method_id', b.method_id,
       'merchant_reference', b.opened,
       'secret_hash', '\\x' || encode(sha256(convert_to(b.agreement_id, 'utf8')), 'hex')`,
    ),
  ],
};

/** Orders by an agreement, one of each shopper: score, limit, funder, hold and order in one request. */
export async function ordersByAgreement(world: World): Promise<PurchaseKind> {
  const template = await approveTemplate(world);
  return {
    name: 'agreement',
    async prepare(count) {
      const batch = await world.inTx(async (tx) => {
        const rows = await copyRows(tx, copied, { template, count });
        await giveDataKeys(tx, rows);
        return rows;
      });
      return batch.map((ids): Purchase => {
        const { agreement_id: agreementId = '', shopper_id: shopperId = '' } = ids;
        const reference = newId('req');
        return {
          path: `/v1/agreements/${agreementId}/orders`,
          body: { merchant_reference: reference, amount, currency },
          ids: [...Object.values(ids), reference],
          slot: firstSlotOf(shopperId),
        };
      });
    },
  };
}

/** A wrapped data key opens for its own shopper only. */
async function giveDataKeys(tx: Tx, batch: readonly Record<string, string>[]): Promise<void> {
  const keys = batch.map(({ shopper_id: id = '' }) => ({ id, key: tx.vault.newDataKey(id).wrapped }));
  await tx.sql.raw(
    `update shoppers s set data_key = k.key
     from jsonb_to_recordset(cast(? as jsonb)) as k (id text, key text)
     where s.environment_id = ? and s.id = k.id`,
    [JSON.stringify(keys), tx.environment.id],
  );
}
