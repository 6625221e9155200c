import type { Router } from 'express';
import type { PagesContext } from '../../context.ts';
import { act } from '../act.ts';
import { dashboardPath } from '../paths.ts';
import { show } from '../show.ts';
import { showCapture } from './capture.tsx';
import { showOrders } from './list.tsx';
import { showOrder } from './order.tsx';
import { showRefund } from './refund.tsx';
import {
  captureFromDashboard,
  extendFromDashboard,
  refundFromDashboard,
  rejectReturnFromDashboard,
  voidFromDashboard,
} from './steps.ts';

export function addOrderRoutes(router: Router, context: PagesContext): void {
  const one = dashboardPath('orders', ':orderId');
  router.get(dashboardPath('orders'), show(context, 'orders', showOrders));
  router.get(one, show(context, 'orders', showOrder));
  router.get(`${one}/capture`, show(context, 'capture_orders', showCapture));
  router.get(`${one}/refund`, show(context, 'refund_orders', showRefund));
  router.post(`${one}/captures`, act(context, 'capture_orders', captureFromDashboard));
  router.post(`${one}/void`, act(context, 'capture_orders', voidFromDashboard));
  router.post(`${one}/extend`, act(context, 'capture_orders', extendFromDashboard));
  router.post(`${one}/refunds`, act(context, 'refund_orders', refundFromDashboard));
  router.post(`${one}/reject-return`, act(context, 'refund_orders', rejectReturnFromDashboard));
}
