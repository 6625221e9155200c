import { listLedgerAlarms } from '../../../ledger/alarms.ts';
import { trialBalance } from '../../../ledger/balances.ts';
import { type Movement, statementOf } from '../../../ledger/statements.ts';
import { GatewayError } from '../../../lib/errors.ts';
import type { Tx } from '../../../lib/tx.ts';
import { businessDateOf } from '../../../portfolio/book.ts';
import { funderCsv, readFunderFile } from '../../../portfolio/funders/file.ts';
import { readFunderPositions } from '../../../portfolio/funders/positions.ts';
import { readFunderStatement } from '../../../portfolio/funders/statement.ts';
import { readMerchantBalances, readOpenPayouts } from '../../../portfolio/money.ts';
import type { Download } from '../../staff/download.ts';
import { audit, type ConsoleInput } from '../input.ts';
import { figuresCsv, type FigureTable } from '../parts/figures.tsx';
import { withQuery } from '../../query.ts';
import { askedAccount, readAccount } from './account-form.tsx';
import { readPeriod } from './funder-period.ts';
import {
  alarmTable,
  funderTable,
  merchantTable,
  movementTable,
  payoutTable,
  statementTable,
  type Told,
  trialTable,
} from './tables.ts';
import { type MoneyFile, moneyFiles, toldOf } from './told.tsx';

/** A file has all rows, where the page shows the first; more than so many are refused. */
const mostRows = 100_000;

const files = {
  'trial-balance': async (tx, told) => trialTable(told, await trialBalance(tx)),
  'open-alarms': async (tx, told) =>
    alarmTable(told, await listLedgerAlarms(tx, { openOnly: true, limit: mostRows })),
  alarms: async (tx, told) => alarmTable(told, await listLedgerAlarms(tx, { limit: mostRows })),
  funders: async (tx, told) => funderTable(told, await readFunderPositions(tx)),
  'merchants-that-owe': async (tx, told) =>
    merchantTable(told, (await readMerchantBalances(tx)).debtors, 'merchant'),
  reserves: async (tx, told) => merchantTable(told, (await readMerchantBalances(tx)).reserves, 'reserve'),
  payouts: async (tx, told) => payoutTable(told, await readOpenPayouts(tx, { limit: mostRows })),
} as const satisfies Record<MoneyFile, (tx: Tx, told: Told) => Promise<FigureTable>>;

/** What is taken along, and what of it the audit log keeps. */
type Export = { name: string; text: string; details: Record<string, string> };

/** A table of the section as a file. That somebody took it along is kept, with what it was asked for. */
export async function exportMoney(
  tx: Tx,
  input: ConsoleInput,
): Promise<{ download: Download } | { to: string }> {
  const table = String(input.req.params.table);
  const made = await make(tx, input, table);
  if ('to' in made) return made;
  const { name, text, details } = made;
  await audit(tx, input.visit, 'table_exported', { objectId: `money/${table}`, details });
  return { download: { name, text } };
}

async function make(tx: Tx, input: ConsoleInput, table: string): Promise<Export | { to: string }> {
  if (table === 'statement') return exportStatement(tx, input);
  if (table === 'funder-statement') return exportFunderStatement(tx, input);
  if (table === 'funder-plans') return exportFunderPlans(tx, input);
  const file = moneyFiles.find((name) => name === table);
  if (!file) throw new GatewayError('not_found');
  const text = figuresCsv(await files[file](tx, toldOf(input)));
  return { name: `${table}-${businessDateOf(tx)}.csv`, text, details: {} };
}

async function exportStatement(tx: Tx, input: ConsoleInput): Promise<Export | { to: string }> {
  const asked = askedAccount(input);
  const read = readAccount(asked, { now: tx.now, timeZone: tx.environment.timeZone });
  const { path } = toldOf(input);
  if ('malformed' in read) return { to: withQuery(`${path}/account`, asked) };
  const { movements, next } = await statementOf(tx, { ...read, limit: mostRows });
  if (next !== undefined) return { to: withQuery(`${path}/account`, { ...asked, said: 'export_too_long' }) };
  return {
    name: `statement-${read.account.replaceAll(':', '-')}-${read.currency}.csv`,
    text: figuresCsv(movementTable(toldOf(input), movements satisfies Movement[], read.currency)),
    details: { ...asked },
  };
}

async function exportFunderStatement(tx: Tx, input: ConsoleInput): Promise<Export> {
  const { funder, ...of } = await findPeriod(tx, input);
  const statement = await readFunderStatement(tx, { funderId: funder.id, ...of });
  return {
    name: `funder-${funder.id}-${of.currency}-${of.from}-${of.to}.csv`,
    text: figuresCsv(statementTable(toldOf(input), statement)),
    details: { funder: funder.id, ...of },
  };
}

async function exportFunderPlans(tx: Tx, input: ConsoleInput): Promise<Export> {
  const { funder, to } = await findPeriod(tx, input);
  const file = await readFunderFile(tx, { funderId: funder.id, on: to });
  return { name: `${to}-${funder.id}.csv`, text: funderCsv(file), details: { funder: funder.id, to } };
}

async function findPeriod(tx: Tx, input: ConsoleInput) {
  const asked = await readPeriod(tx, input);
  if (!asked || asked.malformed !== undefined) throw new GatewayError('not_found');
  const { funder, currency, from, to } = asked;
  return { funder, currency, from, to };
}
