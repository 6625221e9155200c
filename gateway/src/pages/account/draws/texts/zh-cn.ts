import type { AgreementFacts, AgreementSection } from '../../../texts/agreement-facts.ts';
import { dayCounts, lateFee } from '../../../texts/terms-zh-cn.ts';
import type { DrawsTexts } from './en.ts';

/** Everything that is said in simplified Chinese about cash from the credit line. */
export const drawsZhCn: DrawsTexts = {
  title: '借现金',
  intro: '从您的额度提取现金至银行卡，按月偿还。随时可提前还款，不产生任何费用。',
  entryHeading: '从额度提取现金',
  entry: (available) => `现在最多可提取 ${available} 至您的银行卡，按月偿还。`,
  entryGo: '比较费用',
  off: {
    CN: '此处尚未提供现金借款。',
    EU: '此市场不提供现金借款：在核实当地对现金出借人的规定之前保持关闭。',
    UK: '此市场不提供现金借款：在核实当地对现金出借人的规定之前保持关闭。',
    US: '此市场不提供现金借款：在核实当地对现金出借人的规定之前保持关闭。',
  },
  nobody: '此处没有出资方提供现金借款。',
  available: '现在可提取',
  amount: '金额',
  amountHint: (least, most) => `${least} 至 ${most}。`,
  compare: '比较',
  coolingOff: (when) => `您的账户添加过银行卡。为保障安全，此后 24 小时内（至 ${when}）不能提取现金。`,
  underWay: '一笔现金正在汇往银行。到账后才能申请下一笔。',
  comparison: '费用一览，总成本最低的在前',
  comparisonHint: (date) => `所有出资方与期限，包含全部费用，按 ${date} 放款计算。没有手续费。`,
  monthsOf: (count) => `${count} 个月`,
  monthly: '每月',
  last: (amount) => `末期 ${amount}`,
  interest: '利息与年化利率',
  simpleRate: (percent) => `单利 ${percent}`,
  apr: (percent) => `年化 IRR ${percent}`,
  payable: '应还总额',
  datesOf: (first, last) => `${first} 至 ${last}`,
  choose: '选择',
  chooseThis: (funder, months) => `${funder}，${months} 个月`,
  none: '目前没有出资方能提供此金额。请尝试较小的金额。',
  declinedHeading: '目前不能提取此金额',
  declined: {
    identity_required: () => '需要先核验您的身份。',
    underage: () => '现金仅借给成年人。',
    locked_by_shopper: () => '您已锁定延后付款。“自己的限额”会显示何时可以解锁。',
    above_own_ceiling: () => '此金额超过了您为自己设定的上限。',
    too_many_orders: () => '您同时未还清的欠款已达上限。',
    cooling_off: () => '您在短时间内借款多次，请明天再来。',
    unaffordable: () => '加上这笔借款，未来 90 天内到期的款项将超过您的收入所能承担。请减少金额或延长期限。',
    suspicious: () => '这次操作有不一致之处。如果是您本人，请要求人工查看。',
    challenge_required: () => '这需要输入我们发送到您手机的验证码。请重新开始并输入验证码。',
    history_contradicts: () => '所存的您的付款记录自相矛盾。请要求人工查看。',
    overdue: () => '有款项逾期。请先付清，之后即可再次提取。',
    score_too_low: () => '您的付款分过低，不能建立新的借款。“付款分与额度”页面列出了每一条理由。',
    line_suspended: () => '您的借款功能已暂停。您已同意的内容照常进行。',
    amount_above_available: (available) =>
      `此金额超过您现在可提取的额度：${available}。每次付款都会恢复相同的额度。`,
    no_funder: () => '目前没有出资方能承担此金额。这与您无关。',
    amount_too_small: () => '此金额过小，无法借出。',
    amount_above_programme: () => '此金额超过一次可提取的上限。',
  },
  person: '由系统自动决定。您可以要求说明理由，并要求人工审核。',
  identityTitle: '请证明是您本人',
  identityIntro: '只有您本人可以提取现金，所以我们要核验您的身份。核验在 15 分钟内有效。',
  identityGo: '核验',
  agreeTitle: '阅读并同意',
  chosen: '您的选择',
  planOf: (amount, months) => `现金 ${amount}，分 ${months} 个月偿还`,
  change: '选择其他方案',
  methods: '收款银行卡',
  methodsHint: '资金立即汇入此卡，每期款项在到期日从此卡扣取。',
  noMethods: '您的账户没有可收款的银行卡。请先用银行卡为一次购物付款。',
  consentHeading: '您同意的内容',
  declarationTitle: '本人同意并声明',
  declaration:
    '本人已阅读并同意以上费用和协议。本人已成年且不是学生，资金用于本人消费，不用于投资、购房，也不转借他人。',
  agree: '我同意',
  button: (amount) => `借款 ${amount}`,
  buttonHint: (payable) => `您同意按以上日期共偿还 ${payable}。`,
  back: '返回费用比较',
  outcome: {
    requestedTitle: '正在汇出',
    requested: (amount, card) =>
      `我们已请银行将 ${amount} 汇入 ${card}，尚未收到答复。您无需做任何事；只会请求一次，汇出之前没有任何欠款。`,
    again: '再看一次',
    paidTitle: '已汇出',
    paid: (amount, card) => `${amount} 已汇入 ${card}。`,
    plan: '日期、还款与提前还款',
    failedTitle: '未能汇出',
    failed: (amount, card) => `${amount} 未能汇入 ${card}。没有任何欠款，您的额度保持不变。`,
    reasons: {
      declined: '此卡的银行不接受这笔资金。',
      expired: '此卡已过期。',
      other: '银行没有给出可转达的原因。',
    },
    retry: '重新比较',
  },
  listHeading: '您的现金提取',
  statuses: { requested: '正在汇出', paid_out: '已汇出', failed: '未能汇出' },
  text: drawText,
};

