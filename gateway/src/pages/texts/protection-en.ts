/** What is said in English about how plans fit an income, and where a shopper's own limits are. */
export const protectionEn = {
  whyHeading: 'Why this plan stands here',
  reasons: {
    costs_nothing: 'Costs nothing extra',
    lowest_cost: 'Lowest cost that fits your income',
    lowest_cost_unknown: 'Lowest cost of those that fit',
    fits: (cost: string) => `Fits your income and costs ${cost} extra`,
    fits_unknown: (cost: string) => `Costs ${cost} extra`,
  },
  unfitHeading: 'Plans that do not fit',
  unfitHint: 'We do not offer them, so that what you owe stays within your means.',
  obstacles: {
    above_month: (percent: string, month: string, most: string) =>
      `Does not fit: would take ${percent} of your income in ${month}. At most ${most} may be bound.`,
    above_window: (percent: string, date: string, most: string) =>
      `Does not fit: would take ${percent} of your income until ${date}. At most ${most} may be bound.`,
    above_allowance: (due: string, date: string, allowance: string) =>
      `Does not fit: ${due} would fall due by ${date}. Without a known income at most ${allowance} may.`,
    above_nothing: (due: string, date: string) =>
      `Does not fit: ${due} would fall due by ${date}, and no income is known that could carry it.`,
    above_own_total: (ceiling: string) =>
      `Above the ceiling that you set for everything you owe: ${ceiling}.`,
  },
  tellIncome: 'Tell us your income',
  ownLimits: 'Limits of your own',
  warningHeading: 'Before you agree',
  warning: (due: string, income: string, date: string) =>
    `With this purchase, ${due} of your ${income} income until ${date} is already spoken for.`,
  warningDraw: (due: string, income: string, date: string) =>
    `With this loan, ${due} of your ${income} income until ${date} is already spoken for.`,
};

export type ProtectionTexts = typeof protectionEn;
