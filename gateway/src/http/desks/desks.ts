import type { Context } from '../../context.ts';
import { findDesk } from '../../credit/desks/addresses.ts';
import { deskDeadlineMs, type Desks } from '../../credit/desks/desks.ts';
import type { DeskQuestion, FunderDesk } from '../../credit/desks/port.ts';
import { createSandboxDesk } from '../../credit/desks/sandbox-desk.ts';
import { createHttpDesk } from './http-desk.ts';

/**
 * The desks of a gateway process. Live's lie at the funders' addresses; a sandbox's answers from the database, unless its
 * funder was given an address.
 */
export function createDesks(context: Context): Desks {
  const overHttp = createHttpDesk(context);
  const fromDatabase = createSandboxDesk(context.db);
  async function chosen(question: DeskQuestion): Promise<FunderDesk> {
    const desk = await findDesk(context.db, question);
    return desk && desk.url !== null ? overHttp : fromDatabase;
  }
  const ofSandboxes: FunderDesk = {
    ask: async (question) => (await chosen(question)).ask(question),
    withdraw: async (question) => (await chosen(question)).withdraw(question),
  };
  return {
    deadlineMs: deskDeadlineMs,
    deskOf: (kind) => (kind === 'live' ? overHttp : ofSandboxes),
  };
}
