export { MorrowError } from '../errors.ts';
export type { Eligibility, OfferMessage, SessionStatus } from './answers.ts';
export { createBrowser } from './browser.ts';
export type { Browser, BrowserOptions, Purchase } from './browser.ts';
export { defineElements } from './elements.ts';
export type { MorrowStartEvent } from './elements.ts';
export type { PopupResult, StartedCheckout } from './popup.ts';
