import { randomBytes } from 'node:crypto';
import { claimSession } from '../gateway/src/checkout/claim.ts';
import { openSession } from '../gateway/src/checkout/sessions.ts';
import { newId } from '../gateway/src/lib/ids.ts';
import type { Tx } from '../gateway/src/lib/tx.ts';
import { cookieNames } from '../gateway/src/pages/cookies.ts';
import { consentTexts } from '../gateway/src/shoppers/consent-texts.ts';
import { giveConsents } from '../gateway/src/shoppers/consents.ts';
import { saveIdentity } from '../gateway/src/shoppers/identity.ts';
import { findOrCreateShopper } from '../gateway/src/shoppers/profile.ts';
import { openShopperSession } from '../gateway/src/shoppers/sessions.ts';
import { currency, type World } from './authorize/world.ts';
import { replayBenchmark } from './replay/index.ts';

const amount = 120_000;
const batchSize = 50;

/** A checkout that its shopper has come to, signed in, known and agreed to all there is to agree to. */
type Visit = { path: string; cookie: string; address: string };

async function prepareVisit(tx: Tx, merchantId: string, number: number): Promise<Visit> {
  const phone = `+86139${String(number).padStart(8, '0')}`;
  const { shopperId } = await findOrCreateShopper(tx, { phone, locale: 'en' });
  await giveConsents(tx, { shopperId, locale: 'en', given: consentTexts({ locale: 'en' }) });
  const birthDate = '1990-01-01';
  const nationalId = { number: `1101051990${String(number).padStart(8, '0')}`, birthDate } as const;
  const reference = newId('req');
  await saveIdentity(tx, {
    shopperId,
    identity: { name: 'Li Hua', nationalId, provider: 'bench', reference },
  });
  const { session, secret } = await openSession(tx, {
    merchantId,
    merchantReference: reference,
    amount: BigInt(amount),
    currency,
    lines: [{ name: 'Tea set', quantity: 1, unit_amount: amount, amount }],
    returnUrl: 'https://shop.example/return',
  });
  await claimSession(tx, { sessionId: session.id, shopperId });
  const { token } = await openShopperSession(tx, { shopperId, level: 1 });
  const cookies = {
    [cookieNames.shopper]: token,
    [cookieNames.browser]: randomBytes(32).toString('base64url'),
  };
  return {
    path: `/c/${secret}`,
    cookie: Object.entries(cookies)
      .map((pair) => pair.join('='))
      .join('; '),
    address: [10, number >> 16, (number >> 8) & 255, number & 255].join('.'),
  };
}

async function prepare(
  { inTx, merchantId }: World,
  { count, signal }: { count: number; signal: AbortSignal },
): Promise<Visit[]> {
  const visits: Visit[] = [];
  while (visits.length < count) {
    signal.throwIfAborted();
    await inTx(async (tx) => {
      const until = Math.min(count, visits.length + batchSize);
      while (visits.length < until) visits.push(await prepareVisit(tx, merchantId, visits.length + 1));
    });
  }
  return visits;
}

/** The page on which a checkout is decided: score, limit, fraud, protection, funder and all plans, each with its dates. */
export const checkoutDecision = replayBenchmark({
  plural: 'decisions',
  prepare,
  toRequest: ({ path, cookie, address }: Visit) => ({
    method: 'GET',
    path,
    headers: { cookie, 'x-forwarded-for': address },
    status: 200,
    // A page without plans would be one that decided nothing.
    holds: 'class="card offer"',
  }),
  tables: ['assessments', 'credit_lines', 'fraud_sightings'],
  notes: [
    'A decision is the first look of a signed-in shopper at a checkout, with the page that shows the plans.',
  ],
});
