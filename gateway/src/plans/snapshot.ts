import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { CalendarDate } from '../lib/dates.ts';
import { isCurrency, toJsonAmount } from '../lib/money.ts';
import { type Cell, cells } from './allocation.ts';
import { dueDatesOf } from './calendar.ts';
import { canonicalJson } from '../lib/canonical-json.ts';
import { planCodes, type PlanOffer } from './offers.ts';
import { dayCounts, interestMethods } from './terms.ts';

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
    principal: z.int().nonnegative().optional(),
    interest: z.int().nonnegative().optional().describe('What the shopper pays of it.'),
    due_date: z.iso.date().describe('The date if the goods had shipped on the day of the agreement.'),
  })
  .readonly();

const interestSchema = z
  .strictObject({
    annual_rate_ppm: z.int().min(0).max(1_000_000).describe('Millionths a year: 72000 is 7.2 %.'),
    shopper_rate_ppm: z
      .int()
      .nonnegative()
      .describe('What the shopper pays of it; the merchant pays the rest.'),
    method: z.enum(interestMethods),
    day_count: z.enum(dayCounts),
  })
  .readonly();

const lateFeeSchema = z
  .strictObject({
    amount: z.int().positive(),
    grace_days: z.int().nonnegative(),
    most_percent: z
      .int()
      .min(0)
      .max(100)
      .describe('The most that a late fee may be, in percent of the installment that was missed.'),
  })
  .readonly();

const snapshotShape = z.strictObject({
  version: z.literal(1),
  code: z.enum(planCodes),
  currency: z.string().refine(isCurrency, 'is not a currency that the gateway accepts'),
  amount: z.int().positive(),
  down_payment: z.int().nonnegative(),
  financed: z.int().positive(),
  finance_charge: z.int().nonnegative(),
  installments: z.array(installmentSchema).min(1).readonly(),
  cadence: cadenceSchema,
  interest: interestSchema.optional(),
  subsidy: z
    .int()
    .nonnegative()
    .optional()
    .describe('The interest that the merchant pays, if shipped on the day.'),
  repayment_day: z.int().min(1).max(28).optional(),
  refund_policy: z.enum(['from_last', 'pro_rata']),
  allocation: z.array(z.enum(cells)).readonly().optional().describe('What a repayment pays first.'),
  late_fee: lateFeeSchema.optional(),
  market: z.enum(['CN', 'EU', 'UK', 'US']).optional(),
  programme: z.string().min(1).optional(),
  apr_percent: z.number().nonnegative().optional(),
  disclosure_hash: z.string().min(1).optional(),
  merchant: partySchema.optional().describe('Absent from a cash draw, which buys nothing.'),
  funder: partySchema,
  co_funders: z
    .array(partySchema)
    .min(1)
    .max(2)
    .readonly()
    .optional()
    .describe('Who carries it together with the funder; absent where that one carries all.'),
  terms_version: z.string().min(1),
  agreed_on: z.iso.date(),
});

type SnapshotShape = z.infer<typeof snapshotShape>;

/**
 * What a shopper agreed to, in the form that is stored, hashed and shown. Amounts are integers of minor units. What is
 * optional and absent does not apply.
 */
export const planSnapshotSchema = snapshotShape
  .superRefine((snapshot, context) => {
    for (const [holds, message] of [...sumsOf(snapshot), ...datesOf(snapshot), ...termsOf(snapshot)])
      if (!holds) context.addIssue({ code: 'custom', message });
  })
  .readonly();

type Claim = [holds: boolean, otherwise: string];

function sumsOf(snapshot: SnapshotShape): Claim[] {
  const { amount, down_payment: down, financed, finance_charge: charge, installments } = snapshot;
  const total = (part: (item: SnapshotShape['installments'][number]) => number | undefined) =>
    installments.reduce((sum, item) => sum + (part(item) ?? 0), 0);
  const claims: Claim[] = [
    [down + financed === amount, 'the parts do not add up to the amount'],
    [
      total((item) => item.amount) === financed + charge,
      'the installments do not add up to what is financed and what that costs',
    ],
  ];
  if (!snapshot.interest) {
    const none = installments.every((item) => item.principal === undefined && item.interest === undefined);
    return [
      ...claims,
      [charge === 0 && none && snapshot.subsidy === undefined, 'there is a charge without terms'],
    ];
  }
  return [
    ...claims,
    [
      installments.every(
        ({ amount, principal, interest }) =>
          principal !== undefined && interest !== undefined && principal + interest === amount,
      ),
      'an installment is not its principal and its interest',
    ],
    [total((item) => item.principal) === financed, 'the principal does not add up to what is financed'],
  ];
}

