import type { TrialBalanceRow } from '../../../ledger/balances.ts';
import type { LedgerAlarm } from '../../../ledger/alarms.ts';
import type { Movement } from '../../../ledger/statements.ts';
import type { Currency } from '../../../lib/money.ts';
import type { FunderPosition } from '../../../portfolio/funders/positions.ts';
import type { FunderStatement, StatementPart } from '../../../portfolio/funders/statement.ts';
import type { MerchantBalance, OpenPayout } from '../../../portfolio/money.ts';
import type { Figure, FigureColumn, FigureTable } from '../parts/figures.tsx';
import { withQuery } from '../../query.ts';
import type { ConsoleTexts } from '../texts/en.ts';

/** What every table of the section is made with: its texts, its address, and the zone of its instants. */
export type Told = { t: ConsoleTexts['money']; path: string; timeZone: string };

export function trialTable({ t, path }: Told, rows: readonly TrialBalanceRow[]): FigureTable {
  return {
    caption: t.trial,
    columns: [
      { key: 'account', label: t.account },
      { key: 'class', label: t.class },
      { key: 'currency', label: t.currency },
      number('debit', t.debit),
      number('credit', t.credit),
    ],
    rows: rows.map(({ code, class: accountClass, currency, debit, credit }) => [
      { id: code, ...(isWhole(code) && { href: statementPath(path, code, currency) }) },
      { code: accountClass, label: t.classes[accountClass] },
      currency,
      { amount: debit, currency },
      { amount: credit, currency },
    ]),
  };
}

/** Accounts that stand alone have a statement by their code; the others need an owner. */
function isWhole(code: string): boolean {
  return ['cash', 'clearing', 'suspense'].includes(code) || /^[ix]_/.test(code);
}

export function statementPath(path: string, account: string, currency: Currency): string {
  return withQuery(`${path}/account`, { account, currency });
}

export function funderTable({ t, path }: Told, positions: readonly FunderPosition[]): FigureTable {
  return {
    caption: t.funders,
    columns: [
      { key: 'funder', label: t.funder },
      { key: 'currency', label: t.currency },
      { key: 'state', label: t.state },
      number('participation', t.participation),
      number('share_percent', t.share),
      number('accrued', t.accrued),
      number('payable', t.payable),
      number('due', t.due),
      number('capacity', t.capacity),
      number('used', t.used),
    ],
    rows: positions.map((one) => {
      const money = (amount: bigint): Figure => ({ amount, currency: one.currency });
      return [
        {
          code: one.funderId,
          label: one.name,
          href: withQuery(`${path}/funders/${one.funderId}`, { currency: one.currency }),
        },
        one.currency,
        { code: one.status, label: t.states[one.status] },
        money(one.participation),
        { basisPoints: one.shareBasisPoints },
        ...[one.accrued, one.payable, one.due, one.capacity, one.used].map(money),
      ];
    }),
  };
}

export function merchantTable(
  { t, path }: Told,
  rows: readonly MerchantBalance[],
  code: 'merchant' | 'reserve',
): FigureTable {
  return {
    caption: code === 'merchant' ? t.debtors : t.reserves,
    columns: [
      { key: 'merchant', label: t.merchant },
      { key: 'currency', label: t.currency },
      number('amount', code === 'merchant' ? t.owed : t.held),
    ],
    rows: rows.map(({ merchantId, name, currency, amount }) => [
      { code: merchantId, label: name, href: statementPath(path, `${code}:${merchantId}`, currency) },
      currency,
      { amount, currency },
    ]),
  };
}

export function payoutTable({ t, timeZone }: Told, payouts: readonly OpenPayout[]): FigureTable {
  return {
    caption: t.payouts,
    columns: [
      { key: 'payout', label: t.payout },
      { key: 'merchant', label: t.merchant },
      { key: 'state', label: t.state },
      { key: 'since', label: t.since },
      { key: 'currency', label: t.currency },
      number('amount', t.amount),
    ],
    rows: payouts.map(({ payoutId, merchantId, status, createdAt, currency, amount }) => [
      { id: payoutId },
      { id: merchantId },
      { id: status },
      { instant: createdAt, timeZone },
      currency,
      { amount, currency },
    ]),
  };
}

export function alarmTable({ t, timeZone }: Told, alarms: readonly LedgerAlarm[]): FigureTable {
  return {
    caption: t.alarms,
    columns: [
      { key: 'raised', label: t.raised },
      { key: 'invariant', label: t.invariant },
      { key: 'subject', label: t.subject },
      { key: 'finding', label: t.finding },
      { key: 'stops', label: t.stops },
      { key: 'state', label: t.alarmState },
    ],
    rows: alarms.map((alarm) => [
      { instant: alarm.raisedAt, timeZone },
      { id: alarm.invariant },
      { id: alarm.subject },
      alarm.finding,
      alarm.concernedId === null ? { code: 'all', label: t.stopsAll } : { id: alarm.concernedId },
      stateOf(t, alarm),
    ]),
  };
}

function stateOf(t: Told['t'], { endedAt, resolvedAt, clearedAt }: LedgerAlarm): Figure {
  if (endedAt !== null) return { code: 'ended', label: t.isEnded };
  if (resolvedAt !== null) return { code: 'resolved', label: t.isResolved };
  return clearedAt === null ? { code: 'open', label: t.isOpen } : { code: 'cleared', label: t.isCleared };
}

export function movementTable(
  { t, timeZone }: Told,
  movements: readonly Movement[],
  currency: Currency,
): FigureTable {
  return {
    caption: t.movements,
    columns: [
      { key: 'time', label: t.time },
      { key: 'event', label: t.event },
      { key: 'other_account', label: t.counterpart },
      { key: 'because_of', label: t.because },
      number('amount', t.amount),
    ],
    rows: movements.map(({ occurredAt, event, counterpart, subjectId, amount }) => [
      { instant: occurredAt, timeZone },
      event,
      { id: counterpart },
      { id: subjectId },
      { amount, currency },
    ]),
  };
}

/** One account of a funder: opening, what happened, closing. */
export function partTable({ t }: Told, part: StatementPart, currency: Currency): FigureTable {
  const money = (amount: bigint): Figure => ({ amount, currency });
  return {
    caption: t.parts[part.account],
    columns: [{ key: 'line', label: t.line }, number('amount', t.amount)],
    rows: [
      [{ code: 'opening', label: t.opening }, money(part.opening)],
      ...part.lines.map(({ kind, amount }) => [{ code: kind, label: t.lines[kind] }, money(amount)]),
      [{ code: 'closing', label: t.closing }, money(part.closing)],
    ],
  };
}

/** All accounts of a funder's statement below each other, for the file. */
export function statementTable(told: Told, { parts, currency, funderId }: FunderStatement): FigureTable {
  const { t } = told;
  return {
    caption: t.funderTitle(funderId),
    columns: [
      { key: 'account', label: t.account },
      { key: 'line', label: t.line },
      number('amount', t.amount),
    ],
    rows: parts.flatMap((part) =>
      partTable(told, part, currency).rows.map((row): Figure[] => [{ id: part.account }, ...row]),
    ),
  };
}

function number(key: string, label: string): FigureColumn {
  return { key, label, number: true };
}
