import { bankNoticesZhCn, banksZhCn } from '../account/bank-accounts/texts/zh-cn.ts';
import { dataNoticesZhCn, dataZhCn } from '../account/data/texts/zh-cn.ts';
import { hostedIdentityNoticesZhCn, hostedIdentityZhCn } from './hosted-identity-zh-cn.ts';
import { signingInNoticesZhCn, signingInZhCn } from '../account/signing-in/texts/zh-cn.ts';
import { decisionNoticesZhCn, decisionsZhCn } from '../account/decisions/texts/zh-cn.ts';
import { limitNoticesZhCn, limitsZhCn } from '../account/limits/texts/zh-cn.ts';
import { lateZhCn } from '../account/late/texts/zh-cn.ts';
import { caseNoticesZhCn, casesZhCn } from '../account/cases/texts/zh-cn.ts';
import { messagesNoticesZhCn, messagesZhCn } from '../account/messages/texts/zh-cn.ts';
import { disputeNoticesZhCn, disputesZhCn } from '../account/disputes/texts/zh-cn.ts';
import { helpZhCn } from '../help/texts.ts';
import { returnsZhCn } from '../account/returns/texts/zh-cn.ts';
import { accountZhCn } from '../account/texts/zh-cn.ts';
import { ownLimitsNoticesZhCn, ownLimitsZhCn } from '../account/own-limits/texts/zh-cn.ts';
import { drawsZhCn } from '../account/draws/texts/zh-cn.ts';
import { guaranteeNoticesZhCn, guaranteesZhCn } from '../account/guarantees/texts/zh-cn.ts';
import { agreementsZhCn } from '../agreement/texts/zh-cn.ts';
import { challengeZhCn } from '../checkout/texts/challenge-zh-cn.ts';
import { statementZhCn } from '../settlement/texts.ts';
import { consoleZhCn } from '../console/texts/zh-cn.ts';
import { dashboardZhCn } from '../dashboard/texts/zh-cn.ts';
import type { Texts } from './en.ts';
import type { AgreementFacts, AgreementSection } from './agreement-facts.ts';
import { shipmentsZhCn } from './shipments.ts';
import { declinedZhCn } from './declined-zh-cn.ts';
import { protectionZhCn } from './protection-zh-cn.ts';
import { scoreZhCn } from './score-zh-cn.ts';
import { dayCounts, lateFee } from './terms-zh-cn.ts';

