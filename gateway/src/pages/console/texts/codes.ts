/** Of the one-time codes that were sent, and of which too few were typed in. */
export const codesEn = {
  title: 'One-time codes',
  sent: (sent: string, most: string) => `${sent} of at most ${most} were sent today (UTC).`,
  hint: 'Where too few codes are typed in, numbers that nobody has signed in with get none for a while; known numbers get theirs. It ends by itself once codes are typed in again.',
  none: 'Nothing is paused, nor was in the last 90 days.',
  caption: 'Pauses',
  numbers: 'Numbers',
  all: 'all numbers',
  since: 'Since',
  asked: 'Codes',
  typed: 'Typed in',
  state: 'State',
  paused: (until: string) => `paused until ${until}`,
  trying: 'some are sent, to find out',
  ended: (at: string) => `ended ${at}`,
};

export const codesZhCn: typeof codesEn = {
  title: '短信验证码',
  sent: (sent, most) => `今天（UTC）已发送 ${sent} 条，上限 ${most} 条。`,
  hint: '如果输入的验证码过少，从未登录过的号码会暂时收不到验证码；已知号码照常收到。验证码重新被输入后，暂停会自动结束。',
  none: '目前没有暂停，过去 90 天也没有。',
  caption: '暂停记录',
  numbers: '号码',
  all: '所有号码',
  since: '开始时间',
  asked: '验证码',
  typed: '已输入',
  state: '状态',
  paused: (until) => `暂停至 ${until}`,
  trying: '正在发送少量验证码以确认',
  ended: (at) => `已于 ${at} 结束`,
};
