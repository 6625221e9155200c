import type { HostedIdentityTexts, hostedIdentityNoticesEn } from './hosted-identity-en.ts';

/** What the pages say in Chinese of a check of who somebody is that is done on another service's pages. */
export const hostedIdentityZhCn: HostedIdentityTexts = {
  formHeading: '您的身份',
  form: '支付公司 Stripe 会在其页面上验证您的身份。完成后您会回到这里。',
  title: '验证您的身份',
  intro: 'Stripe 验证您的身份并将结果告知我们。大约需要两分钟。',
  needed: [
    '请准备好护照、身份证或驾驶证。',
    '我们会得到您的姓名、出生日期和证件号码，并加密保存；照片留在 Stripe。',
    '您可以在那里换用其他设备。Stripe 收到所需内容后，本页会继续。',
  ],
  go: '前往 Stripe',
  goHint: '如果您在完成前返回，不会丢失任何内容：本页可以再次带您前往。',
  back: '不验证，返回',
  waitingTitle: 'Stripe 正在核对',
  waiting: 'Stripe 已收到您提交的内容并正在核对。通常只需几秒，少数情况下需要几分钟。您无需再次提交。',
  awayTitle: 'Stripe 没有响应',
  away: '我们向 Stripe 查询了您的验证进度，但没有得到答复。您在那里提交的内容已保存。请一分钟后再看。',
  again: '再看一次',
};

export const hostedIdentityNoticesZhCn: typeof hostedIdentityNoticesEn = {
  identity_unfinished: () => ({ text: '身份验证没有完成。请准备好证件后重新开始。' }),
  identity_document_expired: () => ({ text: '您的证件已过期。请用有效的证件重新开始验证。' }),
  identity_document_unsupported: () => ({
    text: '无法验证此类证件。请用护照、身份证或驾驶证重新开始。',
  }),
  identity_document_unverified: () => ({
    text: '无法验证您的证件。请在光线良好处重新开始，让证件完整入镜且没有反光。',
  }),
  identity_number_not_matched: () => ({
    text: '号码与姓名和出生日期不符。请重新开始，并逐一核对。',
  }),
  identity_selfie_not_matched: () => ({
    text: '您的照片与证件上的照片不符。请在光线良好处重新开始，不要戴眼镜或帽子。',
  }),
  identity_device_unsupported: () => ({ text: '此设备没有可用的摄像头。请用手机重新开始。' }),
  identity_check_declined: () => ({
    text: '您结束了验证，因此我们不知道您是谁，也没有任何更改。您随时可以重新开始。',
  }),
  identity_away: () => ({ text: '目前无法开始身份验证。没有任何更改。请一分钟后重试。' }),
};
