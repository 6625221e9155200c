import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from '../lib/canonical-json.ts';
import { linkKinds } from '../shoppers/links/links.ts';
import { action, common, minutes, name } from './rule-parts.ts';

/** What somebody can be known by. Each is kept as a keyed hash. */
export const listKeys = ['device', 'address', 'phone', 'card', 'shopper'] as const;
export type ListKey = (typeof listKeys)[number];

/** What a velocity rule counts. */
export const counted = [
  'purchases',
  'amount',
  'declines',
  'refunded',
  'unfounded',
  'shoppers',
  'phones',
  'devices',
  'addresses',
  'cards',
  'merchants',
] as const;
export type Counted = (typeof counted)[number];

/** Of whom it counts. */
export const countedPer = [
  'shopper',
  'phone',
  'device',
  'address',
  'card',
  'merchant',
  'shopper_at_merchant',
] as const;
export type CountedPer = (typeof countedPer)[number];

const velocity = z.strictObject({
  ...common,
  kind: z.literal('velocity'),
  count: z.enum(counted),
  per: z.enum(countedPer),
  minutes,
  /** Hits when there are more than so many, this decision among them; of `amount`, minor units of `currency`. */
  over: z.int().min(0).max(Number.MAX_SAFE_INTEGER),
  /** Counts only what shoppers without an earlier plan do, and looks at their decisions only. */
  newShoppers: z.literal(true).optional(),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .optional(),
  action,
});

const mismatch = z.strictObject({
  ...common,
  kind: z.literal('mismatch'),
  /** Two countries that should be one: of the address, the card, the shop's market, the shopper's identity. */
  between: z.enum(['address_market', 'address_identity', 'card_market', 'card_address']),
  action,
});

const travel = z.strictObject({
  ...common,
  kind: z.literal('travel'),
  fasterThanKmh: z.number().min(1).max(100_000),
  action,
});

const deny = z.strictObject({
  ...common,
  kind: z.literal('deny_list'),
  of: z.array(z.enum(listKeys)).min(1),
  action,
});

const allow = z.strictObject({
  ...common,
  kind: z.literal('allow_list'),
  of: z.array(z.enum(listKeys)).min(1),
  /** The rules whose hits do not count for whoever is on the list. There is no other way in which a hit is undone. */
  silences: z.array(name).min(1),
});

const amount = z.strictObject({
  ...common,
  kind: z.literal('amount'),
  /** Hits when the amount is more than so many robust standard deviations above the merchant's median. */
  deviations: z.number().min(1).max(100),
  /** The merchant has no norm to differ from before so many orders. */
  atLeastOrders: z.int().min(10).max(100_000),
  action,
});

const bustOut = z.strictObject({
  ...common,
  kind: z.literal('bust_out'),
  /** Hits when the line would be used to at least so many percent … */
  toPercent: z.int().min(1).max(1000),
  /** … after a rise of so many points within this time … */
  risePercent: z.int().min(1).max(1000),
  minutes,
  /** … from a device or address that the shopper was never seen with. */
  from: z.enum(['new_device', 'new_address', 'new_device_or_address']),
  action,
});

const merchantLink = z.strictObject({
  ...common,
  kind: z.literal('merchant_link'),
  /** Hits when the shopper has one of these in common with the merchant: an owner's identity, a bank account, a browser. */
  of: z.array(z.enum(linkKinds)).min(1),
  action,
});

export const Rule = z.discriminatedUnion('kind', [
  velocity,
  mismatch,
  travel,
  deny,
  allow,
  amount,
  bustOut,
  merchantLink,
]);
export type Rule = z.infer<typeof Rule>;
export type RuleOf<K extends Rule['kind']> = Extract<Rule, { kind: K }>;

const oneOfKind: { [C in Counted]?: readonly CountedPer[] } = {
  shoppers: ['shopper', 'shopper_at_merchant'],
  phones: ['phone', 'shopper_at_merchant'],
  devices: ['device'],
  addresses: ['address'],
  cards: ['card'],
  merchants: ['merchant', 'shopper_at_merchant'],
};

