import { readText, UsageError } from '../read-files.ts';

/** A form of a page that puts something into the cart: its address ends in `form`; `fields` are filled in. */
export type CartStep = { page: string; form: string; fields?: Record<string, string> };

/** Where a shop has what doctor visits. Paths are below the shop's origin; `{reference}` is the shop's own number. */
export type Profile = {
  /** What doctor buys. */
  cart: CartStep[];
  /** Something else, which it puts into the cart when the shopper has agreed already. */
  more: CartStep[];
  /** The page with the form that opens a checkout in place of the page, and how that form's address ends. */
  checkout: { page: string; form: string };
  /** What a shopper clicks for a checkout in a window, as CSS selectors; left out where there is none. */
  popup?: { page: string; before?: string[]; click: string };
  /** The shopper's page of an order. */
  order_page: string;
  /** A page for staff that shows what webhooks brought, if it needs no sign-in. */
  staff_page?: string;
  /** A regular expression whose first group is the total, on the page of an order. */
  total: string;
  /** Further pages whose headers are looked at. */
  pages: string[];
  /** The plan that the test shopper takes. */
  plan_code: string;
};

/** The demo shop's. */
export const demoProfile: Profile = {
  cart: [{ page: '/products/reading-lamp', form: '/cart' }],
  more: [{ page: '/products/cedar-candle', form: '/cart' }],
  checkout: { page: '/cart', form: '/checkout' },
  popup: { page: '/cart', before: ['input[name="mode"][value="window"]'], click: 'morrow-button' },
  order_page: '/orders/{reference}',
  staff_page: '/office/orders/{reference}',
  total: 'class="total">[^]*?<dd>([^<]+)</dd>',
  pages: ['/', '/cart'],
  plan_code: 'pay_in_4',
};

/** The profile of a file; what it leaves out is as in the demo shop, but for `popup` and `staff_page`. */
export function readProfile(file: string | undefined): Profile {
  if (file === undefined) return demoProfile;
  const { popup: _popup, staff_page: _staff, ...common } = demoProfile;
  const profile: Profile = { ...common, ...parse(file) };
  const fault = faultOf(profile);
  if (fault !== undefined) throw new UsageError(`${file}: ${fault}`);
  return profile;
}

function parse(file: string): Partial<Profile> {
  try {
    const value: unknown = JSON.parse(readText(file));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch (error) {
    if (error instanceof UsageError) throw error;
  }
  throw new UsageError(`${file} is not a JSON object.`);
}

const isPath = (value: unknown): boolean => typeof value === 'string' && value.startsWith('/');
const isSteps = (value: unknown): boolean =>
  Array.isArray(value) && value.length > 0 && value.every((step) => isForm(step));

function isForm(value: unknown): boolean {
  const { page, form } = Object(value) as Partial<CartStep>;
  return isPath(page) && typeof form === 'string';
}

/** What of a profile cannot be used; undefined when nothing. */
function faultOf(profile: Profile): string | undefined {
  const names = Object.keys(profile).filter((name) => !(name in demoProfile));
  if (names.length > 0) return `nobody knows ${names.join(', ')}.`;
  for (const name of ['cart', 'more'] as const)
    if (!isSteps(profile[name])) return `${name} is not a list of { "page": "/…", "form": "…" }.`;
  if (!isForm(profile.checkout)) return 'checkout is not { "page": "/…", "form": "…" }.';
  if (!isPath(profile.order_page)) return 'order_page is not a path.';
  if (profile.staff_page !== undefined && !isPath(profile.staff_page)) return 'staff_page is not a path.';
  if (!Array.isArray(profile.pages) || !profile.pages.every(isPath)) return 'pages is not a list of paths.';
  if (profile.popup && !(isPath(profile.popup.page) && typeof profile.popup.click === 'string'))
    return 'popup is not { "page": "/…", "click": "…" }.';
  return isPattern(profile.total) ? undefined : 'total is not a regular expression.';
}

function isPattern(text: unknown): boolean {
  try {
    return typeof text === 'string' && new RegExp(text).source !== '';
  } catch {
    return false;
  }
}
