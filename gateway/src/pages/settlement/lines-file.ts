import { once } from 'node:events';
import type { Request, Response } from 'express';
import { csvHead, csvLine, decimalOf } from '../../lib/csv.ts';
import { type PrintedLine, readPrintedLines, readStatement } from '../../settlement/statement.ts';
import type { PagesContext } from '../context.ts';
import { inStatement, openStatement } from './open.ts';

const columns = [
  'number',
  'business_date',
  'kind',
  'amount_minor_units',
  'amount',
  'currency',
  'order_id',
  'order_reference',
  'source_id',
];

/** So many lines are in memory at once. A closed settlement cannot change between two reads. */
const linesAtOnce = 2000;

/** Sends all lines of a settlement as a file for spreadsheets, in English for programs. */
export async function sendLines(context: PagesContext, req: Request, res: Response): Promise<void> {
  const place = openStatement(context, req);
  const { settlement } = await inStatement(context, place, (tx) => readStatement(tx, place.settlementId));
  res.setHeader('Content-Type', 'text/csv; charset=utf-8');
  const name = `settlement-${settlement.businessDate}-${settlement.id}.csv`;
  res.setHeader('Content-Disposition', `attachment; filename="${name}"`);
  res.write(csvHead(columns));
  for (let after = 0; ;) {
    const lines = await inStatement(context, place, (tx) =>
      readPrintedLines(tx, { settlementId: settlement.id, after, limit: linesAtOnce }),
    );
    const last = lines.at(-1);
    if (!last || res.destroyed) break;
    // What the reader has not taken yet is not added to.
    if (!res.write(lines.map(lineOf).join(''))) await Promise.race([once(res, 'drain'), once(res, 'close')]);
    after = last.number;
  }
  res.end();
}

function lineOf(line: PrintedLine): string {
  return csvLine([
    line.number,
    line.businessDate,
    line.kind,
    line.amount,
    decimalOf(line.amount, line.currency),
    line.currency,
    line.orderId,
    line.orderReference,
    line.sourceId,
  ]);
}
