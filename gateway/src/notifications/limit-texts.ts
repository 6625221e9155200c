import type { Locale } from '../shoppers/profile.ts';
import type { ChangeReason } from '../standing/limit-policy.ts';

/** Why limit or price changed, in plain words; each is a sentence of its own. */
export const reasonTexts: Record<Locale, Record<ChangeReason, string>> = {
  en: {
    repaid_on_time: 'You paid on time in the past month.',
    clean_again: 'Nothing has been late for at least two months, and you paid on time.',
    score_rose: 'Your pay score has risen.',
    score_fell: 'Your pay score has fallen.',
    long_overdue: 'A payment has been late for more than 30 days.',
    legal_ceiling: 'The law allows no more on one line.',
  },
  'zh-CN': {
    repaid_on_time: '您过去一个月按时付款。',
    clean_again: '您至少两个月没有逾期，并且按时付款。',
    score_rose: '您的付款分上升了。',
    score_fell: '您的付款分下降了。',
    long_overdue: '有一笔款项逾期超过 30 天。',
    legal_ceiling: '法律规定的单一额度上限。',
  },
};

/** Several reasons, one after the other. */
export function formatReasons(locale: Locale, reasons: readonly ChangeReason[]): string {
  return joinSentences(
    locale,
    reasons.map((reason) => reasonTexts[locale][reason]),
  );
}

/** Chinese leaves no space between sentences. */
export function joinSentences(locale: Locale, sentences: readonly string[]): string {
  return sentences.join(locale === 'zh-CN' ? '' : ' ');
}

/** The messages about limit and price. */
export const limitTexts = {
  en: {
    limit_raised: {
      subject: 'Your limit is higher',
      body: 'Your limit for paying later has risen from {from} to {amount}. {reasons} You need not use it. What moves it: {link}',
    },
    limit_cut: {
      subject: 'Your limit is lower',
      body: 'Your limit for paying later has fallen from {from} to {amount}. {reasons} What you agreed to goes on as it is. What moves it up again: {link}',
    },
    price_fell: {
      subject: 'New plans cost you less',
      body: 'New plans with interest now cost you {rate} a year instead of {before}. {reasons} Plans that you agreed to before keep their price. {link}',
    },
    price_rose: {
      subject: 'New plans cost you more',
      body: 'New plans with interest now cost you {rate} a year instead of {before}. {reasons} Plans that you agreed to before keep their price. What lowers it again: {link}',
    },
    raise_offered: {
      subject: 'You may have a higher limit',
      body: 'You may raise your limit for paying later from {from} to {amount}. {reasons} It stays as it is unless you say yes by {date}: {link}',
    },
  },
  'zh-CN': {
    limit_raised: {
      subject: '您的额度提高了',
      body: '您的先用后付额度已从 {from} 提高到 {amount}。{reasons}您不必用满。额度如何变化：{link}',
    },
    limit_cut: {
      subject: '您的额度降低了',
      body: '您的先用后付额度已从 {from} 降低到 {amount}。{reasons}您已同意的计划照常进行。如何恢复额度：{link}',
    },
    price_fell: {
      subject: '新分期更便宜了',
      body: '您的新计息分期年利率（单利）现为 {rate}，此前为 {before}。{reasons}此前已同意的计划价格不变。{link}',
    },
    price_rose: {
      subject: '新分期变贵了',
      body: '您的新计息分期年利率（单利）现为 {rate}，此前为 {before}。{reasons}此前已同意的计划价格不变。如何再降低：{link}',
    },
    raise_offered: {
      subject: '您可以提高额度',
      body: '您可以将先用后付额度从 {from} 提高到 {amount}。{reasons}请在 {date} 前（含当日）确认，否则额度保持不变：{link}',
    },
  },
} as const;