function drawText(facts: AgreementFacts): AgreementSection[] {
  return [
    {
      heading: '协议各方',
      paragraphs: [
        '您声明已成年且不是学生；我们不向学生提供贷款。',
        `您与 ${facts.funder} 以及 Morrow 达成协议：${facts.funder} 向您出借 ${facts.financed}，并持有您的应付款项；Morrow 管理此借款，并代 ${facts.funder} 收款。`,
        ...(facts.coFunders
          ? [
              `此借款由 ${facts.funder} 与 ${facts.coFunders} 共同出资：各方分别持有您应付款项中属于自己的部分。`,
            ]
          : []),
      ],
    },
    {
      heading: '资金用途',
      paragraphs: ['资金用于您本人的消费，不得用于证券及其他投资或购房，也不得转借他人。'],
    },
    {
      heading: '费用',
      paragraphs: [
        `您收到 ${facts.total}，不扣除任何款项。您按年利率 ${facts.interest?.rate ?? facts.zero}（单利）对尚未偿还的部分支付利息：如果按以下日期还款，共 ${facts.charge}。利率在整个借款期间不变。您总共偿还 ${facts.payable}。手续费：${facts.zero}。`,
        dayCounts[facts.interest?.dayCount ?? '30/360'],
      ],
    },
    {
      heading: '还款时间',
      paragraphs: [
        `如果资金在 ${facts.agreedOn} 汇出，您将偿还：`,
        ...facts.payments.map(({ date, amount }) => `${date}：${amount}`),
        '日期从资金汇出之日算起，间隔不变。如果未能汇出，您没有任何欠款。',
      ],
    },
    {
      heading: '还款方式',
      paragraphs: [
        '每期款项在到期日从收款的银行卡扣取；您可以更换银行卡。您可以随时部分或全部提前还款，不产生任何费用，利息只按实际使用的天数计算。',
      ],
    },
    {
      heading: '如果逾期',
      paragraphs: [
        `${lateFee(facts)}我们会在第 1、3、7、14 和 30 天再次从银行卡扣款，并每次通知您。自第 4 天起，付清之前不能借款或建立新的方案，您的付款分也会下降。`,
      ],
    },
    {
      heading: '关于本文',
      paragraphs: [
        `条款 ${facts.termsVersion}，于 ${facts.agreedOn} 同意。未经您同意，您所同意的内容之后不能更改。`,
      ],
    },
  ];
}
