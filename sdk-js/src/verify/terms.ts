import { canonicalJson } from './canonical-json.ts';
import { dueDatesOf } from './dates.ts';
import { sha256 } from './read.ts';
import type {
  AgreementClaims,
  AmendmentClaims,
  ReceiptFault,
  ReceiptInstallment,
  Snapshot,
} from './types.ts';

type Finding = Omit<ReceiptFault, 'where'>;
type Claim = [holds: boolean, member: string, message: string];

/** What does not follow in an agreement: the snapshot's hash, its sums and dates, the figures taken from it. */
export function agreementFindings({ snapshot, snapshot_hash: hash, cost }: AgreementClaims): Finding[] {
  const { installments, interest } = snapshot;
  const payable = snapshot.down_payment + sumOf(installments, 'amount');
  return failing([
    [
      sha256(canonicalJson(snapshot)) === hash,
      'payload.snapshot_hash',
      'The snapshot does not have this hash: what was agreed was changed.',
    ],
    ...sumClaims(snapshot),
    ...remainderClaims(snapshot),
    ...dateClaims('payload.snapshot.installments', snapshot.agreed_on, snapshot, installments),
    [cost.currency === snapshot.currency, 'payload.cost.currency', 'It is not the currency of the snapshot.'],
    [
      cost.total_cost === snapshot.finance_charge,
      'payload.cost.total_cost',
      'It is not the charge of the snapshot.',
    ],
    [
      cost.total_payable === payable,
      'payload.cost.total_payable',
      `The payments of the snapshot sum to ${payable}.`,
    ],
    [
      cost.apr_percent === (snapshot.apr_percent ?? (snapshot.finance_charge === 0 ? 0 : undefined)),
      'payload.cost.apr_percent',
      'It is not the rate of the snapshot.',
    ],
    [
      cost.annual_rate_ppm === interest?.annual_rate_ppm &&
        cost.shopper_rate_ppm === interest?.shopper_rate_ppm,
      'payload.cost.shopper_rate_ppm',
      'The rates are not those of the snapshot.',
    ],
  ]);
}

/** What does not follow in an amendment by itself, and from the agreement where its first dates come from it. */
export function amendmentFindings(claims: AmendmentClaims, agreed: Snapshot | undefined): Finding[] {
  const { schedule, entry } = claims;
  const findings = failing([
    [
      !agreed || claims.currency === agreed.currency,
      'payload.currency',
      'It is not the currency of the agreement.',
    ],
    ...schedule.flatMap((item, index) => installmentClaims(item, index)),
    [
      claims.owed_amount === sumOf(schedule, 'amount') - sumOf(schedule, 'paid_amount'),
      'payload.owed_amount',
      'It is not what the schedule leaves unpaid.',
    ],
  ]);
  if (claims.sequence !== 1 || entry?.kind !== 'capture' || !agreed) return findings;
  return [
    ...findings,
    ...failing(dateClaims('payload.schedule', entry.on_date, agreed, schedule)),
    ...failing([
      [
        sumOf(schedule, 'principal') === entry.amount,
        'payload.schedule',
        `The principal does not sum to the ${entry.amount} that were shipped.`,
      ],
    ]),
  ];
}

function sumClaims(snapshot: Snapshot): Claim[] {
  const { installments, interest, financed, finance_charge: charge } = snapshot;
  const member = 'payload.snapshot.installments';
  const claims: Claim[] = [
    [
      snapshot.down_payment + financed === snapshot.amount,
      'payload.snapshot.amount',
      'The down payment and what is financed do not sum to it.',
    ],
    [
      sumOf(installments, 'amount') === financed + charge,
      member,
      `They sum to ${sumOf(installments, 'amount')}, not to the ${financed + charge} financed with its cost.`,
    ],
    ...installments.map(({ number }, index): Claim => [
      number === index + 1,
      `${member}[${index}].number`,
      'The installments are not numbered in order.',
    ]),
  ];
  if (!interest) return claims;
  return [
    ...claims,
    [
      sumOf(installments, 'principal') === financed,
      member,
      'The principal does not sum to what is financed.',
    ],
    [sumOf(installments, 'interest') === charge, member, 'The interest does not sum to the charge.'],
  ];
}

/** All payments but the last are equal, or their principal is where that was agreed; the last takes the remainder. */
function remainderClaims({ installments, interest }: Snapshot): Claim[] {
  const level = interest?.method === 'annuity' && interest.shopper_rate_ppm > 0;
  const parts = installments.map((item) => (level ? item.amount : (item.principal ?? item.amount)));
  const [first = 0] = parts;
  const last = parts.length - 1;
  // Each payment before the last was rounded once, with interest twice.
  const most = installments.length * (level ? 2 : 1);
  return parts.map((part, index): Claim => {
    const member = `payload.snapshot.installments[${index}].amount`;
    return index < last
      ? [part === first, member, 'It differs from the one before, and only the last may.']
      : [
          Math.abs(part - first) <= most,
          member,
          'The last installment takes more than what rounding leaves.',
        ];
  });
}

function dateClaims(
  member: string,
  startsOn: string,
  { installments, repayment_day: repaymentDay }: Snapshot,
  dated: readonly ReceiptInstallment[],
): Claim[] {
  const dates = dueDatesOf(
    startsOn,
    installments.map(({ offset }) => offset),
    repaymentDay,
  );
  return [
    [dated.length === dates.length, member, `There are ${dated.length} installments, not ${dates.length}.`],
    ...dated.map(({ due_date: date }, index): Claim => {
      const message = `By the agreed distances from ${startsOn} it is ${dates[index] ?? 'none'}.`;
      return [date === dates[index], `${member}[${index}].due_date`, message];
    }),
  ];
}

function installmentClaims(item: ReceiptInstallment, index: number): Claim[] {
  const member = `payload.schedule[${index}]`;
  const { amount, principal = 0, interest = 0, fee = 0, paid_amount: paid = 0 } = item;
  return [
    [item.number === index + 1, `${member}.number`, 'The installments are not numbered in order.'],
    [
      principal + interest + fee === amount,
      `${member}.amount`,
      `Principal, interest and fee sum to ${principal + interest + fee}.`,
    ],
    [paid >= 0 && paid <= amount, `${member}.paid_amount`, 'More is paid than is asked.'],
  ];
}

function sumOf(
  items: readonly ReceiptInstallment[],
  part: 'amount' | 'principal' | 'interest' | 'paid_amount',
): number {
  return items.reduce((total, item) => total + (item[part] ?? 0), 0);
}

function failing(claims: readonly Claim[]): Finding[] {
  return claims.filter(([holds]) => !holds).map(([, member, message]) => ({ member, message }));
}
