import type { Environment } from '../../lib/tx.ts';
import { minuteMs } from '../../lib/dates.ts';
import { marketPrefixes, type PrefixRule } from './prefixes.ts';

/** What whoever runs a gateway says of one-time codes. */
export type CodeRules = {
  /** Which numbers codes are sent to at all. */
  prefixes: readonly PrefixRule[];
  /** The most that are sent in one environment on one day, by UTC. */
  perDay: number;
  /** The most that are asked for in the sessions of one merchant in an hour, before numbers nobody knows have to wait. */
  perMerchantHour: number;
};

export const defaultCodeRules: CodeRules = {
  prefixes: marketPrefixes,
  perDay: 10_000,
  perMerchantHour: 1_000,
};

/** Numbers that share a range, or a prefix of the list, or all of them. */
export const scopes = ['range', 'prefix', 'all'] as const;
export type Scope = (typeof scopes)[number];

/**
 * When too few codes are typed in. Where nobody abuses them three of four are; of pumped ones none. A range is narrow, so
 * few show it; wider scopes have honest codes mixed in, so that half of them being pumped has to be enough.
 */
export type BreakerRule = {
  /** Judged by no fewer than so many … */
  least: number;
  /** … of which fewer than so many percent were typed in. */
  percent: number;
  /** How long it is paused the first time; twice as long each time that the trials fail. */
  pauseMs: number;
  /** So many are sent after a pause to find out; it ends when half of them were typed in. */
  trials: number;
};

export type CodeBounds = {
  /** Whether outside of a merchant's session only numbers that are known get a code. */
  isKnownOnly: boolean;
  perDay: number;
  perMerchantHour: number;
  perRangeHour: number;
  breakers: Record<Scope, BreakerRule>;
};

const perRangeHour = 40;

const breakers: Record<Scope, BreakerRule> = {
  range: { least: 20, percent: 25, pauseMs: 30 * minuteMs, trials: 4 },
  prefix: { least: 60, percent: 35, pauseMs: 15 * minuteMs, trials: 10 },
  all: { least: 120, percent: 35, pauseMs: 10 * minuteMs, trials: 20 },
};

/** A sandbox sends nothing, so that nobody is paid, and one tester plays all of its shoppers, by numbers in a row. */
const timesInSandbox = 1_000;
const neverJudged = Number.POSITIVE_INFINITY;

/** What holds in one environment. */
export function boundsOf({ kind }: Pick<Environment, 'kind'>, rules: CodeRules): CodeBounds {
  const { perDay, perMerchantHour } = rules;
  if (kind === 'live') return { isKnownOnly: true, perDay, perMerchantHour, perRangeHour, breakers };
  const unjudged = (rule: BreakerRule): BreakerRule => ({ ...rule, least: neverJudged });
  return {
    isKnownOnly: false,
    perDay: perDay * timesInSandbox,
    perMerchantHour: perMerchantHour * timesInSandbox,
    perRangeHour: perRangeHour * timesInSandbox,
    breakers: {
      range: unjudged(breakers.range),
      prefix: unjudged(breakers.prefix),
      all: unjudged(breakers.all),
    },
  };
}