function datesOf(snapshot: SnapshotShape): Claim[] {
  const { agreed_on: startsOn, installments, repayment_day: repaymentDay } = snapshot;
  const offsets = installments.map(({ offset }) => offset);
  const dates = dueDatesOf({ startsOn, offsets, repaymentDay });
  return [
    [
      installments.every(({ number }, index) => number === index + 1),
      'the installments are not numbered in order',
    ],
    [
      repaymentDay === undefined || [...offsets, snapshot.cadence].every((offset) => 'months' in offset),
      'a repayment day needs a monthly calendar',
    ],
    [
      installments.every(({ due_date: dueDate }, index) => dueDate === dates[index]),
      'a due date does not follow from its offset',
    ],
    [
      installments.every(
        ({ due_date: dueDate }, index) => index === 0 || dueDate > (installments[index - 1]?.due_date ?? ''),
      ),
      'the due dates do not ascend',
    ],
  ];
}

function termsOf({ code, merchant, interest, allocation }: SnapshotShape): Claim[] {
  return [
    [
      (code === 'cash_draw') === (merchant === undefined),
      'a merchant sells what is bought, and nothing else',
    ],
    [
      !interest || interest.shopper_rate_ppm <= interest.annual_rate_ppm,
      'the shopper pays more than the whole rate',
    ],
    [
      !allocation || (allocation.length === cells.length && new Set(allocation).size === cells.length),
      'the order of allocation does not name each part of a debt once',
    ],
  ];
}

export type PlanSnapshot = z.infer<typeof planSnapshotSchema>;

/**
 * Freezes the offer that a shopper agreed to, with whom, and under which terms. The due dates are those of goods that
 * ship on `agreedOn`. A refund shortens the plan from its end unless `refundPolicy` says otherwise (money.md rule 4).
 */
export function makeSnapshot(input: {
  offer: PlanOffer;
  /** Absent where nothing is bought. */
  merchant?: { id: string; name: string } | undefined;
  funder: { id: string; name: string };
  /** Those who carry it together with the funder. */
  coFunders?: readonly { id: string; name: string }[];
  termsVersion: string;
  agreedOn: CalendarDate;
  refundPolicy?: PlanSnapshot['refund_policy'];
  allocation?: readonly Cell[];
  lateFee?: PlanSnapshot['late_fee'];
  market?: PlanSnapshot['market'];
  aprPercent?: number;
  disclosureHash?: string;
}): PlanSnapshot {
  const { offer, merchant, funder, termsVersion, agreedOn, refundPolicy = 'from_last' } = input;
  const offsets = offer.installments.map(({ offset }) => offset);
  const dates = dueDatesOf({ startsOn: agreedOn, offsets, repaymentDay: offer.repaymentDay });
  return parseSnapshot({
    version: 1,
    code: offer.code,
    currency: offer.currency,
    amount: toJsonAmount(offer.amount),
    down_payment: toJsonAmount(offer.downPayment),
    financed: toJsonAmount(offer.financed),
    finance_charge: toJsonAmount(offer.financeCharge),
    installments: offer.installments.map(({ number, offset, amount, principal, interest }, index) => ({
      number,
      offset,
      amount: toJsonAmount(amount),
      ...(offer.interest && {
        principal: toJsonAmount(principal),
        interest: toJsonAmount(interest),
      }),
      due_date: dates[index],
    })),
    cadence: offer.cadence,
    ...(offer.interest && { interest: offer.interest, subsidy: toJsonAmount(offer.subsidy) }),
    ...(offer.repaymentDay !== undefined && { repayment_day: offer.repaymentDay }),
    refund_policy: refundPolicy,
    ...(input.allocation && { allocation: input.allocation }),
    ...(input.lateFee && { late_fee: input.lateFee }),
    ...(input.market && { market: input.market }),
    ...(offer.programme !== undefined && { programme: offer.programme }),
    ...(input.aprPercent !== undefined && { apr_percent: input.aprPercent }),
    ...(input.disclosureHash !== undefined && { disclosure_hash: input.disclosureHash }),
    ...(merchant && { merchant: { id: merchant.id, name: merchant.name } }),
    funder: { id: funder.id, name: funder.name },
    ...(input.coFunders?.length && {
      co_funders: input.coFunders.map(({ id, name }) => ({ id, name })),
    }),
    terms_version: termsVersion,
    agreed_on: agreedOn,
  });
}

/** Everybody who carries an agreed plan, the lead first. */
export function fundersOf(
  snapshot: Pick<PlanSnapshot, 'funder' | 'co_funders'>,
): { id: string; name: string }[] {
  return [snapshot.funder, ...(snapshot.co_funders ?? [])];
}

/** Reads a snapshot and freezes it at every level; throws a ZodError when it is not one or its sums do not hold. */
export function parseSnapshot(json: unknown): PlanSnapshot {
  return planSnapshotSchema.parse(json);
}

/** SHA-256 of the snapshot's canonical JSON (RFC 8785), in lower-case hexadecimal: anyone who is shown it can check it. */
export function hashSnapshot(snapshot: PlanSnapshot): string {
  return createHash('sha256').update(canonicalJson(snapshot), 'utf8').digest('hex');
}
