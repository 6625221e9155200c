import { expect } from 'vitest';
import { GatewayError } from '../../src/lib/errors.ts';

/** The refusal that `act` throws; anything else that it throws, or no throw at all, fails the test. */
export function refusalOf(act: () => unknown): GatewayError {
  try {
    act();
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
  return expect.fail('nothing was refused');
}

/** As `refusalOf`, for a promise. */
export async function refusalFrom(outcome: Promise<unknown>): Promise<GatewayError> {
  try {
    await outcome;
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
  return expect.fail('nothing was refused');
}

/** The code with which `act` refuses. */
export function codeOf(act: () => unknown): string {
  return refusalOf(act).code;
}
