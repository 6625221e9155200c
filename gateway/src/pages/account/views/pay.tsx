import type { VNode } from 'preact';
import type { PaymentMethod } from '../../../processor/payment-methods.ts';
import { type Choice, choicesOf } from '../choices.ts';
import { textsOf } from '../../texts/language.ts';
import { type AccountInput, payFromText } from '../view.tsx';
import { AmountForm } from './amount-form.tsx';
import type { PlanInput } from './plan-input.ts';

type Props = { input: AccountInput; about: PlanInput; card: PaymentMethod | undefined };

/** Each amount that can be chosen, and one's own; each leads to what paying it would do, where it is confirmed. */
export function PaySection({ input, about, card }: Props): VNode {
  const { t } = input;
  const { debt, payoff } = about;
  const choices = choicesOf(debt, payoff);
  return (
    <section class="card" aria-labelledby="pay-heading">
      <h2 id="pay-heading">{t.plan.payHeading}</h2>
      {card ? (
        <>
          <p id="pay-from">{payFromText(input, card)}</p>
          {choices.map((choice, index) => (
            <ChoiceLink input={input} about={about} choice={choice} quiet={index > 0} />
          ))}
          <details>
            <summary>{t.plan.payOwn}</summary>
            <AmountForm input={input} plan={debt.plan} most={payoff.total} />
          </details>
          <p class="hint">{t.plan.payHint}</p>
        </>
      ) : (
        <p>{t.plan.noCard}</p>
      )}
    </section>
  );
}

function ChoiceLink(props: { input: AccountInput; about: PlanInput; choice: Choice; quiet: boolean }): VNode {
  const { input, about, choice, quiet } = props;
  const { plan } = about.debt;
  const page = `${input.visit.place.path}/plans/${plan.id}/payment`;
  return (
    <a
      class={quiet ? 'button quiet' : 'button'}
      href={`${page}?pay=${choice.name}`}
      aria-describedby="pay-from"
    >
      {input.t.plan.pay[choice.name](input.money(choice.amount, plan.currency))}
    </a>
  );
}

/** What paying everything off today costs, and what it saves, where that is not the sum of the schedule anyway. */
export function PayoffSection({ input, about }: Omit<Props, 'card'>): VNode | null {
  const { t } = input;
  const { debt, payoff } = about;
  const money = (amount: bigint) => input.money(amount, debt.plan.currency);
  const saved = debt.owed - payoff.total;
  if (saved === 0n && payoff.interest === 0n && payoff.fee === 0n && payoff.friend === 0n) return null;
  const rows = [
    { label: t.plan.principal, amount: payoff.principal },
    { label: t.plan.interestUntilToday, amount: payoff.interest },
    ...(payoff.fee > 0n ? [{ label: t.plan.fees, amount: payoff.fee }] : []),
    ...(payoff.friend > 0n
      ? [{ label: textsOf[input.visit.locale].guarantees.planPart, amount: payoff.friend }]
      : []),
  ];
  return (
    <section class="card" aria-labelledby="payoff-heading">
      <h2 id="payoff-heading">{t.plan.payoffHeading}</h2>
      <dl class="facts">
        {rows.map(({ label, amount }) => (
          <div>
            <dt>{label}</dt>
            <dd>{money(amount)}</dd>
          </div>
        ))}
        <div>
          <dt>{t.plan.payoffTotal}</dt>
          <dd>
            <strong>{money(payoff.total)}</strong>
            {saved > 0n && <span>{t.plan.payoffSaved(money(saved))}</span>}
          </dd>
        </div>
      </dl>
    </section>
  );
}
