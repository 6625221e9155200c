import type { VNode } from 'preact';
import { formatMoney } from '../../../notifications/format.ts';
import type { MerchantBalance } from '../../../portfolio/money.ts';
import { longestWriteOffNote, type WriteOff } from '../../../settlement/write-offs.ts';
import { PostForm } from '../../parts/form.tsx';
import type { ConsoleInput } from '../input.ts';
import { MessageText } from '../../parts/message-text.tsx';
import { merchantTable } from './tables.ts';
import { MoneyFigures, toldOf } from './told.tsx';

/** What merchants owe us: to be given up by two operators, one of whom says why. */
export function Debts(props: {
  input: ConsoleInput;
  debtors: readonly MerchantBalance[];
  asked: readonly WriteOff[];
}): VNode {
  const { input, debtors, asked } = props;
  const t = input.t.money;
  const isAsked = ({ merchantId, currency }: MerchantBalance): boolean =>
    asked.some((one) => one.merchantId === merchantId && one.currency === currency);
  return (
    <section class="card" aria-labelledby="merchants-that-owe-heading">
      <h2 id="merchants-that-owe-heading">{t.debtors}</h2>
      <MoneyFigures
        input={input}
        table={merchantTable(toldOf(input), debtors, 'merchant')}
        file="merchants-that-owe"
      />
      {asked.map((writeOff) => (
        <Asked input={input} writeOff={writeOff} />
      ))}
      {debtors
        .filter((debtor) => !isAsked(debtor))
        .map((debtor) => (
          <Ask input={input} debtor={debtor} />
        ))}
    </section>
  );
}

function Ask({ input, debtor }: { input: ConsoleInput; debtor: MerchantBalance }): VNode {
  const t = input.t.money;
  const { merchantId, name, amount, currency } = debtor;
  const action = `${toldOf(input).path}/merchants/${merchantId}/write-off`;
  return (
    <details>
      <summary>{t.giveUp(formatMoney(input.visit.locale, { amount, currency }), name)}</summary>
      <PostForm action={action} token={input.token} class="step">
        <input type="hidden" name="currency" value={currency} />
        <input type="hidden" name="amount" value={String(amount)} />
        <MessageText
          name="note"
          label={t.giveUpWhy}
          hint={t.giveUpHint}
          rows={3}
          maxlength={longestWriteOffNote}
          id={`note-${merchantId}-${currency}`}
        />
        <button class="button quiet" type="submit">
          {t.giveUpAsk}
        </button>
      </PostForm>
    </details>
  );
}

/** Who asked may only take it back. */
function Asked({ input, writeOff }: { input: ConsoleInput; writeOff: WriteOff }): VNode {
  const t = input.t.money;
  const { id, merchantId, amount, currency, askedBy, note } = writeOff;
  const money = formatMoney(input.visit.locale, { amount, currency });
  return (
    <div>
      <p>{t.giveUpAsked(money, merchantId, askedBy)}</p>
      <p class="hint">{note}</p>
      {askedBy !== input.visit.operator.id && <Step input={input} id={id} step="done" />}
      <Step input={input} id={id} step="refuse" />
    </div>
  );
}

function Step({ input, id, step }: { input: ConsoleInput; id: string; step: 'done' | 'refuse' }): VNode {
  const t = input.t.money;
  const label = step === 'done' ? t.giveUpDo : t.giveUpRefuse;
  return (
    <PostForm action={`${toldOf(input).path}/write-offs/${id}/${step}`} token={input.token}>
      <button class="link" type="submit" aria-label={`${label} ${id}`}>
        {label}
      </button>
    </PostForm>
  );
}
