/** What the start of the dashboard says about checkouts in English. Numbers come formatted. */
export const checkoutsEn = {
  title: 'Checkouts of the last 30 days',
  none: 'Nobody has opened a checkout in the last 30 days.',
  opened: 'Opened',
  approval: 'Approved, of those decided',
  conversion: 'Became an order, of those opened',
  approvalPicture: 'Decisions by day: approved and declined',
  conversionPicture: 'Checkouts by day: those that became an order, and the others',
  approved: 'approved',
  declined: 'declined',
  completed: 'became an order',
  others: 'did not, or not yet',
  days: 'By day',
  day: 'Day',
  limited: (count: string) => `The newest ${count} checkouts are counted.`,
};

export const checkoutsZhCn: typeof checkoutsEn = {
  title: '最近 30 天的结账',
  none: '最近 30 天没有结账。',
  opened: '已发起',
  approval: '已裁决中获批的比例',
  conversion: '已发起中成为订单的比例',
  approvalPicture: '每日裁决：获批与未获批',
  conversionPicture: '每日结账：成为订单的与其他的',
  approved: '获批',
  declined: '未获批',
  completed: '成为订单',
  others: '未成为订单，或尚未',
  days: '按日',
  day: '日期',
  limited: (count) => `仅统计最新的 ${count} 笔结账。`,
};
