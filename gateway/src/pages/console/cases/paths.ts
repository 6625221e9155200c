import { withQuery } from '../../query.ts';
import { consolePath } from '../paths.ts';

/** The address of a case in the console. */
export function casePath(environmentId: string, caseId: string): string {
  return `${consolePath(environmentId, 'cases')}/${caseId}`;
}

/** Where an operator opens a case about an order, plan, repayment, dispute or shopper. */
export function newCasePath(environmentId: string, about?: string): string {
  return withQuery(casePath(environmentId, 'new'), { about });
}
