import { formatMoney } from '../../../notifications/format.ts';
import type { Assessment } from '../../../pay-score/assessments.ts';
import type { Locale } from '../../../shoppers/profile.ts';
import { textsOf } from '../../texts/language.ts';
import type { ShownDecision } from './facts.ts';

/** What a decision was about: a purchase at a shop, an order by an agreement, or cash. */
export function subjectOf(locale: Locale, { assessment, shop }: ShownDecision): string {
  const t = textsOf[locale].decisions;
  if (!shop) return t.draw;
  return assessment.agreementId === null ? shop.name : t.order(shop.name);
}

/** Why a decision came out as it did, with what is true of that reason whatever the figures are. */
export function whyOf(
  locale: Locale,
  assessment: Assessment,
  overdue: bigint,
): { why: string; next: string[] } {
  const { declineCode, available, currency, drawId, guards } = assessment;
  const texts = textsOf[locale];
  if (declineCode === null) {
    return { why: guards.appeal ? texts.decisions.byPerson : texts.decisions.approvedWhy, next: [] };
  }
  const money = (amount: bigint): string => formatMoney(locale, { amount, currency });
  const said = texts.declined.codes[declineCode]({
    available: money(available),
    nothingAvailable: available === 0n,
    overdue: money(overdue),
  });
  return drawId === null ? said : { why: texts.draws.declined[declineCode](money(available)), next: [] };
}
