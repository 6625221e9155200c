/** What browsers would ask a person for, or do for a page that never needs it. */
const refused = [
  'accelerometer',
  'autoplay',
  'browsing-topics',
  'camera',
  'clipboard-read',
  'display-capture',
  'geolocation',
  'gyroscope',
  'hid',
  'idle-detection',
  'local-fonts',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'screen-wake-lock',
  'serial',
  'storage-access',
  'usb',
  'xr-spatial-tracking',
];
const passkeys = ['publickey-credentials-create', 'publickey-credentials-get'];

const refusedToAll = refused.map((feature) => `${feature}=()`);

/** Permissions-Policy of pages: nothing is allowed but passkeys, which people sign in with. */
export const pagePermissions = [...refusedToAll, ...passkeys.map((feature) => `${feature}=(self)`)].join(
  ', ',
);

/** Permissions-Policy of answers that are no page of ours: nothing is allowed. */
export const noPermissions = [...refusedToAll, ...passkeys.map((feature) => `${feature}=()`)].join(', ');
