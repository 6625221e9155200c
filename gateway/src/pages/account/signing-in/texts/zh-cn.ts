import type { SigningInTexts, signingInNoticesEn } from './en.ts';

/** Everything that the pages say in Chinese of the ways to sign in. */
export const signingInZhCn: SigningInTexts = {
  title: '登录方式',
  intro: (phone) => `发送到 ${phone} 的验证码始终可以登录。使用通行密钥则无需验证码。`,
  entry: '用指纹、面容或设备锁屏代替验证码登录。',
  entryGo: '您的通行密钥',
  passkey: {
    use: '使用通行密钥',
    failed: '没有使用通行密钥。请重试，或改用验证码。',
  },
  outside: {
    use: (name) => `用 ${name} 登录`,
    heading: '其他服务商的账户',
    hint: '在那里登录即可登录这里。除您的手机号外，我们不向其索取任何信息。',
    linked: (made, used) => (used === undefined ? `关联于${made}` : `关联于${made}，上次使用于${used}`),
    remove: '移除',
    removeNamed: (name) => `移除 ${name}`,
  },
  offerHeading: '下次无需验证码',
  offer: '在此设备上创建通行密钥：以后用指纹、面容或设备锁屏即可登录。',
  passkeysHeading: '通行密钥',
  passkeysHint:
    '通行密钥保存在您的设备或密码管理器中。我们只保存用于识别它的信息，任何人都无法在别处输入它。',
  none: '您还没有通行密钥。',
  full: '您已有 10 个通行密钥，已达上限。请先移除不再使用的，再添加新的。',
  add: '创建通行密钥',
  notMade: '没有创建通行密钥。请重试，或继续使用验证码：没有任何更改。',
  noScript: '通行密钥需要 JavaScript，而此浏览器没有运行它。验证码无需 JavaScript。',
  elsewhere: '浏览器不会为这样的数字地址创建通行密钥。请在此处打开本页：',
  unnamed: (date) => `${date}的通行密钥`,
  made: (made, used) => (used === undefined ? `创建于${made}，尚未使用` : `创建于${made}，上次使用于${used}`),
  change: '重命名或移除',
  name: '名称',
  nameButton: '保存名称',
  remove: '移除此通行密钥',
  removeNamed: (name) => `移除此通行密钥：${name}`,
  proveHeading: '证明是您本人',
  proveIntro: '通行密钥可以打开这里的一切，因此添加前须在 15 分钟内通过身份验证。',
  prove: '验证我的身份',
  back: '返回“关于您”页面',
};

export const signingInNoticesZhCn: typeof signingInNoticesEn = {
  passkey_refused: () => ({ text: '此通行密钥未能登录。请再试一次，或获取验证码：验证码始终可用。' }),
  passkey_limit: () => ({ text: '从这里使用通行密钥的尝试过多。请获取验证码，或等待十分钟。' }),
  passkey_added: () => ({
    good: true,
    text: '您的通行密钥已就绪。下次在这里和每次结账时都可用它登录。',
  }),
  passkey_not_made: () => ({
    text: '此通行密钥未被保存：页面打开时间过长，或设备未验证是您本人。请重试。',
  }),
  passkey_too_many: () => ({ text: '您的通行密钥数量已达上限。请先移除不再使用的，再添加这一个。' }),
  passkey_named: () => ({ good: true, text: '名称已保存。' }),
  passkey_name_long: () => ({ text: '通行密钥的名称最多 40 个字符。请换一个更短的。' }),
  passkey_removed: () => ({
    good: true,
    text: '通行密钥已移除，其他设备均已退出登录。请在您的密码管理器中也将其删除。',
  }),
  outside_refused: () => ({ text: '您未在那里登录，因此这里没有任何更改。请重试，或用验证码登录。' }),
  outside_unavailable: () => ({ text: '对方服务没有响应。请用验证码登录，或一分钟后重试。' }),
  outside_limit: () => ({ text: '从这里的尝试过多。请用验证码登录，或等待十分钟。' }),
  outside_needs_phone: () => ({
    good: true,
    text: '您已在那里登录，但我们还不能据此认出您。请验证一次手机号：此后即可直接用它登录。',
  }),
  outside_removed: () => ({ good: true, text: '它不能再用于登录这里。' }),
  outside_gone: () => ({ text: '它此前已被移除。下面是现有的登录方式。' }),
  passkey_gone: () => ({ text: '此通行密钥此前已被移除。下面是现有的通行密钥。' }),
};
