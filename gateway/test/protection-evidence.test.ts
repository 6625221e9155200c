import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addMs, dayMs } from '../src/lib/dates.ts';
import type { Id } from '../src/lib/ids.ts';
import { consentTexts, evidenceTexts } from '../src/shoppers/consent-texts.ts';
import { giveConsents, listConsents, missingConsents } from '../src/shoppers/consents.ts';
import {
  askEvidence,
  beginEvidence,
  type EvidenceRequest,
  finishEvidence,
  listEvidence,
  readEvidence,
  withdrawEvidence,
} from '../src/shoppers/evidence.ts';
import { type EvidenceItem, evidenceItems, type EvidenceProvider } from '../src/shoppers/evidence-port.ts';
import { declareIncome, findIncome, removeIncome } from '../src/shoppers/income.ts';
import { readMeans } from '../src/shoppers/means.ts';
import { findOrCreateShopper } from '../src/shoppers/profile.ts';
import { type EvidenceKind, evidencePhone } from '../src/shoppers/sandbox-evidence.ts';
import { codeFor, decideOn } from './support/protection.ts';
import { openShop, type Shop } from './support/shop.ts';
import { addMethod } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
let shop: Shop;
beforeAll(async () => {
  world = await openWorld();
  shop = await openShop(world);
});
afterAll(() => world.close());

let personsGiven = 0;

function newPerson(kind: EvidenceKind | 'unknown'): Promise<Id<'shp'>> {
  personsGiven += 1;
  const phone =
    kind === 'unknown' ? `+86137${String(personsGiven).padStart(8, '0')}` : evidencePhone(kind, personsGiven);
  return shop.inTx(async (tx) => (await findOrCreateShopper(tx, { phone, locale: 'en' })).shopperId);
}

function consent(shopperId: Id<'shp'>, item: EvidenceItem, locale: 'en' | 'zh-CN' = 'en'): Promise<void> {
  const given = evidenceTexts(locale).filter(({ purpose }) => purpose === `evidence:${item}`);
  return shop.inTx((tx) => giveConsents(tx, { shopperId, locale, given }));
}

const begin = (shopperId: Id<'shp'>, item: EvidenceItem) =>
  shop.inTx((tx) => beginEvidence(tx, { shopperId, item }));

async function begun(shopperId: Id<'shp'>, item: EvidenceItem): Promise<EvidenceRequest> {
  const answer = await begin(shopperId, item);
  if (answer.outcome !== 'begun') throw new Error(answer.outcome);
  return answer.request;
}

/** Consent, call and answer, as the account's page does it. */
async function ask(shopperId: Id<'shp'>, item: EvidenceItem, provider?: EvidenceProvider) {
  await consent(shopperId, item);
  const request = await begun(shopperId, item);
  const reply = await askEvidence({ ...request, ...(provider && { provider }) }, { timeoutMs: 50 });
  return shop.inTx((tx) => finishEvidence(tx, { request, reply }));
}

const read = (shopperId: Id<'shp'>) => shop.inTx((tx) => readEvidence(tx, shopperId), 'read');
const means = (shopperId: Id<'shp'>) => shop.inTx((tx) => readMeans(tx, shopperId), 'read');

