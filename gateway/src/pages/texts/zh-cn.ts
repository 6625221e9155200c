import { accountZhCn } from '../account/texts/zh-cn.ts';
import type { Texts } from './en.ts';
import type { AgreementFacts, AgreementSection } from './agreement-facts.ts';

/** Everything that the pages say in simplified Chinese. */
export const zhCn: Texts = {
  layout: {
    languageName: '简体中文',
    languages: '语言',
    sandbox: '沙箱环境：没有真实的资金，也没有真实的人。',
    promise: '在这里延后付款不产生任何费用：无利息，无手续费。',
    skip: '跳到正文',
    errorTitle: (title) => `有问题：${title}`,
  },
  progress: {
    label: '结账步骤',
    steps: { phone: '手机', about: '您的信息', plan: '方案', agreement: '协议' },
  },
  purchase: {
    heading: '您的购物',
    payee: '商家',
    reference: '订单',
    total: '合计',
    lines: '商品',
    quantity: (count) => `${count} ×`,
    backTo: '之后返回',
    leave: (shop) => `取消并返回 ${shop}`,
    back: (shop) => `返回 ${shop}`,
    leaveHint: '您的购物车保持不变。',
  },
  phone: {
    title: '延后付款',
    claimedTitle: '请登录后继续',
    intro: (shop) => `请填写手机号码，查看您可以怎样延后支付 ${shop} 的购物。在您同意之前，不产生任何欠款。`,
    claimedIntro: '此结账页面属于一位已登录的用户。请用同一手机号码登录后查看。',
    label: '手机号码',
    hint: '中国大陆 11 位号码；其他地区请加国家代码，例如 +44 7700 900123。',
    send: '发送验证码',
    sandbox:
      '沙箱中可以使用任何号码；199 0000 0001 属于一位已核验的人。不会真正发送短信，验证码显示在沙箱的收件箱中。',
  },
  code: {
    title: '输入验证码',
    intro: (phone) => `我们已向 ${phone} 发送 6 位验证码，5 分钟内有效。`,
    label: '一次性验证码',
    hint: '6 位数字。我们不会致电索要验证码。',
    check: '继续',
    again: '重新发送验证码',
    other: '使用其他号码',
    sandbox: '这是沙箱：请在沙箱的收件箱中查看验证码。',
  },
  known: {
    title: '欢迎回来',
    intro: (phone) => `您已用 ${phone} 登录。`,
    go: '用此号码继续',
    other: '不是我：使用其他号码',
  },
  about: {
    title: '您的信息',
    intro: '我们只询问一次。这是为了保护您：没有人能冒用您的名义购物。',
    identityHeading: '您的身份',
    name: '姓名',
    nameHint: '与身份证上一致。',
    nationalId: '身份证号码',
    nationalIdHint: '身份证上的全部 18 位。加密保存，绝不提供给商家。',
    consentsHeading: '您需要同意的内容',
    consentsIntro: '每一项都由您决定。如果没有全部同意，我们无法为您提供延后付款；您的购物车不受影响。',
    agree: '我同意',
    go: '继续',
    testHeading: '此沙箱的测试人员',
    testIntro: '沙箱只认识这些虚构的人。请复制其中一位。',
    testName: '姓名',
    testNumber: '身份证号码',
    testResult: '结果',
    testResults: {
      good: '核验通过',
      refused: '身份核验服务查无此人',
      minor: '未满 18 岁',
    },
  },
  plans: {
    names: {
      pay_after: (days) => (days === 0 ? '发货时付款' : `${days} 天后付款`),
      pay_in_3: () => '分 3 期付款',
      pay_in_4: () => '分 4 期付款',
    },
    summaries: {
      pay_after: '一次付清，从商家发货之日算起。',
      pay_in_3: '分三期，每月一期。',
      pay_in_4: '分四期，每两周一期。',
    },
  },
  offers: {
    title: '您想怎样付款？',
    intro: '以下日期假设商家今天发货；实际日期从发货时算起。',
    dates: '日期与金额',
    payment: '期次',
    date: '日期',
    amount: '金额',
    now: '现在预留',
    reserved: '已预留',
    down: '首付款',
    downHint: '现在在您的银行卡上预留，商家发货时扣款。',
    cost: '延后付款的费用',
    total: '您总共支付',
    fundedBy: '出资方',
    choose: (plan) => `选择“${plan}”`,
    today: '今天',
    chartTitle: (plan) => `“${plan}”各日期的付款`,
  },
  score: {
    heading: '您的付款分',
    intro: (score) => `您的付款分是 ${score}，范围为 300 至 850。它是下列各项分数之和，只有您能看到。`,
    scale: (score) => `付款分 ${score}，范围为 300 至 850`,
    reason: '理由',
    points: '分数',
    sum: '合计',
    limit: '您的最高可欠金额',
    available: '本次可用金额',
    reasons: {
      base: () => '每个人的起点',
      repaid_installments: (value) => `已付清的期数：${value}`,
      paid_on_time: (value) => (value === null ? '按时付款：尚无到期款项' : `按时付款：${value}%`),
      days_past_due: (value) => (value === 0 ? '没有逾期' : `目前逾期天数：${value}`),
      tenure: (value) => `使用 Morrow 的天数：${value}`,
      open_plans: (value) => `尚未付清的方案：${value}`,
      utilisation: (value) => (value === null ? '额度使用：尚未使用' : `额度使用：${value}%`),
      paid_early: (value) => `提前付清的期数：${value}`,
    },
  },
  agreement: {
    title: '阅读并同意',
    chosen: '您的方案',
    change: '选择其他方案',
    methods: '付款银行卡',
    methodsHint: '每期款项在到期日从此卡扣取。',
    savedMethod: (brand, last4) => `${brand}，尾号 ${last4}`,
    savedGroup: '您的银行卡',
    testGroup: '此沙箱的测试卡',
    noMethods: '这里暂时无法添加银行卡。请返回商家以其他方式付款；您的购物车不受影响。',
    funderHeading: '由谁出资',
    agree: '我同意',
    textHeading: '您的协议',
    fingerprint: '本协议的指纹（SHA-256）',
    button: '同意并延后付款',
    buttonHint: (total) => `您同意按上述日期总共支付 ${total}。`,
    text: agreementText,
  },
  waiting: {
    title: '正在等待银行',
    intro: (amount) => `我们已请银行预留首付款 ${amount}，尚未收到答复。您无需做任何事；只会请求一次。`,
    again: '再看一次',
  },
  done: {
    title: '已同意',
    intro: (shop, total) => `您将延后向 ${shop} 支付 ${total}。商家现在会完成您的订单。`,
    completedIntro: (shop) => `${shop} 已收到您的订单。付款日期从发货时算起。`,
    down: (amount) => `${amount} 已在您的银行卡上预留，商家发货时扣款。`,
    go: (shop) => `返回 ${shop}`,
    goHint: '请返回，以便商家完成您的订单。',
    account: '查看您的欠款',
    dates: (date) => `以上日期假设商家在 ${date} 发货；实际日期从发货时算起。`,
  },
  declined: {
    title: '这次不行',
    intro: '我们无法为这次购物提供延后付款。以下是原因，以及您可以做什么。',
    nextHeading: '您可以做什么',
    cart: (shop) => `您在 ${shop} 的购物车保持原样，可以用其他方式付款。`,
    go: (shop) => `返回 ${shop}`,
    overdueHeading: '逾期款项',
    overdueShop: '商家',
    overdueSince: '到期日',
    overdueAmount: '金额',
    payOverdue: '现在就在您的账户中付清',
    codes: {
      amount_above_available: ({ available, nothingAvailable }) => ({
        why: nothingAvailable
          ? '您的额度已全部使用。'
          : `这次购物超过了您目前可以延后支付的金额：${available}。`,
        next: nothingAvailable
          ? ['您每付一笔款，就会恢复相同的额度。', '之后请从商家重新开始。']
          : [`您已获批最多 ${available}：请减少购物金额后重新开始。`, '您每付一笔款，就会恢复相同的额度。'],
      }),
      overdue: ({ overdue }) => ({
        why: `您之前的购物有 ${overdue} 已逾期。`,
        next: [
          `请先付清逾期的 ${overdue}：我们会自动再次从您的银行卡扣款，请确保余额充足。`,
          '付清之后，请从商家重新开始。',
        ],
      }),
      score_too_low: () => ({
        why: '您的付款分过低，无法建立新的方案。',
        next: ['下表列出每一条理由及其分数。', '按时付款会增加分数；之后请从商家重新开始。'],
      }),
      line_suspended: () => ({
        why: '您的延后付款已被暂停。',
        next: ['您已同意的方案照常进行。', '请付清未付款项；之后请从商家重新开始。'],
      }),
      no_funder: () => ({
        why: '目前没有出资方能承担这笔金额。这与您无关。',
        next: ['请过一段时间从商家重新开始。', '较小的购物或许可以马上进行。'],
      }),
      amount_too_small: () => ({
        why: '这次购物金额太小，无法分期。',
        next: ['请在商家直接付款。'],
      }),
      identity_required: () => ({
        why: '您的身份尚未核验。',
        next: ['请从商家重新开始并完成核验。'],
      }),
    },
  },
  ended: {
    expiredTitle: '此结账已过期',
    expired: '同意的时间已过。没有达成协议，也没有任何欠款。',
    lapsed: '您已同意，但商家没有及时接收订单。协议作废：没有任何欠款，银行卡上预留的金额将被释放。',
    canceledTitle: '此结账已取消',
    canceled: '没有任何欠款。若有预留金额，将被释放。',
    next: (shop) => `您在 ${shop} 的购物车保持原样。请返回并重新开始结账。`,
    go: (shop) => `返回 ${shop}`,
  },
  problems: {
    not_found: { title: '找不到页面', text: '此地址没有属于您的结账。', next: '请返回商家重新开始结账。' },
    not_yours: {
      title: '找不到页面',
      text: '此地址没有属于您的内容。',
      next: '属于您的内容都在您的账户中。您同意过的结账页面会带您前往。',
    },
    form: {
      title: '请重新加载此页面',
      text: '此表单已过期，或不是从本页面提交的。没有任何更改。',
      next: '请允许使用 Cookie，重新打开页面，再做一次上一步。',
    },
    too_often: {
      title: '评估次数已满',
      text: '此结账的评估次数已达上限。',
      next: '请返回商家开始新的结账。您的购物车不受影响。',
    },
    busy: {
      title: '请稍候',
      text: '此刻正在写入其他内容。没有任何更改。',
      next: '请在几秒后重新加载此页面。',
    },
    too_large: {
      title: '提交的内容过大',
      text: '此表单超过了允许的大小。没有任何更改。',
      next: '请重新打开页面，再做一次上一步。',
    },
    no_return: {
      title: '我们无法送您返回',
      text: '商家提供的地址已不属于该商家，所以我们不会打开它。',
      next: '请自行打开商家网站。您在这里同意的内容保持不变。',
    },
    failed: {
      title: '出错了',
      text: '错在我们。如果您已经同意，协议仍然有效；不会重复处理。',
      next: '请重新加载此页面。若问题持续，请告诉我们下面的编号。',
    },
    reload: '重新加载页面',
    account: '前往您的账户',
    request: '编号',
  },
  notices: {
    phone_invalid: () => ({
      field: 'phone',
      text: '这不是我们能联系到的手机号码。请检查；非中国大陆号码请加国家代码。',
    }),
    code_limit: ({ minutes = '' }) => ({
      text: `请求验证码过于频繁。请等待 ${minutes} 分钟后再请求。已收到的验证码在 5 分钟内仍然有效。`,
    }),
    code_wrong: ({ left = '' }) => ({
      field: 'code',
      text: `验证码不正确。请检查后重试；剩余次数：${left}。`,
    }),
    code_over: () => ({ text: '此验证码已失效：时间过久、尝试次数过多，或已发送新的验证码。请重新获取。' }),
    signed_out: () => ({ text: '由于 15 分钟没有操作，您已退出登录。请重新登录；没有任何内容丢失。' }),
    name_invalid: () => ({ field: 'name', text: '请填写姓名，2 至 100 个字符。' }),
    national_id_invalid: () => ({
      field: 'national_id',
      text: '此身份证号码有误。请照身份证填写全部 18 位。',
    }),
    identity_not_matched: () => ({
      field: 'national_id',
      text: '身份核验服务查不到此姓名与号码。请检查两者。',
    }),
    identity_not_a_test_person: () => ({
      field: 'national_id',
      text: '这是沙箱：请使用本页所列的测试人员之一，切勿填写真实号码。',
    }),
    identity_minor: () => ({ text: '延后付款仅限年满 18 岁的人。您可以在商家付款；购物车不受影响。' }),
    identity_in_use: () => ({ text: '此人已用另一手机号码核验。请用那个号码登录。' }),
    identity_differs: () => ({ text: '您之前已核验为另一个人。请使用您本人的姓名和号码。' }),
    consents_missing: () => ({ text: '请勾选每一项以继续，或返回商家；您的购物车不受影响。' }),
    text_changed: () => ({ text: '自您打开页面后，此文字已更改。请阅读最新内容。' }),
    method_missing: () => ({ field: 'method', text: '请选择付款银行卡。' }),
    plan_gone: () => ({ text: '此方案已不再提供。请选择以下方案之一。' }),
    limit_exceeded: () => ({ text: '另一笔购物已占用您的部分额度。请重新选择。' }),
    funder_unavailable: () => ({ text: '目前没有出资方能承担这笔金额。请一分钟后重试，或选择其他方案。' }),
    card_declined: () => ({
      field: 'method',
      text: '银行拒绝了此卡的首付款。没有扣款，也没有达成协议。请选择其他银行卡。',
    }),
    card_no_funds: () => ({
      field: 'method',
      text: '此卡余额不足以支付首付款。没有扣款，也没有达成协议。请选择其他银行卡。',
    }),
    card_expired: () => ({
      field: 'method',
      text: '此卡已过期。没有扣款，也没有达成协议。请选择其他银行卡。',
    }),
    processor_unavailable: () => ({ text: '银行卡服务没有响应。没有扣款。请一分钟后重试。' }),
    busy: () => ({ text: '当时正在写入其他内容。请再做一次上一步。' }),
    pay_under_way: () => ({ text: '此方案的一笔付款正在进行。没有再次扣款。' }),
    pay_changed: () => ({ text: '自您打开页面后，此方案已有变化。没有再次扣款；目前情况见下。' }),
    pay_above_owed: () => ({ text: '现在的欠款已少于此金额。没有扣款。' }),
    pay_nothing_owed: () => ({ text: '此方案已没有欠款。没有扣款。' }),
    plan_over: () => ({ text: '此方案不再扣款，银行卡保持不变。' }),
    method_changed: () => ({ good: true, text: '今后的款项将从新的银行卡扣取。' }),
    left: () => ({ good: true, text: '您已退出登录。' }),
    left_everywhere: () => ({ good: true, text: '您已在所有设备上退出登录。' }),
  },
  account: accountZhCn,
  inbox: {
    title: '此沙箱的收件箱',
    intro: '本应发送给用户的消息，最新的在前。任何内容都不会离开沙箱。',
    refresh: '刷新',
    older: '更早的消息',
    empty: '尚未发送任何消息。',
    to: '收件人',
    channels: { sms: '短信', mail: '邮件' },
  },
};

