import type { VNode } from 'preact';
import type { Locale } from '../../shoppers/profile.ts';
import type { Step } from '../checkout/step.ts';
import { textsOf } from '../texts/language.ts';

const stages = ['phone', 'about', 'plan', 'agreement'] as const;

const stageOf: { [S in Step]?: (typeof stages)[number] } = {
  phone: 'phone',
  code: 'phone',
  known: 'phone',
  about: 'about',
  challenge: 'plan',
  offers: 'plan',
  agreement: 'agreement',
  waiting: 'agreement',
};

/** Where in the path the shopper is; nothing at its ends. */
export function Progress({ step, locale }: { step: Step; locale: Locale }): VNode | null {
  const t = textsOf[locale].progress;
  const current = stageOf[step];
  if (current === undefined) return null;
  const reached = stages.indexOf(current);
  return (
    <ol class="progress" aria-label={t.label}>
      {stages.map((stage, index) => (
        <li
          class={index < reached ? 'past' : undefined}
          aria-current={index === reached ? 'step' : undefined}
        >
          {t.steps[stage]}
        </li>
      ))}
    </ol>
  );
}