/** What a rule's fields say against each other. */
function checkRule(rule: Rule, fault: (path: PropertyKey[], message: string) => void): void {
  if (rule.kind === 'velocity') {
    if (oneOfKind[rule.count]?.includes(rule.per)) {
      fault(['count'], `there is never more than one of ${rule.count} per ${rule.per}`);
    }
    if ((rule.count === 'amount') !== (rule.currency !== undefined)) {
      fault(['currency'], 'is needed for amounts, and for nothing else');
    }
    if (rule.newShoppers && rule.per !== 'merchant') {
      fault(['newShoppers'], 'goes with "per": "merchant" only');
    }
    const pairless = ['device', 'address'].includes(rule.per);
    if (pairless && rule.on?.every((kind) => kind === 'agreement')) {
      fault(['on'], 'an order by an agreement has neither device nor address');
    }
  }
  if (rule.kind === 'bust_out' && rule.risePercent > rule.toPercent) {
    fault(['risePercent'], 'a rise above "toPercent" can never be');
  }
  if (rule.kind === 'merchant_link' && rule.on?.every((kind) => kind === 'draw')) {
    fault(['on'], 'a cash draw has no merchant');
  }
  if (rule.kind === 'travel' && rule.on?.every((kind) => kind === 'agreement')) {
    fault(['on'], 'an order by an agreement comes from nowhere');
  }
}

export const RuleSet = z
  .strictObject({
    name: z.string().min(1).max(80),
    /** From so many points on a code is asked for, and from so many it is refused. */
    challengeFrom: z.int().min(1).max(10_000),
    refuseFrom: z.int().min(1).max(10_000),
    rules: z.array(Rule).max(100),
  })
  .superRefine((set, context) => {
    const at = (path: PropertyKey[], message: string): void => {
      context.addIssue({ code: 'custom', path, message });
    };
    if (set.refuseFrom < set.challengeFrom) {
      at(['refuseFrom'], 'lies below "challengeFrom", so that nothing could be challenged');
    }
    const ids = set.rules.map(({ id }) => id);
    for (const [index, rule] of set.rules.entries()) {
      if (ids.indexOf(rule.id) !== index) at(['rules', index, 'id'], `"${rule.id}" is another rule's`);
      checkRule(rule, (path, message) => at(['rules', index, ...path], message));
      if (rule.kind !== 'allow_list') continue;
      for (const [place, silenced] of rule.silences.entries()) {
        const other = set.rules.find(({ id }) => id === silenced);
        if (!other) at(['rules', index, 'silences', place], `there is no rule "${silenced}"`);
        if (other?.kind === 'allow_list') {
          at(['rules', index, 'silences', place], `"${silenced}" is an allow list and has no hits`);
        }
      }
    }
  });

/** Rules as data: what is looked at, and from when on it asks for a code or refuses. */
export type RuleSet = z.infer<typeof RuleSet>;

/** Rules that cannot be used; the message has one line for each fault, with its place. */
export class RulesRefused extends Error {
  readonly faults: readonly { at: string; message: string }[];

  constructor(faults: readonly { at: string; message: string }[]) {
    super(
      `These rules cannot be used:\n${faults.map(({ at, message }) => `  ${at}: ${message}`).join('\n')}`,
    );
    this.faults = faults;
  }
}

/**
 * Rules from data that somebody wrote.
 *
 * @throws RulesRefused naming every fault with its place, such as `rules[3].minutes`.
 */
export function readRuleSet(data: unknown): RuleSet {
  const read = RuleSet.safeParse(data);
  if (read.success) return read.data;
  throw new RulesRefused(read.error.issues.map(({ path, message }) => ({ at: placeOf(path), message })));
}

/** Rules from a file's text. @throws RulesRefused also for what is not JSON. */
export function parseRuleSet(text: string): RuleSet {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw new RulesRefused([{ at: 'the file', message: `is not JSON: ${(error as Error).message}` }]);
  }
  return readRuleSet(data);
}

function placeOf(path: readonly PropertyKey[]): string {
  const place = path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
  return place === '' ? 'the whole' : place;
}

/** Names these very rules: equal data have equal hashes, whatever the order of their keys. */
export function hashRuleSet(set: RuleSet): string {
  return createHash('sha256').update(canonicalJson(set)).digest('hex');
}
