import type { VNode } from 'preact';
import type { Plan } from '../../../repayments/plans.ts';
import { TextField } from '../../parts/form.tsx';
import type { NoticeText } from '../../texts/shapes.ts';
import type { AccountInput } from '../view.tsx';

/** Asks for an amount of one's own, and leads to what paying it would do. `most` is in minor units. */
export function AmountForm(props: {
  input: AccountInput;
  plan: Plan;
  most: bigint;
  typed?: string;
  notice?: NoticeText;
}): VNode {
  const { input, plan, most, typed, notice } = props;
  const t = input.t.payment;
  return (
    <form method="get" action={`${input.visit.place.path}/plans/${plan.id}/payment`} class="choice">
      <TextField
        name="sum"
        label={t.ownLabel}
        hint={t.ownHint(input.money(most, plan.currency))}
        notice={notice}
        inputmode="decimal"
        autocomplete="off"
        maxlength={24}
        value={typed}
      />
      <button class="button quiet" type="submit">
        {t.ownNext}
      </button>
    </form>
  );
}
