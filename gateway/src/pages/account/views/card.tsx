import type { VNode } from 'preact';
import type { PaymentMethod } from '../../../processor/payment-methods.ts';
import { PostForm } from '../../parts/form.tsx';
import { MethodsField } from '../../parts/methods-field.tsx';
import { textsOf } from '../../texts/language.ts';
import { type AccountInput, cardName } from '../view.tsx';
import { bankAccountsPath } from '../bank-accounts/actions.ts';
import type { PlanInput } from './plan-input.ts';

type Props = { input: AccountInput; about: PlanInput; card: PaymentMethod | undefined; open: boolean };

/** The card or bank account that the plan is collected from, and another one to choose; open when there is a reason to change it. */
export function CardSection({ input, about, card, open }: Props): VNode {
  const { t, visit, token, notice } = input;
  const { path } = visit.place;
  const sandbox = visit.environment.kind === 'sandbox';
  const cardText = about.debt.plan.status === 'charged_off' ? t.plan.cardByHand : t.plan.card;
  const others = about.methods.filter(({ id }) => id !== card?.id);
  return (
    <section class="card" aria-labelledby="card-heading">
      <h2 id="card-heading">{t.plan.cardHeading}</h2>
      <p>{card ? cardText(cardName(input, card)) : t.plan.noCard}</p>
      {others.length > 0 || sandbox ? (
        <details open={open || card === undefined || notice?.field === 'method'}>
          <summary>{t.plan.changeCard}</summary>
          <PostForm action={`${path}/plans/${about.debt.plan.id}/card`} token={token} class="choice">
            <MethodsField
              locale={visit.locale}
              sandbox={sandbox}
              methods={others}
              notice={notice}
              legend={t.plan.changeLegend}
              hint={t.plan.changeHint}
            />
            <button class="button" type="submit">
              {t.plan.change}
            </button>
          </PostForm>
        </details>
      ) : (
        <p class="hint">{t.plan.noOtherCard}</p>
      )}
      <p>
        <a href={bankAccountsPath(path)}>{textsOf[visit.locale].banks.planLink}</a>
      </p>
    </section>
  );
}
