import { Router } from 'express';
import { priceCart } from './checkout.ts';
import { readField } from './forms.ts';
import { cartPage, isCartNotice } from './pages/cart.ts';
import { catalogPage, productPage } from './pages/catalog.ts';
import { sendPage } from './send-page.ts';
import type { Shop } from './shop.ts';
import { viewOf } from './view.ts';
import { visitOf } from './visits.ts';

const mostOfOneProduct = 9;

/** Catalog and cart. */
export function cartRoutes(shop: Shop): Router {
  const router = Router();
  const hasMessages = shop.publishableKey !== undefined;
  const findProduct = (id: unknown) => shop.products.find((product) => product.id === id);

  router.get('/', (_req, res) => {
    const view = viewOf(res);
    sendPage(shop, res, view.t.catalog.title, catalogPage(view, shop.products));
  });

  router.get('/products/:id', (req, res, next) => {
    const product = findProduct(req.params.id);
    const view = viewOf(res);
    if (!product) next();
    else sendPage(shop, res, product.text[view.locale].name, productPage(view, product, hasMessages));
  });

  router.get('/cart', (req, res) => {
    const view = viewOf(res);
    const { notice } = req.query;
    const why = isCartNotice(notice) ? notice : undefined;
    const { lines, total } = priceCart(shop.products, shop.store.cartOf(visitOf(res).id));
    sendPage(shop, res, view.t.shop.cart, cartPage(view, { lines, total, why, hasMessages }));
  });

  router.post('/cart', (req, res, next) => {
    const product = findProduct(readField(req, 'product'));
    if (!product) {
      next();
      return;
    }
    const { id } = visitOf(res);
    const quantity = (shop.store.cartOf(id)[product.id] ?? 0) + 1;
    shop.store.setQuantity(id, product.id, Math.min(quantity, mostOfOneProduct));
    res.redirect(303, '/cart');
  });

  router.post('/cart/:id', (req, res, next) => {
    const product = findProduct(req.params.id);
    const quantity = readField(req, 'quantity');
    if (!product || !/^\d{1,3}$/.test(quantity)) {
      next();
      return;
    }
    shop.store.setQuantity(visitOf(res).id, product.id, Math.min(Number(quantity), mostOfOneProduct));
    res.redirect(303, '/cart');
  });

  return router;
}
