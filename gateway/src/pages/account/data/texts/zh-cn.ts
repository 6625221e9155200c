import type { dataNoticesEn, DataTexts } from './en.ts';

/** Everything that the pages say in Chinese of somebody's own data. */
export const dataZhCn: DataTexts = {
  title: '您的数据',
  intro: '下载我们保存的有关您的全部数据，或要求我们将您遗忘。',
  entryHeading: '您的数据',
  entry: '下载我们保存的有关您的全部数据，或要求我们将您遗忘。',
  entryGo: '打开您的数据',
  proveHeading: '证明是您本人',
  proveIntro: '这两项都需要 15 分钟内的身份核验。',
  prove: '核验我的身份',
  takeHeading: '下载您的数据',
  take: '一个文件（JSON），包含您的资料、您同意的内容、订单、计划及每个日期与付款、决定及其理由、额度、消息和争议。请妥善保管。',
  takeButton: '下载我的数据',
  takenOn: (date) => `上次下载于 ${date}。`,
  eraseHeading: '将您遗忘',
  erase:
    '您的手机号、姓名、证件号码、邮箱、消息和文件将立即永久删除；如果恢复备份，会再次将您删除。账目、收据和您同意过的内容会保留，但其编号不再指向任何人。请先下载您的数据：之后任何人都无法再向您展示。',
  eraseAgain: '您可以用同一手机号再次使用，届时一切从头开始。',
  standing: '目前还不能删除：',
  obstacles: {
    debt: '有计划尚未结束，或仍有欠款。',
    hold: '有尚未发货的订单占用额度。',
    payment: '有付款或退款正在处理。',
    return: '有商品正在退回商店途中。',
    dispute: '有争议尚未结束。',
    appeal: '有申诉正在等待答复。',
    agreement: '有商店仍可使用您的账户下单。请先终止该授权。',
    guarantee: '有为您或由您提供的担保尚未结束。',
  },
  eraseTick: '我明白此操作无法撤销。',
  eraseButton: '将我遗忘',
  back: '返回您的资料页面',
};

export const dataNoticesZhCn: typeof dataNoticesEn = {
  data_erased: () => ({ good: true, text: '您已被遗忘。这里不再有任何内容指向您。' }),
  data_stands: () => ({ text: '未删除任何内容：仍有事项与您的身份相关，详见下方。' }),
  data_not_ticked: () => ({ field: 'understood', text: '未删除任何内容。如果确定，请先勾选。' }),
  data_consents: () => ({ text: '请逐项同意；身份核验是其中之一。' }),
};
