/** How the processor's names of card brands are written for people. */
const names: Record<string, string> = {
  amex: 'American Express',
  jcb: 'JCB',
  mastercard: 'Mastercard',
  unionpay: 'UnionPay',
  visa: 'Visa',
};

export function brandName(brand: string): string {
  return names[brand] ?? brand;
}
