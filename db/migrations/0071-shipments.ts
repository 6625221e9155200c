import type { Migration } from './migration.ts';

/** By whom goods went, and under which number: kept with the capture, for a dispute that may come. */
export const shipments: Migration = {
  name: '0071-shipments',
  up: (db) =>
    db.raw(`
alter table captures
  add column carrier text,
  add column tracking_number text,
  add constraint captures_shipment check ((carrier is null) = (tracking_number is null)) not valid;
`),
};
