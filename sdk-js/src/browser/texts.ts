type Texts = { lang: string; payLater: string };

const en: Texts = { lang: 'en', payLater: 'Pay later with Morrow' };
const zh: Texts = { lang: 'zh-CN', payLater: '用 Morrow 先买后付' };

/** The few words that no answer of the gateway brings, in the language that the gateway would choose too. */
export function textsIn(locale: string): Texts {
  return /^zh\b/i.test(locale) ? zh : en;
}
