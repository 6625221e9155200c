import { type CalendarDate, dateIn } from '../../../lib/dates.ts';
import type { Tx } from '../../../lib/tx.ts';
import { lastTaken } from '../../../privacy/export/export.ts';
import { type ErasureObstacle, findObstacles } from '../../../privacy/obstacles.ts';
import { missingConsents } from '../../../shoppers/consents.ts';
import { findIdentity } from '../../../shoppers/identity.ts';
import type { Page } from '../../send-page.tsx';
import type { AccountInput } from '../view.tsx';
import { dataView } from './view.tsx';

/** What the page of one's own data is made from. */
export type DataFacts = {
  obstacles: ErasureObstacle[];
  takenOn: CalendarDate | undefined;
  verifiedName: string | undefined;
  consentsMissing: boolean;
};

/** What is kept of the shopper to take, and what stands in the way of erasing it. */
export async function showData(tx: Tx, input: AccountInput): Promise<Page> {
  const shopperId = input.visit.shopper.id;
  const takenAt = await lastTaken(tx, shopperId);
  return dataView(input, {
    obstacles: await findObstacles(tx, shopperId),
    takenOn: takenAt && dateIn(tx.environment.timeZone, takenAt),
    verifiedName: (await findIdentity(tx, shopperId))?.name,
    consentsMissing: (await missingConsents(tx, shopperId)).length > 0,
  });
}
