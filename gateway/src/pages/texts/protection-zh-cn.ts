import type { ProtectionTexts } from './protection-en.ts';

/** What is said in simplified Chinese about how plans fit an income, and where a shopper's own limits are. */
export const protectionZhCn: ProtectionTexts = {
  whyHeading: '为何这样排列',
  reasons: {
    costs_nothing: '无任何额外费用',
    lowest_cost: '与您的收入相符的方案中总费用最低',
    lowest_cost_unknown: '可选方案中总费用最低',
    fits: (cost) => `与您的收入相符，额外费用 ${cost}`,
    fits_unknown: (cost) => `额外费用 ${cost}`,
  },
  unfitHeading: '不适合您的方案',
  unfitHint: '我们不提供这些方案，以免您的应付款超出承受能力。',
  obstacles: {
    above_month: (percent, month, most) => `不适合：将占用您 ${month}收入的 ${percent}，最多可占用 ${most}。`,
    above_window: (percent, date, most) =>
      `不适合：将占用您截至 ${date}收入的 ${percent}，最多可占用 ${most}。`,
    above_allowance: (due, date, allowance) =>
      `不适合：截至 ${date}将有 ${due} 到期。收入未知时最多为 ${allowance}。`,
    above_nothing: (due, date) => `不适合：截至 ${date}将有 ${due} 到期，而我们不知道有足以承担的收入。`,
    above_own_total: (ceiling) => `超出您为全部欠款设定的上限：${ceiling}。`,
  },
  tellIncome: '告诉我们您的收入',
  ownLimits: '自己的限额',
  warningHeading: '同意之前请留意',
  warning: (due, income, date) => `加上本次购物，您截至 ${date}的 ${income} 收入中，已有 ${due} 被占用。`,
  warningDraw: (due, income, date) => `加上这笔借款，您截至 ${date}的 ${income} 收入中，已有 ${due} 被占用。`,
};
