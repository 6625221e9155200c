/** What is said of how goods went. */
export const shipmentsEn = {
  title: 'On its way',
  carrier: 'Carried by',
  number: 'Number',
  date: 'Sent',
};

export const shipmentsZhCn: typeof shipmentsEn = {
  title: '物流信息',
  carrier: '承运方',
  number: '单号',
  date: '发货时间',
};
