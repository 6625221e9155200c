import type { Environment } from '../lib/tx.ts';
import { hashRuleSet, type Rule, type RuleSet, readRuleSet } from './rules.ts';

/** The rules of version 1, which holds until another version is activated. */
const rules: readonly Rule[] = [
  {
    id: 'denied',
    kind: 'deny_list',
    why: 'Somebody decided so, with a reason.',
    of: ['device', 'address', 'phone', 'card', 'shopper'],
    action: 'refuse',
  },
  {
    id: 'device_purchases',
    kind: 'velocity',
    why: 'Nobody buys so often from one device in an hour.',
    count: 'purchases',
    per: 'device',
    minutes: 60,
    over: 6,
    action: 'challenge',
  },
  {
    id: 'device_purchases_many',
    kind: 'velocity',
    why: 'A machine is buying.',
    count: 'purchases',
    per: 'device',
    minutes: 60,
    over: 15,
    action: 'refuse',
  },
  {
    id: 'device_phones',
    kind: 'velocity',
    why: 'A family shares a device, a farm of accounts does too.',
    count: 'phones',
    per: 'device',
    minutes: 24 * 60,
    over: 3,
    action: 'challenge',
  },
  {
    id: 'device_shoppers',
    kind: 'velocity',
    why: 'A device seen with many shoppers belongs to a farm of accounts.',
    count: 'shoppers',
    per: 'device',
    minutes: 30 * 24 * 60,
    over: 8,
    action: 'refuse',
  },
  {
    id: 'card_shoppers',
    kind: 'velocity',
    why: 'A couple shares a card; many shoppers with one card found its number.',
    count: 'shoppers',
    per: 'card',
    minutes: 90 * 24 * 60,
    over: 2,
    action: 'challenge',
  },
  {
    id: 'card_shoppers_many',
    kind: 'velocity',
    why: 'Many shoppers with one card found its number.',
    count: 'shoppers',
    per: 'card',
    minutes: 90 * 24 * 60,
    over: 5,
    action: 'refuse',
  },
  {
    id: 'address_shoppers',
    kind: 'velocity',
    why: 'Many share an address (offices, mobile networks), so this alone asks for nothing.',
    count: 'shoppers',
    per: 'address',
    minutes: 60,
    over: 20,
    action: { points: 30 },
  },
  {
    id: 'shopper_purchases',
    kind: 'velocity',
    why: 'Velocity over all merchants: many purchases of one shopper in a day.',
    count: 'purchases',
    per: 'shopper',
    minutes: 24 * 60,
    over: 15,
    action: 'challenge',
  },
  {
    id: 'probing',
    kind: 'velocity',
    why: 'Trying amounts until one passes teaches where the bounds are.',
    count: 'declines',
    per: 'shopper_at_merchant',
    minutes: 10,
    over: 4,
    action: 'refuse',
  },
  {
    id: 'refunded_again',
    kind: 'velocity',
    why: 'Wash buying: a shopper and a merchant who buy and refund in turn move money, not goods.',
    count: 'refunded',
    per: 'shopper_at_merchant',
    minutes: 30 * 24 * 60,
    over: 4,
    action: 'challenge',
  },
  {
    id: 'unfounded_disputes',
    kind: 'velocity',
    why: 'Friendly fraud: who has disputed purchases in vain says with a code that it is them who buy.',
    on: ['checkout'],
    count: 'unfounded',
    per: 'shopper',
    minutes: 90 * 24 * 60,
    over: 1,
    action: 'challenge',
  },
  {
    id: 'merchant_new_shoppers',
    kind: 'velocity',
    why: 'Collusion: a merchant to whom many shoppers come whom nobody knows.',
    count: 'purchases',
    per: 'merchant',
    minutes: 60,
    over: 100,
    newShoppers: true,
    action: { points: 30 },
  },
  {
    id: 'address_not_market',
    kind: 'mismatch',
    why: 'People travel, so this alone asks for nothing in live.',
    between: 'address_market',
    action: { points: 30 },
  },
  {
    id: 'card_not_market',
    kind: 'mismatch',
    why: 'Foreign cards are common where people travel.',
    between: 'card_market',
    action: { points: 20 },
  },
  {
    id: 'impossible_travel',
    kind: 'travel',
    why: 'Faster than an airliner: two people, or a borrowed address.',
    fasterThanKmh: 900,
    action: 'challenge',
  },
  {
    id: 'amount_unusual',
    kind: 'amount',
    why: 'Goods that are easily sold again stand out by their price.',
    deviations: 6,
    atLeastOrders: 30,
    action: { points: 30 },
  },
  {
    id: 'bust_out',
    kind: 'bust_out',
    why: 'A line that is emptied at once from a new device or address.',
    toPercent: 80,
    risePercent: 60,
    minutes: 24 * 60,
    from: 'new_device_or_address',
    action: 'challenge',
  },
  {
    id: 'owner',
    kind: 'merchant_link',
    why: 'Self-purchase: whoever owns the shop, or is paid where it is paid, buys from themselves.',
    on: ['checkout', 'agreement'],
    of: ['identity', 'bank_account'],
    action: 'refuse',
  },
  {
    id: 'shop_device',
    kind: 'merchant_link',
    why: 'Collusion: the shop is run from this browser. A household shares one too, so it asks for a code.',
    on: ['checkout'],
    of: ['device'],
    action: 'challenge',
  },
  {
    id: 'shop_device_agreed',
    kind: 'merchant_link',
    why: 'The same by an agreement, where nobody is there to answer: it counts.',
    on: ['agreement'],
    of: ['device'],
    action: { points: 30 },
  },
  {
    id: 'trusted',
    kind: 'allow_list',
    why: 'Known to be many people, such as an office: counting them says nothing.',
    of: ['address', 'device'],
    silences: ['device_purchases', 'device_phones', 'device_shoppers', 'address_shoppers'],
  },
];

const bounds = { challengeFrom: 50, refuseFrom: 120 };

/** How much wider the bounds are in a sandbox, where one machine with a few test cards plays all shoppers. */
const timesInSandbox = 200;

/** In a sandbox the same browser is the shop's and the shopper's: that counts, and asks for nothing by itself. */
const pointsOfOwnBrowser = 10;

/** In a sandbox test addresses are there to show what happens, so a country that does not fit asks for a code by itself. */
function inSandbox(rule: Rule): Rule {
  if (rule.kind === 'velocity') return { ...rule, over: rule.over * timesInSandbox };
  if (rule.kind === 'merchant_link' && rule.of.includes('device'))
    return { ...rule, action: { points: pointsOfOwnBrowser } };
  return rule.kind === 'mismatch' && rule.between === 'address_market'
    ? { ...rule, action: 'challenge' }
    : rule;
}

/** Rules with their version and what names them. */
export type VersionedRules = { version: number; hash: string; set: RuleSet };

function versionOne(data: RuleSet): VersionedRules {
  const set = readRuleSet(data);
  return { version: 1, hash: hashRuleSet(set), set };
}

const defaults = {
  live: versionOne({ name: 'default', ...bounds, rules: [...rules] }),
  sandbox: versionOne({ name: 'default of sandboxes', ...bounds, rules: rules.map(inSandbox) }),
};

/** Version 1 of an environment. */
export function defaultRulesOf(environment: Pick<Environment, 'kind'>): VersionedRules {
  return defaults[environment.kind];
}
