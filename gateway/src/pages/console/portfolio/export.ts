import { GatewayError } from '../../../lib/errors.ts';
import type { Tx } from '../../../lib/tx.ts';
import { readBook } from '../../../portfolio/book.ts';
import { readLosses } from '../../../portfolio/losses.ts';
import { readNewBusiness } from '../../../portfolio/new-business.ts';
import { overdueByBucket } from '../../../portfolio/overdue.ts';
import { readRolls, sumOfRolls } from '../../../portfolio/roll-rates.ts';
import { readVintages } from '../../../portfolio/vintages.ts';
import type { Download } from '../../staff/download.ts';
import { audit, type ConsoleInput } from '../input.ts';
import { figuresCsv, type FigureTable } from '../parts/figures.tsx';
import { readAsked } from './filter.tsx';
import {
  businessTable,
  curvesTable,
  type FileName,
  fileNames,
  lossTable,
  monthsShown,
  outstandingTable,
  overdueTable,
  rollTable,
  type Told,
} from './tables.ts';

type Make = (tx: Tx, told: Told) => Promise<FigureTable>;

/** Every file of the section, by its name in the address: the tables of the pages, with the same filters. */
const files = {
  'outstanding-by-product': async (tx, told) =>
    outstandingTable(told, await readBook(tx, told.asked.filter), 'product'),
  'outstanding-by-funder': async (tx, told) =>
    outstandingTable(told, await readBook(tx, told.asked.filter), 'funder'),
  'outstanding-by-market': async (tx, told) =>
    outstandingTable(told, await readBook(tx, told.asked.filter), 'market'),
  overdue: async (tx, told) => {
    const { filter } = told.asked;
    return overdueTable(told, await overdueByBucket(tx, filter, await readBook(tx, filter)));
  },
  'new-business': async (tx, told) =>
    businessTable(told, await readNewBusiness(tx, told.asked.filter, monthsShown)),
  vintages: async (tx, told) => curvesTable(told, await readVintages(tx, told.asked.filter)),
  'roll-rates': async (tx, told) =>
    rollTable(told, sumOfRolls(await readRolls(tx, told.asked.filter, monthsShown))),
  losses: async (tx, told) => lossTable(told, await readLosses(tx, told.asked.filter, monthsShown)),
} as const satisfies Record<FileName, Make>;

/** A table of the portfolio as a file. That somebody took it along is kept, with what it was asked for. */
export async function exportPortfolio(tx: Tx, input: ConsoleInput): Promise<{ download: Download }> {
  const { visit, req, t } = input;
  const name = fileNames.find((one) => one === String(req.params.table));
  const asked = await readAsked(tx, input);
  if (!asked || asked.isMalformed || !name) throw new GatewayError('not_found');
  const { currency, on, product, funderId, market } = asked.filter;
  await audit(tx, visit, 'table_exported', {
    objectId: `portfolio/${name}`,
    details: {
      currency,
      on,
      ...(product !== undefined && { product }),
      ...(funderId !== undefined && { funder: funderId }),
      ...(market !== undefined && { market }),
    },
  });
  const table = await files[name](tx, { t: t.portfolio, locale: visit.locale, asked });
  return { download: { name: `${name}-${currency}-${on}.csv`, text: figuresCsv(table) } };
}
