import { nameOf } from '../verify/chain.ts';
import type {
  AgreementClaims,
  ReadReceipt,
  ReceiptClaims,
  ReceiptInstallment,
  Verification,
} from '../verify.ts';
import { figure, money, plain, table } from './format.ts';
import type { TextResult } from './texts.ts';

type ReportInput = {
  verification: Verification;
  texts: readonly TextResult[];
  /** What `--jwks` named. */
  keysFrom: string | undefined;
  keysUrl: string | undefined;
  files: readonly string[];
};

/** All that is told about one chain: what it says, and what of that is proved. */
export function reportLines(input: ReportInput): string[] {
  const { verification } = input;
  const faulty = verification.faults.length > 0 || input.texts.some(({ purpose }) => purpose === undefined);
  return [
    ...contentLines(verification.receipts),
    ...(faulty ? faultLines(input) : provedLines(input)),
    ...(verification.status === 'unsigned' ? keyHelp(input) : []),
    '',
    faulty ? 'REFUSED' : verification.status === 'verified' ? 'VERIFIED' : 'NOT VERIFIED: no keys were given',
  ];
}

function contentLines(receipts: readonly ReadReceipt[]): string[] {
  const agreement = receipts.map(({ claims }) => claims).find((claims) => claims.kind === 'agreement');
  const last = receipts.at(-1)?.claims;
  if (!agreement || !last) return [];
  try {
    return [
      ...agreementLines(agreement),
      '',
      'Receipts',
      ...table(receipts.map(({ claims }) => eventCells(claims, agreement))),
      '',
      last.kind === 'agreement'
        ? 'Payments as agreed, if shipped that day'
        : `Payments after ${nameOf(last.sequence)}`,
      ...scheduleLines(last, agreement),
    ];
  } catch {
    return ['What these receipts say cannot be shown: members are missing.'];
  }
}

function agreementLines({ snapshot, cost, ...claims }: AgreementClaims): string[] {
  const { currency } = snapshot;
  const subject = claims.draw_id
    ? `cash draw ${plain(claims.draw_id)}`
    : `order ${plain(claims.merchant_reference)} (${plain(claims.order_id)}) at ${plain(snapshot.merchant?.name)}`;
  const sandbox = claims.environment === 'live' ? '' : ' — a sandbox: no real money';
  const facts: [string, string][] = [
    ['Plan', `${plain(claims.plan_id)}, ${plain(snapshot.code)}`],
    ['Environment', `${plain(claims.environment)}${sandbox}`],
    ['For', subject],
    ['Agreed', `${plain(snapshot.agreed_on)} (${plain(claims.agreed_at)}), by ${plain(claims.shopper_id)}`],
    ['Funded by', `${plain(snapshot.funder.name)} (${plain(snapshot.funder.id)})`],
    ['Purchase', money(snapshot.amount, currency)],
    ['Down payment', money(snapshot.down_payment, currency)],
    ['Cost', money(cost.total_cost, currency)],
    ['To pay in all', money(cost.total_payable, currency)],
    ['APR', cost.apr_percent === undefined ? 'not stated' : `${cost.apr_percent} %`],
    ...(cost.shopper_rate_ppm === undefined
      ? []
      : [['Yearly rate', `${cost.shopper_rate_ppm / 10_000} %`] satisfies [string, string]]),
    ...(snapshot.market === undefined ? [] : [['Market', plain(snapshot.market)] satisfies [string, string]]),
    ['Terms', plain(snapshot.terms_version)],
  ];
  return facts.map(([name, value]) => `${name.padEnd(14)} ${value}`);
}

function eventCells(claims: ReceiptClaims, { snapshot }: AgreementClaims): string[] {
  const number = String(claims.sequence);
  if (claims.kind === 'agreement') return [number, snapshot.agreed_on, 'agreement', ''];
  const { entry } = claims;
  if (!entry) return [number, plain(claims.issued_at.slice(0, 10)), 'amendment, cause not shown', ''];
  const amount = entry.amount === undefined ? '' : money(entry.amount, snapshot.currency);
  return [number, plain(entry.on_date), plain(entry.kind.replaceAll('_', ' ')), amount];
}

function scheduleLines(claims: ReceiptClaims, { snapshot }: AgreementClaims): string[] {
  const items: readonly ReceiptInstallment[] =
    claims.kind === 'agreement' ? snapshot.installments : claims.schedule;
  const cells = (name: string, date: string, amount: number, paid: number) => [
    name,
    date,
    ...[amount, paid, amount - paid].map((value) => figure(value, snapshot.currency)),
  ];
  const rows = items.map((item) =>
    cells(String(item.number), plain(item.due_date), item.amount, item.paid_amount ?? 0),
  );
  const total = (part: (item: ReceiptInstallment) => number) =>
    items.reduce((sum, item) => sum + part(item), 0);
  return table([
    ['No.', 'Due', `Amount ${plain(snapshot.currency)}`, 'Paid', 'Left'],
    ...rows,
    cells(
      'Sum',
      '',
      total(({ amount }) => amount),
      total(({ paid_amount: paid }) => paid ?? 0),
    ),
  ]);
}

function faultLines({ verification, texts }: ReportInput): string[] {
  return [
    '',
    'At fault',
    ...verification.faults.map(
      ({ where, member, message }) => `  ✗ ${plain(where)}: ${plain(member)}: ${plain(message)}`,
    ),
    ...texts
      .filter(({ purpose }) => purpose === undefined)
      .map(
        ({ name }) => `  ✗ ${plain(name)}: no text with this hash was agreed to, or its hash was not shown.`,
      ),
  ];
}

function provedLines({ verification, texts, keysFrom }: ReportInput): string[] {
  const { receipts, status } = verification;
  const keyIds = [...new Set(receipts.map(({ keyId }) => keyId))].map(plain).join(', ');
  const last = receipts.at(-1)?.claims;
  const withheld = receipts.reduce((sum, { withheld }) => sum + withheld, 0);
  return [
    '',
    status === 'verified' ? 'Proved' : 'Checked, but anybody could have made it up',
    ...(status === 'verified'
      ? [`  ✓ ${receipts.length} signed by key ${keyIds} of ${plain(keysFrom)}`]
      : []),
    `  ✓ each receipt follows the one before it, from the agreement to ${nameOf(last?.sequence ?? 0)}`,
    '  ✓ the agreed data has the hash that every receipt names',
    '  ✓ sums: parts, payments and cost; the last payment takes the remainder',
    '  ✓ dates: by the agreed distances from the day of the agreement and of the first shipment',
    ...texts.map(
      ({ name, purpose }) => `  ✓ ${plain(name)} is the text of “${plain(purpose)}” that was agreed to`,
    ),
    ...(withheld > 0 ? [`  · ${withheld} hidden members were not shown here`] : []),
    '  · whether there is a later amendment cannot be seen from here: ask the gateway for the newest',
  ];
}

function keyHelp({ keysUrl, files }: ReportInput): string[] {
  const address = keysUrl ?? 'https://<the gateway>/.well-known/jwks.json';
  return [
    '',
    'Nothing was fetched, so nobody knows yet who signed this. Get the keys of the gateway once, from an address that',
    'you know to be its own, and keep them:',
    `  curl -o jwks.json ${plain(address)}`,
    `  npx morrow verify ${files.map(plain).join(' ')} --jwks jwks.json`,
  ];
}
