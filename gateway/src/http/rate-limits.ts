import { isIP } from 'node:net';
import type { Response } from 'express';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Context } from '../context.ts';
import { subscriberOf } from '../lib/address.ts';
import { GatewayError } from '../lib/errors.ts';
import { createSharedCounts, type SharedCounts } from './shared-counts.ts';

const windowSeconds = 60;

/** What one caller may send in a minute when the operator says nothing: 200 requests a second. */
export const defaultPerMinute = 12_000;

/** Reads and writes of a key are counted apart; who has no key of its own is counted by its network address. */
export type LimitName = 'reads' | 'writes' | 'address';

/**
 * Counts one request of this caller and tells in its answer what is left, by the headers of
 * draft-ietf-httpapi-ratelimit-headers.
 *
 * @throws GatewayError `rate_limited`, with the seconds after which there is room again.
 */
export type CountRequest = (res: Response, name: LimitName, caller: string) => Promise<void>;

export type RateLimits = {
  count: CountRequest;
  /** What this process tells the others about its callers, and learns from them. */
  shared: SharedCounts;
};

const known = new WeakMap<Context, RateLimits>();

/** The limits of all that this process serves with this context. */
export function rateLimitsOf(context: Context): RateLimits {
  const limits = known.get(context) ?? createRateLimits(context);
  known.set(context, limits);
  return limits;
}

/**
 * Limits of so many requests in each minute of the wall's clock for each caller. A request is counted in the memory of its
 * process and waits for nobody; what other processes counted is added within a second (`shared-counts.ts`).
 */
function createRateLimits(context: Context): RateLimits {
  const perMinute = context.config.rateLimitPerMinute ?? defaultPerMinute;
  const memory = new RateLimiterMemory({ points: perMinute, duration: windowSeconds });
  const shared = createSharedCounts(context, {
    // Who sends little does not come near the limit in any process, and costs the database nothing.
    from: Math.floor(perMinute / 20),
    addOthers: async (key, requests) => void (await memory.penalty(key, requests)),
  });
  const count: CountRequest = async (res, name, caller) => {
    const { key, endsAt, secondsLeft } = windowOf(context.clock.now(), name, caller);
    const { remainingPoints, msBeforeNext, isOver } = await consume(memory, key, secondsLeft);
    shared.add(key, endsAt);
    const seconds = Math.ceil(msBeforeNext / 1000);
    res.setHeader('RateLimit-Policy', `"${name}";q=${perMinute};w=${windowSeconds}`);
    res.setHeader('RateLimit', `"${name}";r=${remainingPoints};t=${seconds}`);
    if (!isOver) return;
    throw new GatewayError('rate_limited', {
      detail: `More than ${perMinute} ${what[name]} came within ${windowSeconds} seconds.`,
      hint: `Send the same request again in ${seconds} seconds, and spread what is not urgent.`,
      retryAfterSeconds: seconds,
    });
  };
  return { count, shared };
}

const what: Record<LimitName, string> = {
  reads: 'reads with this key',
  writes: 'writes with this key',
  address: 'requests without a key of their own from this address',
};

/** Every process has the same minutes, so that what they counted can be added. */
function windowOf(
  now: Date,
  name: LimitName,
  caller: string,
): { key: string; endsAt: number; secondsLeft: number } {
  const windowMs = windowSeconds * 1000;
  const endsAt = (Math.floor(now.getTime() / windowMs) + 1) * windowMs;
  const secondsLeft = Math.ceil((endsAt - now.getTime()) / 1000);
  return { key: `${name} ${endsAt / windowMs} ${caller}`, endsAt, secondsLeft };
}

type Counted = { remainingPoints: number; msBeforeNext: number; isOver: boolean };

/** The limiter rejects with what it counted when there is no room, and with an error when it failed. */
async function consume(memory: RateLimiterMemory, key: string, customDuration: number): Promise<Counted> {
  try {
    const { remainingPoints, msBeforeNext } = await memory.consume(key, 1, { customDuration });
    return { remainingPoints, msBeforeNext, isOver: false };
  } catch (rejected) {
    if (!(rejected instanceof RateLimiterRes)) throw rejected;
    return { remainingPoints: 0, msBeforeNext: rejected.msBeforeNext, isOver: true };
  }
}

/** By what a caller without a key is counted: the part of its address that one subscriber holds. */
export function addressOf(address: string): string {
  // A proxy may be set up to report something else than a bare address, by which it can be counted all the same.
  return isIP(address) === 0 ? address : subscriberOf(address);
}
