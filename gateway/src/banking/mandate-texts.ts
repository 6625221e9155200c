import { hashText } from '../shoppers/kept-texts.ts';
import type { Locale } from '../shoppers/profile.ts';

/** Every change of the text needs a new version: a stored mandate must name what was read. */
export const mandateVersion = '2026-11';

type Account = { bankName: string; last4: string };

const texts: Record<Locale, { title: string; body: string }> = {
  en: {
    title: 'Permission to debit my account',
    body: 'I allow Morrow to take what falls due on the plans for which I choose this account from my account at {bank} ending in {last4}, on the dates that I see for each plan, and what I pay myself; nothing else. Each debit is asked for two business days before it is settled. If a debit fails, Morrow may ask for it at most twice more. My bank may let me take a debit back; then it is owed again. I can end this permission at any time, here or at my bank; a debit that is under way then is not stopped by it.',
  },
  'zh-CN': {
    title: '授权从我的账户扣款',
    body: '我授权 Morrow 从我在 {bank} 的尾号 {last4} 的账户中，按每个计划显示的日期扣取我选择由该账户支付的计划的到期款项，以及我主动支付的款项，除此之外不得扣款。每次扣款在发起后约两个工作日完成。扣款失败时，Morrow 最多可再发起两次。我的银行可能允许我撤回扣款，撤回后该款项重新成为应付款。我可以随时在此处或通过银行终止本授权；终止时已在途的扣款不受影响。',
  },
};

/** What a shopper reads and agrees to before their account is debited. `hash` is SHA-256, in hex, of `words`. */
export type MandateText = { title: string; body: string; words: string; hash: string };

export function mandateText(locale: Locale, { bankName, last4 }: Account): MandateText {
  const { title, body: template } = texts[locale];
  const body = template.replaceAll('{bank}', () => bankName).replaceAll('{last4}', last4);
  const words = `${title}\n${body}`;
  return { title, body, words, hash: hashText(words) };
}
