import type { Environment } from '../../lib/tx.ts';

/** The address of the shoppers' account in an environment, without a slash at its end. */
export function accountPath({ id }: Pick<Environment, 'id'>): string {
  return `/account/${id}`;
}

const pageShape = /^(?:score|you|plans\/pln_[0-9a-f]{32}(?:\/agreement)?)?$/;

/** The page of an account that a form names; its first page when it names none of ours. */
export function pageOf(value: string): string {
  return pageShape.test(value) ? value : '';
}

/** The address of a page of an account. */
export function addressOf(path: string, page: string): string {
  return page === '' ? path : `${path}/${page}`;
}
