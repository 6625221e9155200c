/** A funder's own accounts, in the order in which its statement has them. */
export const statementAccounts = ['participation', 'accrued', 'funder', 'funder_due'] as const;

export type StatementAccount = (typeof statementAccounts)[number];

/** What happened to an account of a funder: its code, the code on the other side, and the event of the posting. */
export type Classified = { code: StatementAccount; other: string; event: string };

/** In the order in which a statement has them. */
export const lineKinds = [
  'bought',
  'principal_repaid',
  'principal_refunded',
  'ownership',
  'lost',
  'interest_earned',
  'fees_charged',
  'fees_waived',
  'interest_refunded',
  'principal_received',
  'refund_received',
  'collected',
  'interest_received',
  'fees_received',
  'subsidy_received',
  'fee_share',
  'cover',
  'recovered',
  'interest_given_back',
  'servicing',
  'netted',
  'remitted',
  'wired',
  'price',
  'other',
] as const;

export type LineKind = (typeof lineKinds)[number];

type Rule = { other: string; event?: string; kind: LineKind };

/** The first rule that fits names the line; reversals move the same accounts, so they stand in the line that they take from. */
const rules: Record<StatementAccount, readonly Rule[]> = {
  participation: [
    { other: 'funder_due', kind: 'bought' },
    { other: 'funder', event: 'refund', kind: 'principal_refunded' },
    { other: 'funder', kind: 'principal_repaid' },
    { other: 'participation', kind: 'ownership' },
    { other: 'principal', kind: 'lost' },
  ],
  accrued: [
    { other: 'interest', event: 'charge_off', kind: 'lost' },
    { other: 'fee', event: 'charge_off', kind: 'lost' },
    { other: 'interest', event: 'refund', kind: 'interest_refunded' },
    { other: 'interest', kind: 'interest_earned' },
    { other: 'fee', event: 'late_fee_waived', kind: 'fees_waived' },
    { other: 'fee', kind: 'fees_charged' },
    { other: 'funder', kind: 'collected' },
    { other: 'accrued', kind: 'ownership' },
  ],
  funder: [
    { other: 'participation', event: 'refund', kind: 'refund_received' },
    { other: 'participation', kind: 'principal_received' },
    { other: 'accrued', kind: 'collected' },
    { other: 'subsidy', kind: 'subsidy_received' },
    { other: 'x_fee_share', kind: 'fee_share' },
    { other: 'x_credit_loss', kind: 'cover' },
    { other: 'unapplied', kind: 'recovered' },
    { other: 'shopper', event: 'recovery', kind: 'recovered' },
    { other: 'shopper', kind: 'interest_given_back' },
    { other: 'principal', kind: 'interest_given_back' },
    { other: 'i_servicing', kind: 'servicing' },
    { other: 'funder_due', event: 'funder_netting', kind: 'netted' },
    { other: 'funder_due', kind: 'price' },
    { other: 'cash', kind: 'remitted' },
    { other: 'suspense', kind: 'remitted' },
  ],
  funder_due: [
    { other: 'participation', kind: 'bought' },
    { other: 'cash', kind: 'wired' },
    { other: 'suspense', kind: 'wired' },
    { other: 'funder', event: 'funder_netting', kind: 'netted' },
    { other: 'funder', kind: 'price' },
  ],
};

export function classify({ code, other, event }: Classified): LineKind {
  const rule = rules[code].find((one) => one.other === other && (one.event ?? event) === event);
  return rule?.kind ?? 'other';
}
