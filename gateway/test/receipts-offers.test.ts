import { generateKeyPairSync } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { verifyReceipts } from '../../sdk-js/src/verify.ts';
import type { GatewayKey } from '../src/lib/gateway-key.ts';
import { importEd25519 } from '../src/lib/jwk.ts';
import { offersFor, type PlanOffer } from '../src/plans/offers.ts';
import { programmes } from '../src/plans/programmes.ts';
import { scheduleOf } from '../src/plans/schedule.ts';
import { hashSnapshot, makeSnapshot } from '../src/plans/snapshot.ts';
import { agreementPayload, amendmentPayload, signReceipt } from '../src/repayments/receipt-payload.ts';

const key = newKey();

function newKey(): GatewayKey {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const { kid, jwk } = importEd25519(publicKey.export({ format: 'jwk' }));
  return { kid, privateKey, jwk: { ...jwk, use: 'sig' } };
}

/** The agreement on an offer, and the amendment by which all of it ships on another day. */
function signBoth(offer: PlanOffer, agreedOn: string, shippedOn: string) {
  const snapshot = makeSnapshot({
    offer,
    merchant: { id: 'mer_1', name: '茶馆 Café' },
    funder: { id: 'fnd_1', name: 'Lantern Bank' },
    termsVersion: '2026-11',
    agreedOn,
  });
  const head = {
    environment: 'live',
    planId: 'pln_1',
    snapshotHash: hashSnapshot(snapshot),
    issuedAt: new Date(`${agreedOn}T08:00:00Z`),
  };
  const agreement = signReceipt(
    key,
    agreementPayload(
      { ...head, sequence: 0, previousHash: null },
      {
        subject: { order_id: 'ord_1', merchant_reference: 'tea-1' },
        shopperId: 'shp_1',
        agreedAt: head.issuedAt,
        texts: [{ purpose: 'agreement', version: '2026-11', locale: 'zh-CN', text_hash: 'a'.repeat(64) }],
        snapshot,
      },
    ),
  );
  const entry = { kind: 'capture' as const, amount: offer.financed, onDate: shippedOn };
  const schedule = scheduleOf(snapshot, [entry]);
  const amendment = signReceipt(
    key,
    amendmentPayload(
      { ...head, sequence: 1, previousHash: agreement.hash },
      { currency: offer.currency, entry, schedule },
    ),
  );
  return [agreement, amendment];
}

const dates = fc
  .integer({ min: 0, max: 1500 })
  .map((days) => new Date(Date.UTC(2027, 0, 1 + days)).toISOString().slice(0, 10));

test('whatever is offered, its receipts verify: sums, the last remainder, dates, rates', async () => {
  const seen = new Set<string>();
  const offered = fc.record({
    amount: fc.oneof(fc.bigInt({ min: 1n, max: 300n }), fc.bigInt({ min: 1n, max: 5_000_000n })),
    currency: fc.constantFrom('CNY', 'USD', 'JPY', 'KWD'),
    firstPart: fc.constantFrom('capture' as const, 'checkout' as const),
    category: fc.constantFrom('retail' as const, 'travel' as const, 'education' as const),
    annualRatePpm: fc.integer({ min: 1, max: 240_000 }),
    dayCount: fc.constantFrom('30/360' as const, 'actual/365' as const, 'actual/actual' as const),
    subsidy: fc.constantFrom(0, 50, 100),
    repaymentDay: fc.option(fc.integer({ min: 1, max: 28 }), { nil: undefined }),
    agreedOn: dates,
    shippedOn: dates,
  });
  await fc.assert(
    fc.asyncProperty(offered, async ({ category, subsidy, agreedOn, shippedOn, ...input }) => {
      const offers = offersFor({
        ...input,
        shippedOn: agreedOn,
        programme: programmes[category],
        subsidies: { monthly_3: subsidy, monthly_12: subsidy, monthly_36: subsidy },
      });
      for (const offer of offers) {
        const receipts = signBoth(offer, agreedOn, shippedOn);
        const { status, faults } = await verifyReceipts({ receipts, keys: { keys: [key.jwk] } });
        expect(faults, `${offer.code} ${offer.amount}`).toEqual([]);
        expect(status).toBe('verified');
        seen.add(offer.code);
      }
    }),
    { numRuns: 150 },
  );
  expect(seen.size).toBeGreaterThan(5);
});
