import type { AgreementSection } from '../../texts/agreement-facts.ts';
import type { AgreementsTexts, PermissionFacts } from './en.ts';

/** Everything that is said in simplified Chinese about agreements to pay later without confirming each order. */
export const agreementsZhCn: AgreementsTexts = {
  signInTitle: '先用后付，免去每次确认',
  signInIntro: (shop) =>
    `${shop} 希望在您使用后再收款，并且不必每次向您确认。请登录后阅读您将同意的内容。目前尚未达成任何协议。`,
  identityTitle: '请证明是您本人',
  identityIntro: '只有您本人可以同意，因此我们再次核验您的身份。核验结果 15 分钟内有效。',
  identityGo: '核验',
  signedInAs: (phone) => `您已用 ${phone} 登录。`,
  other: '不是我：使用其他号码',
  termsTitle: '阅读并决定',
  termsIntro: (shop) =>
    `除非您主动开通，否则此功能是关闭的。如果您不需要，请返回 ${shop}；您仍可逐笔确认订单。`,
  shop: '商家',
  purpose: '用途',
  orderCeiling: '单笔最高',
  dayCeiling: '每日最高',
  monthCeiling: '每月最高',
  charged: '从您的银行卡扣款',
  chargedAfter: (days) => (days === 0 ? '最终金额确定当日' : `最终金额确定后 ${days} 天`),
  fundedBy: '出资方',
  end: '如何关闭',
  endHow: '随时可在您的账户中一键关闭',
  textHeading: '您同意的内容',
  consentTitle: (shop) => `允许 ${shop} 免确认下单`,
  consentBody: (shop, order) =>
    `我允许 ${shop} 按上述约定收取每笔不超过 ${order} 的订单，无需每次向我确认，直至我关闭为止。`,
  agree: '我同意',
  button: '开通',
  buttonHint: '现在不会扣款。',
  back: (shop) => `返回 ${shop}`,
  noFunder: '目前没有出资方能够承担此类订单。这与您本人无关，请稍后再试。',
  doneTitle: '已开通',
  doneIntro: (shop) => `${shop} 现在可以先提供服务、后向您收款。每笔订单我们都会通知您。`,
  suspendedTitle: '已暂停',
  suspendedIntro: '您有款项逾期，付清之前不会接受新订单。您的账户中可查看详情。',
  account: '在您的账户中查看或关闭',
  endedTitle: '此协议已结束',
  ended: (shop) => `${shop} 不能再据此下单。此前的订单不受影响。`,
  expired: '同意的时限已过，未达成任何协议。',
  list: {
    title: '您的先用后付协议',
    intro: '以下商家可以先提供服务、后向您收款，无需每次确认。您可以随时立即关闭。',
    none: '没有此类协议：每笔订单都需要您确认。',
    endNow: (shop) => `关闭 ${shop} 的协议`,
    endHint: '立即生效。此前的订单仍需付款。',
    statuses: {
      pending: '尚未同意',
      active: '已开通',
      suspended: '因款项逾期而暂停',
      ended: '已结束',
    },
    agreedOn: '同意日期',
    endedOn: '结束日期',
    card: '银行卡',
    ended: (count) => `已结束的协议：${count}`,
    refused: '最近一笔订单未获通过',
  },
  text: permissionText,
};

function permissionText(facts: PermissionFacts): AgreementSection[] {
  return [
    {
      heading: '您允许的事项',
      paragraphs: [
        `${facts.shop} 可以为“${facts.description}”下单而无需每次向您确认：单笔最高 ${facts.order}，每日最高 ${facts.day}，每月最高 ${facts.month}。`,
        `您的所有此类协议合计，每日最高 ${facts.shopperDay}。`,
      ],
    },
    {
      heading: '何时付款',
      paragraphs: [
        facts.chargeAfterDays === 0
          ? '每笔订单在商家确定最终金额的当日，从您在此选择的银行卡扣款。'
          : `每笔订单在商家确定最终金额后 ${facts.chargeAfterDays} 天，从您在此选择的银行卡扣款。`,
        '商家可以先预留高于实际费用的金额。您只需支付最终金额；在商家确定之前，不产生任何欠款。您可以随时提前付款。',
      ],
    },
    {
      heading: '费用',
      paragraphs: [`您只需支付订单本身的金额。利息：${facts.zero}。手续费：${facts.zero}。`],
    },
    {
      heading: '谁出资',
      paragraphs: [
        `${facts.funder} 为您向 ${facts.shop} 付款并持有您的应付款项；Morrow 负责运营和收款。未经您同意的出资方不会承担任何订单。`,
        '每笔订单都会根据您的付款分和可用额度重新决定，可能不获通过。',
      ],
    },
    {
      heading: '您会收到的通知',
      paragraphs: ['每笔订单、其最终金额以及每次付款，我们都会通知您。'],
    },
    {
      heading: '如果逾期',
      paragraphs: [
        '我们会在 1、3、7、14 和 30 天后再次尝试扣款，并每次告知您。从第 4 天起，付清之前不接受新订单，您的付款分也会下降。',
      ],
    },
    {
      heading: '如何结束',
      paragraphs: [
        `您可以随时在账户中一键关闭，无需理由，立即生效。${facts.shop} 也可以结束协议。此前的订单仍需付款。`,
      ],
    },
    {
      heading: '关于本文本',
      paragraphs: [
        `条款版本 ${facts.termsVersion}，同意日期 ${facts.agreedOn}。未经您同意，约定的内容不会更改。`,
      ],
    },
  ];
}
