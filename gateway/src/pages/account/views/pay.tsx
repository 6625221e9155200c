import type { VNode } from 'preact';
import type { PaymentMethod } from '../../../processor/payment-methods.ts';
import { PostForm } from '../../parts/form.tsx';
import { type AccountInput, cardName } from '../view.tsx';
import type { PlanInput } from './plan-input.ts';

type Props = { input: AccountInput; about: PlanInput; card: PaymentMethod | undefined };

/**
 * A button for each amount that can be chosen: what is due or, when nothing is, the next payment; and all that is owed.
 * Each form says what the shopper looked at, so that it pays once whatever happens to it.
 */
export function PaySection({ input, about, card }: Props): VNode {
  const { t } = input;
  const { plan, owed, due, next } = about.debt;
  const money = (amount: bigint) => input.money(amount, plan.currency);
  const first = due > 0n ? due : (next?.left ?? 0n);
  const label = due > 0n ? t.plan.payDue(money(due)) : t.plan.payNext(money(first));
  return (
    <section class="card" aria-labelledby="pay-heading">
      <h2 id="pay-heading">{t.plan.payHeading}</h2>
      {card ? (
        <>
          <p id="pay-from">{t.plan.payFrom(cardName(input, card))}</p>
          {first < owed && <PayForm input={input} about={about} amount={first} label={label} />}
          <PayForm
            input={input}
            about={about}
            amount={owed}
            label={t.plan.payAll(money(owed))}
            quiet={first < owed}
          />
          <p class="hint">{t.plan.payHint}</p>
        </>
      ) : (
        <p>{t.plan.noCard}</p>
      )}
    </section>
  );
}

function PayForm(props: {
  input: AccountInput;
  about: PlanInput;
  amount: bigint;
  label: string;
  quiet?: boolean;
}): VNode {
  const { input, about, amount, label, quiet } = props;
  const { plan } = about.debt;
  const { path } = input.visit.place;
  return (
    <PostForm action={`${path}/plans/${plan.id}/pay`} token={input.token}>
      <input type="hidden" name="amount" value={String(amount)} />
      <input type="hidden" name="after" value={about.repayments[0]?.id ?? ''} />
      <input type="hidden" name="card" value={plan.paymentMethodId} />
      <button class={quiet ? 'button quiet' : 'button'} type="submit" aria-describedby="pay-from">
        {label}
      </button>
    </PostForm>
  );
}
