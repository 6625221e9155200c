import { generateKeyPairSync } from 'node:crypto';
import { createMorrow, Morrow } from '@morrow/sdk-js/server';
import { approveAgreement, claimAgreement, draftTerms } from '../../gateway/src/agreements/approve.ts';
import { hashTerms } from '../../gateway/src/agreements/terms.ts';
import { addMs, minuteMs } from '../../gateway/src/lib/dates.ts';
import type { Id } from '../../gateway/src/lib/ids.ts';
import { transact, type Tx } from '../../gateway/src/lib/tx.ts';
import { consentTexts } from '../../gateway/src/shoppers/consent-texts.ts';
import { giveConsents } from '../../gateway/src/shoppers/consents.ts';
import { openShopperSession, raiseShopperSession } from '../../gateway/src/shoppers/sessions.ts';
import { origin, type World } from './world.ts';

export const currency = 'CNY' as const;

/** Where the sandboxes' clocks stand at first: the morning of 1 March in Shanghai. */
const clockStart = '2026-03-01T01:00:00.000Z';

/** How long a client waits for an answer before it asks again. */
const timeoutMs = 5_000;

/** A merchant in a sandbox of its own, and how far its clock was moved. */
export type Shop = {
  number: number;
  id: string;
  merchantId: string;
  /** Sends each request once, to one gateway after the other. */
  morrow: Morrow;
  clock: { least: number; most: number };
  people: number;
};

export async function openShop(world: World, number: number): Promise<Shop> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const now = (): Date => new Date(Date.now() + world.aheadMs());
  const options = { baseUrl: origin, privateKey, timeoutMs, fetch: world.fetch, now };
  // Nothing is disturbed yet, but everything has only just started.
  const patient = { ...options, timeoutMs: 30_000, maxRetries: 20 };
  const { sandbox, keyId, morrow } = await Morrow.createSandbox(patient, {
    name: `Shop ${number}`,
    allowed_origins: ['https://shop.example'],
    clock: clockStart,
  });
  await morrow.webhookEndpoints.create({ url: world.hooks.urlOf(number), event_types: ['*'] });
  const stands = Date.parse(sandbox.clock.now);
  return {
    number,
    id: sandbox.id,
    merchantId: sandbox.merchant.id,
    morrow: createMorrow({ ...options, keyId, maxRetries: 0 }),
    clock: { least: stands, most: stands },
    people: 0,
  };
}

/** A transaction of a shopper in the sandbox, as the hosted pages make one. */
export function asShopper<T>(
  { host }: World,
  shop: Shop,
  shopperId: string,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  return transact(host, { environmentId: shop.id, actor: { kind: 'shopper', id: shopperId } }, work);
}

/** Who owes by a plan, and with which card. */
export async function debtorOf(
  { host }: World,
  shop: Shop,
  planId: string,
): Promise<{ shopperId: string; paymentMethodId: string }> {
  const row = await host
    .db('plans')
    .where({ environment_id: shop.id, id: planId })
    .first<{ shopper_id: string; payment_method_id: string }>('shopper_id', 'payment_method_id');
  return { shopperId: row.shopper_id, paymentMethodId: row.payment_method_id };
}

/** A shopper who bought before agrees to orders without being asked for each, as they would on the hosted page. */
export async function agree(
  world: World,
  shop: Shop,
  agreementId: string,
  debtor: { shopperId: string; paymentMethodId: string },
): Promise<void> {
  const shopperId = debtor.shopperId as Id<'shp'>;
  await asShopper(world, shop, shopperId, async (tx) => {
    const draft = await draftTerms(tx, await claimAgreement(tx, { agreementId, shopperId }));
    if (!draft) throw new Error('no funder could carry the agreement');
    const { funder, terms } = draft;
    const given = consentTexts({ locale: 'en', funder });
    await giveConsents(tx, { shopperId, locale: 'en', funder, given });
    const { session } = await openShopperSession(tx, { shopperId, level: 1 });
    await raiseShopperSession(tx, { sessionId: session.id, until: addMs(tx.wallNow, 15 * minuteMs) });
    await approveAgreement(tx, {
      agreementId,
      shopperId,
      sessionId: session.id,
      paymentMethodId: debtor.paymentMethodId,
      agreedHash: hashTerms(terms),
      shown: { text: 'The words as they were shown.', locale: 'en' },
    });
  });
}
