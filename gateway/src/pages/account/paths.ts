export { accountPath } from '../../notifications/account-path.ts';

const pageShape =
  /^(?:score|bank-accounts|data|decisions(?:\/asm_[0-9a-f]{32})?|limits|own-limits|cases(?:\/new|\/cse_[0-9a-f]{32})?|messages|signing-in|you|agreements|draws(?:\/drw_[0-9a-f]{32})?|guarantees(?:\/gua_[0-9a-f]{32}(?:\/accept)?)?|plans\/pln_[0-9a-f]{32}(?:\/agreement|\/payment|\/return|\/dispute)?)?$/;

/** The page of an account that a form names; its first page when it names none of ours. */
export function pageOf(value: string): string {
  return pageShape.test(value) ? value : '';
}

/** The address of a page of an account. */
export function addressOf(path: string, page: string): string {
  return page === '' ? path : `${path}/${page}`;
}