/** Everything that the pages say in simplified Chinese. */
export const zhCn: Texts = {
  layout: {
    languageName: '简体中文',
    languages: '语言',
    sandbox: '沙箱环境：没有真实的资金，也没有真实的人。',
    promise: '在您同意之前，每个日期、每笔金额和全部费用都会向您列明。',
    skip: '跳到正文',
    waiting: (counted) => `${counted} 项等待您处理`,
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
      '沙箱中可以使用任何我们发送验证码的号码；199 0000 0001 属于一位已核验的人。不会真正发送短信，验证码显示在沙箱的收件箱中。',
  },
  code: {
    title: '输入验证码',
    intro: (phone) => `我们已向 ${phone} 发送 6 位验证码，5 分钟内有效。`,
    introKnown: (phone) => `如果 ${phone} 是我们已知的号码，6 位验证码已在路上，5 分钟内有效。`,
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
      monthly_3: () => '按月付款，共 3 期',
      monthly_6: () => '按月付款，共 6 期',
      monthly_12: () => '按月付款，共 12 期',
      monthly_24: () => '按月付款，共 24 期',
      monthly_36: () => '按月付款，共 36 期',
      cash_draw: () => '借款到账户',
    },
    summaries: {
      pay_after: '一次付清，从商家发货之日算起。',
      pay_in_3: '分三期，每月一期。',
      pay_in_4: '分四期，每两周一期。',
      monthly_3: '分三期，每月一期，首期在商家发货一个月后。',
      monthly_6: '分六期，每月一期，首期在商家发货一个月后。',
      monthly_12: '分十二期，每月一期，首期在商家发货一个月后。',
      monthly_24: '分 24 期，每月一期，首期在商家发货一个月后。',
      monthly_36: '分 36 期，每月一期，首期在商家发货一个月后。',
      cash_draw: '资金现在到账，按月偿还。',
    },
  },
  programmes: {
    retail: '商品：退款从最后一期开始减少款项。',
    dining: '餐饮：稍后一次付清。',
    travel: '旅行：退款会减少所有未付款项。',
    education: '课程，仅限成年人：同意者不得是学生，我们不向学生提供贷款。退款会减少所有未付款项。',
    medical: '医疗：退款会减少所有未付款项。',
    in_store: '店内付款：完成后请在柜台出示此页面。',
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
    monthly: '每月',
    monthlyTimes: (amount, count) => `${amount}，共 ${count} 期`,
    monthlyFromTo: (first, last) => `从 ${first} 递减至 ${last}`,
    principal: '本金',
    interest: '利息',
    rate: '利率',
    apr: { CN: '年化成本（IRR）', EU: '年百分率（APR）', UK: '年百分率（APR）', US: '年百分率（APR）' },
    rateOf: (percent) => `年利率 ${percent}`,
    freeByShop: '0% — 由商家支付利息',
    partByShop: (percent) => `年利率 ${percent} — 其余由商家支付`,
    details: '全部日期与金额',
    dayHeading: '每月哪一天付款？',
    dayLabel: '每月付款日',
    dayNone: '商家发货的那一天',
    dayHint: '如果您选择付款日，首期为商家发货至少 15 天后的第一个付款日；利息按天数计算。',
    daySet: '显示日期',
  },
  disclosure: {
    titles: {
      cn_loan: '本笔借款的成本',
      eu_pre_contract: '签约前信息（欧洲消费信贷）',
      eu_exempt: '本方案的信息',
      uk_deferred_payment: '重要信息',
      uk_credit: '签约前信贷信息',
      uk_exempt: '本方案的信息',
      us_closed_end: '贷款真实成本披露',
      us_exempt: '本方案的信息',
    },
    intros: {
      cn_loan: '同时列出两种年化利率：不计复利的单利，以及全部付款的内部收益率（IRR）。',
      eu_pre_contract: '请在决定之前仔细阅读。在您按下方按钮之前，没有任何约定；之后您也可以撤回。',
      eu_exempt: '法律在此并不要求这份说明；我们仍然提供。',
      uk_deferred_payment: '请在同意之前阅读。这是借款：请考虑您是否负担得起每一期。',
      uk_credit: '请在同意之前阅读。这是借款：请考虑您是否负担得起每一期。',
      uk_exempt: '法律在此并不要求这份说明；我们仍然提供。',
      us_closed_end: '估计值按商家今天发货计算。',
      us_exempt: '法律在此并不要求这份说明；我们仍然提供。',
    },
    line: (label, said) => `${label}：${said}`,
    days: (days) => `${days} 天`,
    daysBetween: (first, last) => `${first} 至 ${last} 天`,
    dates: (from, to) => `${from} 至 ${to}`,
    lateFee: (amount, percent, days) => `${days} 天后收取 ${amount}，不超过该期款项的 ${percent}%`,
    installments: (count) => `共 ${count} 期，每期的日期与金额见您的方案表格`,
  },
  score: scoreZhCn,
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
    funderTitle: '正在等待出资方',
    funderIntro: (funder) => `我们已请${funder}为您的方案出资，尚未收到答复。您无需做任何事；只会请求一次。`,
    again: '再看一次',
  },
  done: {
    title: '已同意',
    intro: (shop, total) => `您将延后向 ${shop} 支付 ${total}。商家现在会完成您的订单。`,
    completedIntro: (shop) => `${shop} 已收到您的订单。付款日期从发货时算起。`,
    down: (amount) => `${amount} 已在您的银行卡上预留，商家发货时扣款。`,
    go: (shop) => `返回 ${shop}`,
    goHint: '请返回，以便商家完成您的订单。',
    counterHint: '请在柜台出示此页面：商家将在那里完成您的订单。',
    account: '查看您的欠款',
    dates: (date) => `以上日期假设商家在 ${date} 发货；实际日期从发货时算起。`,
  },
  declined: declinedZhCn,
  shipments: shipmentsZhCn,
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
    outside_over: {
      title: '此次登录已失效',
      text: '它超过了 10 分钟、已经完成，或是在其他浏览器中开始的。没有任何更改。',
      next: '请回到开始时的页面，在那里重新登录，或使用验证码。',
    },
    identity_over: {
      title: '没有这项验证',
      text: '此身份验证不属于您，或您在开始后已退出登录。没有丢失任何内容。',
      next: '请回到开始时的页面并登录。已成功的验证会在那里生效。',
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
    ...limitNoticesZhCn,
    ...guaranteeNoticesZhCn,
    ...bankNoticesZhCn,
    ...dataNoticesZhCn,
    ...signingInNoticesZhCn,
    ...hostedIdentityNoticesZhCn,
    ...decisionNoticesZhCn,
    phone_invalid: () => ({
      field: 'phone',
      text: '这不是我们能联系到的手机号码。请检查；非中国大陆号码请加国家代码。',
    }),
    phone_not_served: () => ({
      field: 'phone',
      text: '我们不向以此开头的号码发送验证码。请使用提供本服务的国家或地区的手机号码；如果您以前用通行密钥或其他账户登录过，也可以用它登录。',
    }),
    codes_known_only: ({ minutes = '' }) => ({
      text: `目前我们只发送少量验证码。如果您以前用此号码登录过，验证码已在路上。如果没有，则未发送：请在 ${minutes} 分钟后重试，或在商店选择其他付款方式。`,
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
    step_up_required: () => ({ text: '身份核验已超过 15 分钟。请再次证明是您本人；没有任何更改。' }),
    step_up_limit: () => ({ text: '身份核验失败次数过多。请退出后重新登录，并按身份证填写姓名和号码。' }),
    agreement_ended: () => ({ good: true, text: '协议已关闭，不会再据此接受订单。' }),
    consents_missing: () => ({ text: '请勾选每一项以继续，或返回商家；您的购物车不受影响。' }),
    text_changed: () => ({ text: '自您打开页面后，此文字已更改。请阅读最新内容。' }),
    funder_changed: () => ({
      text: '您选择的出资方目前不为此次购物出资。请重新选择：每个方案都写明由谁出资以及费用。',
    }),
    method_missing: () => ({ field: 'method', text: '请选择付款银行卡。' }),
    plan_gone: () => ({ text: '此方案已不再提供。请选择以下方案之一。' }),
    limit_exceeded: () => ({ text: '另一笔购物已占用您的部分额度。请重新选择。' }),
    funder_unavailable: () => ({ text: '目前没有出资方能承担这笔金额。请一分钟后重试，或选择其他方案。' }),
    card_refused: () => ({
      field: 'method',
      text: '此卡不能用于本次购物。没有扣款，也没有达成协议。请选择另一张卡。',
    }),
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
    return_declared: () => ({ good: true, text: '退货已登记。在商家答复之前付款暂停。' }),
    return_withdrawn: () => ({ good: true, text: '退货已撤回。付款恢复。' }),
    return_open: () => ({ text: '此订单已有一笔退货正在处理；没有再次登记。' }),
    return_impossible: () => ({ text: '订单已有变化，不能再登记这笔退货。没有登记任何内容。' }),
    dispute_opened: () => ({ good: true, text: disputeNoticesZhCn.dispute_opened }),
    dispute_withdrawn: () => ({ good: true, text: disputeNoticesZhCn.dispute_withdrawn }),
    dispute_over: () => ({ text: disputeNoticesZhCn.dispute_over }),
    dispute_impossible: () => ({ text: disputeNoticesZhCn.dispute_impossible }),
    dispute_return_open: () => ({ text: disputeNoticesZhCn.dispute_return_open }),
    dispute_incomplete: () => ({ text: disputeNoticesZhCn.dispute_incomplete }),
    dispute_file_added: () => ({ good: true, text: disputeNoticesZhCn.dispute_file_added }),
    dispute_file_refused: () => ({ text: disputeNoticesZhCn.dispute_file_refused }),
    dispute_file_limit: () => ({ text: disputeNoticesZhCn.dispute_file_limit }),
    case_sent: () => ({ good: true, text: caseNoticesZhCn.case_sent }),
    case_written: () => ({ good: true, text: caseNoticesZhCn.case_written }),
    case_closed: () => ({ good: true, text: caseNoticesZhCn.case_closed }),
    case_not_yours: () => ({ text: caseNoticesZhCn.case_not_yours }),
    case_incomplete: () => ({ field: 'text', text: caseNoticesZhCn.case_incomplete }),
    case_text: () => ({ field: 'text', text: caseNoticesZhCn.case_text }),
    case_too_many: () => ({ text: caseNoticesZhCn.case_too_many }),
    ...messagesNoticesZhCn,
    zone_kept: () => ({ good: true, text: '已保存您的时区。' }),
    late_promised: () => ({ good: true, text: '已记录您的日期。在此之前我们不会催收。' }),
    late_promise_open: () => ({ text: '您已约定过日期，该约定仍然有效。' }),
    late_no_promise: () => ({ text: '因此前约定的日期已过，暂时不能约定新的日期。' }),
    late_nothing: () => ({ text: '此方案已没有逾期款项，未作任何更改。' }),
    late_date: () => ({ text: '请选择所列范围内的日期。未作任何更改。' }),
    late_moved: () => ({ good: true, text: '已免费改期。新的日期见下。' }),
    late_no_move: () => ({ text: '每个方案只有第一笔逾期款项可以改期一次。未作任何更改。' }),
    hardship_granted: () => ({ good: true, text: '已安排更宽松的条件。新的日期见下。' }),
    hardship_asked: () => ({ good: true, text: '已收到您的申请，将由专人决定并答复您。' }),
    hardship_missing: () => ({ text: '请选择暂停、延长期限，或两者都选。未作任何更改。' }),
    hardship_refused: () => ({ text: '目前不能为此方案安排这些条件。未作任何更改。' }),
    return_over: () => ({ text: '这笔退货已经结束；结果见下。' }),
    plan_over: () => ({ text: '此方案不再扣款，银行卡保持不变。' }),
    method_changed: () => ({ good: true, text: '今后的款项将从新的银行卡扣取。' }),
    draw_amount: ({ least = '', most = '' }) => ({
      field: 'amount',
      text: `请填写 ${least} 至 ${most} 的金额，最多两位小数。`,
    }),
    draw_under_way: () => ({ text: '您的另一笔现金正在汇往银行。没有再次申请；请等待到账。' }),
    draw_cooling_off: () => ({
      text: '您的账户在 24 小时内更改过银行卡、银行账户或登录方式。为保障安全，此期间不能提取现金；没有任何更改。',
    }),
    draw_off: () => ({ text: '此处不提供现金借款。没有任何更改。' }),
    draw_declined: () => ({ text: '此笔现金申请被拒绝。原因见下。' }),
    draw_gone: () => ({ text: '此方案已不再提供。请选择以下方案之一。' }),
    draw_consents: () => ({ text: '请勾选每一项以继续。尚未达成协议。' }),
    ...ownLimitsNoticesZhCn,
    left: () => ({ good: true, text: '您已退出登录。' }),
    left_everywhere: () => ({ good: true, text: '您已在所有设备上退出登录。' }),
  },
  account: accountZhCn,
  challenge: challengeZhCn,
  late: lateZhCn,
  limits: limitsZhCn,
  returns: returnsZhCn,
  disputes: disputesZhCn,
  cases: casesZhCn,
  messages: messagesZhCn,
  help: helpZhCn,
  agreements: agreementsZhCn,
  decisions: decisionsZhCn,
  draws: drawsZhCn,
  banks: banksZhCn,
  data: dataZhCn,
  signingIn: signingInZhCn,
  hostedIdentity: hostedIdentityZhCn,
  guarantees: guaranteesZhCn,
  protection: protectionZhCn,
  ownLimits: ownLimitsZhCn,
  console: consoleZhCn,
  dashboard: dashboardZhCn,
  statement: statementZhCn,
  inbox: {
    title: '此沙箱的收件箱',
    intro: '本应发送给用户的消息，最新的在前。任何内容都不会离开沙箱。',
    refresh: '刷新',
    older: '更早的消息',
    empty: '尚未发送任何消息。',
    to: '收件人',
    channels: { sms: '短信', mail: '邮件' },
    heldUntil: (time: string) => `夜间暂不打扰，将于 ${time} 发送`,
  },
};

function agreementText(facts: AgreementFacts): AgreementSection[] {
  return [
    {
      heading: '协议各方',
      paragraphs: [
        ...(facts.isForAdults ? ['您声明已成年且不是学生；我们不向学生提供贷款。'] : []),
        `您与 ${facts.funder} 以及 Morrow 达成协议：${facts.funder} 为您向 ${facts.shop} 付款，并持有您的应付款项；Morrow 管理此方案，并代 ${facts.funder} 收款。`,
        ...(facts.coFunders
          ? [
              `此方案由 ${facts.funder} 与 ${facts.coFunders} 共同出资：各方分别持有您应付款项中属于自己的部分。`,
            ]
          : []),
      ],
    },
    {
      heading: '费用',
      paragraphs: [
        ...costs(facts),
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
      paragraphs: [
        `每期款项在到期日从您在此选择的银行卡扣取。${
          facts.interest
            ? '您可以随时部分或全部提前付款，不产生任何费用，利息只按实际使用的天数计算。'
            : '您可以随时提前付款，不产生任何费用。'
        }`,
      ],
    },
    {
      heading: '如果逾期',
      paragraphs: [
        `${lateFee(facts)}我们会在第 1、3、7、14 和 30 天再次从银行卡扣款，并每次通知您。自第 4 天起，付清之前不能建立新的方案，您的付款分也会下降。`,
      ],
    },
    {
      heading: '如果商家退款',
      paragraphs: [
        facts.refundPolicy === 'from_last'
          ? '退款会减少您的未付款项，从最后一期开始。'
          : '退款会按比例减少所有未付款项。',
        ...(facts.interest ? ['退款的商品不会让您承担费用：相应的利息一并退还。'] : []),
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

function costs({ total, charge, payable, zero, financed, interest }: AgreementFacts): string[] {
  if (!interest)
    return [`您的购物金额为 ${total}，您支付的金额相同：${total}。利息：${zero}。手续费：${zero}。`];
  const price = interest.isFree
    ? '您不支付利息：利息由商家为您支付。'
    : `您按年利率 ${interest.rate} 对 ${financed} 中尚未偿还的部分支付利息${
        interest.isShared ? '，其余利息由商家为您支付' : ''
      }：如果按以下日期付款，共 ${charge}。利率在整个方案期间不变。`;
  return [
    `您的购物金额为 ${total}。${price}您总共支付 ${payable}。手续费：${zero}。`,
    dayCounts[interest.dayCount],
  ];
}
