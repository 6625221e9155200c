import type { VNode } from 'preact';
import { listLedgerAlarms } from '../../../ledger/alarms.ts';
import { trialBalance, type TrialBalanceRow } from '../../../ledger/balances.ts';
import { sum } from '../../../lib/money.ts';
import type { Tx } from '../../../lib/tx.ts';
import { formatMoney } from '../../../notifications/format.ts';
import { readFunderPositions } from '../../../portfolio/funders/positions.ts';
import { readMerchantBalances, readOpenPayouts } from '../../../portfolio/money.ts';
import { listAskedWriteOffs } from '../../../settlement/write-offs.ts';
import type { Page } from '../../send-page.tsx';
import { ConsoleFrame, hasProblem } from '../frame.tsx';
import type { ConsoleInput } from '../input.ts';
import { Facts } from '../../parts/facts.tsx';
import type { FigureTable } from '../parts/figures.tsx';
import { queryOf } from '../../query.ts';
import { Alarms } from './alarms.tsx';
import { AccountForm } from './account-form.tsx';
import { funderTable, merchantTable, payoutTable, trialTable } from './tables.ts';
import { Debts } from './debts.tsx';
import { type MoneyFile, MoneyFigures, toldOf } from './told.tsx';

/** So many payouts and alarms are shown. */
const mostShown = 100;

/** The books at a glance: whether they balance, where money lies, who owes whom, and what is wrong. */
export async function showMoney(tx: Tx, input: ConsoleInput): Promise<Page> {
  const t = input.t.money;
  const told = toldOf(input);
  const showsAll = queryOf(input.req, 'alarms') === 'all';
  const trial = await trialBalance(tx);
  const alarms = await listLedgerAlarms(tx, { openOnly: !showsAll, limit: mostShown });
  const positions = await readFunderPositions(tx);
  const { debtors, reserves } = await readMerchantBalances(tx);
  const asked = await listAskedWriteOffs(tx);
  const payouts = await readOpenPayouts(tx, { limit: mostShown });
  return {
    title: t.title,
    wide: true,
    hasProblem: hasProblem(input),
    body: (
      <ConsoleFrame input={input} section="money" title={t.title} intro={t.intro}>
        <Trial input={input} rows={trial} />
        <Cash input={input} rows={trial} />
        <Alarms input={input} alarms={alarms} showsAll={showsAll} />
        <Card input={input} title={t.funders} table={funderTable(told, positions)} file="funders" />
        <Debts input={input} debtors={debtors} asked={asked} />
        <Card
          input={input}
          title={t.reserves}
          table={merchantTable(told, reserves, 'reserve')}
          file="reserves"
        />
        <Card input={input} title={t.payouts} table={payoutTable(told, payouts)} file="payouts">
          {payouts.length === mostShown && <p class="hint">{t.payoutsShown(String(mostShown))}</p>}
        </Card>
        <AccountForm
          input={input}
          asked={{ account: '', currency: trial[0]?.currency ?? '', from: '', to: '' }}
        />
      </ConsoleFrame>
    ),
  };
}

function Card(props: {
  input: ConsoleInput;
  title: string;
  table: FigureTable;
  file: MoneyFile;
  children?: VNode | false;
}): VNode {
  const { input, title, table, file, children } = props;
  return (
    <section class="card" aria-labelledby={`${file}-heading`}>
      <h2 id={`${file}-heading`}>{title}</h2>
      {children}
      <MoneyFigures input={input} table={table} file={file} />
    </section>
  );
}

/** Whether the books balance is said in words, for each currency. */
function Trial({ input, rows }: { input: ConsoleInput; rows: readonly TrialBalanceRow[] }): VNode {
  const { locale } = input.visit;
  const t = input.t.money;
  const currencies = [...new Set(rows.map(({ currency }) => currency))];
  return (
    <section class="card" aria-labelledby="trial-heading">
      <h2 id="trial-heading">{t.trial}</h2>
      {currencies.map((currency) => {
        const own = rows.filter((row) => row.currency === currency);
        const debit = sum(own.map((row) => row.debit));
        const credit = sum(own.map((row) => row.credit));
        const money = (amount: bigint) => formatMoney(locale, { amount, currency });
        return debit === credit ? (
          <p>{t.balanced(currency, money(debit))}</p>
        ) : (
          <p class="notice" role="alert">
            {t.notBalanced(currency, money(debit), money(credit))}
          </p>
        );
      })}
      <MoneyFigures input={input} table={trialTable(toldOf(input), rows)} file="trial-balance" />
    </section>
  );
}

function Cash({ input, rows }: { input: ConsoleInput; rows: readonly TrialBalanceRow[] }): VNode {
  const t = input.t.money;
  const currencies = [...new Set(rows.map(({ currency }) => currency))];
  const names = { cash: t.atBank, clearing: t.clearing, suspense: t.suspense };
  const facts = currencies.flatMap((currency) =>
    (['cash', 'clearing', 'suspense'] as const).map((code) => {
      const row = rows.find((one) => one.code === code && one.currency === currency);
      const onDebit = (row?.debit ?? 0n) - (row?.credit ?? 0n);
      const amount = code === 'suspense' ? -onDebit : onDebit;
      return [`${names[code]} (${currency})`, formatMoney(input.visit.locale, { amount, currency })] as const;
    }),
  );
  return (
    <section class="card" aria-labelledby="cash-heading">
      <h2 id="cash-heading">{t.cash}</h2>
      <p class="hint">{t.cashHint}</p>
      {facts.length === 0 ? <p>{t.empty}</p> : <Facts facts={facts} />}
    </section>
  );
}
