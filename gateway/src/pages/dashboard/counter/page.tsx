import type { VNode } from 'preact';
import { listSales, type Sale } from '../../../counter/sales.ts';
import { standingOf } from '../../../counter/standing.ts';
import { newId } from '../../../lib/ids.ts';
import type { Tx } from '../../../lib/tx.ts';
import { formatMoney } from '../../../notifications/format.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { formatInstant } from '../../format.ts';
import { formTokenField } from '../../forms.ts';
import { TextField } from '../../parts/form.tsx';
import type { Page } from '../../send-page.tsx';
import { DashboardFrame, hasProblem } from '../frame.tsx';
import type { DashboardInput } from '../input.ts';
import { dashboardPath } from '../paths.ts';

const salesShown = 10;

/** What of a new sale's form was refused, and the words for it. */
export type CounterFault = {
  field: 'amount' | 'reference';
  text: 'amountMalformed' | 'referenceMalformed' | 'referenceUsed';
};

export type RefusedSale = { fault: CounterFault; values: (name: string) => string[] };

/** Where a clerk begins a sale, and finds those again that were begun. */
export async function showCounter(tx: Tx, input: DashboardInput, refused?: RefusedSale): Promise<Page> {
  const { visit } = input;
  const t = input.t.counter;
  const sales = await listSales(tx, { merchantId: visit.merchant.id, limit: salesShown });
  return {
    title: t.title,
    isCounter: true,
    hasProblem: refused !== undefined || hasProblem(input),
    body: (
      <DashboardFrame input={input} section="counter" title={t.title} intro={t.intro}>
        <NewSale input={input} refused={refused} />
        <section class="card" aria-labelledby="latest-heading">
          <h2 id="latest-heading">{t.latest}</h2>
          {sales.length === 0 && <p>{t.none}</p>}
          {sales.length > 0 && (
            <DataTable
              caption={t.newest}
              columns={[
                { label: t.number },
                { label: t.amount, number: true },
                { label: t.status },
                { label: t.when },
              ]}
              rows={sales.map((sale) => rowOf(tx, input, sale))}
            />
          )}
        </section>
      </DashboardFrame>
    ),
  };
}

function rowOf(tx: Tx, { visit, t }: DashboardInput, sale: Sale) {
  const { session } = sale;
  return [
    <a href={dashboardPath('counter', session.id)}>{session.merchantReference}</a>,
    formatMoney(visit.locale, session),
    t.counter.standings[standingOf(tx, sale)],
    formatInstant(visit.locale, session.createdAt, visit.environment.timeZone),
  ];
}

/**
 * The form names its sale, so that it opens one checkout however often it is sent. The script keeps what could not be
 * sent under this member's name in the browser's tab.
 */
function NewSale({ input, refused }: { input: DashboardInput; refused: RefusedSale | undefined }): VNode {
  const { visit, token } = input;
  const t = input.t.counter;
  const value = (name: string) => refused?.values(name)[0];
  const notice = refused && { field: refused.fault.field, text: t[refused.fault.text] };
  return (
    <section class="card" aria-labelledby="new-heading">
      <h2 id="new-heading">{t.newSale}</h2>
      {notice && (
        <p class="notice" role="alert" id="notice">
          <a href={`#${notice.field}`}>{notice.text}</a>
        </p>
      )}
      <Offline text={t.offline} />
      <form
        method="post"
        action={dashboardPath('counter')}
        class="step"
        data-sale={`counter ${visit.member.id}`}
      >
        <input type="hidden" name={formTokenField} value={token} />
        <input type="hidden" name="request" value={value('request') ?? newId('req')} />
        <TextField
          name="amount"
          // The phone's own keypad: one of buttons would take a round trip a digit where there is no script.
          label={t.amount}
          hint={t.amountHint(visit.merchant.currency)}
          notice={notice}
          inputmode="decimal"
          enterkeyhint="go"
          autocomplete="off"
          maxlength={24}
          class="code"
          value={value('amount')}
        />
        <TextField
          name="reference"
          label={t.reference}
          hint={t.referenceHint}
          notice={notice}
          autocomplete="off"
          maxlength={100}
          value={value('reference')}
          optional
        />
        <button class="button" type="submit">
          {t.open}
        </button>
      </form>
    </section>
  );
}

/** What the script shows while there is no connection. */
export function Offline({ text }: { text: string }): VNode {
  return (
    <p class="notice" role="status" id="offline" hidden>
      {text}
    </p>
  );
}
