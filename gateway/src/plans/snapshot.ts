import { createHash } from 'node:crypto';
import { z } from 'zod';
import { addOffset, type CalendarDate } from '../lib/dates.ts';
import { isCurrency, toJsonAmount } from '../lib/money.ts';
import { canonicalJson } from './canonical-json.ts';
import { planCodes, type PlanOffer } from './offers.ts';

const steps = z.int().nonnegative();
const step = z.int().positive();
const offsetSchema = z.union([
  z.strictObject({ months: steps }).readonly(),
  z.strictObject({ days: steps }).readonly(),
]);
const cadenceSchema = z.union([
  z.strictObject({ months: step }).readonly(),
  z.strictObject({ days: step }).readonly(),
]);
const partySchema = z.strictObject({ id: z.string().min(1), name: z.string().min(1) }).readonly();

const installmentSchema = z
  .strictObject({
    number: z.int().positive(),
    offset: offsetSchema,
    amount: z.int().positive(),
    due_date: z.iso.date().describe('The date if the goods had shipped on the day of the agreement.'),
  })
  .readonly();

/** What a shopper agreed to, in the form that is stored, hashed and shown. Amounts are integers of minor units. */
export const planSnapshotSchema = z
  .strictObject({
    version: z.literal(1),
    code: z.enum(planCodes),
    currency: z.string().refine(isCurrency, 'is not a currency that the gateway accepts'),
    amount: z.int().positive(),
    down_payment: z.int().nonnegative(),
    financed: z.int().positive(),
    finance_charge: z.literal(0),
    installments: z.array(installmentSchema).min(1).readonly(),
    cadence: cadenceSchema,
    refund_policy: z.enum(['from_last', 'pro_rata']),
    merchant: partySchema,
    funder: partySchema,
    terms_version: z.string().min(1),
    agreed_on: z.iso.date(),
  })
  .superRefine((snapshot, context) => {
    const { installments } = snapshot;
    const claims: [boolean, string][] = [
      [
        snapshot.down_payment + snapshot.financed === snapshot.amount,
        'the parts do not add up to the amount',
      ],
      [
        installments.reduce((total, { amount }) => total + amount, 0) === snapshot.financed,
        'the installments do not add up to what is financed',
      ],
      [
        installments.every(({ number }, index) => number === index + 1),
        'the installments are not numbered in order',
      ],
      [
        installments.every(({ offset, due_date }) => addOffset(snapshot.agreed_on, offset) === due_date),
        'a due date does not follow from its offset',
      ],
      [
        installments.every(
          ({ due_date }, index) => index === 0 || due_date > (installments[index - 1]?.due_date ?? ''),
        ),
        'the due dates do not ascend',
      ],
    ];
    for (const [holds, message] of claims) if (!holds) context.addIssue({ code: 'custom', message });
  })
  .readonly();

export type PlanSnapshot = z.infer<typeof planSnapshotSchema>;

/**
 * Freezes the offer that a shopper agreed to, with whom, and under which terms. The due dates are those of goods that
 * ship on `agreedOn`. A refund shortens the plan from its end unless `refundPolicy` says otherwise (money.md rule 4).
 */
export function makeSnapshot(input: {
  offer: PlanOffer;
  merchant: { id: string; name: string };
  funder: { id: string; name: string };
  termsVersion: string;
  agreedOn: CalendarDate;
  refundPolicy?: PlanSnapshot['refund_policy'];
}): PlanSnapshot {
  const { offer, merchant, funder, termsVersion, agreedOn, refundPolicy = 'from_last' } = input;
  return parseSnapshot({
    version: 1,
    code: offer.code,
    currency: offer.currency,
    amount: toJsonAmount(offer.amount),
    down_payment: toJsonAmount(offer.downPayment),
    financed: toJsonAmount(offer.financed),
    finance_charge: toJsonAmount(offer.financeCharge),
    installments: offer.installments.map(({ number, offset, amount }) => ({
      number,
      offset,
      amount: toJsonAmount(amount),
      due_date: addOffset(agreedOn, offset),
    })),
    cadence: offer.cadence,
    refund_policy: refundPolicy,
    merchant: { id: merchant.id, name: merchant.name },
    funder: { id: funder.id, name: funder.name },
    terms_version: termsVersion,
    agreed_on: agreedOn,
  });
}

/** Reads a snapshot and freezes it at every level; throws a ZodError when it is not one or its sums do not hold. */
export function parseSnapshot(json: unknown): PlanSnapshot {
  return planSnapshotSchema.parse(json);
}

/** SHA-256 of the snapshot's canonical JSON (RFC 8785), in lower-case hexadecimal: anyone who is shown it can check it. */
export function hashSnapshot(snapshot: PlanSnapshot): string {
  return createHash('sha256').update(canonicalJson(snapshot), 'utf8').digest('hex');
}
