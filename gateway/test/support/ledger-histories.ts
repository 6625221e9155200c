import * as fc from 'fast-check';
import type { Posting } from '../../src/ledger/postings.ts';
import { currencies, type Dice, type Model, type Step } from './ledger-model.ts';
import { merchantSteps } from './ledger-steps-merchants.ts';
import { moneySteps } from './ledger-steps-money.ts';
import { orderSteps } from './ledger-steps-orders.ts';
import { outsideSteps } from './ledger-steps-outside.ts';
import { ownershipSteps } from './ledger-steps-ownership.ts';
import { servicingSteps } from './ledger-steps-servicing.ts';

const steps = {
  ...orderSteps,
  ...servicingSteps,
  ...ownershipSteps,
  ...moneySteps,
  ...merchantSteps,
  ...outsideSteps,
} satisfies Record<string, Step>;

export type Happening = { kind: keyof typeof steps; dice: Dice };

/** Lets one thing happen: what it posts goes to `send`, and the model knows what should come of it. */
export function happen(
  { kind, dice }: Happening,
  model: Model,
  send: (posting: Posting) => Promise<bigint[]>,
): Promise<void> {
  return steps[kind](model, dice, send);
}

const dice: fc.Arbitrary<Dice> = fc.record({
  who: fc.nat(20),
  other: fc.nat(20),
  currency: fc.constantFrom(...currencies),
  amount: fc.oneof(fc.bigInt({ min: 1n, max: 1_000_000n }), fc.bigInt({ min: 1n, max: 10n })),
  permille: fc.bigInt({ min: 1n, max: 1000n }),
  whole: fc.boolean(),
});
// Orders and captures come up more often, so that most of the others find something to act on.
const kind = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom('authorize' as const, 'capture' as const) },
  { weight: 5, arbitrary: fc.constantFrom(...(Object.keys(steps) as (keyof typeof steps)[])) },
);
/** Whatever can happen, in whatever order. */
export const historiesOf = (minLength: number, maxLength: number): fc.Arbitrary<Happening[]> =>
  fc.array(fc.record({ kind, dice }), { minLength, maxLength, size: 'max' });

export const histories = historiesOf(1, 60);

const halfOf = (kind: Happening['kind'], chosen: Partial<Dice> = {}): Happening => ({
  kind,
  dice: {
    who: 0,
    other: 1,
    currency: 'CNY',
    amount: 1000n,
    permille: 500n,
    whole: false,
    ...chosen,
  },
});
/** One history that meets every template, whatever the random ones meet. */
export const tour: Happening[] = [
  halfOf('authorize'),
  halfOf('chargeDown'),
  halfOf('capture'),
  halfOf('fundSubsidy', { amount: 20n }),
  halfOf('accrue', { other: 1, permille: 100n }),
  halfOf('chargeLateFee', { amount: 40n }),
  halfOf('waiveLateFee'),
  halfOf('repay', { amount: 100n }),
  halfOf('reckonWithMerchant', { other: 0 }),
  halfOf('reckonWithMerchant', { other: 1 }),
  halfOf('reckonWithMerchant', { other: 2 }),
  halfOf('reckonWithMerchant', { other: 3 }),
  halfOf('reckonWithMerchant', { other: 4 }),
  halfOf('settle'),
  halfOf('moveOnPayout'),
  halfOf('moveOnPayout'),
  halfOf('moveOnPayout'),
  halfOf('payFromFunder', { who: 1 }),
  halfOf('payFromFunder', { who: 1, other: 0 }),
  halfOf('hearFromProcessor'),
  halfOf('hearFromProcessor', { other: 0 }),
  halfOf('refund'),
  halfOf('repay'),
  halfOf('giveBackOverpaid'),
  halfOf('disagree'),
  halfOf('takeChargeBack', { who: 1 }),
  halfOf('takeDownPaymentBack', {}),
  halfOf('hearFromOutside', { who: 1, other: 0 }),
  halfOf('hearFromOutside', { other: 1 }),
  halfOf('hearFromOutside', { other: 2 }),
  halfOf('giveBackDown'),
  halfOf('sendMoneyBack'),
  halfOf('returnSubsidy'),
  halfOf('voidRemainder'),
  halfOf('drawCash'),
  halfOf('answerDraw'),
  halfOf('drawCash'),
  halfOf('answerDraw', { other: 0 }),
  halfOf('chargeLateFee', { who: 1, amount: 20n }),
  halfOf('changeOwner', { who: 1, amount: 1000n, whole: true, permille: 1000n }),
  halfOf('chargeOff', { who: 1 }),
  halfOf('recover', { who: 1 }),
];
