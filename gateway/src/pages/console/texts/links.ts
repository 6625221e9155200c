import type { LinkKind } from '../../../shoppers/links/links.ts';

/** What is said of what shoppers and merchants have in common, in English. */
export const consoleLinksEn = {
  openTitle: 'Shoppers who bought where they belong',
  noneOpen: 'There is nothing to look at.',
  ofMerchant: 'Shoppers who belong to it',
  noneOfMerchant: 'No shopper has anything in common with it.',
  ofShopper: 'Merchants they belong to',
  noneOfShopper: 'They have nothing in common with a merchant.',
  hint: 'Who owns a shop, or is paid where it is paid, is refused there; from a browser in which its dashboard was used a code is asked for.',
  since: 'Known since',
  shopper: 'Shopper',
  merchant: 'Merchant',
  kind: 'In common',
  kinds: {
    identity: 'identity of an owner',
    bank_account: 'bank account',
    device: 'browser',
  } satisfies Record<LinkKind, string>,
  pastOrders: 'Orders before',
  state: 'State',
  nothingBefore: 'nothing bought before',
  open: 'open',
  acknowledged: 'acknowledged',
  acknowledge: 'Acknowledge',
};

/** 购物者与商户共同之处的说明，中文。 */
export const consoleLinksZhCn: typeof consoleLinksEn = {
  openTitle: '在自己的商户购买过的购物者',
  noneOpen: '没有需要查看的记录。',
  ofMerchant: '与该商户有关的购物者',
  noneOfMerchant: '没有购物者与该商户有共同之处。',
  ofShopper: '与其有关的商户',
  noneOfShopper: '与任何商户都没有共同之处。',
  hint: '商户的所有人，或收款账户与商户相同的人，在该商户购买会被拒绝；从使用过其商户后台的浏览器购买，需要输入验证码。',
  since: '发现时间',
  shopper: '购物者',
  merchant: '商户',
  kind: '共同之处',
  kinds: { identity: '所有人身份', bank_account: '银行账户', device: '浏览器' },
  pastOrders: '此前订单数',
  state: '状态',
  nothingBefore: '此前没有购买',
  open: '待处理',
  acknowledged: '已确认',
  acknowledge: '确认',
};