describe('evidence', () => {
  it('is what the sandbox’s provider says of its test phones', async () => {
    const answers = {
      steady: [96, 'A', 1_200_000n],
      modest: [30, 'C', 450_000n],
      fresh: [2, 'E', 200_000n],
    } as const;
    for (const kind of ['steady', 'modest', 'fresh'] as const) {
      const shopperId = await newPerson(kind);
      expect(await read(shopperId)).toBe(null);
      for (const item of evidenceItems) expect(await ask(shopperId, item)).toBe('answered');
      const [phoneTenureMonths, bureauBand, amount] = answers[kind];
      expect(await read(shopperId)).toEqual({ phoneTenureMonths, bureauBand });
      expect((await means(shopperId)).evidenced).toMatchObject({
        basis: 'evidenced',
        amount,
        currency: 'CNY',
      });
    }
    const unknown = await newPerson('unknown');
    for (const item of evidenceItems) expect(await ask(unknown, item)).toBe('not_found');
    expect(await read(unknown)).toBe(null);
  });

  it('is not asked for without consent, and each item needs its own', async () => {
    const shopperId = await newPerson('steady');
    expect(await begin(shopperId, 'bureau')).toEqual({ outcome: 'no_consent' });
    await consent(shopperId, 'bureau', 'zh-CN');
    expect(await begin(shopperId, 'income')).toEqual({ outcome: 'no_consent' });
    expect(await ask(shopperId, 'bureau')).toBe('answered');
    expect(await read(shopperId)).toEqual({ phoneTenureMonths: null, bureauBand: 'A' });
  });

  it('is no part of what everybody agrees to', async () => {
    const shopperId = await newPerson('unknown');
    await shop.inTx((tx) =>
      giveConsents(tx, { shopperId, locale: 'en', given: consentTexts({ locale: 'en' }) }),
    );
    expect(await shop.inTx((tx) => missingConsents(tx, shopperId), 'read')).toEqual([]);
  });

  it.each(['slow', 'unavailable'] as const)(
    'of a provider that is %s is missing, and decisions go on',
    async (kind) => {
      const shopperId = await newPerson(kind);
      await addMethod(shop, shopperId, 'ok');
      expect(await ask(shopperId, 'phone_tenure')).toBe('unavailable');
      expect(await ask(shopperId, 'income')).toBe('unavailable');
      expect(await read(shopperId)).toBe(null);
      const buyer = { shopperId, paymentMethodId: '' };
      expect(await codeFor(shop, buyer, 10_000)).toBe(null);
      expect(await begin(shopperId, 'income')).toEqual({ outcome: 'too_soon' });
      world.passMs(10 * 60_000);
      expect(await begin(shopperId, 'income')).toMatchObject({ outcome: 'begun' });
    },
  );

  it('is waited for outside of transactions: a decision in the meantime does without it', async () => {
    const shopperId = await newPerson('steady');
    await consent(shopperId, 'income');
    const request = await begun(shopperId, 'income');
    const { protection } = await decideOn(shop, { shopperId, paymentMethodId: '' }, 10_000);
    expect(protection.measure?.basis).toBe('none');
    const reply = await askEvidence(request, { timeoutMs: 50 });
    expect(await shop.inTx((tx) => finishEvidence(tx, { request, reply }))).toBe('answered');
    const after = await decideOn(shop, { shopperId, paymentMethodId: '' }, 10_000);
    expect(after.protection.measure).toMatchObject({ basis: 'evidenced', income: 1_200_000n });
  });

  it.each([
    ['another item', { outcome: 'found', answer: { item: 'bureau', band: 'A' } }],
    ['a number below zero', { outcome: 'found', answer: { item: 'phone_tenure', months: -1 } }],
    ['no months', { outcome: 'found', answer: { item: 'phone_tenure', months: Number.NaN } }],
    ['nothing', undefined],
  ])('that answers with %s counts as unavailable', async (_, reply) => {
    const shopperId = await newPerson('steady');
    const provider = { name: 'odd', ask: async () => reply } as unknown as EvidenceProvider;
    expect(await ask(shopperId, 'phone_tenure', provider)).toBe('unavailable');
    expect(await read(shopperId)).toBe(null);
  });

  it('is deleted and not used once the consent is taken back, and can be given anew', async () => {
    const shopperId = await newPerson('modest');
    await ask(shopperId, 'bureau');
    await ask(shopperId, 'income');
    for (const item of ['bureau', 'income'] as const) {
      await shop.inTx((tx) => withdrawEvidence(tx, { shopperId, item }));
    }
    expect(await read(shopperId)).toBe(null);
    expect((await means(shopperId)).evidenced).toBe(undefined);
    expect(await world.db('shopper_evidence').where({ shopper_id: shopperId })).toEqual([]);
    const consents = await shop.inTx((tx) => listConsents(tx, shopperId), 'read');
    expect(consents.map(({ withdrawnAt }) => withdrawnAt === null)).toEqual([false, false]);
    expect(await ask(shopperId, 'bureau')).toBe('answered');
    expect(await read(shopperId)).toEqual({ phoneTenureMonths: null, bureauBand: 'C' });
  });

  it('that arrives after its consent was taken back is dropped', async () => {
    const shopperId = await newPerson('steady');
    await consent(shopperId, 'bureau');
    const request = await begun(shopperId, 'bureau');
    const reply = await askEvidence(request, { timeoutMs: 50 });
    await shop.inTx((tx) => withdrawEvidence(tx, { shopperId, item: 'bureau' }));
    expect(await shop.inTx((tx) => finishEvidence(tx, { request, reply }))).toBe('withdrawn');
    await consent(shopperId, 'bureau');
    expect(await shop.inTx((tx) => finishEvidence(tx, { request, reply }))).toBe('withdrawn');
    expect(await read(shopperId)).toBe(null);
  });

  it('counts for 90 days', async () => {
    const own = await openShop(world);
    const here = shop;
    shop = own;
    try {
      const shopperId = await newPerson('steady');
      await ask(shopperId, 'bureau');
      await ask(shopperId, 'income');
      expect(await begin(shopperId, 'bureau')).toEqual({ outcome: 'known' });
      const [state] = await own.inTx((tx) => listEvidence(tx, shopperId), 'read');
      const now = await own.inTx(async (tx) => tx.now, 'read');
      expect(state?.expiresAt).toEqual(addMs(now, 90 * dayMs));
      await own.advance(89);
      expect(await read(shopperId)).not.toBe(null);
      await own.advance(1);
      expect(await read(shopperId)).toBe(null);
      expect((await means(shopperId)).evidenced).toBe(undefined);
      const states = await own.inTx((tx) => listEvidence(tx, shopperId), 'read');
      expect(states.map(({ status }) => status)).toEqual(['expired', 'expired']);
      world.passMs(10 * 60_000);
      expect(await ask(shopperId, 'bureau')).toBe('answered');
      expect(await read(shopperId)).not.toBe(null);
    } finally {
      shop = here;
    }
  });

  it('lies sealed, as what was declared does', async () => {
    const shopperId = await newPerson('steady');
    await ask(shopperId, 'income');
    await shop.inTx((tx) =>
      declareIncome(tx, { shopperId, amount: 7_654_321n, currency: 'CNY', payDay: 25 }),
    );
    const rows = [
      ...(await world.db('shopper_evidence').where({ shopper_id: shopperId })),
      ...(await world.db('shopper_incomes').where({ shopper_id: shopperId })),
    ];
    expect(rows).toHaveLength(2);
    const stored = JSON.stringify(rows);
    for (const secret of ['1200000', '12000', '7654321', 'CNY', '"25"']) expect(stored).not.toContain(secret);
    expect(stored).toMatch(/"income_sealed":"v1\./);
    expect(stored).toMatch(/"answer_sealed":"v1\./);
  });

  it('goes with its sandbox', async () => {
    const own = await openShop(world);
    const { shopperId } = await own.inTx((tx) =>
      findOrCreateShopper(tx, { phone: evidencePhone('steady', 999), locale: 'en' }),
    );
    const given = evidenceTexts('en');
    await own.inTx((tx) => giveConsents(tx, { shopperId, locale: 'en', given }));
    await own.inTx((tx) => beginEvidence(tx, { shopperId, item: 'bureau' }));
    await own.inTx((tx) => declareIncome(tx, { shopperId, amount: 1n, currency: 'CNY', payDay: null }));
    await world.db.raw('select purge_sandbox(?)', [own.environmentId]);
    for (const table of ['shopper_evidence', 'shopper_incomes', 'own_limits', 'kept_warnings']) {
      expect(await world.db(table).where({ environment_id: own.environmentId })).toEqual([]);
    }
  });
});

describe('a declared income', () => {
  it('is the newest, can be taken back, and changes at most five times in 30 days', async () => {
    const own = await openShop(world);
    const { shopperId } = await own.inTx((tx) =>
      findOrCreateShopper(tx, { phone: evidencePhone('steady', 998), locale: 'en' }),
    );
    const declare = (amount: bigint) =>
      own.inTx((tx) => declareIncome(tx, { shopperId, amount, currency: 'CNY', payDay: 31 }));
    const find = () => own.inTx((tx) => findIncome(tx, shopperId), 'read');
    expect(await find()).toBe(undefined);
    for (let amount = 1n; amount <= 4n; amount += 1n) expect(await declare(amount)).toBe('declared');
    await own.inTx((tx) => removeIncome(tx, shopperId));
    expect(await find()).toBe(undefined);
    const both = await Promise.all([declare(5n), declare(6n)]);
    expect(both.toSorted()).toEqual(['declared', 'too_often']);
    expect(await find()).toMatchObject({ currency: 'CNY', payDay: 31, declaredOn: '2026-03-01', version: 5 });
    await own.advance(30);
    expect(await declare(0n)).toBe('declared');
    expect(await find()).toMatchObject({ amount: 0n, version: 6, declaredOn: '2026-03-31' });
  });
});
