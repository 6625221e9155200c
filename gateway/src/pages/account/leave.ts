import { endAllShopperSessions } from '../../shoppers/sessions.ts';
import type { Result } from '../answer-form.ts';
import { clearCookie, cookieNames } from '../cookies.ts';
import { say } from '../memory.ts';
import { inVisit } from '../page-visit.ts';
import { signOut } from '../sign-in.ts';
import type { AccountAction } from './action.ts';

/** Signs out in this browser. */
export async function leave(action: AccountAction): Promise<Result> {
  await signOut(action);
  return { memory: say({ memory: {} }, 'left') };
}

/** Ends every sign-in of the shopper in this environment. */
export async function leaveEverywhere({ context, visit, res }: AccountAction): Promise<Result> {
  await inVisit(context, visit, (tx) => endAllShopperSessions(tx, visit.shopper.id));
  clearCookie(res, cookieNames.shopper);
  return { memory: say({ memory: {} }, 'left_everywhere') };
}
