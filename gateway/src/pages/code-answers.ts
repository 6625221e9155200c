import type { GatewayError } from '../lib/errors.ts';
import { minuteMs } from '../lib/dates.ts';
import type { Environment } from '../lib/tx.ts';
import type { CodeNews } from '../shoppers/codes/may-send.ts';
import type { Result } from './answer-form.ts';
import type { PagesContext } from './context.ts';
import { type Memory, say } from './memory.ts';

/** What is said where no code can be sent to this phone, or not now; anything else is thrown on. */
export function refusedCode(
  visit: { memory: Memory },
  error: GatewayError,
  typed?: Record<string, string>,
): Result {
  const more = typed ? { typed } : {};
  if (error.code === 'validation_failed') {
    const isServed = error.details.errors?.some(({ code }) => code === 'phone_not_served') !== true;
    return { memory: say(visit, isServed ? 'phone_invalid' : 'phone_not_served', more) };
  }
  if (error.code !== 'rate_limited') throw error;
  const minutes = String(Math.ceil((error.details.retryAfterSeconds ?? 60) / 60));
  return { memory: say(visit, 'code_limit', { values: { minutes }, ...more }) };
}

/** Whole minutes until `instant`, at least one. */
export function minutesUntil({ clock }: PagesContext, instant: Date): string {
  return String(Math.max(1, Math.ceil((instant.getTime() - clock.now().getTime()) / minuteMs)));
}

/** Writes to the log what somebody who runs the gateway should look at, once it is so. */
export function tellOfCodes(
  { log }: PagesContext,
  environment: Environment,
  news: readonly CodeNews[],
): void {
  for (const told of news) log.warn({ environment: environment.id, ...told }, 'one-time codes');
}
