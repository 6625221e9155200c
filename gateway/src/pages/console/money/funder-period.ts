import type { CalendarDate } from '../../../lib/dates.ts';
import type { Tx } from '../../../lib/tx.ts';
import { businessDateOf } from '../../../portfolio/book.ts';
import { readFunderPositions } from '../../../portfolio/funders/positions.ts';
import type { ConsoleInput } from '../input.ts';
import { isDate } from '../../parts/read-date.ts';
import { queryOf } from '../../query.ts';

/** Which funder, in which currency, from and to the end of which dates. */
export type AskedPeriod = {
  funder: { id: string; name: string };
  currencies: string[];
  currency: string;
  from: CalendarDate;
  to: CalendarDate;
  malformed?: 'from' | 'to';
};

/** Reads what is asked for of a funder, by its id in the address; the month so far unless dates are given. */
export async function readPeriod(
  tx: Tx,
  { req }: Pick<ConsoleInput, 'req'>,
): Promise<AskedPeriod | undefined> {
  const funderId = String(req.params.funderId ?? queryOf(req, 'funder'));
  const own = (await readFunderPositions(tx)).filter((one) => one.funderId === funderId);
  const [first] = own;
  if (!first) return undefined;
  const today = businessDateOf(tx);
  const currencies = own.map(({ currency }) => currency);
  const shared = {
    funder: { id: funderId, name: first.name },
    currencies,
    currency: currencies.find((name) => name === queryOf(req, 'currency')) ?? first.currency,
  };
  const month = { from: `${today.slice(0, 7)}-01`, to: today };
  const [from, to] = [queryOf(req, 'from') || month.from, queryOf(req, 'to') || month.to];
  if (!isDate(to) || to > today) return { ...shared, ...month, malformed: 'to' };
  if (!isDate(from) || from > to) return { ...shared, ...month, malformed: 'from' };
  return { ...shared, from, to };
}
