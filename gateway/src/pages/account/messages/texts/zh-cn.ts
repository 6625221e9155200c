import type { messagesNoticesEn, MessagesTexts } from './en.ts';

/** 消息页面的中文文字。 */
export const messagesZhCn: MessagesTexts = {
  title: '消息',
  intro: '我们告知过您的内容，最新的在前。消息保留 400 天。',
  entryHeading: '消息',
  entry: '重新查看我们告知过您的内容，并选择我们发送什么。',
  entryGo: '打开您的消息',
  listHeading: '我们告知过您的内容',
  none: '还没有消息。',
  muted: '按您的选择未发送',
  link: '打开页面',
  older: '更早的消息',
  chooseHeading: '我们发送什么',
  chooseIntro:
    '以下消息您可以不接收，届时只保留在本页。其他消息总会发送：逾期或产生费用的、您要求的，以及保护您账户的。',
  groups: {
    ahead: '付款前几天的提醒',
    paid: '已收到付款',
    orders: '订单已确认',
    limits: '额度提高或利率降低',
  },
  save: '保存我的选择',
  back: '返回您的页面',
};

export const messagesNoticesZhCn: typeof messagesNoticesEn = {
  notices_kept: () => ({ good: true, text: '已保存您的选择。' }),
};
