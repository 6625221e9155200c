import type { Environment } from '../lib/tx.ts';

/** The address of the shoppers' account in an environment, without a slash at its end. */
export function accountPath({ id }: Pick<Environment, 'id'>): string {
  return `/account/${id}`;
}