function agreementText(facts: AgreementFacts): AgreementSection[] {
  return [
    {
      heading: '协议各方',
      paragraphs: [
        `您与 ${facts.funder} 以及 Morrow 达成协议：${facts.funder} 为您向 ${facts.shop} 付款，并持有您的应付款项；Morrow 管理此方案，并代 ${facts.funder} 收款。`,
      ],
    },
    {
      heading: '费用',
      paragraphs: [
        `您的购物金额为 ${facts.total}，您支付的金额相同：${facts.total}。利息：${facts.zero}。手续费：${facts.zero}。`,
        ...(facts.down
          ? [
              `首付款 ${facts.down} 是您自己的资金：在您同意时于银行卡上预留，商家发货时扣款。其余 ${facts.financed} 延后支付。`,
            ]
          : []),
      ],
    },
    {
      heading: '付款时间',
      paragraphs: [
        `如果商家在 ${facts.agreedOn} 发货，您将支付：`,
        ...facts.payments.map(({ date, amount }) => `${date}：${amount}`),
        '日期从商家首次发货之日算起，间隔不变。之后发货的部分加到尚未到期的款项中；如果放不下，则按相同间隔增加后续款项，每笔均不超过上述金额。',
        '如果商家没有发货，您没有任何欠款，银行卡上预留的金额将被释放。',
      ],
    },
    {
      heading: '付款方式',
      paragraphs: ['每期款项在到期日从您在此选择的银行卡扣取。您可以随时提前付款，不产生任何费用。'],
    },
    {
      heading: '如果逾期',
      paragraphs: [
        '没有逾期费。我们会在第 1、3、7、14 和 30 天再次从银行卡扣款，并每次通知您。自第 4 天起，付清之前不能建立新的方案，您的付款分也会下降。',
      ],
    },
    {
      heading: '如果商家退款',
      paragraphs: [
        facts.refundPolicy === 'from_last'
          ? '退款会减少您的未付款项，从最后一期开始。'
          : '退款会按比例减少所有未付款项。',
        '超出未付款项的退款将退回您的银行卡。',
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
