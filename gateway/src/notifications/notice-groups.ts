import type { Template } from './templates.ts';

/**
 * What a shopper may do without, by what they choose. Everything else is sent to everybody: what is late or costs
 * something, what they asked for, what somebody else may have done in their name, and what the law wants told.
 */
export const noticeGroups = {
  ahead: ['installment_ahead'],
  paid: ['repayment_succeeded', 'plan_paid'],
  orders: ['order_confirmed'],
  limits: ['limit_raised', 'price_fell', 'raise_offered'],
} as const satisfies Record<string, readonly Template[]>;

export type NoticeGroup = keyof typeof noticeGroups;

export const noticeGroupNames = Object.keys(noticeGroups) as NoticeGroup[];

/** Whether somebody who wants none of these groups does without this message. */
export function isMuted(muted: readonly string[], template: Template): boolean {
  return noticeGroupNames.some((group) => {
    const templates: readonly Template[] = noticeGroups[group];
    return muted.includes(group) && templates.includes(template);
  });
}
