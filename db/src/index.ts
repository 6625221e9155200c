export type { Knex } from 'knex';
export { connect, type ConnectOptions } from './connect.ts';
export { findEmbedded, startEmbedded, type Embedded, type EmbeddedOptions } from './embedded.ts';
export { followChannel, type Followed, type Follower } from './follow-channel.ts';
export type { Bindings } from './knex-types.ts';
export { isStalePlan } from './prepare.ts';
export { migrate, pendingMigrations } from './migrate.ts';
export { countDefaultRows, maintainPartitions, type Partitioned, strays } from './partitions.ts';
export { boundOf } from './partition-ranges.ts';
