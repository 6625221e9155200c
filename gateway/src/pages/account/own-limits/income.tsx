import type { VNode } from 'preact';
import { formatDate } from '../../../notifications/format.ts';
import { TextField } from '../../parts/form.tsx';
import { plainAmount } from '../draws/asked.ts';
import { OwnForm, type Part, QuietButton } from './part.tsx';

/** What the shopper earns, why we ask, and the way to take it back. */
export function IncomeSection(part: Part): VNode {
  const { input, facts, t } = part;
  const { visit, notice, money } = input;
  const { declared, known, currency } = facts;
  const { typed } = visit.memory;
  const own = declared?.currency === currency ? declared : undefined;
  const field = { notice, autocomplete: 'off', maxlength: 30 };
  return (
    <section class="card" aria-labelledby="income-heading">
      <h2 id="income-heading">{t.incomeHeading}</h2>
      <p>{t.incomeWhy}</p>
      {declared && (
        <p>
          {t.incomeDeclared(
            money(declared.amount, declared.currency),
            formatDate(visit.locale, declared.declaredOn),
          )}
        </p>
      )}
      {own && !known && <p class="notice">{t.incomeOld}</p>}
      {known?.basis === 'evidenced' && <p>{t.incomeEvidenced(money(known.amount, known.currency))}</p>}
      <OwnForm {...part} to="income">
        <TextField
          {...field}
          name="income"
          label={`${t.income} (${currency})`}
          hint={t.incomeHint}
          inputmode="decimal"
          value={typed?.income ?? (own && plainAmount(own.amount, currency))}
        />
        <TextField
          {...field}
          name="pay_day"
          label={t.payDay}
          hint={t.payDayHint}
          inputmode="numeric"
          optional
          value={typed?.pay_day ?? (own?.payDay ? String(own.payDay) : undefined)}
        />
        <QuietButton>{t.incomeSave}</QuietButton>
      </OwnForm>
      {declared && (
        <OwnForm {...part} to="income/remove">
          <button class="link" type="submit">
            {t.incomeRemove}
          </button>
        </OwnForm>
      )}
    </section>
  );
}
