import { isIP } from 'node:net';
import type { Response } from 'express';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { subscriberOf } from '../lib/address.ts';
import { GatewayError } from '../lib/errors.ts';

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

/**
 * Limits of `perMinute` requests for each caller. They are counted in this process alone: a key that is spread over
 * several processes has the sum of their limits, and no request waits for another process to be counted.
 */
export function createRateLimits(perMinute = defaultPerMinute): CountRequest {
  const limiter = (name: LimitName) => ({
    policy: `"${name}";q=${perMinute};w=${windowSeconds}`,
    memory: new RateLimiterMemory({ points: perMinute, duration: windowSeconds }),
  });
  const limiters = { reads: limiter('reads'), writes: limiter('writes'), address: limiter('address') };
  return async (res, name, caller) => {
    const { policy, memory } = limiters[name];
    const { remainingPoints, msBeforeNext, isOver } = await count(memory, caller);
    const seconds = Math.ceil(msBeforeNext / 1000);
    res.setHeader('RateLimit-Policy', policy);
    res.setHeader('RateLimit', `"${name}";r=${remainingPoints};t=${seconds}`);
    if (!isOver) return;
    throw new GatewayError('rate_limited', {
      detail: `More than ${perMinute} ${what[name]} came within ${windowSeconds} seconds.`,
      hint: `Send the same request again in ${seconds} seconds, and spread what is not urgent.`,
      retryAfterSeconds: seconds,
    });
  };
}

const what: Record<LimitName, string> = {
  reads: 'reads with this key',
  writes: 'writes with this key',
  address: 'requests without a key of their own from this address',
};

type Counted = { remainingPoints: number; msBeforeNext: number; isOver: boolean };

/** The limiter rejects with what it counted when there is no room, and with an error when it failed. */
async function count(memory: RateLimiterMemory, caller: string): Promise<Counted> {
  try {
    const { remainingPoints, msBeforeNext } = await memory.consume(caller);
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
