import type { challengeEn } from './challenge-en.ts';

/** What the checkout says where a purchase is to be confirmed by one more code, in Chinese. */
export const challengeZhCn: typeof challengeEn = {
  title: '再输入一次验证码',
  intro: (phone) => `这次购物有些不同寻常，我们想确认是您本人。我们会向您的手机 ${phone} 发送 6 位验证码。`,
  send: '发送验证码',
  sent: (phone) => `这次购物有些不同寻常，我们已向您的手机 ${phone} 发送 6 位验证码，5 分钟内有效。`,
  label: '本次购物的验证码',
  hint: '6 位数字。我们不会致电索要验证码。',
  check: '是我本人，继续',
  again: '重新发送验证码',
  whyHeading: '为什么要验证？',
  why: '当购物来自新设备或其他国家，或短时间内次数较多时，就会这样。这不会对您不利：您的付款分保持不变。',
};
