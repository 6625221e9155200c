import { formatDate, formatMoney, formatPercent } from '../../notifications/format.ts';
import type { OfferObstacle } from '../../protection/protect.ts';
import type { Locale } from '../../shoppers/profile.ts';
import { formatMonth } from '../format.ts';
import { textsOf } from '../texts/language.ts';

/** What makes an offer too much, in one sentence. */
export function obstacleWords(locale: Locale, obstacle: OfferObstacle, currency: string): string {
  const { obstacles } = textsOf[locale].protection;
  const money = (amount: bigint): string => formatMoney(locale, { amount, currency });
  const percent = (value: number): string => formatPercent(locale, value);
  if (obstacle.code === 'above_own_total') return obstacles.above_own_total(money(obstacle.ceiling));
  if (obstacle.code === 'above_allowance') {
    const [due, until] = [money(obstacle.due), formatDate(locale, obstacle.until)];
    return obstacle.allowance === 0n
      ? obstacles.above_nothing(due, until)
      : obstacles.above_allowance(due, until, money(obstacle.allowance));
  }
  const [share, most] = [percent(obstacle.percent), percent(obstacle.most)];
  return obstacle.code === 'above_month'
    ? obstacles.above_month(share, formatMonth(locale, `${obstacle.month}-01`), most)
    : obstacles.above_window(share, formatDate(locale, obstacle.until), most);
}
