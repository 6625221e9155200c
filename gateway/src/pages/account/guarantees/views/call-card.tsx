import type { VNode } from 'preact';
import { PostForm } from '../../../parts/form.tsx';
import { MethodsField } from '../../../parts/methods-field.tsx';
import { textsOf } from '../../../texts/language.ts';
import { type AccountInput, cardName } from '../../view.tsx';
import { guaranteePath } from '../paths.ts';
import type { Shown } from './one.tsx';

/** The guarantor's card, and another one to choose; open when it was just refused. Nothing to choose once all is over. */
export function CallCard({ input, shown }: { input: AccountInput; shown: Shown }): VNode | null {
  const { visit, token, notice } = input;
  const { guarantee, methods, calls } = shown;
  const t = textsOf[visit.locale].guarantees;
  if (guarantee.endedAt !== null && guarantee.pledged === 0n) return null;
  const card = methods.find(({ id }) => id === guarantee.paymentMethodId);
  const sandbox = visit.environment.kind === 'sandbox';
  return (
    <section class="card" aria-labelledby="card-heading">
      <h2 id="card-heading">{t.card}</h2>
      <p>{card ? cardName(input, card) : input.t.plan.noCard}</p>
      <details open={calls[0]?.status === 'failed' || notice?.field === 'method'}>
        <summary>{t.changeCard}</summary>
        <PostForm
          action={`${guaranteePath(visit.place.path, guarantee.id)}/card`}
          token={token}
          class="choice"
        >
          <MethodsField
            locale={visit.locale}
            sandbox={sandbox}
            methods={methods.filter(({ id }) => id !== card?.id)}
            notice={notice}
            legend={t.changeCard}
            hint={t.changeHint}
          />
          <button class="button" type="submit">
            {t.change}
          </button>
        </PostForm>
      </details>
    </section>
  );
}
