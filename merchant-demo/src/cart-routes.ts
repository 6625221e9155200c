import { Router } from 'express';
import type { Response } from 'express';
import { priceCart } from './checkout.ts';
import type { Html } from './html.ts';
import { cartPage, isCartNotice } from './pages/cart.ts';
import { catalogPage, productPage } from './pages/catalog.ts';
import { page } from './pages/layout.ts';
import type { Shop } from './shop.ts';
import { readField, visitOf } from './visits.ts';

const mostOfOneProduct = 9;

/** Sends a page to the visitor, with the count of their cart in its head. */
export function sendPage(shop: Shop, res: Response, title: string, body: Html): void {
  const cart = shop.store.cartOf(visitOf(res).id);
  const cartCount = Object.values(cart).reduce((total, quantity) => total + quantity, 0);
  res.type('html').send(page({ title, cartCount, body }).text);
}

/** Catalog and cart. */
export function cartRoutes(shop: Shop): Router {
  const router = Router();
  const findProduct = (id: unknown) => shop.products.find((product) => product.id === id);

  router.get('/', (_req, res) => sendPage(shop, res, 'Things for a quiet home', catalogPage(shop.products)));

  router.get('/products/:id', (req, res, next) => {
    const product = findProduct(req.params.id);
    if (!product) next();
    else sendPage(shop, res, product.name, productPage(product, visitOf(res).formToken));
  });

  router.get('/cart', (req, res) => {
    const { id, formToken: token } = visitOf(res);
    const { notice } = req.query;
    const why = isCartNotice(notice) ? notice : undefined;
    const { lines, total } = priceCart(shop.products, shop.store.cartOf(id));
    sendPage(shop, res, 'Cart', cartPage({ lines, total, token, why }));
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
