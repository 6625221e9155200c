import type { VNode } from 'preact';
import { mostPausedDays } from '../../../repayments/hardship.ts';
import { hardshipReasons } from '../../../repayments/hardships.ts';
import { PostForm } from '../../parts/form.tsx';
import { may } from '../input.ts';
import { consolePath } from '../paths.ts';
import type { DossierProps } from './owes.tsx';

/** What an operator can do for this shopper, by their roles. */
export function ShopperActions({ input, dossier }: DossierProps): VNode | null {
  const t = input.t.shoppers;
  const mayEase = may(input, 'ease_terms');
  const owed = dossier.plans.filter(({ status }) => status === 'active');
  if (!may(input, 'lock_shoppers') && !mayEase) return null;
  return (
    <section class="card" aria-labelledby="act-heading">
      <h2 id="act-heading">{t.act}</h2>
      {dossier.isLocked ? <p>{t.locked}</p> : <Lock input={input} dossier={dossier} />}
      {mayEase && owed.map(({ id }) => <Ease input={input} dossier={dossier} planId={id} />)}
    </section>
  );
}

function pathOf({ input, dossier }: DossierProps): string {
  return `${consolePath(input.visit.environment.id, 'shoppers')}/${dossier.id}`;
}

function Lock(props: DossierProps): VNode | null {
  const { input } = props;
  const t = input.t.shoppers;
  if (!may(input, 'lock_shoppers')) return null;
  return (
    <details>
      <summary>{t.lock}</summary>
      <p class="hint">{t.lockHint}</p>
      <PostForm action={`${pathOf(props)}/lock`} token={input.token}>
        <button class="button quiet" type="submit">
          {t.lock}
        </button>
      </PostForm>
    </details>
  );
}

function Ease(props: DossierProps & { planId: string }): VNode {
  const { input, planId } = props;
  const t = input.t.shoppers;
  const fields = [
    { name: 'pause', label: t.pause, hint: t.pauseHint, max: mostPausedDays },
    { name: 'periods', label: t.periods, hint: t.periodsHint, max: 36 },
  ];
  return (
    <details>
      <summary>
        {t.ease} <code>{planId}</code>
      </summary>
      <p class="hint">{t.easeHint}</p>
      <PostForm action={`${pathOf(props)}/plans/${planId}/ease`} token={input.token} class="step">
        <div class="field">
          <label for={`reason-${planId}`}>{t.easeReason}</label>
          <select id={`reason-${planId}`} name="reason" required>
            {hardshipReasons.map((reason) => (
              <option value={reason}>{t.reasons[reason]}</option>
            ))}
          </select>
        </div>
        {fields.map(({ name, label, hint, max }) => (
          <div class="field">
            <label for={`${name}-${planId}`}>{label}</label>
            <p class="hint" id={`${name}-${planId}-hint`}>
              {hint}
            </p>
            <input
              type="number"
              id={`${name}-${planId}`}
              name={name}
              min={1}
              max={max}
              aria-describedby={`${name}-${planId}-hint`}
            />
          </div>
        ))}
        <button class="button quiet" type="submit">
          {t.easeButton}
        </button>
      </PostForm>
    </details>
  );
}
