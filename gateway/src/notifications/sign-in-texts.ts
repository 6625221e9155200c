const linked = { link: 'text' } as const;

export const signInFields = {
  sign_in_passkey_added: linked,
  sign_in_passkey_removed: linked,
  sign_in_outside_linked: linked,
  sign_in_outside_removed: linked,
} as const;

/** The messages about the ways into one's account. None of them waits for the morning. */
export const signInTexts = {
  en: {
    sign_in_passkey_added: {
      subject: 'A passkey was added',
      body: 'A passkey was added to your Morrow account. For 24 hours no cash is drawn. If that was not you, sign in by code, remove it and sign out everywhere: {link}',
    },
    sign_in_passkey_removed: {
      subject: 'A passkey was removed',
      body: 'A passkey was removed from your Morrow account, and you were signed out everywhere else. For 24 hours no cash is drawn. If that was not you, sign out everywhere and tell us: {link}',
    },
    sign_in_outside_linked: {
      subject: 'Another way to sign in',
      body: 'Your account with another provider now opens your Morrow account, too. For 24 hours no cash is drawn. If that was not you, sign in by code, remove it and sign out everywhere: {link}',
    },
    sign_in_outside_removed: {
      subject: 'A way to sign in was removed',
      body: 'Your account with another provider does not open your Morrow account any more. For 24 hours no cash is drawn. If that was not you, sign out everywhere and tell us: {link}',
    },
  },
  'zh-CN': {
    sign_in_passkey_added: {
      subject: '已添加通行密钥',
      body: '您的 Morrow 账户已添加一个通行密钥。24 小时内不能提取现金。如非本人操作，请用验证码登录，将其移除并退出所有设备：{link}',
    },
    sign_in_passkey_removed: {
      subject: '已移除通行密钥',
      body: '您的 Morrow 账户已移除一个通行密钥，其他设备均已退出登录。24 小时内不能提取现金。如非本人操作，请退出所有设备并联系我们：{link}',
    },
    sign_in_outside_linked: {
      subject: '新增登录方式',
      body: '您在其他服务商的账户现在也可登录您的 Morrow 账户。24 小时内不能提取现金。如非本人操作，请用验证码登录，将其移除并退出所有设备：{link}',
    },
    sign_in_outside_removed: {
      subject: '已移除登录方式',
      body: '您在其他服务商的账户不能再登录您的 Morrow 账户。24 小时内不能提取现金。如非本人操作，请退出所有设备并联系我们：{link}',
    },
  },
} as const;
