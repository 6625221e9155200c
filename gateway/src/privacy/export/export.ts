import type { Id } from '../../lib/ids.ts';
import type { Tx } from '../../lib/tx.ts';
import { findIdentity, findNationalId } from '../../shoppers/identity.ts';
import { contactOf, dataKeyOf, findShopper } from '../../shoppers/profile.ts';
import { requireLevelThree } from '../../shoppers/step-up.ts';
import { openedSections, openerOf } from './opened-sections.ts';
import { plainSections } from './plain-sections.ts';

/** Everything that Morrow has of one shopper, as JSON. */
export type DataExport = Readonly<Record<string, unknown>>;

/**
 * Reads everything that is kept of a shopper, opened, and notes that it was taken.
 *
 * @throws GatewayError `step_up_required` unless the session was at level three within 15 minutes.
 */
export async function takeData(
  tx: Tx,
  { shopperId, sessionId }: { shopperId: Id<'shp'>; sessionId: Id<'sse'> },
): Promise<DataExport> {
  await requireLevelThree(tx, sessionId);
  await tx
    .sql('data_exports')
    .insert({ environment_id: tx.environment.id, shopper_id: shopperId, taken_at: tx.wallNow })
    .onConflict()
    .ignore();
  return readEverything(tx, shopperId);
}

async function readEverything(tx: Tx, shopperId: Id<'shp'>): Promise<DataExport> {
  const asked = { environment: tx.environment.id, shopper: shopperId };
  const opener = openerOf(tx, shopperId, await dataKeyOf(tx, shopperId));
  const sections: [string, unknown][] = [];
  for (const [name, query] of Object.entries(plainSections)) {
    sections.push([name, (await tx.sql.raw<{ rows: unknown[] }>(query, asked)).rows]);
  }
  for (const [name, { query, read }] of Object.entries(openedSections)) {
    const { rows } = await tx.sql.raw<{ rows: Record<string, unknown>[] }>(query, asked);
    sections.push([name, rows.map((row) => read(tx, opener, row))]);
  }
  return {
    object: 'shopper_data',
    about: 'Amounts are integers in the minor units of their currency. Instants are UTC.',
    taken_at: tx.wallNow,
    you: await whoTheyAre(tx, shopperId),
    ...Object.fromEntries(sections),
  };
}

async function whoTheyAre(tx: Tx, shopperId: Id<'shp'>): Promise<Record<string, unknown>> {
  const { phone, mail, locale, timeZone, mutedNotices } = await contactOf(tx, shopperId);
  const { createdAt } = await findShopper(tx, shopperId);
  const identity = await findIdentity(tx, shopperId);
  return {
    id: shopperId,
    phone,
    mail: mail ?? null,
    language: locale,
    time_zone: timeZone ?? null,
    messages_not_wanted: mutedNotices,
    known_since: createdAt,
    identity: identity
      ? {
          name: identity.name,
          birth_date: identity.birthDate,
          national_id: await findNationalId(tx, shopperId),
          verified_by: identity.provider,
          verified_at: identity.verifiedAt,
        }
      : null,
  };
}

/** The text of the file: JSON with integers for amounts. */
export function dataFileOf(data: DataExport): string {
  const text = JSON.stringify(
    data,
    (_key, value: unknown) => (typeof value === 'bigint' ? Number(value) : value),
    2,
  );
  return `${text}\n`;
}

/** When the shopper took their data last, by the wall's clock; undefined when they never did. */
export async function lastTaken(tx: Tx, shopperId: Id<'shp'>): Promise<Date | undefined> {
  const row = await tx
    .sql<{ environment_id: string; shopper_id: string; taken_at: Date }>('data_exports')
    .where({ environment_id: tx.environment.id, shopper_id: shopperId })
    .orderBy('taken_at', 'desc')
    .first('taken_at');
  return row?.taken_at;
}
